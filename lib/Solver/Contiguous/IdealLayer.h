//===- IdealLayer.h - Ideals of one cardinality -----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_IDEALLAYER_H
#define PLACEMENT_SOLVER_CONTIGUOUS_IDEALLAYER_H

#include "Solver/Contiguous/ClassGraph.h"

#include <cstring>
#include <vector>

namespace placement::solver::contiguous {

/// An item with members inside and outside an ideal.
struct Crossing {
  ItemId item;
  uint32_t outside;
};

/// Everything about an ideal that does not depend on the stage being filled.
struct Ideal {
  uint64_t hash = 0;
  /// Work of its classes, and what its crossing items cost on the reference
  /// kind.
  Time work = 0, crossingCost = 0;
  /// The part of `work` that is the forward pass's, where passes are apart.
  Time forwardWork = 0;
  uint32_t crossingBegin = 0, crossingCount = 0;
};

/// The ideals of one cardinality with their labels, in pools that are cleared
/// and reused as a whole.
template <typename LabelT>
class IdealLayer {
public:
  IdealLayer(size_t numChains, size_t numKinds)
      : numChains(numChains), numKinds(numKinds) {
    clear();
  }

  void clear() {
    ideals.clear();
    counts.clear();
    crossings.clear();
    heads.clear();
    labels.clear();
    freeLabel = -1;
    if (table.size() > 4096 || table.empty())
      table = std::vector<int32_t>(64, -1);
    else
      std::fill(table.begin(), table.end(), -1);
  }

  size_t size() const { return ideals.size(); }
  const uint16_t *countsOf(size_t i) const { return &counts[i * numChains]; }
  int32_t &head(size_t i, KindId k) { return heads[i * numKinds + k]; }

  /// Index of the ideal with these counts, or -1.
  int32_t find(uint64_t hash, const uint16_t *key) const {
    size_t mask = table.size() - 1;
    for (size_t p = hash & mask; table[p] >= 0; p = (p + 1) & mask) {
      size_t i = static_cast<size_t>(table[p]);
      if (ideals[i].hash == hash &&
          std::memcmp(countsOf(i), key, numChains * sizeof(uint16_t)) == 0)
        return table[p];
    }
    return -1;
  }

  /// Adds an ideal that `find` did not find.
  int32_t add(const Ideal &ideal, const uint16_t *key,
              const std::vector<Crossing> &crossing) {
    if ((ideals.size() + 1) * 2 > table.size())
      grow();
    int32_t index = static_cast<int32_t>(ideals.size());
    ideals.push_back(ideal);
    ideals.back().crossingBegin = static_cast<uint32_t>(crossings.size());
    ideals.back().crossingCount = static_cast<uint32_t>(crossing.size());
    crossings.insert(crossings.end(), crossing.begin(), crossing.end());
    counts.insert(counts.end(), key, key + numChains);
    heads.insert(heads.end(), numKinds, -1);
    place(index);
    return index;
  }

  /// Index of a free label slot.
  int32_t allocate() {
    if (freeLabel < 0) {
      labels.emplace_back();
      return static_cast<int32_t>(labels.size()) - 1;
    }
    int32_t index = freeLabel;
    freeLabel = labels[index].next;
    return index;
  }
  void release(int32_t index) {
    labels[index].next = freeLabel;
    freeLabel = index;
  }

  uint64_t bytes() const {
    return ideals.capacity() * sizeof(Ideal) +
           counts.capacity() * sizeof(uint16_t) +
           crossings.capacity() * sizeof(Crossing) +
           labels.capacity() * sizeof(LabelT) +
           (heads.capacity() + table.capacity()) * sizeof(int32_t);
  }

  std::vector<Ideal> ideals;
  std::vector<Crossing> crossings;
  std::vector<LabelT> labels;

private:
  void place(int32_t index) {
    size_t mask = table.size() - 1;
    size_t p = ideals[index].hash & mask;
    while (table[p] >= 0)
      p = (p + 1) & mask;
    table[p] = index;
  }
  void grow() {
    table.assign(table.size() * 2, -1);
    for (size_t i = 0; i < ideals.size(); ++i)
      place(static_cast<int32_t>(i));
  }

  size_t numChains, numKinds;
  std::vector<uint16_t> counts;
  std::vector<int32_t> heads;
  std::vector<int32_t> table;
  int32_t freeLabel = -1;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_IDEALLAYER_H
