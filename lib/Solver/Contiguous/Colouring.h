//===- Colouring.h - Colours that automorphisms keep ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_COLOURING_H
#define PLACEMENT_SOLVER_CONTIGUOUS_COLOURING_H

#include "Solver/Contiguous/ClassGraph.h"

#include <cstdint>
#include <vector>

namespace placement::solver::contiguous {

struct Colours {
  std::vector<uint64_t> ofClass, ofItem;
};

/// Colours that an automorphism keeps (with `costs`), or that one of the bare
/// structure would keep. They only propose: a collision costs a failed
/// verification.
/// Eight rounds of Weisfeiler-Leman refinement, each linear in the graph.
Colours colour(const ClassGraph &graph, bool costs);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_COLOURING_H
