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
    : graph(graph), referenceKind(chooseReference(graph)),
      classWork(graph.numClasses, 0), knapsacks(graph.numKinds()) {
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (Time t = graph.timeOf(c, referenceKind); t != kUnsupported) {
      classWork[c] = t;
      total += t;
    }
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    if (k == referenceKind || !graph.kinds[k].count)
      continue;
    std::vector<ClassId> order;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (classWork[c] && graph.timeOf(c, k) != kUnsupported)
        order.push_back(c);
    // No class has zero work here, so the cross products order strictly, and
    // a time of zero counts as an infinite ratio.
    std::sort(order.begin(), order.end(), [&](ClassId a, ClassId b) {
      auto x = static_cast<__int128>(classWork[a]) * graph.timeOf(b, k);
      auto y = static_cast<__int128>(classWork[b]) * graph.timeOf(a, k);
      return x != y ? x > y : a < b;
    });
    Knapsack &sack = knapsacks[k];
    Time time = 0, work = 0;
    for (ClassId c : order) {
      time += graph.timeOf(c, k);
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
  Time heaviest = 0;
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    Time least = kUnsupported;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      least = std::min(least, graph.timeOf(c, k));
    if (least == kUnsupported)
      return kInfiniteTime;
    heaviest = std::max(heaviest, least);
  }
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
