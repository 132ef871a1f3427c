//===- ComparisonCells.h - Figures of a comparison as text ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_COMPARISONCELLS_H
#define PLACEMENT_LIB_SOLVER_IO_COMPARISONCELLS_H

#include "placement/Solver/IO/ComparisonWriter.h"

#include <optional>
#include <string>

namespace placement::solver {

/// `contiguous` or `any`.
const char *planKind(bool contiguous);

/// `ours (contiguous)`, `linearised`, `expert`.
std::string rowLabel(const ComparisonRow &row);

/// `+12.9 %`, `0 %`, `-0.3 %`.
std::string describeDistance(double distance);
/// The same, or `-` where there is none.
std::string describeDistance(const std::optional<double> &distance);

/// `1.2 %`, a share without a sign.
std::string describeShare(double share);

/// `0.05 s`.
std::string describeSeconds(double seconds);

/// Why a row has no plan that counts, in one line; empty for plans that ended
/// by themselves.
std::string describeTrouble(const ComparisonRow &row);

/// Whose word a bound is, and what is proved; empty where the bound is proved.
std::string describeClaim(const Instance &instance, const ComparisonRow &row);

/// How many devices the machine has, and how many of them a plan uses. Under
/// latency hosts are none.
uint64_t countDevices(const Instance &instance);
uint64_t countUsedDevices(const Instance &instance, const Plan &plan);

/// `96 nodes on 6 acc, 1 cpu; times in ms`, and the models of load
/// or the terms of latency.
std::string describeProblem(const Instance &instance);

/// For people, in the layout of the style.
std::string writeComparisonDocument(const Comparison &comparison,
                                    const ComparisonStyle &style);
std::string writeComparisonCsv(const Comparison &comparison, bool times);
std::string writeComparisonJson(const Comparison &comparison, bool times);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_COMPARISONCELLS_H
