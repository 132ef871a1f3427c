//===- Options.h - Limits and switches of a solve ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_OPTIONS_H
#define PLACEMENT_SOLVER_SEARCH_OPTIONS_H

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace placement::solver {

/// Nobody compares more plans than this, and their tables stay small.
inline constexpr uint32_t kMostAlternatives = 1000;

/// Who proves bounds beside or instead of the engine.
enum class Provers {
  /// The engine; after it, where a time limit is given, general solvers too.
  Auto,
  /// The engine alone.
  Own,
  /// The engine and HiGHS, CP-SAT, or both.
  Highs,
  CpSat,
  All
};

/// `auto`, `own`, `highs`, `cpsat` or `all`; none for any other text.
std::optional<Provers> parseProvers(std::string_view text);

/// What to solve and when to stop. A limit never makes a solve fail: it
/// returns its best plan and the bound proven so far.
struct SolveOptions {
  /// A registered name, or "auto".
  std::string algorithm = "auto";
  bool contiguous = true;
  /// Wall seconds.
  double timeLimit = std::numeric_limits<double>::infinity();
  /// Bytes that the search's own tables may take.
  uint64_t memoryLimit = uint64_t(2) << 30;
  /// Steps of the search (an engine's own unit, about ten million a second):
  /// unlike time, a limit that gives the same plan on every machine. Ends with
  /// Stop::Time.
  uint64_t workLimit = std::numeric_limits<uint64_t>::max();
  /// Relative gap at which to stop; zero asks for a proof.
  double gap = 0;
  /// At most this many stages; zero for as many as there are devices.
  uint32_t maxStages = 0;
  /// How many plans to return, the best first (Plan::alternatives); at most
  /// kMostAlternatives, and zero and one ask for the plan alone. Where a search
  /// has spent its work limit, ranking may take an eighth of it more.
  uint32_t alternatives = 0;
  uint64_t seed = 1;
  /// Cores to use at once; zero means one. The engine takes one of them, each
  /// general solver another.
  uint32_t threads = 0;
  Provers provers = Provers::Auto;
  /// The program that runs general solvers; empty to look for it
  /// (docs/Solvers.md, "General solvers").
  std::string worker;
  /// Set by another thread or a signal handler to stop early.
  const std::atomic<bool> *cancel = nullptr;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_OPTIONS_H
