//===- place.cpp - The passes in somebody else's program ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "placement/Dialect/PlacementOps.h"
#include "placement/InitAll.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

int main(int argc, char **argv) {
  if (argc != 2) {
    llvm::errs() << "usage: place MODEL.mlir\n";
    return 1;
  }
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, func::FuncDialect>();
  placement::registerAllDialects(registry);
  placement::registerAllExternalModels(registry);
  placement::registerAllPasses();
  MLIRContext context(registry);
  // StableHLO in generic form needs no library.
  context.allowUnregisteredDialects();

  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(argv[1], &context);
  if (!module)
    return 1;
  FailureOr<OpPassManager> passes = parsePassPipeline(
      "builtin.module(placement-pipeline{machine=tpu-v5e-4})");
  if (failed(passes))
    return 1;
  PassManager manager(&context, passes->getOpAnchorName());
  static_cast<OpPassManager &>(manager) = std::move(*passes);
  if (failed(manager.run(*module)))
    return 1;
  for (auto machine : module->getOps<placement::MachineOp>())
    llvm::outs() << "machine " << machine.getSymName() << '\n';
  for (auto function : module->getOps<func::FuncOp>())
    llvm::outs() << "function " << function.getSymName() << '\n';
  return 0;
}
