//===- Builder.h - Small problems for tests ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_BUILDER_H
#define PLACEMENT_TEST_UNIT_SOLVER_BUILDER_H

#include "placement/Solver/Model/Instance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace placement::solver::test {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// Builds raw problem data step by step; every entry can be changed afterwards
/// in `data`.
struct Builder {
  InstanceData data;

  explicit Builder(std::vector<DeviceKind> kinds) {
    data.source = "test.json";
    data.machine.kinds = std::move(kinds);
  }

  /// Kinds "acc" and "cpu", as in DPO's files: links of CPUs are free.
  static Builder accAndCpu(uint32_t accs, uint32_t cpus,
                           Bytes memory = kUnlimitedBytes) {
    return Builder({{"acc", accs, memory}, {"cpu", cpus}});
  }

  /// One time for each kind.
  NodeId node(std::vector<double> times, double size = 0) {
    NodeId v = data.numNodes();
    data.nodeIds.push_back(v);
    data.time.insert(data.time.end(), times.begin(), times.end());
    data.size.push_back(size);
    data.stash.push_back(0);
    data.transient.push_back(0);
    data.backward.push_back(0);
    data.group.push_back(kNone);
    data.pinKind.push_back(kNone);
    data.pinIndex.push_back(kNone);
    return v;
  }

  NodeId backward(std::vector<double> times, uint32_t group = kNone,
                  double size = 0) {
    NodeId v = node(std::move(times), size);
    data.backward[v] = 1;
    data.group[v] = group;
    return v;
  }

  /// One cost for each kind.
  NetId net(uint32_t producer, std::vector<uint32_t> consumers,
            std::vector<double> costs, bool onHost = false) {
    NetId n = data.numNets();
    data.netProducer.push_back(producer);
    data.netConsumers.insert(data.netConsumers.end(), consumers.begin(),
                             consumers.end());
    data.netBegin.push_back(data.netConsumers.size());
    data.netOnHost.push_back(onHost);
    data.netCost.insert(data.netCost.end(), costs.begin(), costs.end());
    return n;
  }

  uint32_t weight(double bytes, std::vector<uint32_t> users) {
    data.weightBytes.push_back(bytes);
    data.weightUsers.insert(data.weightUsers.end(), users.begin(), users.end());
    data.weightBegin.push_back(data.weightUsers.size());
    return data.weightBytes.size() - 1;
  }

  /// The instance; a test that calls this expects it to be valid.
  Instance build() const {
    Result<Instance> instance = Instance::create(data);
    if (!instance) {
      ADD_FAILURE() << instance.error().message;
      std::abort();
    }
    return std::move(*instance);
  }

  /// The message with which the data is refused; empty if it is not.
  std::string error() const {
    Result<Instance> instance = Instance::create(data);
    return instance ? std::string() : instance.error().message;
  }
};

/// A small valid problem with something of everything.
inline Builder sample() {
  Builder b = Builder::accAndCpu(2, 1, 1000);
  b.node({1, 10}, 5);
  b.node({2, kNever}, 6);
  b.node({3, 30}, 7);
  b.data.nodeIds = {10, 20, 30};
  b.data.nodeNames = {"embed", "", "head"};
  b.net(kNone, {0}, {1, 0});
  b.net(0, {1, 2}, {2, 0});
  b.net(1, {2}, {3, 0});
  b.weight(50, {0, 2});
  return b;
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_BUILDER_H
