//===- Relaxation.cpp - Other models of load as the default one -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/Relaxation.h"

#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

/// Exact in 128 bits, then rounded down; never above the time itself.
Time scaled(Time time, uint32_t share) {
  return static_cast<Time>(static_cast<__int128>(time) * share /
                           LoadShares::kWhole);
}

} // namespace

std::vector<LoadShares> sharesToTry(const LoadParts &parts) {
  constexpr uint32_t kWhole = LoadShares::kWhole;
  if (parts.perPass() == 1)
    return {{kWhole, kWhole}};
  // Transfers in and out count alike, since an item has one cost.
  uint32_t directions = parts.perPass() - 1;
  std::vector<LoadShares> shares;
  for (uint32_t work : {kWhole, kWhole / 8 * 7, kWhole / 4 * 3, kWhole / 2})
    shares.push_back({work, (kWhole - work) / directions});
  return shares;
}

ClassGraph relax(const ClassGraph &graph, const LoadShares &shares) {
  const LoadParts &parts = graph.parts;
  ClassGraph relaxed = graph;
  relaxed.parts = LoadParts();
  relaxed.partTime.clear();
  auto isWork = [&](unsigned p) { return p % parts.perPass() == 0; };
  for (ClassId c = 0; c < graph.numClasses; ++c)
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      Time &time = relaxed.time[c * graph.numKinds() + k];
      if (time == kUnsupported)
        continue;
      const Time *own = graph.partsOf(c, k);
      time = 0;
      for (unsigned p = 0; p < parts.count(); ++p)
        time += scaled(own[p], isWork(p) ? shares.work : shares.transfers);
    }
  for (std::vector<Time> &row : relaxed.cost)
    for (ItemId i = 0; i < graph.numItems(); ++i)
      // With one sum a pass, transfers are part of what counts as work.
      row[i] = scaled(row[i], shares.transfers);
  std::fill(relaxed.inPart.begin(), relaxed.inPart.end(), 0);
  std::fill(relaxed.outPart.begin(), relaxed.outPart.end(), 0);
  std::fill(relaxed.source.begin(), relaxed.source.end(), kNone);
  // Merging nothing drops items that cost nothing now and unites equal ones.
  std::vector<uint32_t> same(graph.numClasses);
  std::iota(same.begin(), same.end(), 0);
  return contiguous::mergeFollowers(contiguous::mergeClasses(relaxed, same));
}

} // namespace placement::solver::noncontiguous
