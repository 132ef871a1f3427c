//===- PlacementDialect.h - The placement dialect ------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTDIALECT_H
#define PLACEMENT_DIALECT_PLACEMENTDIALECT_H

#include "mlir/IR/Dialect.h"

#include <atomic>

#include "placement/Dialect/PlacementDialect.h.inc"

#endif // PLACEMENT_DIALECT_PLACEMENTDIALECT_H
