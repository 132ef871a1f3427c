//===- Instance.cpp - Validation and scaling to integers ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Instance.h"

#include "InstanceChecks.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace placement::solver {

namespace {

constexpr int kMaxExponent = 40;
/// Sums stay below 2^kSumBits.
constexpr int kSumBits = 61;
constexpr double kMaxSum = 0x1p61;

/// How many devices of a kind can pay for a net: one for each node on it. Under
/// latency it is pieces that pay, and a device may have several.
uint64_t payers(const InstanceData &data, NetId net, size_t kind) {
  uint64_t pins = data.netBegin[net + 1] - data.netBegin[net] +
                  (data.netProducer[net] != kNone ? 1 : 0);
  if (data.objective == Objective::Latency)
    return std::max<uint64_t>(1, pins);
  return std::max<uint64_t>(
      1, std::min<uint64_t>(pins, data.machine.kinds[kind].count));
}

/// Calls `visit(value, times)` for every finite time and every net cost, with
/// how often one plan can pay it.
template <typename Visitor>
void forEachTime(const InstanceData &data, Visitor visit) {
  for (double time : data.time)
    if (std::isfinite(time))
      visit(time, uint64_t(1));
  size_t kinds = data.numKinds();
  for (NetId n = 0; n < data.numNets(); ++n)
    for (size_t k = 0; k < kinds; ++k)
      if (double cost = data.netCost[n * kinds + k]; cost != 0)
        visit(cost, payers(data, n, k));
}

/// Nearest integer, halves up, of a nonnegative number below 2^63; the same in
/// every rounding mode, and without a call for each number.
Time roundTime(double value, double scale) {
  double scaled = value * scale;
  Time whole = static_cast<Time>(scaled);
  return whole + (scaled - static_cast<double>(whole) >= 0.5 ? 1 : 0);
}

/// The largest exponent, at most kMaxExponent, for which the sum of the
/// rounded times stays below 2^61. None where not even their sum is finite.
std::optional<int> chooseExponent(const InstanceData &data) {
  double sum = 0;
  forEachTime(data, [&](double value, uint64_t count) {
    sum += value * static_cast<double>(count);
  });
  if (!std::isfinite(sum))
    return std::nullopt;
  if (sum == 0)
    return kMaxExponent;
  // sum < 2^binary, so the answer is near kSumBits - binary. Summation and
  // rounding errors can move it by one; try from above, in exact integers.
  int binary = 0;
  std::frexp(sum, &binary);
  for (int exponent = std::min(kMaxExponent, kSumBits - binary + 1);;
       --exponent) {
    double scale = std::ldexp(1.0, exponent);
    unsigned __int128 total = 0;
    forEachTime(data, [&](double value, uint64_t count) {
      total += static_cast<unsigned __int128>(roundTime(value, scale)) * count;
    });
    if (total < static_cast<unsigned __int128>(kMaxSum))
      return exponent;
  }
}

/// Rounds up to whole bytes. False where the total passes 2^61, with what
/// every one of `count` devices would hold of each entry.
bool roundBytes(const std::vector<double> &from, double count, double &total,
                std::vector<Bytes> &to) {
  to.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    double bytes = std::ceil(from[i]);
    total += bytes * count;
    if (!(total < kMaxSum))
      return false;
    to[i] = static_cast<Bytes>(bytes);
  }
  return true;
}

} // namespace

Result<Instance> Instance::create(InstanceData data) {
  if (MaybeError error = checkMachine(data))
    return *error;
  if (MaybeError error = checkModels(data))
    return *error;
  if (MaybeError error = completeArrays(data))
    return *error;
  if (MaybeError error = normaliseReferences(data))
    return *error;
  if (MaybeError error = checkNumbers(data))
    return *error;
  if (MaybeError error = checkPrecedence(data))
    return *error;

  std::optional<int> exponent = chooseExponent(data);
  if (!exponent)
    return makeError(data, "the sum of all times and net costs overflows; give "
                           "them in a larger unit");

  Instance instance;
  instance.exponent = *exponent;
  double scale = std::ldexp(1.0, *exponent);
  instance.times.resize(data.time.size());
  for (size_t i = 0; i < data.time.size(); ++i)
    instance.times[i] = std::isfinite(data.time[i])
                            ? roundTime(data.time[i], scale)
                            : kUnsupported;
  instance.costs.resize(data.netCost.size());
  for (size_t i = 0; i < data.netCost.size(); ++i)
    instance.costs[i] = roundTime(data.netCost[i], scale);

  // One device pays a stash for every stage from its own to the last, or for
  // every microbatch; under latency one sample is in flight.
  uint64_t devices = 0;
  for (const DeviceKind &kind : data.machine.kinds)
    devices += kind.count;
  double stages =
      data.objective == Objective::Latency ? 1
      : data.inFlight == InFlight::All
          ? static_cast<double>(data.microbatches)
          : static_cast<double>(std::min<uint64_t>(devices, data.numNodes()));
  double total = 0;
  if (!roundBytes(data.size, 1, total, instance.sizes) ||
      !roundBytes(data.stash, stages, total, instance.stashes) ||
      !roundBytes(data.transient, 1, total, instance.transients) ||
      !roundBytes(data.weightBytes, 1, total, instance.weights))
    return makeError(data, "sizes, stashes, transients and weights add up to "
                           "more than 2^61 bytes; are they in bytes?");

  instance.hosts = findHosts(data);
  instance.groups = 0;
  for (uint32_t group : data.group)
    if (group != kNone)
      instance.groups = std::max<size_t>(instance.groups, group + size_t(1));
  instance.raw = std::move(data);
  return instance;
}

bool Instance::isBackwardNet(NetId n) const {
  if (producer(n) != kNone)
    return isBackward(producer(n));
  return std::ranges::none_of(consumers(n),
                              [&](NodeId v) { return !isBackward(v); });
}

std::optional<uint32_t> Instance::cores(KindId k) const {
  if (!isHost(k) || !raw.cores)
    return std::nullopt;
  uint32_t count = machine().kinds[k].count;
  return *raw.cores == kMachineCores || count == 0 ? count : *raw.cores;
}

uint32_t Instance::numDevices(KindId k) const {
  uint32_t count = machine().kinds[k].count;
  if (!isLatency() || !isHost(k))
    return count;
  return cores(k).value_or(std::min<uint32_t>(count, 1));
}

Bytes Instance::memoryLimit(KindId k) const {
  const DeviceKind &kind = machine().kinds[k];
  if (!isLatency() || !isHost(k) || kind.memory == kUnlimitedBytes)
    return kind.memory;
  __int128 pool = __int128(kind.memory) * kind.count;
  return static_cast<Bytes>(std::min<__int128>(pool, kUnlimitedBytes));
}

Instance Instance::withLoadModel(Communication communication,
                                 Schedule schedule) const {
  Instance other = *this;
  other.raw.communication = communication;
  other.raw.schedule = schedule;
  return other;
}

double Instance::toSourceTime(Time t) const {
  return std::ldexp(static_cast<double>(t), -exponent);
}

} // namespace placement::solver
