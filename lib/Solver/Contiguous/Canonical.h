//===- Canonical.h - One ideal for all symmetric ones -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CANONICAL_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CANONICAL_H

#include "Solver/Contiguous/ChainCover.h"
#include "Solver/Contiguous/IdealLayer.h"
#include "Solver/Contiguous/Label.h"
#include "Solver/Contiguous/Symmetry.h"

#include <algorithm>

namespace placement::solver::contiguous {

/// Renames branches so that an ideal's branches stand in falling order of what
/// they have inside it. The sweep's state is (ideal, refundable, untouched),
/// and an automorphism maps a state to one with the same future, so one of
/// each orbit is enough. Branches that are equal inside the ideal can still
/// differ in a label's item bits; those are sorted in each label.
class Canonical {
public:
  Canonical(const ChainCover &cover, const Symmetry &symmetry)
      : cover(cover), symmetry(symmetry) {}

  /// Renames the ideal `counts`, to which class c has just been added, and its
  /// crossing list. True when the ideal changed. `apply` then does the same to
  /// labels.
  bool canonicalise(ClassId c, uint16_t *counts,
                    std::vector<Crossing> &crossing);

  /// Renames the positions of a label's masks by the last `canonicalise`.
  template <unsigned Words>
  void apply(Mask<Words> &refundable, Mask<Words> &untouched) {
    if (permuted) {
      Mask<Words> r, u;
      refundable.forEach([&](uint32_t p) { r.set(positionMap[p]); });
      untouched.forEach([&](uint32_t p) { u.set(positionMap[p]); });
      refundable = r;
      untouched = u;
    }
    for (const Tie &tie : ties)
      sortTie(tie, refundable, untouched);
  }

private:
  /// Positions of the items of branches that are equal inside the ideal:
  /// `width` for each branch.
  struct Tie {
    uint32_t width;
    std::vector<uint32_t> positions;
  };

  void findTies(uint32_t group, const std::vector<Crossing> &crossing);
  void permute(uint32_t group, uint16_t *counts,
               std::vector<Crossing> &crossing);

  template <unsigned Words>
  void sortTie(const Tie &tie, Mask<Words> &refundable,
               Mask<Words> &untouched) {
    patterns.clear();
    for (size_t b = 0; b < tie.positions.size(); b += tie.width) {
      uint64_t pattern = 0;
      for (uint32_t i = 0; i < tie.width; ++i) {
        uint32_t p = tie.positions[b + i];
        pattern = pattern << 2 | uint64_t(refundable.test(p)) << 1 |
                  uint64_t(untouched.test(p));
      }
      patterns.push_back(pattern);
    }
    if (std::is_sorted(patterns.begin(), patterns.end()))
      return;
    std::sort(patterns.begin(), patterns.end());
    for (size_t b = 0; b < patterns.size(); ++b)
      for (uint32_t i = tie.width; i-- > 0; patterns[b] >>= 2) {
        uint32_t p = tie.positions[b * tie.width + i];
        refundable.clear(p);
        untouched.clear(p);
        if (patterns[b] & 2)
          refundable.set(p);
        if (patterns[b] & 1)
          untouched.set(p);
      }
  }

  const ChainCover &cover;
  const Symmetry &symmetry;
  /// Roles of a branch that are inside the ideal, by branch, and its rank.
  std::vector<std::pair<uint64_t, uint32_t>> inside;
  std::vector<uint32_t> rankOf, positionMap;
  std::vector<Tie> ties;
  std::vector<uint64_t> patterns;
  bool permuted = false;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CANONICAL_H
