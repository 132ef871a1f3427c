//===- PrintOpSignatures.cpp - An empty profile for a function ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/EntryFunction.h"
#include "placement/Analysis/OpSignature.h"
#include "placement/Transforms/Passes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

namespace placement {
#define GEN_PASS_DEF_PRINTOPSIGNATURESPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {
/// A signature and how many operations have it.
struct Entry {
  std::string signature;
  int64_t count = 0;
};
} // namespace

static void writeProfile(llvm::raw_ostream &os, ArrayRef<Entry> entries) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("entries", [&] {
      for (const auto &[signature, count] : entries)
        json.object([&] {
          json.attribute("signature", signature);
          json.attributeObject("times", [] {});
          json.attributeObject("info", [&] { json.attribute("count", count); });
        });
    });
  });
  os << '\n';
}

namespace {

struct PrintOpSignaturesPass
    : public placement::impl::PrintOpSignaturesPassBase<PrintOpSignaturesPass> {
  using PrintOpSignaturesPassBase::PrintOpSignaturesPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> root = findEntryFunction(getOperation(), function);
    if (failed(root))
      return signalPassFailure();
    OpSignatures signatures;
    SmallVector<Entry> entries;
    llvm::StringMap<size_t> indices;
    for (Operation &op : root->getBody().front().without_terminator()) {
      std::string signature = signatures.get(&op);
      auto [it, inserted] = indices.try_emplace(signature, entries.size());
      if (inserted)
        entries.push_back({std::move(signature)});
      ++entries[it->second].count;
    }
    // Through a temporary file, so that no half profile is ever seen.
    llvm::Error error = llvm::writeToOutput(file, [&](llvm::raw_ostream &os) {
      writeProfile(os, entries);
      return llvm::Error::success();
    });
    if (error) {
      root->emitError() << "profile '" << file << "': cannot be written: "
                        << llvm::toString(std::move(error));
      return signalPassFailure();
    }
    markAllAnalysesPreserved();
  }
};

} // namespace
