//===- LatencyModel.h - The program of plans for latency --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_LATENCYMODEL_H
#define PLACEMENT_SOLVER_MIP_LATENCYMODEL_H

#include "Solver/Latency/Placement.h"
#include "Solver/Mip/PlacementModel.h"
#include "Solver/Mip/TermSum.h"

namespace placement::solver::mip {

/// Plans for latency as a program (docs/Solvers.md, "General solvers"). There
/// are *slots* for pieces in an order in which data flows forward, so that
/// plans that differ in the numbers of their pieces are one solution. Columns:
///
/// * piece: the node (or its unit, where a device runs one piece only) is in
///   the slot; host: the unit is in the pool; level: the node is in that slot
///   or comes after it. Levels rise along every edge, which makes pieces convex
///   and their order acyclic.
/// * carrier: the slot is on that device, or on one of several that are alike.
/// * start, load and finish of slots, end of nodes, and the time of the plan.
///
/// Each solution is a plan of no larger value, once decoded: with bounded
/// cores, nodes that take no time may be in another order.
class LatencyModel final : public PlacementModel {
public:
  LatencyModel(const Instance &instance, const Question &question,
               uint32_t maxPieces);

  size_t estimatedTerms() const override;
  void build() override;
  std::optional<Assignment>
  decode(std::span<const int64_t> values) const override;
  std::vector<int64_t> encode(const Assignment &assignment) const override;

private:
  void decodeCores(std::span<const int64_t> values,
                   latency::Placement &placement) const;
  void encodeCores(const latency::Placement &placement,
                   std::vector<int64_t> &values) const;

  using Node = uint32_t;
  using Slot = uint32_t;

  /// A device, or several that are alike and run one piece each.
  struct Carrier {
    KindId kind;
    /// Numbers of `LatencyProblem::devices()`.
    std::vector<uint32_t> devices;
    /// Slots that it can take.
    uint32_t capacity;
  };

  // ---- what there is: LatencyModel.cpp ----
  void listCarriers();
  void restrictPlaces();
  bool allowed(Node v, KindId k) const {
    return usable[v * problem.numKinds() + k] != 0;
  }
  /// The least time of the node on kinds that run pieces; kUnsupported if none
  /// of them can take it.
  Time pieceTime(Node v) const;
  Time leastTime(Node v) const;
  /// The least cost of the value among kinds that run pieces.
  Time leastCost(NetId net) const;

  Column x(Node v, Slot j) const {
    return piece[(whole ? problem.unit(v) : v) * slots + j];
  }
  bool mayBeInPiece(Node v) const { return slots > 0 && x(v, 0) != kAbsent; }
  Column host(Node v, uint32_t pool) const {
    return hosts[problem.unit(v) * problem.numPools() + pool];
  }
  Column w(Node v, Slot j) const { return levels[v * slots + j]; }
  Column carrier(Slot j, size_t i) const {
    return carriers[j * carrierList.size() + i];
  }

  // ---- places and their order: LatencyPlaces.cpp ----
  void addPlaces();
  void addCarriers();
  bool canCarry(size_t carrier, Node v) const;
  void addTurnOfDevice(size_t carrier);
  void addDeviceOfUnits();
  void addKindsOfSlots();
  void addLevels();
  void addMemory();
  /// Somebody with a memory of his own, where the condition holds.
  struct Holder {
    Column condition;
    Bytes memory;
  };
  void addMemoryOf(const std::vector<Column> &here,
                   const std::vector<Holder> &holders);
  void addCores();
  void addCoresOf(uint32_t pool);

  // ---- times: LatencyTimes.cpp ----
  void addPayments();
  Column addSending(NetId net, Slot j);
  void addLoads();
  void addTimes();
  void addTurns();
  void addReach();
  TermSum alongPath(Node v) const;
  void addBrought(Node from, Node to, Time cost, TermSum &sum);
  void addAlong(const std::vector<Node> &path);
  std::vector<std::vector<Node>> choosePaths() const;
  Column addDifference(std::span<const uint32_t> nodes, Node without, Slot j);
  /// Adds `sum`, scaled, to what `variable` is at least, or is at least where
  /// the condition holds.
  void atLeast(Column variable, TermSum sum, std::vector<Term> others,
               Column condition = kAbsent);

  const latency::LatencyProblem problem;
  /// A device runs one piece, so units are in one piece as a whole.
  const bool whole;
  Slot slots = 0;
  std::vector<Carrier> carrierList;
  std::vector<uint32_t> carrierOfDevice;
  /// Whether slots are of several kinds.
  bool mixed = false;
  std::vector<uint8_t> usable;
  /// What must pass before a node ends, it included, and once it starts.
  std::vector<Time> head, tail;

  std::vector<Column> piece, hosts, levels, carriers;
  /// With several pieces a device: unit * carriers.
  std::vector<Column> unitOn;
  /// slot * kinds; kAbsent where all slots are of one kind.
  std::vector<Column> slotKinds;
  /// node * slots: the slot has to wait for the node.
  std::vector<Column> needs;
  /// net * slots: the slot pays for the value, as receiver or as sender.
  std::vector<Column> paidIn, paidOut;
  std::vector<Column> starts, loads, finishes, ends;
  Column total = kAbsent;
  /// With bounded cores: the core of a node, and which of two nodes on one
  /// core runs first.
  struct Seat {
    Node node;
    uint32_t pool, core;
    Column column;
  };
  struct Turn {
    Node first, second;
    uint32_t pool;
    Column column;
  };
  /// With several pieces a device: two slots are on one.
  struct Pair {
    Slot first, second;
    Column column;
  };
  std::vector<Pair> pairs;
  std::vector<Seat> seats;
  std::vector<Turn> turns;
  /// By pool: no node is pinned to a core; no core has ever to be shared.
  std::vector<uint8_t> interchangeable, freeCores;
};

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_LATENCYMODEL_H
