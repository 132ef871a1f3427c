//===- Pipelines.cpp - Named pipelines ------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Transforms/Passes.h"

void placement::registerPlacementPipelines() {}
