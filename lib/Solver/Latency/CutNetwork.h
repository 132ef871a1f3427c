//===- CutNetwork.h - Pieces about an interval as cuts ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_CUTNETWORK_H
#define PLACEMENT_LIB_SOLVER_LATENCY_CUTNETWORK_H

#include "Solver/Latency/IntervalTable.h"
#include "Solver/Latency/MinCut.h"
#include "placement/Solver/Model/Certificate.h"

#include <array>

namespace placement::solver::latency {

/// The network whose cuts are pieces that meet a chain in one interval, hold
/// some further nodes, and do without others; or what several pieces of a
/// device hold together. The source's side is the piece. What it holds that
/// cannot change is in `base`.
///
/// A multiplier m / 2^shift is the price of a byte. The price of memory that
/// comes in several parts is rounded down for each part, that of the
/// whole device is rounded down too, and parts within a device never cost more.
class CutNetwork {
public:
  CutNetwork(const LatencyProblem &problem, const PathAtoms &atoms,
             const PathChain &chain);

  /// Chooses interval, layer, and nodes that must and must not be in the piece.
  /// False when no piece is left. Touches what hangs together with the hull.
  bool prepare(const Interval &interval, const IntervalLayer &layer,
               std::span<const uint32_t> with,
               std::span<const uint32_t> without);

  /// Where the cheapest piece was found.
  struct Cut {
    /// No piece that fits into memory has a smaller load.
    Time bound = 0;
    /// Load and memory of the cheapest piece at that price.
    Time load = 0;
    Bytes bytes = 0;
    /// False when steps ran out; there is no piece then.
    bool complete = true;
  };
  Cut solve(int64_t multiplier, uint64_t steps);
  /// The piece of the last complete solve.
  std::vector<uint32_t> piece() const;
  /// Atoms of the last piece that need not be in it, and their bytes.
  template <typename Visit>
  void forEachChoice(Visit visit) const {
    for (uint32_t x = 0; x < variables.size(); ++x)
      if (cut.besideSource(x))
        visit(variables[x].node, variables[x].bytes);
  }

  Time hullLoad() const { return loadOfHull; }
  Bytes hullBytes() const { return bytesOfHull; }
  Bytes memory() const { return limit; }
  /// Multipliers are parts of 2^shift, for a device of that memory.
  static uint32_t shiftOf(Bytes memory);
  uint32_t shift() const { return scale; }
  /// Prices of memory stay in range up to here.
  int64_t largestMultiplier() const { return mostPrice; }
  size_t numVariables() const { return variables.size(); }
  uint64_t stepsUsed() const {
    return used + hulls[0].stepsUsed() + hulls[1].stepsUsed() + cut.stepsUsed();
  }

private:
  enum class State : uint8_t { Unknown, Out, Free };
  struct Variable {
    uint32_t node;
    Time compute;
    Bytes bytes;
  };
  /// Memory that is taken when a node of the network is beside the source.
  struct Part {
    uint32_t node;
    Bytes bytes;
  };
  bool holdsHull(std::span<const uint32_t> with);
  bool tiedOutside(uint32_t v) const;
  bool admissible(uint32_t v) const;
  void collect();
  void visit(uint32_t v);
  void shutOut();
  void expel(uint32_t v);
  void build();
  void addNets();
  void addNet(uint32_t net);
  void addImplications();
  void addMemory();
  Time priceOf(Bytes bytes, int64_t multiplier) const;

  const LatencyProblem &problem;
  const PathAtoms &atoms;
  const PathChain &chain;
  /// Of one piece, and of several together.
  std::array<PathHull, 2> hulls;
  PathHull *hull = hulls.data();
  SetBytes bytes;
  MinCut cut;
  Interval interval;
  KindId kind = 0;
  Bytes limit = 0, bytesOfHull = 0;
  Time base = 0, loadOfHull = 0;
  uint32_t scale = 0, device = kNone;
  int64_t mostPrice = 0, currentPrice = -1;
  bool built = false;
  std::vector<State> state;
  std::vector<uint32_t> touched, queue, variableOf, netRound, weightNode;
  std::vector<Variable> variables;
  std::vector<Part> parts;
  std::vector<uint32_t> pins;
  uint32_t round = 0;
  uint64_t used = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_CUTNETWORK_H
