//===- LabelSearch.cpp - All ways to be done with an ideal ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LabelSearch.h"

#include <numeric>
#include <tuple>

namespace placement::solver::latency {

LabelSearch::LabelSearch(const IdealLattice &lattice, PieceTable &table,
                         const PieceCounts &counts, const MixtureBound &bound,
                         Time limit)
    : lattice(lattice), table(table), counts(counts), bound(bound),
      limit(limit), best(limit) {}

uint32_t LabelSearch::record(const Entry &entry, uint32_t m, uint32_t at) {
  records.push_back({entry.parent, m, at, entry.call, entry.how, entry.load});
  return static_cast<uint32_t>(records.size()) - 1;
}

/// Adds a label with the times in `pushed`, if it can lead below the limit.
void LabelSearch::push(uint32_t m, uint32_t to, const Entry &entry) {
  ++spent;
  std::span<const uint64_t> crossing = bound.crossing(m, to);
  unsigned __int128 sum = 0;
  for (size_t p = 0; p < pushed.size(); ++p)
    sum += static_cast<unsigned __int128>(crossing[p]) *
           static_cast<uint64_t>(pushed[p]);
  if (static_cast<Time>(sum >> PathFlow::kBits) +
          bound.row(m, to)[entry.state] >=
      limit)
    return;
  Labels &list = labels[to];
  list.entries.push_back(entry);
  list.times.insert(list.times.end(), pushed.begin(), pushed.end());
  pending += sizeof(Entry) + pushed.size() * sizeof(Time);
  if (list.entries.size() >= list.nextPrune) {
    prune(m, to);
    list.nextPrune = std::max<size_t>(64, 2 * list.entries.size());
  }
}

/// Drops labels that others replace; once the steps are used up, only those
/// that are known to be replaced.
void LabelSearch::prune(uint32_t m, uint32_t at) {
  Labels &list = labels[at];
  size_t width = lattice.modules()[m].frontier(at).size();
  size_t count = list.entries.size();
  std::vector<std::pair<Time, uint32_t>> order(count);
  for (size_t i = 0; i < count; ++i) {
    // The mean fits, the sum need not.
    Time sum = 0;
    for (size_t p = 0; p < width; ++p)
      sum += list.times[i * width + p] >> 5;
    order[i] = {sum, static_cast<uint32_t>(i)};
  }
  std::sort(order.begin(), order.end(), [&](const auto &a, const auto &b) {
    return std::tuple(a.first, list.entries[a.second].state, a.second) <
           std::tuple(b.first, list.entries[b.second].state, b.second);
  });
  std::vector<uint32_t> kept;
  for (auto [sum, i] : order) {
    const Time *mine = list.times.data() + size_t(i) * width;
    bool replaced = false;
    for (size_t j = 0; j < kept.size() && spent < stopAt; ++j) {
      uint32_t k = kept[j];
      ++spent;
      if (!counts.within(list.entries[k].state, list.entries[i].state))
        continue;
      const Time *other = list.times.data() + size_t(k) * width;
      size_t p = 0;
      while (p < width && other[p] <= mine[p])
        ++p;
      if (p == width) {
        replaced = true;
        break;
      }
    }
    if (!replaced)
      kept.push_back(i);
  }
  Labels result;
  result.entries.reserve(kept.size());
  result.times.reserve(kept.size() * width);
  for (uint32_t k : kept) {
    result.entries.push_back(list.entries[k]);
    auto times = list.times.begin() + static_cast<ptrdiff_t>(k * width);
    result.times.insert(result.times.end(), times,
                        times + static_cast<ptrdiff_t>(width));
  }
  pending -= (count - kept.size()) * (sizeof(Entry) + width * sizeof(Time));
  list.entries.swap(result.entries);
  list.times.swap(result.times);
}

/// Drops open labels that others replace or that lead nowhere, and records the
/// rest. `m` is the module before the waist.
void LabelSearch::keepOpen(uint32_t m) {
  std::erase_if(openAfter, [&](const OpenLabel &label) {
    return label.time + bound.restOpen(m, label.call, label.state, label.bytes,
                                       label.transient) >=
           limit;
  });
  std::sort(openAfter.begin(), openAfter.end(),
            [](const OpenLabel &a, const OpenLabel &b) {
              return std::tie(a.time, a.state, a.bytes, a.transient, a.call,
                              a.parent, a.how) <
                     std::tie(b.time, b.state, b.bytes, b.transient, b.call,
                              b.parent, b.how);
            });
  openBefore.clear();
  for (const OpenLabel &label : openAfter) {
    bool replaced = false;
    for (const OpenLabel &other : openBefore) {
      ++spent;
      replaced = other.call == label.call && other.bytes <= label.bytes &&
                 other.transient <= label.transient &&
                 counts.within(other.state, label.state);
      if (replaced)
        break;
    }
    if (!replaced)
      openBefore.push_back(label);
  }
  openAfter.clear();
  for (OpenLabel &label : openBefore) {
    records.push_back({label.parent, m, lattice.modules()[m].full(),
                       static_cast<uint16_t>(label.call), label.how,
                       label.load});
    label.parent = static_cast<uint32_t>(records.size()) - 1;
  }
}

/// Begins a module with what arrives at the waist before it.
void LabelSearch::enter(uint32_t m) {
  const Module &in = lattice.modules()[m];
  std::vector<Labels> arrived(in.numIdeals);
  if (m == 0) {
    arrived[0].entries.push_back({});
  } else {
    uint32_t last = lattice.modules()[m - 1].full();
    for (size_t i = 0; i < labels[last].entries.size(); ++i) {
      Entry entry = labels[last].entries[i];
      Entry start;
      start.parent = record(entry, m - 1, last);
      start.state = entry.state;
      arrived[0].entries.push_back(start);
      // Its frontier is the waist alone.
      arrived[0].times.push_back(labels[last].times[i]);
    }
  }
  labels = std::move(arrived);
  pending = 0;
  for (const OpenLabel &label : openBefore) {
    Bytes memory = lattice.graph().callKinds()[label.call].memory;
    auto fits = [&](const OpenPart &part) {
      ++spent;
      Bytes bytes = label.bytes + part.bytes;
      return part.call == label.call && bytes <= memory &&
             std::max(label.transient, part.transient) <= memory - bytes;
    };
    for (const OpenPart &end : table.ends(m)) {
      if (!fits(end))
        continue;
      pushed.assign(in.frontier(end.ideal).size(), label.time + end.load);
      push(m, end.ideal,
           {label.parent, label.state, static_cast<uint16_t>(label.call),
            How::End, end.load});
    }
    if (in.isLast)
      continue;
    for (const OpenPart &through : table.throughs(m))
      if (fits(through)) {
        OpenLabel next = label;
        next.time += through.load;
        next.bytes += through.bytes;
        next.transient = std::max(label.transient, through.transient);
        next.how = How::Through;
        next.load = through.load;
        openAfter.push_back(next);
      }
  }
  openBefore.clear();
}

/// Goes on from all labels of an ideal; false if the steps were used up before
/// the last one.
bool LabelSearch::expand(uint32_t m, uint32_t at) {
  const Module &in = lattice.modules()[m];
  const ItemGraph &graph = lattice.graph();
  if (labels[at].entries.empty())
    return true;
  if (compared != at)
    prune(m, at);
  compared = at;
  Labels list = std::move(labels[at]);
  labels[at] = {};
  std::span<const uint32_t> frontier = in.frontier(at);
  size_t width = frontier.size();
  pending -= list.entries.size() * (sizeof(Entry) + width * sizeof(Time));
  std::span<const Piece> pieces = table.pieces(m, at);
  // Slots: items, the entry, sinks.
  uint32_t entrySlot = in.size, sinkSlot = in.size + 1;
  auto slot = [&](uint32_t v) {
    return v == Module::kEntry ? entrySlot : v == kNone ? sinkSlot : v;
  };
  timeOf.assign(in.size + 2, 0);
  for (size_t i = 0; i < list.entries.size(); ++i) {
    if (spent >= stopAt) {
      auto done = static_cast<ptrdiff_t>(i);
      list.entries.erase(list.entries.begin(), list.entries.begin() + done);
      list.times.erase(list.times.begin(),
                       list.times.begin() +
                           done * static_cast<ptrdiff_t>(width));
      pending += list.entries.size() * (sizeof(Entry) + width * sizeof(Time));
      labels[at] = std::move(list);
      return false;
    }
    const Entry &entry = list.entries[i];
    const Time *times = list.times.data() + i * width;
    uint32_t parent = record(entry, m, at);
    timeOf[sinkSlot] = 0;
    for (size_t p = 0; p < width; ++p)
      timeOf[slot(frontier[p])] = times[p];
    for (const Module::Step &step : in.stepsFrom(at)) {
      Time host = graph.hostTime(in.item(step.local));
      if (host == kUnsupported)
        continue;
      Time done = 0;
      for (uint32_t u : in.before[step.local])
        done = std::max(done, timeOf[slot(u)]);
      done += host;
      bool isSink = in.after[step.local].empty();
      pushed.clear();
      for (uint32_t v : in.frontier(step.to))
        pushed.push_back(v == step.local ? done
                         : v == kNone && isSink
                             ? std::max(timeOf[sinkSlot], done)
                             : timeOf[slot(v)]);
      push(m, step.to, {parent, entry.state, 0, How::Host, 0});
    }
    auto startOf = [&](uint32_t waitsFor) {
      Time start = 0;
      for (size_t p = 0; p < width; ++p)
        if ((waitsFor >> p & 1) != 0)
          start = std::max(start, times[p]);
      return start;
    };
    for (const Piece &piece : pieces) {
      uint32_t state = counts.more(entry.state, piece.call);
      if (state == kNone)
        continue;
      Time done = startOf(piece.waitsFor) + piece.load;
      std::span<const uint32_t> next = in.frontier(piece.to);
      pushed.resize(next.size());
      for (size_t p = 0; p < next.size(); ++p) {
        Time old = timeOf[slot(next[p])];
        pushed[p] = (piece.makes >> p & 1) == 0 ? old
                    : next[p] == kNone          ? std::max(old, done)
                                                : done;
      }
      push(m, piece.to,
           {parent, state, static_cast<uint16_t>(piece.call), How::Piece,
            piece.load});
    }
    for (const OpenPart &part : table.begins(m, at)) {
      uint32_t state = counts.more(entry.state, part.call);
      if (state == kNone)
        continue;
      ++spent;
      openAfter.push_back({startOf(part.waitsFor) + part.load, part.bytes,
                           part.transient, state, part.call, parent, How::Begin,
                           part.load});
    }
  }
  return true;
}

Verdict LabelSearch::run(uint64_t until, const Budget &budget) {
  stopAt = until;
  auto modules = static_cast<uint32_t>(lattice.modules().size());
  uint64_t checked = spent;
  for (; atModule < modules; ++atModule, atIdeal = 0, entered = false) {
    const Module &in = lattice.modules()[atModule];
    if (!entered) {
      enter(atModule);
      compared = kNone;
    }
    entered = true;
    for (; atIdeal < in.full(); ++atIdeal) {
      if (spent >= until)
        return Verdict::OutOfQuota;
      if (spent - checked > 100000) {
        checked = spent;
        if (Verdict v = budget.limit(memory()); v != Verdict::Found)
          return v;
      }
      if (!expand(atModule, atIdeal))
        return Verdict::OutOfQuota;
    }
    prune(atModule, in.full());
    if (!in.isLast)
      keepOpen(atModule);
  }
  if (!finished)
    for (size_t i = 0; i < labels.back().entries.size(); ++i)
      if (Time done = labels.back().times[i]; done < best) {
        best = done;
        bestRecord = record(labels.back().entries[i], modules - 1,
                            lattice.modules().back().full());
      }
  finished = true;
  return Verdict::None;
}

PlanView LabelSearch::plan() const {
  PlanView result;
  result.pieceOf.assign(lattice.graph().size(), kNone);
  std::vector<uint32_t> chain;
  for (uint32_t r = bestRecord; r != kNone; r = records[r].parent)
    chain.push_back(r);
  for (size_t i = chain.size(); i-- > 0;) {
    const Record &to = records[chain[i]];
    if (to.how == How::Start || to.how == How::Host)
      continue;
    bool begins = to.how == How::Piece || to.how == How::Begin;
    if (begins) {
      result.callOf.push_back(to.call);
      result.loads.push_back(0);
    }
    result.loads.back() += to.load;
    const Module &in = lattice.modules()[to.module];
    uint32_t from = begins ? records[to.parent].ideal : 0;
    for (uint32_t v = 0; v < in.size; ++v)
      if (in.contains(to.ideal, v) && !in.contains(from, v))
        result.pieceOf[in.item(v)] =
            static_cast<uint32_t>(result.loads.size()) - 1;
  }
  return result;
}

} // namespace placement::solver::latency
