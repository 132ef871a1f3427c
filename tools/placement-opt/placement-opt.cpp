//===- placement-opt.cpp - Driver of passes, like mlir-opt ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Listings.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "placement/Bridge/BytecodeOrigin.h"
#include "placement/InitAll.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

/// Unregistered operations are first-class input, so they are allowed unless
/// the user says otherwise.
static void allowUnregisteredByDefault(MlirOptMainConfig &config) {
  auto &options = llvm::cl::getRegisteredOptions();
  auto it = options.find("allow-unregistered-dialect");
  if (it == options.end() || it->second->getNumOccurrences() == 0)
    config.allowUnregisteredDialects(true);
}

/// An error about a module or function would print all of it, weights included.
/// Locations say where; --mlir-print-op-on-diagnostic brings the print back.
static void printNoOperationsByDefault() {
  registerMLIRContextCLOptions();
  auto &options = llvm::cl::getRegisteredOptions();
  auto it = options.find("mlir-print-op-on-diagnostic");
  if (it != options.end())
    static_cast<llvm::cl::opt<bool> *>(it->second)->setInitialValue(false);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  printNoOperationsByDefault();
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  placement::registerAllDialects(registry);
  placement::registerAllExternalModels(registry);
  mlir::registerAllPasses();
  placement::registerAllPasses();

  llvm::cl::opt<bool> listMachines(
      "placement-list-machines",
      llvm::cl::desc("List the machines that the option machine= knows"));
  llvm::cl::opt<bool> listSolvers(
      "placement-list-solvers",
      llvm::cl::desc("List the algorithms that algorithm= knows"));
  auto [inputName, outputName] = registerAndParseCLIOptions(
      argc, argv, "Placement optimizer driver\n", registry);
  if (listMachines)
    placement::printMachines(llvm::outs());
  if (listSolvers)
    placement::printSolvers(llvm::outs());
  if (listMachines || listSolvers)
    return EXIT_SUCCESS;
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  allowUnregisteredByDefault(config);
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(
        MlirOptMain(argc, argv, inputName, outputName, registry));

  auto fail = [](const llvm::Twine &message) {
    llvm::WithColor::error(llvm::errs(), "placement-opt") << message << '\n';
    return EXIT_FAILURE;
  };
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputName, &error);
  if (!input)
    return fail(error);
  std::string reason = placement::foreignBytecodeReason(input->getBuffer());
  if (!reason.empty())
    return fail("'" + inputName + "' is " + reason);
  std::unique_ptr<llvm::ToolOutputFile> output =
      openOutputFile(outputName, &error);
  if (!output)
    return fail(error);
  if (failed(MlirOptMain(output->os(), std::move(input), registry, config)))
    return EXIT_FAILURE;
  output->keep();
  return EXIT_SUCCESS;
}
