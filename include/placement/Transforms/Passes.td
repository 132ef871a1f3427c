//===- Passes.td - All passes, in the order of the pipeline  -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_PASSES_TD
#define PLACEMENT_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

#endif // PLACEMENT_TRANSFORMS_PASSES_TD
