//===- ExternalModels.cpp - WorkOpInterface on foreign dialects -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

void placement::registerWorkModels(mlir::DialectRegistry &registry) {
  registerArithWorkModels(registry);
  registerComplexWorkModels(registry);
  registerFuncWorkModels(registry);
  registerLinalgWorkModels(registry);
  registerMathWorkModels(registry);
  registerPlacementWorkModels(registry);
  registerSCFWorkModels(registry);
  registerTensorWorkModels(registry);
}
