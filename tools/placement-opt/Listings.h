//===- Listings.h - What the options of the passes can name --- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENTOPT_LISTINGS_H
#define PLACEMENT_TOOLS_PLACEMENTOPT_LISTINGS_H

#include "llvm/Support/raw_ostream.h"

namespace placement {

/// One line for each machine preset, and one for each of its kinds.
void printMachines(llvm::raw_ostream &os);

/// One line for each registered algorithm.
void printSolvers(llvm::raw_ostream &os);

} // namespace placement

#endif // PLACEMENT_TOOLS_PLACEMENTOPT_LISTINGS_H
