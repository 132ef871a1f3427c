//===- PathPlacement.cpp - A plan made of the pieces on a path ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathBound.h"

namespace placement::solver::latency {
namespace {

/// Gives pieces to devices, first those that pins name.
class DeviceFiller {
public:
  explicit DeviceFiller(const LatencyProblem &problem)
      : problem(problem), pieces(problem.numDevices(), 0),
        room(problem.numDevices()) {
    for (uint32_t d = 0; d < problem.numDevices(); ++d)
      room[d] = problem.devices()[d].memory;
  }

  /// kNone where no device has room.
  uint32_t take(KindId kind, std::span<const uint32_t> piece, Bytes bytes) {
    uint32_t pinned = kNone;
    for (uint32_t v : piece)
      if (problem.pinnedDevice(v) != kNone)
        pinned = problem.pinnedDevice(v);
    for (uint32_t d = 0; d < problem.numDevices(); ++d) {
      const LatencyProblem::Device &device = problem.devices()[d];
      bool right =
          pinned != kNone ? d == pinned : device.free && device.kind == kind;
      if (!right || pieces[d] >= problem.piecesPerDevice() || bytes > room[d])
        continue;
      ++pieces[d];
      room[d] -= bytes;
      return d;
    }
    return kNone;
  }

private:
  const LatencyProblem &problem;
  std::vector<uint32_t> pieces;
  std::vector<Bytes> room;
};

} // namespace

std::optional<Placement> PathBound::placement() const {
  uint32_t n = problem.numNodes();
  Placement made;
  made.place.assign(n, kNone);
  DeviceFiller devices(problem);
  SetBytes bytes(problem);
  PathHull hull(problem, atoms, chain, true);
  for (const Interval &interval : dp.path(table)) {
    auto price = priced.find(keyOf(interval));
    std::span<const uint32_t> piece;
    if (price != priced.end())
      piece = price->second.piece;
    bool overlaps = piece.empty();
    for (uint32_t v : piece)
      overlaps |= made.place[v] != kNone;
    if (overlaps) {
      hull.start(interval.first);
      hull.extendTo(interval.last);
      piece = hull.members();
    }
    bytes.clear();
    for (uint32_t v : piece)
      bytes.add(v);
    uint32_t device =
        devices.take(table.layers()[interval.layer].kind, piece, bytes.total());
    if (device == kNone)
      return std::nullopt;
    for (uint32_t v : piece)
      made.place[v] = problem.numPools() + made.numPieces();
    made.deviceOf.push_back(device);
  }
  for (uint32_t unit = 0; unit < problem.numUnits(); ++unit) {
    uint32_t best = kNone;
    Time least = kInfiniteTime;
    std::span<const uint32_t> members = problem.members(unit);
    for (uint32_t pool = 0; pool < problem.numPools(); ++pool) {
      KindId kind = problem.pools()[pool].kind;
      if (!problem.supports(members.front(), kind))
        continue;
      Time sum = 0;
      for (uint32_t v : members)
        sum += problem.time(v, kind);
      if (sum < least) {
        least = sum;
        best = pool;
      }
    }
    for (uint32_t v : members) {
      if (made.place[v] == kNone && best == kNone)
        return std::nullopt;
      if (made.place[v] == kNone)
        made.place[v] = best;
    }
  }
  if (!problem.boundedCores())
    return made;
  // Nodes go around the cores in the order of the graph.
  made.core.assign(n, 0);
  made.rank.assign(n, 0);
  std::vector<uint32_t> next(problem.numPools(), 0);
  for (uint32_t i = 0; i < n; ++i) {
    uint32_t v = problem.order()[i];
    made.rank[v] = i;
    uint32_t pool = made.place[v];
    if (pool >= problem.numPools() || problem.pools()[pool].cores == kNone)
      continue;
    made.core[v] = problem.pinnedCore(v) != kNone
                       ? problem.pinnedCore(v)
                       : next[pool]++ % problem.pools()[pool].cores;
  }
  return made;
}

} // namespace placement::solver::latency
