//===- CoreSeats.h - Host nodes on bounded cores ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_CORESEATS_H
#define PLACEMENT_LIB_SOLVER_LATENCY_CORESEATS_H

#include "Solver/Latency/LatencyProblem.h"

#include <utility>
#include <vector>

namespace placement::solver::latency {

/// The cores of pools with a bounded number, while nodes are given to them in
/// the order of time: whoever is ready and has the longest rest of the sample
/// behind it comes first. Owns its tables; a pass allocates nothing once they
/// have grown.
class CoreSeats {
public:
  explicit CoreSeats(const LatencyProblem &problem);

  /// All cores are free, nobody waits.
  void reset();
  /// A node that runs on the pool is ready.
  void enqueue(uint32_t pool, uint32_t v, Time priority);
  /// The core of a node becomes free.
  void leave(uint32_t pool, uint32_t v);
  /// Gives free cores to nodes that wait. Calls `seat(v, before)` for each,
  /// with the node that its core ran last, kNone for none.
  template <typename Visit>
  void seatAll(Visit seat) {
    for (uint32_t pool = 0; pool < pools.size(); ++pool)
      while (true) {
        uint32_t v = next(pool);
        if (v == kNone)
          break;
        seat(v, take(pool, v));
      }
  }
  /// The core that the node was given.
  uint32_t core(uint32_t pool, uint32_t v) const {
    return pools[pool].cores[seatOf[v]];
  }

private:
  struct PoolSeats {
    /// Numbers of the cores that may be used: those that pins name, and no more
    /// others than there are nodes.
    std::vector<uint32_t> cores;
    std::vector<uint32_t> lastNode;
    std::vector<uint8_t> busy;
    /// Free seats; some may have been taken meanwhile.
    std::vector<uint32_t> open;
    std::vector<std::pair<Time, uint32_t>> waiting;
    /// Nodes that wait for one core.
    std::vector<std::pair<Time, uint32_t>> pinned;
  };

  uint32_t next(uint32_t pool);
  uint32_t take(uint32_t pool, uint32_t v);

  std::vector<PoolSeats> pools;
  std::vector<uint32_t> seatOf, pinnedSeat;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_CORESEATS_H
