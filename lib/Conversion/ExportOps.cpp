//===- ExportOps.cpp - Write operations as modules to be timed ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFolder.h"
#include "placement/Analysis/EntryFunction.h"
#include "placement/Conversion/HostTypes.h"
#include "placement/Conversion/OpExtraction.h"
#include "placement/Conversion/Passes.h"
#include "placement/Conversion/StageModules.h"
#include "placement/Dialect/Names.h"

namespace placement {
#define GEN_PASS_DEF_EXPORTOPSPASS
#include "placement/Conversion/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

static void writeArguments(llvm::json::OStream &json,
                           ExtractedFunction &function) {
  auto main = cast<func::FuncOp>(function.module->getBody()->front());
  json.attributeArray("arguments", [&] {
    for (auto [type, isWeight] :
         llvm::zip_equal(main.getArgumentTypes(), function.isWeight))
      json.object([&] {
        json.attribute("role", isWeight ? kRoleWeight : kRoleActivation);
        writeHostType(json, type);
      });
  });
}

static void writeWork(llvm::json::OStream &json, const Work &work) {
  std::string element;
  if (work.element)
    llvm::raw_string_ostream(element) << work.element;
  json.attributeObject("work", [&] {
    json.attribute("flops", work.flops);
    json.attribute("transcendentals", work.transcendentals);
    json.attribute("bytes", work.bytes);
    json.attribute("element", element);
  });
}

static std::string nameOf(StringRef what, size_t index) {
  return (what + Twine(index)).str();
}

static void writeIndex(raw_ostream &os, OpExtraction &extraction) {
  llvm::json::OStream json(os, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("operations", [&] {
      for (auto [index, op] : llvm::enumerate(extraction.operations))
        json.object([&] {
          json.attribute("signature", op.signature);
          json.attribute("count", op.count);
          json.attribute("timing", stringify(op.timing));
          if (!op.function.module)
            return;
          writeWork(json, op.work);
          json.attribute("module", nameOf("op_", index));
          writeArguments(json, op.function);
        });
    });
    json.attributeArray("groups", [&] {
      for (auto [index, group] : llvm::enumerate(extraction.groups))
        json.object([&] {
          json.attributeArray("operations", [&] {
            for (unsigned op : group.operations)
              json.value(op);
          });
          json.attribute("count", group.count);
          json.attribute("module", nameOf("group_", index));
          writeArguments(json, group.function);
        });
    });
  });
  os << '\n';
}

namespace {

struct ExportOpsPass
    : public placement::impl::ExportOpsPassBase<ExportOpsPass> {
  using ExportOpsPassBase::ExportOpsPassBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult run() {
    ModuleOp module = getOperation();
    if (directory.empty())
      return module.emitError()
             << "placement-export-ops needs a folder to write to; name one "
                "with the option 'directory'";
    FailureOr<func::FuncOp> root = findEntryFunction(module, function);
    if (failed(root))
      return failure();
    SymbolTable symbols(module);
    FailureOr<OpExtraction> extraction = extractOps(*root, symbols, groups);
    if (failed(extraction))
      return failure();

    OutputFolder folder(module, directory);
    if (failed(folder.create()))
      return failure();
    auto write = [&](StringRef what, size_t index, ExtractedFunction &part) {
      if (!part.module)
        return success();
      return folder.write(nameOf(what, index) + ".mlir", [&](raw_ostream &os) {
        printModule(*part.module, os);
      });
    };
    for (auto [index, op] : llvm::enumerate(extraction->operations))
      if (failed(write("op_", index, op.function)))
        return failure();
    for (auto [index, group] : llvm::enumerate(extraction->groups))
      if (failed(write("group_", index, group.function)))
        return failure();
    return folder.write("ops.json",
                        [&](raw_ostream &os) { writeIndex(os, *extraction); });
  }
};

} // namespace
