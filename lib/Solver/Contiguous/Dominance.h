//===- Dominance.h - When one label makes another useless -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_DOMINANCE_H
#define PLACEMENT_SOLVER_CONTIGUOUS_DOMINANCE_H

#include "Solver/Contiguous/IdealLayer.h"
#include "Solver/Contiguous/Label.h"

#include <algorithm>
#include <bit>

namespace placement::solver::contiguous {

/// Compares labels of one ideal and kind. Exact: docs/Solvers.md, "Dominance".
template <unsigned Words, bool TrackMemory, typename Shape>
class Dominance {
  using LabelT = Label<Words, Shape>;

public:
  Dominance(const ClassGraph &graph, const CountPacking &packing)
      : graph(graph), packing(packing) {}

  bool compatible(const LabelT &a, const LabelT &b) const {
    if (!packing.lessEqual(a.used, b.used) || (a.pin && a.pin != b.pin) ||
        !a.below(b))
      return false;
    return !TrackMemory || (a.memory <= b.memory && a.transient <= b.transient);
  }

  /// What label a may cost more than b until both end: items that b need not
  /// pay again and a has to, and those that only b gets refunded. Stops above
  /// `enough`.
  Time handicap(KindId k, const LabelT &a, const LabelT &b,
                const Crossing *crossing, Time enough) const {
    const Time *cost = graph.cost[k].data();
    Time sum = 0;
    auto addWord = [&](uint64_t w, unsigned i) {
      for (; w; w &= w - 1)
        sum += cost[crossing[64 * i + std::countr_zero(w)].item];
    };
    for (unsigned i = 0; i < Words; ++i) {
      addWord(a.untouched.word[i] & ~b.untouched.word[i], i);
      addWord(b.refundable.word[i] & ~a.refundable.word[i], i);
      if (sum > enough)
        return sum;
    }
    return sum;
  }
  /// The same part by part, added to `sums`: an item that is touched later is
  /// paid as a receiver pays it or moves as it does in b, and a refund is that
  /// of a sender.
  void handicapByPart(KindId k, const LabelT &a, const LabelT &b,
                      const Crossing *crossing,
                      std::array<Time, Shape::parts> &sums) const {
    const Time *cost = graph.cost[k].data();
    a.untouched.without(b.untouched).forEach([&](uint32_t p) {
      ItemId item = crossing[p].item;
      sums[graph.inPart[item]] += cost[item];
    });
    b.refundable.without(a.refundable).forEach([&](uint32_t p) {
      ItemId item = crossing[p].item;
      sums[graph.outPart[item]] += cost[item];
    });
  }
  /// Whether no part of a can end above that of b.
  bool partsBelow(KindId k, const LabelT &a, const LabelT &b,
                  const Crossing *crossing) const {
    std::array<Time, Shape::parts> sums = a.sum;
    for (unsigned p = 0; p < Shape::parts; ++p)
      if (sums[p] > b.sum[p])
        return false;
    if (graph.kinds[k].plain)
      return true;
    handicapByPart(k, a, b, crossing, sums);
    for (unsigned p = 0; p < Shape::parts; ++p)
      if (sums[p] > b.sum[p])
        return false;
    return true;
  }
  /// Bytes of weights that a still has to load and b has not.
  Bytes extraBytes(const LabelT &a, const LabelT &b,
                   const Crossing *crossing) const {
    Bytes sum = 0;
    a.untouched.without(b.untouched).forEach([&](uint32_t p) {
      sum += graph.itemBytes[crossing[p].item];
    });
    return sum;
  }

  /// Whether every way to go on from b goes as well from a.
  bool dominates(KindId k, const LabelT &a, const LabelT &b,
                 const Crossing *crossing) const {
    if (a.load > b.load || !compatible(a, b))
      return false;
    if (graph.kinds[k].plain) {
      if constexpr (Shape::single)
        return true;
      else
        return partsBelow(k, a, b, crossing);
    }
    Time slack = b.load - a.load;
    if (std::max<Time>(0, a.untouchedCost - b.untouchedCost) +
            std::max<Time>(0, b.refund - a.refund) >
        slack)
      return false;
    if constexpr (!Shape::single) {
      if (!partsBelow(k, a, b, crossing))
        return false;
    } else if (a.untouchedCost + b.refund > slack &&
               handicap(k, a, b, crossing, slack) > slack) {
      return false;
    }
    return !TrackMemory || a.memory + extraBytes(a, b, crossing) <= b.memory;
  }

private:
  const ClassGraph &graph;
  const CountPacking &packing;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_DOMINANCE_H
