//===- LatencyEngine.h - Search and provers side by side --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LATENCYENGINE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LATENCYENGINE_H

#include "Solver/Latency/LatencyProvers.h"
#include "Solver/Latency/LatencySearch.h"
#include "Solver/Latency/Makespan.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace placement::solver::latency {

/// One solve of a latency problem. Search and provers take turns in slices of
/// steps, so that without a time limit the answer does not depend on the
/// machine.
class LatencyEngine final : public LatencyBoard {
public:
  LatencyEngine(const Instance &instance, const SolveOptions &options,
                Observer &observer);

  /// Takes a known plan as the first value, when it is one.
  void start(const Assignment &assignment);
  /// `look` is called, in the thread that runs the engine, whenever that looks
  /// at its limits; it may bring a plan from elsewhere by `onIncumbent`. Not
  /// while a prover is at work, so seconds may pass between two calls.
  void onLook(std::function<void()> look) { outside = std::move(look); }
  /// The search alone, until it has found nothing better for a while.
  void searchOnly();
  /// Search and provers until they meet, a limit, or all have ended.
  void run();
  /// Drops pieces that are of no use, and gives the answer.
  Outcome finish();

  const LatencyProblem &problem() const { return compact; }
  /// Value and bound meet, or no plan exists.
  bool closed() const { return infeasible || bestValue <= lower; }
  /// Nothing is left to do: proven, a limit, or the asked gap.
  bool enough();

  // ---- LatencyBoard ----
  Time value() const override { return bestValue; }
  const Placement *best() const override {
    return bestValue == kInfiniteTime ? nullptr : &bestPlacement;
  }
  Time bound() const override { return lower; }
  void onBound(Time bound, std::string_view family) override;
  void onInfeasible(std::string_view family) override;
  bool onIncumbent(const Placement &placement,
                   std::string_view source) override;

private:
  Outcome outcome() const;
  void contradict();
  void simpleBound();
  void startOnHosts();
  void searchFor(uint64_t steps);
  void proveFor(LatencyProver &prover, uint64_t steps);
  void solveWithOnePiece();
  uint64_t stepsUsed() const;
  uint64_t stepsLeft() const;
  bool isTimed() const;
  bool searchEnded() const;
  bool outOfWork();

  const Instance &instance;
  const SolveOptions &options;
  Observer &observer;
  Budget budget;
  LatencyProblem compact;
  Makespan makespan;
  std::optional<LatencySearch> search;
  std::vector<std::unique_ptr<LatencyProver>> provers;
  std::vector<uint8_t> ended;

  Time bestValue = kInfiniteTime, lower = 0;
  Placement bestPlacement;
  std::string valueSource, boundSource;
  std::vector<FamilyBound> familyBounds;
  bool infeasible = false;
  uint64_t staleRounds = 0, proved = 0;
  std::optional<Stop> stop;
  std::function<void()> outside;
  std::vector<std::string> explanation;
};

/// Why the engine cannot take the instance, or empty.
std::string unsupportedReason(const Instance &instance,
                              const SolveOptions &options);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LATENCYENGINE_H
