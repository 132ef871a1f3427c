//===- PieceTable.h - All pieces between two ideals -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PIECETABLE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PIECETABLE_H

#include "Solver/Latency/IdealLattice.h"

namespace placement::solver::latency {

/// Of an ideal: the piece J \ I, in one module.
struct Piece {
  Time load = 0;
  /// J.
  uint32_t to = 0;
  /// A number in ItemGraph::callKinds().
  uint32_t call = 0;
  /// Positions of I's frontier that the piece waits for; positions of J's that
  /// are in the piece (that of sinks where the piece has one).
  uint32_t waitsFor = 0, makes = 0;
};

/// Part of a piece with the waist before or the waist after its module in it.
struct OpenPart {
  /// Without what the waist after the module pays when the piece ends.
  Time load = 0;
  Bytes bytes = 0, transient = 0;
  uint32_t call = 0;
  /// The ideal that the part begins or ends at.
  uint32_t ideal = 0;
  /// As in Piece; only where the part begins a piece.
  uint32_t waitsFor = 0;
};

/// The pieces of a lattice: every set J \ I of two ideals that can be a piece
/// by itself (support, memory, bundles, pins), with its load. A piece with
/// waists inside is put together of *parts*, one in each module, since load and
/// memory are sums over modules: of what is needed behind a waist only that
/// waist's own value exists before it.
class PieceTable {
public:
  /// Pieces of an ideal are listed when somebody asks; what `keepWithin` and
  /// `replace` say is kept.
  explicit PieceTable(const IdealLattice &lattice);

  /// All parts that the pieces with waists are made of. None, or the limit that
  /// was met.
  Verdict listParts(const Budget &budget);

  /// Pieces from an ideal that stay in its module, by size; in the last module
  /// all. Valid until the next call.
  std::span<const Piece> pieces(uint32_t module, uint32_t ideal);
  /// Parts that begin at an ideal and go through the waist after the module, at
  /// most one for each call kind.
  std::span<const OpenPart> begins(uint32_t module, uint32_t ideal) const {
    const Parts &p = parts[module];
    return {p.begins.data() + p.beginOf[ideal],
            p.beginOf[ideal + 1] - p.beginOf[ideal]};
  }
  /// Parts from the waist before the module to an ideal, where the piece ends;
  /// the load has what the waist pays.
  std::span<const OpenPart> ends(uint32_t module) const {
    return parts[module].ends;
  }
  /// Parts from the waist before to the waist after the module.
  std::span<const OpenPart> throughs(uint32_t module) const {
    return parts[module].throughs;
  }

  /// Keeps what is listed from now on while all that is kept takes no more than
  /// so many bytes.
  void keepWithin(uint64_t bytes) { memoryLimit = bytes; }
  /// Keeps these pieces of an ideal from now on.
  void replace(uint32_t module, uint32_t ideal, std::span<const Piece> pieces);
  /// Drops parts for which `isUseful` is false; calls it for each, in order.
  template <typename Predicate>
  void filterEnds(uint32_t module, Predicate isUseful) {
    std::erase_if(parts[module].ends,
                  [&](const OpenPart &part) { return !isUseful(part); });
  }
  template <typename Predicate>
  void filterBegins(uint32_t module, Predicate isUseful) {
    Parts &p = parts[module];
    std::vector<uint32_t> begin(p.beginOf.size(), 0);
    std::erase_if(p.begins, [&](const OpenPart &part) {
      bool useful = isUseful(part);
      begin[part.ideal + 1] += useful;
      return !useful;
    });
    for (size_t i = 1; i < begin.size(); ++i)
      begin[i] += begin[i - 1];
    p.beginOf = std::move(begin);
  }

  /// Extensions looked at so far.
  uint64_t work() const { return visited; }
  uint64_t memory() const { return kept; }

private:
  struct Parts {
    std::vector<uint32_t> beginOf;
    std::vector<OpenPart> begins, ends, throughs;
  };
  struct Kept {
    bool known = false;
    std::vector<Piece> pieces;
  };
  /// A set between two ideals while it grows.
  struct Growing {
    Time load = 0;
    Bytes bytes = 0, transient = 0;
    /// Members outside of bundles with a member inside.
    uint32_t missing = 0;
    uint32_t pin = kNone;
    uint32_t waitsFor = 0;
  };

  void grow(const Module &module, uint32_t from, uint32_t call, bool withEntry);
  bool growAll(const Module &module, uint32_t from, uint32_t call,
               Growing &set) const;
  bool add(const Module &module, uint32_t from, uint32_t at, uint32_t local,
           uint32_t call, bool withEntry, Growing &set) const;
  void list(const Module &module, uint32_t ideal, std::vector<Piece> &result);

  const IdealLattice &lattice;
  uint64_t memoryLimit = 0, kept = 0, visited = 0;
  std::vector<Parts> parts;
  std::vector<std::vector<Kept>> tables;
  std::vector<Piece> scratch;
  /// Of the last growth: ideals reached in order, and what the set is there.
  std::vector<uint32_t> reached, stamp;
  std::vector<Growing> sets;
  uint32_t stampNow = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PIECETABLE_H
