//===- CostModels.cpp - The list of cost models -----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModels/CostModels.h"

using namespace mlir;

namespace placement {

bool isBuiltinCostModel(StringRef name) {
  return name == kProfileModelName || name == kRooflineModelName ||
         name == kFallbackModelName;
}

FailureOr<CostModelList> createCostModels(MachineOp machine,
                                          StringRef profilePath, Location loc) {
  CostModelList models;
  if (!profilePath.empty()) {
    FailureOr<std::unique_ptr<CostModel>> profile =
        createProfileModel(machine, profilePath, loc);
    if (failed(profile))
      return failure();
    models.push_back(std::move(*profile));
  }
  models.push_back(createRooflineModel(machine));
  models.push_back(createFallbackModel(machine));
  return models;
}

} // namespace placement
