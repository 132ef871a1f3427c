//===- LabelLists.h - Undominated labels, sorted by load --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_LABELLISTS_H
#define PLACEMENT_SOLVER_CONTIGUOUS_LABELLISTS_H

#include "Solver/Contiguous/Dominance.h"

namespace placement::solver::contiguous {

/// Keeps the undominated labels of each ideal and kind, sorted by load.
template <unsigned Words, bool TrackMemory, typename Shape>
class LabelLists {
  using LabelT = Label<Words, Shape>;
  using Layer = IdealLayer<LabelT>;

public:
  /// With `epsilon`, labels that lowering one by that much makes useless are
  /// merged into it (SweepOptions::epsilon).
  LabelLists(const ClassGraph &graph, const CountPacking &packing, Time epsilon,
             uint64_t &inserted)
      : graph(graph), compare(graph, packing), epsilon(epsilon),
        inserted(inserted) {}

  /// Adds a label unless another makes it useless.
  void insert(Layer &layer, size_t ideal, KindId k, const LabelT &label) {
    const Crossing *crossing =
        layer.crossings.data() + layer.ideals[ideal].crossingBegin;
    if (epsilon && !graph.kinds[k].plain) {
      LabelT merged = label;
      if (absorb(layer, ideal, k, merged, crossing))
        insertExact(layer, ideal, k, merged, crossing);
      return;
    }
    insertExact(layer, ideal, k, label, crossing);
  }

  /// Labels of an ideal and kind are sorted by load, so only those before the
  /// new one can dominate it and only those after it can be dominated.
  void insertExact(Layer &layer, size_t ideal, KindId k, const LabelT &label,
                   const Crossing *crossing) {
    int32_t *head = &layer.head(ideal, k);
    int32_t previous = -1, current = *head;
    while (current >= 0 && layer.labels[current].load <= label.load) {
      if (compare.dominates(k, layer.labels[current], label, crossing))
        return;
      previous = current;
      current = layer.labels[current].next;
    }
    int32_t after = current, last = -1;
    while (current >= 0) {
      int32_t following = layer.labels[current].next;
      if (compare.dominates(k, label, layer.labels[current], crossing)) {
        if (last >= 0)
          layer.labels[last].next = following;
        else
          after = following;
        layer.release(current);
      } else {
        last = current;
      }
      current = following;
    }
    int32_t slot = layer.allocate();
    layer.labels[slot] = label;
    layer.labels[slot].next = after;
    if (previous >= 0)
      layer.labels[previous].next = slot;
    else
      *head = slot;
    ++inserted;
  }

private:
  /// Relaxation: when a label that is there would dominate the new one after
  /// being lowered by at most epsilon, lower it (it then stands for both).
  /// Returns false when nothing is left to insert; else `label` is to be
  /// inserted.
  bool absorb(Layer &layer, size_t ideal, KindId k, LabelT &label,
              const Crossing *crossing) {
    int32_t *head = &layer.head(ideal, k);
    Time least = epsilon + 1;
    int32_t best = -1, beforeBest = -1, previous = -1;
    std::array<Time, Shape::parts> bestLowering{};
    for (int32_t i = *head; i >= 0; previous = i, i = layer.labels[i].next) {
      const LabelT &a = layer.labels[i];
      Time enough = label.load + least - 1 - a.load;
      // With several parts all of them may be lowered.
      if (enough < -static_cast<Time>(Shape::parts - 1) * epsilon)
        break;
      if (!compare.compatible(a, label))
        continue;
      if (TrackMemory &&
          a.memory + compare.extraBytes(a, label, crossing) > label.memory)
        continue;
      std::array<Time, Shape::parts> lowering;
      Time most = loweringOf(k, a, label, crossing, enough, lowering);
      if (most <= 0)
        return false;
      if (most < least) {
        least = most;
        bestLowering = lowering;
        best = i;
        beforeBest = previous;
      }
    }
    if (best < 0)
      return true;
    label = layer.labels[best];
    for (unsigned p = 0; p < Shape::parts; ++p) {
      label.load -= bestLowering[p];
      if constexpr (!Shape::single)
        label.sum[p] -= bestLowering[p];
    }
    (beforeBest >= 0 ? layer.labels[beforeBest].next : *head) =
        layer.labels[best].next;
    layer.release(best);
    return true;
  }

  /// By how much each part of a has to be lowered for a to dominate the label,
  /// and the most of these; above `enough` a single one may be too small.
  Time loweringOf(KindId k, const LabelT &a, const LabelT &label,
                  const Crossing *crossing, Time enough,
                  std::array<Time, Shape::parts> &lowering) const {
    if constexpr (Shape::single) {
      lowering[0] =
          a.load + compare.handicap(k, a, label, crossing, enough) - label.load;
      return lowering[0];
    } else {
      lowering = a.sum;
      compare.handicapByPart(k, a, label, crossing, lowering);
      Time most = 0;
      for (unsigned p = 0; p < Shape::parts; ++p) {
        lowering[p] = std::max<Time>(0, lowering[p] - label.sum[p]);
        most = std::max(most, lowering[p]);
      }
      return most;
    }
  }

  const ClassGraph &graph;
  Dominance<Words, TrackMemory, Shape> compare;
  Time epsilon;
  uint64_t &inserted;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_LABELLISTS_H
