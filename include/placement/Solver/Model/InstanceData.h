//===- InstanceData.h - A placement problem as it was read ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_INSTANCEDATA_H
#define PLACEMENT_SOLVER_MODEL_INSTANCEDATA_H

#include "placement/Solver/Model/LoadModel.h"
#include "placement/Solver/Model/Machine.h"
#include "placement/Solver/Model/Objective.h"
#include "placement/Solver/Model/Result.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace placement::solver {

/// How much of a node's stash a stage holds at once (problem.md, memory of
/// training stages). `Single` charges nothing but sizes, weights and
/// transients: inference, and files whose sizes already hold everything.
/// `SuffixStages` is 1F1B: stage i keeps one stash for itself and for each
/// stage after it. `All` is GPipe: every stage keeps those of all microbatches.
enum class InFlight { Single, SuffixStages, All };

/// `single`, `suffix-stages`, `all`.
const char *toString(InFlight inFlight);
/// The inverse of toString; none for any other text.
std::optional<InFlight> parseInFlight(std::string_view text);
/// All names, for messages.
const char *inFlightNames();

/// The raw problem in the numbers of its source: what readers and the IR
/// analysis fill, and what `Instance::create` validates and scales. All arrays
/// are flat so that 50,000 nodes cost a handful of allocations. Units: times
/// in the source's own unit (`timeUnit`), memory in bytes.
struct InstanceData {
  /// Name for messages: a file name or a function.
  std::string source;
  std::string timeUnit = "unit";
  Machine machine;
  InFlight inFlight = InFlight::Single;
  /// Samples of one step, for InFlight::All; else zero.
  uint32_t microbatches = 0;
  /// What a device's load and a plan's value are.
  Communication communication = Communication::Sequential;
  Schedule schedule = Schedule::OneForwardOneBackward;
  Objective objective = Objective::Throughput;
  /// Under Objective::Latency: pieces that a device may run, one call after the
  /// other, from 1 (contiguous) to kMostPiecesPerDevice; and how many nodes a
  /// host kind runs at once. Else 1 and none.
  uint32_t piecesPerDevice = 1;
  CoreLimit cores;

  // ---- nodes, in program order ----
  /// The ids of the source, for messages and plans. Unique.
  std::vector<int64_t> nodeIds;
  /// Display names; empty, or one for each node.
  std::vector<std::string> nodeNames;
  /// time[node * kinds + kind]; infinity where unsupported. Finite entries are
  /// not negative.
  std::vector<double> time;
  /// Bytes that always count on the node's device (DPO's node size).
  std::vector<double> size;
  /// Bytes kept for the backward pass for each sample in flight. Empty: zeros.
  std::vector<double> stash;
  /// Bytes in use only while the node runs; a stage pays its largest. Empty:
  /// zeros.
  std::vector<double> transient;
  /// Nonzero for nodes of the backward pass. Their order does not restrict the
  /// chain of stages; their groups do.
  std::vector<uint8_t> backward;
  /// Colocation: nodes with the same value share a device; kNone for none.
  std::vector<uint32_t> group;
  /// Pins: the node runs on this kind (kNone: any) and, where pinIndex is not
  /// kNone, on that very device of the kind. Empty: no pins.
  std::vector<uint32_t> pinKind;
  std::vector<uint32_t> pinIndex;

  // ---- nets: one value each ----
  /// The producing node, or kNone for a value that the host provides.
  std::vector<uint32_t> netProducer;
  /// Consumers of net n: netConsumers[netBegin[n] .. netBegin[n + 1]).
  /// netBegin has one more entry than there are nets.
  std::vector<uint32_t> netBegin = {0};
  std::vector<uint32_t> netConsumers;
  /// Nonzero where the host, outside the chain of stages, is one more pin.
  /// Implied for nets without a producer.
  std::vector<uint8_t> netOnHost;
  /// cost[net * kinds + kind]: time that a device of that kind pays when the
  /// net is cut there.
  std::vector<double> netCost;
  /// Bytes of the value, for reports; empty: unknown.
  std::vector<double> netBytes;

  // ---- shared weights: bytes paid once on each device that uses them ----
  std::vector<double> weightBytes;
  std::vector<uint32_t> weightBegin = {0};
  std::vector<uint32_t> weightUsers;

  /// Order constraints beside the nets (side effects): first before second.
  std::vector<std::pair<uint32_t, uint32_t>> orderEdges;

  size_t numNodes() const { return nodeIds.size(); }
  size_t numNets() const { return netProducer.size(); }
  size_t numKinds() const { return machine.kinds.size(); }
};

/// Sets what is given. An error when microbatches are given for a schedule
/// other than GPipe, or pieces or cores for another objective than latency.
/// Asking for throughput forgets those that the data has.
std::optional<Error> applyOverride(const LoadModelOverride &given,
                                   InstanceData &data);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_INSTANCEDATA_H
