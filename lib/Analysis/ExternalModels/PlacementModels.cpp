//===- PlacementModels.cpp - Work of placement ops --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"
#include "placement/Dialect/PlacementDialect.h"
#include "placement/Dialect/PlacementOps.h"

using namespace mlir;
using namespace placement;

void placement::registerPlacementWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, PlacementDialect *) {
    // Links price transfers; the devices do nothing.
    attach<NothingModel, TransferOp>(context);
  });
}
