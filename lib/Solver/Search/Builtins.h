//===- Builtins.h - The algorithms that come with the core ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_SEARCH_BUILTINS_H
#define PLACEMENT_LIB_SOLVER_SEARCH_BUILTINS_H

#include "placement/Solver/Search/Algorithm.h"

#include <memory>

namespace placement::solver {

/// Exact contiguous throughput, and its dynamic programs alone
/// (lib/Solver/Contiguous).
std::unique_ptr<Algorithm> createContiguous();
std::unique_ptr<Algorithm> createLinearised();

/// Plans that need not be contiguous (lib/Solver/NonContiguous).
std::unique_ptr<Algorithm> createNonContiguous();
std::unique_ptr<Algorithm> createLocalSearch();

/// The fastest single sample (lib/Solver/Latency).
std::unique_ptr<Algorithm> createLatency();
std::unique_ptr<Algorithm> createLatencySearch();

/// Baselines (lib/Solver/Baselines).
std::unique_ptr<Algorithm> createOneDevice();
std::unique_ptr<Algorithm> createEqualOps();
std::unique_ptr<Algorithm> createEqualWeights();
std::unique_ptr<Algorithm> createGreedy();
std::unique_ptr<Algorithm> createHillClimbing();
std::unique_ptr<Algorithm> createMaxLoad();
std::unique_ptr<Algorithm> createMetis();
std::unique_ptr<Algorithm> createPipeDream();
std::unique_ptr<Algorithm> createScotch();

/// General solvers in processes of their own (lib/Solver/Mip).
std::unique_ptr<Algorithm> createMip();
std::unique_ptr<Algorithm> createCpSat();

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_SEARCH_BUILTINS_H
