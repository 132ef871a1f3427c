//===- LabelSearch.h - All ways to be done with an ideal --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LABELSEARCH_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LABELSEARCH_H

#include "Solver/Latency/MixtureBound.h"

namespace placement::solver::latency {

/// The exact search. A *label* of an ideal is a way to run its items: which
/// pieces are used (PieceCounts) and when each item is done that somebody
/// outside waits for; of sinks, when the last one is. Nothing else of the past
/// matters to what is still to come, so a label that is no later anywhere than
/// another, with no more pieces of any kind, replaces it. What a MixtureBound
/// says about the rest, with the flow that crosses the ideal's border charged
/// at the times of the label, bounds what a label can lead to: labels that
/// cannot lead below the limit go.
///
/// At a waist inside of a piece all that matters is when the piece would be
/// done, if it had nothing more, and what it holds.
class LabelSearch {
public:
  /// Looks for plans below `limit`.
  LabelSearch(const IdealLattice &lattice, PieceTable &table,
              const PieceCounts &counts, const MixtureBound &bound, Time limit);

  /// Goes on until `until` steps (labels made and compared) are done in all.
  /// None: finished. OutOfQuota: they are; call again to go on. Else the limit
  /// of the budget that was met.
  Verdict run(uint64_t until, const Budget &budget);
  /// When finished: the shortest plan's latency, or the limit if no plan is
  /// below it. With a plan, it is the optimum.
  Time value() const { return best; }
  bool hasPlan() const { return bestRecord != kNone; }
  PlanView plan() const;
  uint64_t work() const { return spent; }
  uint64_t memory() const {
    return pending + records.size() * sizeof(Record) + bound.memory() +
           table.memory() + lattice.memory();
  }
  /// Labels that were kept.
  uint64_t numLabels() const { return records.size(); }

private:
  enum class How : uint8_t { Start, Host, Piece, Begin, Through, End };
  /// How a kept label came about.
  struct Record {
    uint32_t parent = kNone;
    uint32_t module = 0, ideal = 0;
    uint16_t call = 0;
    How how = How::Start;
    Time load = 0;
  };
  /// A label before it is kept; its times are in a pool of its ideal.
  struct Entry {
    uint32_t parent = kNone;
    uint32_t state = 0;
    uint16_t call = 0;
    How how = How::Start;
    Time load = 0;
  };
  struct Labels {
    std::vector<Entry> entries;
    std::vector<Time> times;
    size_t nextPrune = 64;
  };
  /// At a waist, inside of a piece.
  struct OpenLabel {
    Time time = 0;
    Bytes bytes = 0, transient = 0;
    uint32_t state = 0, call = 0, parent = kNone;
    How how = How::Begin;
    Time load = 0;
  };

  void enter(uint32_t module);
  bool expand(uint32_t module, uint32_t ideal);
  void push(uint32_t module, uint32_t to, const Entry &entry);
  void prune(uint32_t module, uint32_t ideal);
  void keepOpen(uint32_t module);
  uint32_t record(const Entry &entry, uint32_t module, uint32_t ideal);

  const IdealLattice &lattice;
  PieceTable &table;
  const PieceCounts &counts;
  const MixtureBound &bound;
  Time limit, best;
  uint32_t bestRecord = kNone;
  uint64_t spent = 0;
  /// Steps at which the present call ends.
  uint64_t stopAt = 0;
  /// The ideal whose labels were compared already when it was left half way.
  uint32_t compared = kNone;
  /// Bytes of labels that are not expanded yet.
  uint64_t pending = 0;
  uint32_t atModule = 0, atIdeal = 0;
  bool entered = false, finished = false;
  std::vector<Labels> labels;
  std::vector<OpenLabel> openBefore, openAfter;
  std::vector<Record> records;
  /// Times by local item (the entry first) of the label that is expanded.
  std::vector<Time> timeOf;
  std::vector<Time> pushed;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LABELSEARCH_H
