//===- Sweeper.h - The label sweep for one mask width -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Internal to SweepShape.h; a template over the width of the item masks, over
// whether memory has to be tracked, and over what loads are made of.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_SWEEPER_H
#define PLACEMENT_SOLVER_CONTIGUOUS_SWEEPER_H

#include "Solver/Contiguous/Canonical.h"
#include "Solver/Contiguous/IdealLayer.h"
#include "Solver/Contiguous/Label.h"
#include "Solver/Contiguous/LabelLists.h"
#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/StageRoom.h"
#include "Solver/Contiguous/SymmetricRebuild.h"
#include "Solver/Contiguous/Transition.h"

#include <algorithm>
#include <optional>

namespace placement::solver::contiguous {

template <unsigned Words, bool TrackMemory, typename Shape>
class Sweeper {
  using LabelT = Label<Words, Shape>;
  using Layer = IdealLayer<LabelT>;

public:
  Sweeper(const ClassGraph &graph, const Capacity &capacity,
          const ChainCover &cover, const SweepOptions &options,
          const Budget &budget, SweepFigures &figures)
      : graph(graph), capacity(capacity), cover(cover), options(options),
        budget(budget), figures(figures), packing(graph.kinds),
        lists(graph, packing, options.epsilon, figures.labels),
        steps(graph, cover, capacity), limit(options.limit),
        room(graph, capacity, packing, limit),
        here(cover.numChains(), graph.numKinds()),
        next(cover.numChains(), graph.numKinds()) {
    if (options.symmetry)
      canonical.emplace(cover, *options.symmetry);
  }

  /// True when an ideal had more crossing items than the masks hold.
  bool tooWide() const { return wide; }

  Verdict run(StageChain &chain) {
    std::vector<uint16_t> empty(cover.numChains(), 0);
    Ideal nothing;
    nothing.hash = steps.hashOf(empty.data());
    here.add(nothing, empty.data(), {});
    for (size_t layer = 0; layer <= graph.numClasses; ++layer) {
      if (here.size() == 0)
        return Verdict::None;
      figures.widestLayer =
          std::max<uint64_t>(figures.widestLayer, here.size());
      if (options.beamIdeals && here.size() > options.beamIdeals)
        narrow();
      for (size_t i = 0; i < here.size(); ++i) {
        if (dropped(i))
          continue;
        ++figures.ideals;
        if (options.beamLabels)
          thin(i);
        if (layer == graph.numClasses)
          return finish(i, chain);
        openStages(i, layer == 0);
        if (Verdict v = expand(i); v != Verdict::Found)
          return v;
      }
      here.clear();
      std::swap(here, next);
    }
    return Verdict::None;
  }

  /// The boundaries of the last run, in the order of their ideals.
  void listBoundaries(BoundaryList &list) {
    list.used.clear();
    list.used.reserve(boundaries.size());
    for (const Boundary &boundary : boundaries)
      list.used.push_back(boundary.used);
    list.counts = std::move(boundaryCounts);
  }

private:
  using Peaks = PassPeaks<Shape::passes>;

  /// A place where stages may begin, with the peaks of the stages before it.
  struct Boundary : Peaks {
    uint64_t used;
    uint32_t countsBegin;
    int32_t parent;
    KindId kind;
  };

  uint64_t bytes() const {
    return here.bytes() + next.bytes() +
           boundaries.capacity() * sizeof(Boundary) +
           boundaryCounts.capacity() * sizeof(uint16_t);
  }

  /// Ends stages at the ideal wherever that can pay, and starts the next.
  void openStages(size_t ideal, bool first) {
    ends.clear();
    if (first)
      ends.push_back({room.noPeaks(), 0, 0, -1, 0});
    for (KindId k = 0; k < graph.numKinds() && !first; ++k)
      for (int32_t i = here.head(ideal, k); i >= 0; i = here.labels[i].next) {
        const LabelT &label = here.labels[i];
        Peaks peaks;
        if (room.canEnd(label, peaks))
          offerEnd({peaks, label.used, 0, label.boundary, k});
        else if (Shape::single) // Sorted by load.
          break;
      }
    const Ideal at = here.ideals[ideal];
    for (Boundary &end : ends) {
      if (!room.canStart(end.used, end, at) ||
          packing.total(end.used) >= graph.maxStages)
        continue;
      ++figures.boundaries;
      end.countsBegin =
          static_cast<uint32_t>(boundaryCounts.size() / cover.numChains());
      const uint16_t *counts = here.countsOf(ideal);
      boundaryCounts.insert(boundaryCounts.end(), counts,
                            counts + cover.numChains());
      LabelT label;
      static_cast<Peaks &>(label) = end;
      label.boundary = static_cast<int32_t>(boundaries.size());
      boundaries.push_back(end);
      for (KindId k = 0; k < graph.numKinds(); ++k) {
        if (packing.get(end.used, k) == graph.kinds[k].count)
          continue;
        label.used = end.used + packing.one(k);
        label.untouched = {};
        label.untouchedCost = 0;
        if (!graph.kinds[k].plain) {
          label.untouched.setFirst(at.crossingCount);
          for (uint32_t c = 0; c < at.crossingCount; ++c)
            label.untouchedCost +=
                graph.cost[k][here.crossings[at.crossingBegin + c].item];
        }
        lists.insertExact(here, ideal, k, label,
                          here.crossings.data() + at.crossingBegin);
      }
    }
  }

  /// Keeps the ends with fewest devices (and lowest peaks): for a fixed limit
  /// nothing else about the past matters.
  void offerEnd(const Boundary &end) {
    for (const Boundary &e : ends)
      if (packing.lessEqual(e.used, end.used) && e.below(end))
        return;
    std::erase_if(ends, [&](const Boundary &e) {
      return packing.lessEqual(end.used, e.used) && end.below(e);
    });
    ends.push_back(end);
  }

  /// Every class that can be added to the ideal, to every label.
  Verdict expand(size_t ideal) {
    addable.clear();
    const uint16_t *counts = here.countsOf(ideal);
    steps.addable(counts, addable);
    for (ClassId c : addable) {
      steps.step(here.ideals[ideal], here.countsOf(ideal),
                 here.crossings.data() + here.ideals[ideal].crossingBegin, c);
      if (steps.crossing.size() > 64 * Words) {
        wide = true;
        return Verdict::OutOfMemory;
      }
      child = -1;
      touched = closed = sent = late = {};
      for (uint32_t p : steps.touched)
        touched.set(p);
      for (uint32_t p : steps.closed)
        closed.set(p);
      if constexpr (!Shape::single) {
        for (uint32_t p : steps.sent)
          sent.set(p);
        for (uint32_t p : steps.late)
          late.set(p);
      }
      for (KindId k = 0; k < graph.numKinds(); ++k)
        if (graph.timeOf(c, k) != kUnsupported)
          extendAll(ideal, k, c);
      if (figures.transitions >= options.workQuota)
        return Verdict::OutOfQuota;
      if (ticks > 20000) {
        ticks = 0;
        if (budget.cancelled())
          return Verdict::Cancelled;
        if (budget.timeOut())
          return Verdict::OutOfTime;
        if (bytes() > budget.memory)
          return Verdict::OutOfMemory;
      }
    }
    return Verdict::Found;
  }

  void extendAll(size_t ideal, KindId k, ClassId c) {
    bool plain = graph.kinds[k].plain;
    const Crossing *crossing =
        here.crossings.data() + here.ideals[ideal].crossingBegin;
    for (int32_t i = here.head(ideal, k); i >= 0; i = here.labels[i].next) {
      ++ticks;
      const LabelT &from = here.labels[i];
      if (graph.pin[c] && from.pin && from.pin != graph.pin[c])
        continue;
      LabelT label = from;
      if (graph.pin[c])
        label.pin = graph.pin[c];
      const Time *own = graph.partsOf(c, k);
      label.load += own[0];
      if constexpr (!Shape::single) {
        label.sum[0] += own[0];
        for (unsigned p = 1; p < Shape::parts; ++p) {
          label.load += own[p];
          label.sum[p] += own[p];
        }
      }
      if (plain ? !room.promising(k, label, steps.ideal)
                : !extend(k, c, label, crossing))
        continue;
      ++figures.transitions;
      if (child < 0)
        makeChild(ideal, c);
      if (canonical && !plain)
        canonical->apply(label.refundable, label.untouched);
      lists.insert(next, static_cast<size_t>(child), k, label);
    }
  }

  /// Adds class c to a stage that pays for items; false when it cannot lead to
  /// a chain within the limit.
  bool extend(KindId k, ClassId c, LabelT &label, const Crossing *crossing) {
    const Time *cost = graph.cost[k].data();
    if constexpr (!Shape::single)
      payParts(k, label, crossing);
    label.load += steps.openedCost[k];
    label.refund += steps.openedRefund[k];
    Bytes loaded = steps.openedBytes;
    (label.untouched & touched).forEach([&](uint32_t p) {
      Time t = cost[crossing[p].item];
      label.load += t;
      label.untouchedCost -= t;
      loaded += graph.itemBytes[crossing[p].item];
    });
    (label.refundable & closed).forEach([&](uint32_t p) {
      Time t = cost[crossing[p].item];
      label.load -= t;
      label.refund -= t;
    });
    if (!room.promising(k, label, steps.ideal))
      return false;
    if (TrackMemory && !load(k, c, label, loaded))
      return false;
    label.untouched = label.untouched.without(touched);
    label.refundable = label.refundable.without(closed);
    for (size_t i = steps.closed.size(); i-- > 0;) {
      label.untouched.erasePosition(steps.closed[i]);
      label.refundable.erasePosition(steps.closed[i]);
    }
    for (size_t i = 0; i < steps.opened.size(); ++i) {
      uint32_t p = steps.opened[i];
      label.untouched.insertPosition(p);
      label.refundable.insertPosition(p);
      if (steps.openedRefundable[i])
        label.refundable.set(p);
    }
    return true;
  }

  /// What the items of the class do to each part of the load. An item is paid
  /// as receiver until its sender joins the stage, and closes as sent.
  void payParts(KindId k, LabelT &label, const Crossing *crossing) const {
    const Time *cost = graph.cost[k].data();
    for (unsigned p = 0; p < Shape::parts; ++p) {
      label.sum[p] += steps.openedSum[k * Shape::parts + p];
      label.fall[p] += steps.openedFall[k * Shape::parts + p];
    }
    sent.without(label.untouched).forEach([&](uint32_t p) {
      ItemId item = crossing[p].item;
      label.sum[graph.inPart[item]] -= cost[item];
      label.fall[graph.inPart[item]] -= cost[item];
      label.sum[graph.outPart[item]] += cost[item];
      if (label.refundable.test(p))
        label.fall[graph.outPart[item]] += cost[item];
    });
    (label.untouched & touched).forEach([&](uint32_t p) {
      ItemId item = crossing[p].item;
      label.sum[sent.test(p) ? graph.outPart[item] : graph.inPart[item]] +=
          cost[item];
      if (late.test(p))
        label.fall[graph.inPart[item]] += cost[item];
    });
    (label.refundable & closed).forEach([&](uint32_t p) {
      ItemId item = crossing[p].item;
      label.sum[graph.outPart[item]] -= cost[item];
      label.fall[graph.outPart[item]] -= cost[item];
    });
  }

  /// Memory of the stage with class c and newly touched weights.
  bool load(KindId k, ClassId c, LabelT &label, Bytes weights) const {
    label.memory += graph.size[c] + weights;
    if (graph.suffixStash)
      // The stages that come later in the program have been counted already.
      label.memory += static_cast<Bytes>(std::min<__int128>(
          static_cast<__int128>(graph.stash[c]) * packing.total(label.used),
          Bytes(1) << 61));
    label.transient = std::max(label.transient, graph.transient[c]);
    return label.memory + label.transient <= graph.kinds[k].memory;
  }

  void makeChild(size_t ideal, ClassId c) {
    childCounts.assign(here.countsOf(ideal),
                       here.countsOf(ideal) + cover.numChains());
    ++childCounts[cover.chainOf[c]];
    if (canonical &&
        canonical->canonicalise(c, childCounts.data(), steps.crossing))
      steps.ideal.hash = steps.hashOf(childCounts.data());
    child = next.find(steps.ideal.hash, childCounts.data());
    if (child < 0)
      child = next.add(steps.ideal, childCounts.data(), steps.crossing);
  }

  // ---- restricted sweep ----

  Time slackOf(size_t ideal, KindId k, const LabelT &label) const {
    return room.slackOf(k, label, here.ideals[ideal]);
  }
  bool dropped(size_t i) {
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (here.head(i, k) >= 0)
        return false;
    return here.ideals[i].work != 0 || here.size() > 1;
  }
  /// Keeps the best ideals of the layer.
  void narrow() {
    std::vector<std::pair<Time, size_t>> score;
    for (size_t i = 0; i < here.size(); ++i) {
      Time best = -kInfiniteTime;
      for (KindId k = 0; k < graph.numKinds(); ++k)
        for (int32_t l = here.head(i, k); l >= 0; l = here.labels[l].next)
          best = std::max(best, slackOf(i, k, here.labels[l]));
      score.push_back({-best, i});
    }
    std::nth_element(score.begin(), score.begin() + options.beamIdeals,
                     score.end());
    for (size_t i = options.beamIdeals; i < score.size(); ++i)
      for (KindId k = 0; k < graph.numKinds(); ++k)
        here.head(score[i].second, k) = -1;
  }
  /// Keeps the best labels of an ideal.
  void thin(size_t ideal) {
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      std::vector<std::pair<Time, int32_t>> score;
      for (int32_t l = here.head(ideal, k); l >= 0; l = here.labels[l].next)
        score.push_back({-slackOf(ideal, k, here.labels[l]), l});
      if (score.size() <= options.beamLabels)
        continue;
      std::nth_element(score.begin(), score.begin() + options.beamLabels,
                       score.end());
      score.resize(options.beamLabels);
      std::sort(score.begin(), score.end(), [&](const auto &a, const auto &b) {
        Time x = here.labels[a.second].load, y = here.labels[b.second].load;
        return x != y ? x < y : a.second < b.second;
      });
      int32_t *link = &here.head(ideal, k);
      for (const auto &[unused, l] : score) {
        *link = l;
        link = &here.labels[l].next;
      }
      *link = -1;
    }
  }

  /// The whole graph is an ideal: a label within the limit is a chain.
  Verdict finish(size_t ideal, StageChain &chain) {
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      for (int32_t l = here.head(ideal, k); l >= 0; l = here.labels[l].next) {
        Peaks peaks;
        if (!room.canEnd(here.labels[l], peaks))
          continue;
        if (!options.epsilon)
          rebuild(here.labels[l].boundary, k, chain);
        return Verdict::Found;
      }
    }
    return Verdict::None;
  }

  /// Follows the boundaries back from the whole graph.
  void rebuild(int32_t boundary, KindId kind, StageChain &chain) const {
    size_t numChains = cover.numChains();
    std::vector<KindId> kinds;
    std::vector<std::vector<uint16_t>> starts;
    for (; boundary >= 0; boundary = boundaries[boundary].parent) {
      const Boundary &b = boundaries[boundary];
      const uint16_t *from = &boundaryCounts[size_t(b.countsBegin) * numChains];
      starts.emplace_back(from, from + numChains);
      kinds.push_back(kind);
      kind = b.kind;
    }
    std::reverse(kinds.begin(), kinds.end());
    // The first stage begins with nothing.
    starts.pop_back();
    if (options.symmetry) {
      chain = rebuildSymmetric(graph, cover, *options.symmetry, starts, kinds);
      return;
    }
    chain.kinds = std::move(kinds);
    chain.stageOf.assign(graph.numClasses, 0);
    for (const auto &start : starts)
      for (ClassId c = 0; c < graph.numClasses; ++c)
        chain.stageOf[c] += !cover.contains(start.data(), c);
  }

  const ClassGraph &graph;
  const Capacity &capacity;
  const ChainCover &cover;
  const SweepOptions &options;
  const Budget &budget;
  SweepFigures &figures;
  CountPacking packing;
  LabelLists<Words, TrackMemory, Shape> lists;
  Transition steps;
  std::optional<Canonical> canonical;
  Time limit;
  StageRoom<Shape> room;
  Layer here, next;
  std::vector<Boundary> boundaries, ends;
  std::vector<uint16_t> boundaryCounts;
  std::vector<ClassId> addable;
  std::vector<uint16_t> childCounts;
  int32_t child = -1;
  Mask<Words> touched, closed, sent, late;
  uint64_t ticks = 0;
  bool wide = false;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_SWEEPER_H
