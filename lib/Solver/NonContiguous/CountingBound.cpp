//===- CountingBound.cpp - Some device must hold many ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/CountingBound.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

/// How many of `classes` all devices of a kind together can hold: the lightest
/// ones, with the time of all devices as one.
uint32_t mostHeld(const ClassGraph &graph, const std::vector<ClassId> &classes,
                  KindId kind, uint32_t count, Time limit) {
  std::vector<Time> times;
  for (ClassId c : classes)
    if (Time t = graph.timeOf(c, kind); t <= limit)
      times.push_back(t);
  std::sort(times.begin(), times.end());
  __int128 left = static_cast<__int128>(limit) * count;
  uint32_t held = 0;
  for (Time t : times) {
    left -= t;
    if (left < 0)
      break;
    ++held;
  }
  return count ? held : 0;
}

} // namespace

Counting countHeaviest(const ClassGraph &graph, const FrontierStates &states,
                       const std::vector<uint32_t> &counts, uint32_t counted,
                       KindId byKind, Time limit) {
  Counting result;
  std::vector<ClassId> classes;
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (graph.timeOf(c, states.kind) != kUnsupported)
      classes.push_back(c);
  counted = std::min<uint32_t>(counted, static_cast<uint32_t>(classes.size()));
  std::sort(classes.begin(), classes.end(), [&](ClassId a, ClassId b) {
    Time left = graph.timeOf(a, byKind), right = graph.timeOf(b, byKind);
    return left != right ? left > right : a < b;
  });
  classes.resize(counted);
  result.weight.assign(graph.numClasses, 0);
  for (ClassId c : classes)
    result.weight[c] = 1;
  uint64_t elsewhere = 0;
  for (KindId k = 0; k < counts.size(); ++k)
    if (k != states.kind)
      elsewhere += mostHeld(graph, classes, k, counts[k], limit);
  if (elsewhere >= counted)
    return result;
  uint32_t own = counts[states.kind];
  auto rest = static_cast<uint32_t>(counted - elsewhere);
  if (own == 0) {
    // Nobody is left to take them.
    result.bound = limit + 1;
    return result;
  }
  result.need = (rest + own - 1) / own;
  Time least =
      leastLoads(states, result.weight, result.need, limit)[result.need];
  result.bound = std::min(least, limit + 1);
  return result;
}

} // namespace placement::solver::noncontiguous
