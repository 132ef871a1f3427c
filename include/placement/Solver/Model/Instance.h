//===- Instance.h - A validated placement problem in integers ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_INSTANCE_H
#define PLACEMENT_SOLVER_MODEL_INSTANCE_H

#include "placement/Solver/Model/InstanceData.h"
#include "placement/Solver/Model/Result.h"

#include <span>
#include <string>

namespace placement::solver {

/// A placement problem (docs/Solvers.md, "The problem") that has passed every
/// input check, with its costs as integers. Immutable and self-contained;
/// algorithms and the checker read nothing else.
///
/// Times are rounded to the nearest multiple of 2^-e of the source's unit,
/// with the largest e (at most 40, negative for huge numbers) for which the sum
/// of all finite times and net costs stays below 2^61; a net's cost counts as
/// often as devices of the kind can pay it (under latency as it has pins, since
/// each piece pays), so that the loads of all devices of a plan add up without
/// overflow too. Bytes are rounded up to whole bytes.
/// The raw numbers stay available in `data()`, so that a plan's value can also
/// be stated in the file's own numbers.
class Instance {
public:
  /// Validates, completes and scales. Rules: finite nonnegative numbers, at
  /// least one node and one device, unique ids and kind names, indices in
  /// range, nets and order edges acyclic and never from a backward node to a
  /// forward one, no node consuming its own output, known kinds in pins, pin
  /// indices below the count, microbatches given exactly where stashes of
  /// all of them are held, stashes of later stages under 1F1B only, latency
  /// without models of load and microbatches, no cost of a net on a kind that
  /// is said to be a host, every node supported by some kind of which the
  /// machine has a device, counts of kinds at most 2^20, memory figures that
  /// add up to less than 2^61. Afterwards, in `data()`: optional arrays are
  /// filled, consumers and weight users are sorted without repetition, groups
  /// are numbered from zero in order of their first node, flags are 0 or 1, a
  /// net without a producer is on the host.
  /// Linear in the size of the data but for sorting what is not in order.
  static Result<Instance> create(InstanceData data);

  size_t numNodes() const { return raw.numNodes(); }
  size_t numNets() const { return raw.numNets(); }
  size_t numKinds() const { return raw.numKinds(); }
  size_t numWeights() const { return raw.weightBytes.size(); }
  /// Groups are the numbers below this.
  size_t numGroups() const { return groups; }

  /// The numbers as they were read. Optional arrays have been filled in.
  const InstanceData &data() const { return raw; }
  const Machine &machine() const { return raw.machine; }

  /// e of the scaling: integer time t is t * 2^-e of the source's unit.
  int timeExponent() const { return exponent; }
  /// An integer time in the source's unit.
  double toSourceTime(Time t) const;

  Time time(NodeId v, KindId k) const { return times[v * numKinds() + k]; }
  bool supports(NodeId v, KindId k) const { return time(v, k) != kUnsupported; }
  Time netCost(NetId n, KindId k) const { return costs[n * numKinds() + k]; }
  Bytes size(NodeId v) const { return sizes[v]; }
  Bytes stash(NodeId v) const { return stashes[v]; }
  Bytes transient(NodeId v) const { return transients[v]; }
  Bytes weightBytes(uint32_t w) const { return weights[w]; }
  /// How many stashes a stage holds at least, and where `InFlight` is not
  /// SuffixStages exactly.
  uint32_t leastInFlight() const {
    return raw.inFlight == InFlight::Single ? 0
           : raw.inFlight == InFlight::All  ? raw.microbatches
                                            : 1;
  }
  bool isBackward(NodeId v) const { return raw.backward[v] != 0; }
  Communication communication() const { return raw.communication; }
  Schedule schedule() const { return raw.schedule; }
  Objective objective() const { return raw.objective; }
  bool isLatency() const { return raw.objective == Objective::Latency; }
  /// Pieces that one device may run; 1 under throughput.
  uint32_t piecesPerDevice() const { return raw.piecesPerDevice; }
  /// Whether nodes of the kind run one by one on a host (DeviceKind::host).
  bool isHost(KindId k) const { return hosts[k] != 0; }
  /// Nodes that a host kind runs at once; none for no limit, and zero where the
  /// machine has no device of the kind.
  std::optional<uint32_t> cores(KindId k) const;
  /// Devices of the kind have numbers below this: its count, but under latency
  /// the cores of a host kind, and one where these are unlimited.
  uint32_t numDevices(KindId k) const;
  /// Bytes that a device of the kind holds; under latency all cores of a host
  /// kind share the memory of its devices. kUnlimitedBytes for no limit.
  Bytes memoryLimit(KindId k) const;
  uint32_t group(NodeId v) const { return raw.group[v]; }
  uint32_t pinKind(NodeId v) const { return raw.pinKind[v]; }
  uint32_t pinIndex(NodeId v) const { return raw.pinIndex[v]; }

  /// Producing node of a net, kNone for a host value.
  uint32_t producer(NetId n) const { return raw.netProducer[n]; }
  bool onHost(NetId n) const { return raw.netOnHost[n] != 0; }
  std::span<const uint32_t> consumers(NetId n) const {
    return {raw.netConsumers.data() + raw.netBegin[n],
            raw.netBegin[n + 1] - raw.netBegin[n]};
  }
  /// Whether transfers of the net belong to the backward pass: those of a value
  /// to the pass of its producer, those of a host value to the forward pass
  /// where a forward node consumes it, else to the backward pass.
  bool isBackwardNet(NetId n) const;
  std::span<const uint32_t> weightUsers(uint32_t w) const {
    return {raw.weightUsers.data() + raw.weightBegin[w],
            raw.weightBegin[w + 1] - raw.weightBegin[w]};
  }

  /// The same problem under other models of load; times keep their scale, and
  /// memory counts stashes as before.
  Instance withLoadModel(Communication communication, Schedule schedule) const;

  /// 32 hexadecimal digits over graph, integer costs, machine and switches
  /// (not over names, ids, link figures or the source's file name: prices of
  /// nets already hold what links do to a plan). Equal instances have
  /// equal fingerprints on every machine; it is not cryptographic.
  std::string fingerprint() const;

private:
  Instance() = default;

  InstanceData raw;
  int exponent = 0;
  size_t groups = 0;
  std::vector<Time> times;
  std::vector<Time> costs;
  std::vector<Bytes> sizes, stashes, transients, weights;
  std::vector<uint8_t> hosts;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_INSTANCE_H
