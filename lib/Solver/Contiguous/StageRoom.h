//===- StageRoom.h - What a stage leaves to the rest of a chain -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_STAGEROOM_H
#define PLACEMENT_SOLVER_CONTIGUOUS_STAGEROOM_H

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/IdealLayer.h"
#include "Solver/Contiguous/Label.h"

#include <algorithm>
#include <vector>

namespace placement::solver::contiguous {

/// Decides for a fixed limit which stages under construction can still be part
/// of a chain (docs/Solvers.md, "Pruning"). Every answer "no" is proven.
template <typename Shape>
class StageRoom {
public:
  StageRoom(const ClassGraph &graph, const Capacity &capacity,
            const CountPacking &packing, Time limit)
      : graph(graph), capacity(capacity), packing(packing), limit(limit),
        reference(capacity.reference()) {
    fill(left, capacity, limit);
    if constexpr (Shape::byPass)
      for (unsigned pass = 0; pass < 2; ++pass)
        fill(passLeft[pass], capacity.ofPass(pass), mostOfPass(pass));
  }

  /// Peaks before any stage.
  PassPeaks<Shape::passes> noPeaks() const {
    PassPeaks<Shape::passes> peaks;
    if constexpr (Shape::byPass)
      peaks.peak = {capacity.leastPass(0), capacity.leastPass(1)};
    return peaks;
  }

  /// Whether the stage may end as it is; the peaks of the chain then.
  template <typename LabelT>
  bool canEnd(const LabelT &label, PassPeaks<Shape::passes> &peaks) const {
    if constexpr (Shape::single) {
      return label.load <= limit;
    } else if constexpr (Shape::byPass) {
      peaks = {{std::max(label.peak[0], largest(label.sum, 0)),
                std::max(label.peak[1], largest(label.sum, 1))}};
      return peaks.peak[0] + peaks.peak[1] <= limit;
    } else {
      return largest(label.sum, 0) <= limit;
    }
  }

  /// Whether devices beyond those used can do all work outside the ideal. A
  /// crossing item is paid by whoever holds a member outside; where only
  /// devices of the reference kind are left, that is capacity lost.
  bool canStart(uint64_t used, const PassPeaks<Shape::passes> &peaks,
                const Ideal &at) const {
    bool onlyReference;
    Time can = workLeft(used, onlyReference);
    Time need = capacity.totalWork() - at.work;
    if (Shape::perPass == 1 && onlyReference)
      need += at.crossingCost;
    if (need > can)
      return false;
    if constexpr (Shape::byPass)
      for (unsigned pass = 0; pass < 2; ++pass)
        if (workOfPass(pass, at) >
            leftOfPass(pass, used, limit - peaks.peak[1 - pass]))
          return false;
    return true;
  }

  /// Whether a stage of kind k with this label can still be part of a chain
  /// that does all work outside the ideal `at`, of which label.refund may come
  /// back. Items not yet paid as in `canStart`.
  template <typename LabelT>
  bool promising(KindId k, const LabelT &label, const Ideal &at) const {
    Time need = capacity.totalWork() - at.work;
    if constexpr (Shape::single) {
      Time least = label.load - label.refund;
      if (least > limit)
        return false;
      bool onlyReference;
      Time can = workLeft(label.used, onlyReference);
      if (k == reference) {
        can += limit - least;
        if (onlyReference)
          need += label.untouchedCost;
      } else {
        can += capacity.within(k, limit - least);
      }
      return need <= can;
    } else {
      Time worked = label.least(0);
      if constexpr (Shape::byPass) {
        if (!passesPromising(k, label, at))
          return false;
        worked += label.least(Shape::perPass);
      } else {
        for (unsigned p = 0; p < Shape::parts; ++p)
          if (label.least(p) > limit)
            return false;
      }
      bool onlyReference;
      Time can = workLeft(label.used, onlyReference);
      if (Shape::perPass == 1 && k == reference && onlyReference)
        need += label.untouchedCost;
      return need <= can + ownWork(capacity, k, limit - worked);
    }
  }

  /// How much room a label leaves; larger is better. A guess for beams.
  template <typename LabelT>
  Time slackOf(KindId k, const LabelT &label, const Ideal &at) const {
    bool onlyReference;
    Time can = workLeft(label.used, onlyReference);
    Time rest = limit;
    if constexpr (Shape::single) {
      rest += label.refund / 2 - label.load;
    } else {
      std::array<Time, Shape::parts> sum = label.sum;
      for (unsigned p = 0; p < Shape::parts; ++p)
        sum[p] -= label.fall[p] / 2;
      for (unsigned pass = 0; pass < Shape::passes; ++pass) {
        Time time = largest(sum, pass);
        if constexpr (Shape::byPass)
          time = std::max(time, label.peak[pass]);
        rest -= time;
      }
    }
    can += k == reference ? rest : capacity.within(k, rest);
    return can - (capacity.totalWork() - at.work);
  }

private:
  /// No need of work and items is above this, so sums saturate here.
  static constexpr Time kEver = Time(1) << 61;
  /// table[k][used]: work of the devices of kind k that are not used.
  using Table = std::vector<std::vector<Time>>;

  void fill(Table &table, const Capacity &of, Time each) const {
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      table.emplace_back();
      uint32_t count = graph.kinds[k].count;
      for (uint32_t used = 0; used <= count; ++used) {
        __int128 time = static_cast<__int128>(each) * (count - used);
        // Reference devices also pay for items, so their time is not capped
        // by the work there is.
        table[k].push_back(
            k != reference
                ? of.within(k, time)
                : static_cast<Time>(std::min<__int128>(time, kEver)));
      }
    }
  }

  static Time largest(const std::array<Time, Shape::parts> &sum,
                      unsigned pass) {
    return *std::max_element(sum.begin() + pass * Shape::perPass,
                             sum.begin() + (pass + 1) * Shape::perPass);
  }

  /// Work that the devices not yet used can do; whether all of them are of the
  /// reference kind.
  Time workLeft(uint64_t used, bool &onlyReference) const {
    Time sum = 0;
    onlyReference = true;
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      uint32_t u = packing.get(used, k);
      sum = std::min(sum + left[k][u], kEver);
      onlyReference &= k == reference || u == graph.kinds[k].count;
    }
    return sum;
  }
  Time ownWork(const Capacity &of, KindId k, Time time) const {
    return k == reference ? std::max<Time>(0, time) : of.within(k, time);
  }

  // ---- GPipe: each pass has its own work ----

  /// The pass lasts no longer than this in a chain within the limit.
  Time mostOfPass(unsigned pass) const {
    return std::max<Time>(0, limit - capacity.leastPass(1 - pass));
  }
  Time workOfPass(unsigned pass, const Ideal &at) const {
    Time done = pass == 0 ? at.forwardWork : at.work - at.forwardWork;
    return capacity.ofPass(pass).totalWork() - done;
  }
  /// Work of the pass that the devices not yet used can do when it lasts `each`
  /// at most.
  Time leftOfPass(unsigned pass, uint64_t used, Time each) const {
    Time sum = 0;
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      uint32_t u = packing.get(used, k);
      Time work =
          k != reference
              ? passLeft[pass][k][u]
              : static_cast<Time>(std::min<__int128>(
                    static_cast<__int128>(each) * (graph.kinds[k].count - u),
                    kEver));
      sum = std::min(sum + work, kEver);
    }
    return sum;
  }
  template <typename LabelT>
  bool passesPromising(KindId k, const LabelT &label, const Ideal &at) const {
    Time lasts[2];
    for (unsigned pass = 0; pass < 2; ++pass) {
      lasts[pass] = label.peak[pass];
      for (unsigned p = 0; p < Shape::perPass; ++p)
        lasts[pass] =
            std::max(lasts[pass], label.least(pass * Shape::perPass + p));
    }
    if (lasts[0] + lasts[1] > limit)
      return false;
    for (unsigned pass = 0; pass < 2; ++pass) {
      Time most = limit - lasts[1 - pass];
      Time own = ownWork(capacity.ofPass(pass), k,
                         most - label.least(pass * Shape::perPass));
      if (workOfPass(pass, at) > leftOfPass(pass, label.used, most) + own)
        return false;
    }
    return true;
  }

  const ClassGraph &graph;
  const Capacity &capacity;
  const CountPacking &packing;
  Time limit;
  KindId reference;
  Table left, passLeft[2];
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_STAGEROOM_H
