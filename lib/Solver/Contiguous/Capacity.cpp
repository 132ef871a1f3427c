//===- Capacity.cpp - What devices can do within a limit ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Capacity.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// The kind that could do most if it had the work to itself: total time over
/// count is least. Kinds that cannot run everything come last.
KindId chooseReference(const ClassGraph &graph) {
  KindId best = 0;
  long double bestScore = -1;
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    if (!graph.kinds[k].count)
      continue;
    long double time = 1;
    size_t unsupported = 0;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (Time t = graph.timeOf(c, k); t == kUnsupported)
        ++unsupported;
      else
        time += static_cast<long double>(t);
    long double supported =
        static_cast<long double>(graph.numClasses - unsupported) /
        static_cast<long double>(std::max<size_t>(1, graph.numClasses));
    long double score = graph.kinds[k].count * supported / time;
    if (score > bestScore) {
      bestScore = score;
      best = k;
    }
  }
  return best;
}

} // namespace

Capacity::Capacity(const ClassGraph &graph)
    : graph(graph), referenceKind(chooseReference(graph)) {
  build();
  if (!graph.parts.byPass)
    return;
  for (unsigned pass = 0; pass < graph.parts.passes(); ++pass) {
    passes.push_back(Capacity(graph, pass, referenceKind));
    if (Time bound = passes.back().lowerBound(); bound != kInfiniteTime)
      least[pass] = bound;
  }
}

Capacity::Capacity(const ClassGraph &graph, unsigned pass, KindId reference)
    : graph(graph), onlyPass(pass), referenceKind(reference) {
  build();
}

/// Work of the pass or passes that count.
Time Capacity::timeOf(ClassId c, KindId k) const {
  Time t = graph.timeOf(c, k);
  if (onlyPass == kNone || t == kUnsupported)
    return t;
  return graph.partsOf(c, k)[graph.parts.compute(onlyPass == 1)];
}

void Capacity::build() {
  classWork.assign(graph.numClasses, 0);
  knapsacks.resize(graph.numKinds());
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (Time t = timeOf(c, referenceKind); t != kUnsupported) {
      classWork[c] = t;
      total += t;
    }
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    if (k == referenceKind || !graph.kinds[k].count)
      continue;
    std::vector<ClassId> order;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (classWork[c] && timeOf(c, k) != kUnsupported)
        order.push_back(c);
    // No class has zero work here, so the cross products order strictly, and
    // a time of zero counts as an infinite ratio.
    std::sort(order.begin(), order.end(), [&](ClassId a, ClassId b) {
      auto x = static_cast<__int128>(classWork[a]) * timeOf(b, k);
      auto y = static_cast<__int128>(classWork[b]) * timeOf(a, k);
      return x != y ? x > y : a < b;
    });
    Knapsack &sack = knapsacks[k];
    Time time = 0, work = 0;
    for (ClassId c : order) {
      time += timeOf(c, k);
      work += classWork[c];
      sack.time.push_back(time);
      sack.work.push_back(work);
    }
  }
}

Time Capacity::within(KindId k, __int128 time) const {
  if (time < 0 || !graph.kinds[k].count)
    return 0;
  if (k == referenceKind)
    return time < total ? static_cast<Time>(time) : total;
  const Knapsack &sack = knapsacks[k];
  if (sack.time.empty())
    return 0;
  if (time >= sack.time.back())
    return sack.work.back();
  Time x = static_cast<Time>(time);
  // First class that does not fit wholly; its share is rounded up.
  size_t i = std::upper_bound(sack.time.begin(), sack.time.end(), x) -
             sack.time.begin();
  Time timeBefore = i ? sack.time[i - 1] : 0;
  Time workBefore = i ? sack.work[i - 1] : 0;
  Time spent = sack.time[i] - timeBefore, gained = sack.work[i] - workBefore;
  __int128 share = static_cast<__int128>(gained) * (x - timeBefore);
  return workBefore + static_cast<Time>((share + spent - 1) / spent);
}

Time Capacity::withinAll(Time limit) const {
  __int128 sum = 0;
  for (KindId k = 0; k < graph.numKinds(); ++k)
    sum += within(k, static_cast<__int128>(limit) * graph.kinds[k].count);
  return sum < total ? static_cast<Time>(sum) : total;
}

Time Capacity::lowerBound() const {
  const LoadParts &parts = graph.parts;
  Time heaviest = 0;
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    Time lightest = kUnsupported;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (graph.timeOf(c, k) != kUnsupported)
        lightest = std::min(
            lightest, onlyPass == kNone
                          ? parts.valueAtLeast(graph.partsOf(c, k), least)
                          : parts.passLoad(graph.partsOf(c, k), onlyPass));
    if (lightest == kUnsupported)
      return kInfiniteTime;
    heaviest = std::max(heaviest, lightest);
  }
  heaviest = std::max(heaviest, least[0] + least[1]);
  Time low = 0, high = total;
  while (low < high) {
    Time middle = low + (high - low) / 2;
    if (withinAll(middle) >= total)
      high = middle;
    else
      low = middle + 1;
  }
  return std::max(heaviest, low);
}

} // namespace placement::solver::contiguous
