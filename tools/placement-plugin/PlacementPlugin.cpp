//===- PlacementPlugin.cpp - Dialect and passes for other tools of MLIR ---===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "placement/InitAll.h"
#include "llvm/Config/llvm-config.h"

using namespace mlir;

/// What `--load-dialect-plugin` calls.
extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Placement", LLVM_VERSION_STRING,
          [](DialectRegistry *registry) {
            placement::registerAllDialects(*registry);
            placement::registerAllExternalModels(*registry);
          }};
}

/// What `--load-pass-plugin` calls.
extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Placement", LLVM_VERSION_STRING,
          placement::registerAllPasses};
}
