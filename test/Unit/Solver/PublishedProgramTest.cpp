//===- PublishedProgramTest.cpp - Beside the program of the DPO paper -----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems in the published format go to the published throughput
// program and to our exact engine, which must find the same optimum. The
// program is compiled with the tests where its source is present; without it
// the test is skipped and says so. PLACEMENT_DIFFERENTIAL_PROBLEMS sets how
// many problems are compared (300 unless set).
//
//===----------------------------------------------------------------------===//

#include "RandomInstance.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <unistd.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What the published format can say.
RandomKnobs publishedKnobs() {
  RandomKnobs knobs;
  knobs.maxKinds = 2;
  knobs.hostValues = knobs.pins = knobs.orderEdges = knobs.severalNets = 0;
  knobs.sharedWeights = knobs.transients = knobs.suffixStages = 0;
  return knobs;
}

/// The first kind becomes FPGAs, the second CPUs. What the format leaves out
/// (limits, prices and unsupported nodes of CPUs) is dropped.
std::string publishedJson(const InstanceData &data) {
  std::ostringstream out;
  out.precision(17);
  size_t kinds = data.numKinds();
  Bytes memory = data.machine.kinds[0].memory;
  out << "{\"maxSizePerFPGA\": "
      << (memory == kUnlimitedBytes ? 1000000000 : memory)
      << ", \"maxFPGAs\": " << data.machine.kinds[0].count
      << ", \"maxCPUs\": " << (kinds > 1 ? data.machine.kinds[1].count : 0)
      << ", \"nodes\": [";
  for (NodeId v = 0; v < data.numNodes(); ++v) {
    double acc = data.time[v * kinds],
           cpu = kinds > 1 ? data.time[v * kinds + 1] : 0;
    bool supported = std::isfinite(acc);
    out << (v ? ",\n" : "\n") << "{\"id\": " << data.nodeIds[v]
        << ", \"supportedOnFpga\": " << supported
        << ", \"fpgaLatency\": " << (supported ? acc : 0)
        << ", \"cpuLatency\": " << (std::isfinite(cpu) ? cpu : 100)
        << ", \"isBackwardNode\": " << int(data.backward[v])
        << ", \"size\": " << data.size[v];
    if (data.group[v] != kNone)
      out << ", \"colorClass\": " << data.group[v];
    out << "}";
  }
  out << "],\n\"edges\": [";
  const char *separator = "\n";
  for (NetId n = 0; n < data.numNets(); ++n)
    for (uint32_t i = data.netBegin[n]; i < data.netBegin[n + 1]; ++i) {
      out << separator << "{\"sourceId\": " << data.nodeIds[data.netProducer[n]]
          << ", \"destId\": " << data.nodeIds[data.netConsumers[i]]
          << ", \"cost\": " << data.netCost[n * kinds] << "}";
      separator = ",\n";
    }
  out << "]}\n";
  return out.str();
}

bool takesNoTime(const Instance &instance, NodeId v) {
  for (KindId k = 0; k < instance.numKinds(); ++k)
    if (instance.supports(v, k) && instance.time(v, k) != 0)
      return false;
  return true;
}

/// The published program first merges a forward leaf without time into its
/// neighbour. That is not exact where the leaf is unsupported on accelerators
/// or memory is tight, nor where backward nodes without time, with edges of
/// their own, come along with the leaf (orphans get an artificial one).
bool mergesTooMuch(const Instance &instance) {
  bool strict = false, freeForward = false;
  Bytes total = 0;
  std::vector<uint8_t> groupTakesTime(instance.numGroups(), 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    total += instance.size(v);
    for (KindId k = 0; k < instance.numKinds(); ++k)
      strict = strict || !instance.supports(v, k);
    bool free = takesNoTime(instance, v);
    freeForward = freeForward || (free && !instance.isBackward(v));
    if (!free && instance.group(v) != kNone)
      groupTakesTime[instance.group(v)] = 1;
  }
  for (const DeviceKind &kind : instance.machine().kinds)
    strict = strict || kind.memory < total;
  if (strict && freeForward)
    return true;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.isBackward(v) && takesNoTime(instance, v) &&
        (instance.group(v) == kNone || !groupTakesTime[instance.group(v)]))
      return true;
  return false;
}

/// What the program says: its value, infinite for an infeasible problem, or
/// nothing with the reason in `complaint`.
std::optional<double> askProgram(const std::string &json,
                                 std::string &complaint) {
  std::string file = testing::TempDir() + "/placement-differential-" +
                     std::to_string(getpid()) + ".json";
  std::ofstream(file) << json;
  std::string command = std::string("\"") + PLACEMENT_PUBLISHED_PROGRAM +
                        "\" < \"" + file + "\" 2> /dev/null";
  std::string output;
  if (FILE *pipe = popen(command.c_str(), "r")) {
    char buffer[4096];
    while (size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
      output.append(buffer, got);
    // With two CPUs its own check can fail after a correct answer, so the
    // status says nothing.
    pclose(pipe);
  }
  std::remove(file.c_str());
  // An infeasible problem trips an internal check before anything is printed.
  if (output.find("FAIL: computed max load != max load from DP") == 0)
    return kInfinity;
  const std::string key = "\"maxLoad\":";
  size_t at = output.find(key);
  if (output.empty() || output[0] != '{' || at == std::string::npos) {
    complaint = output.empty() ? "no output" : output;
    return std::nullopt;
  }
  double value = std::strtod(output.c_str() + at + key.size(), nullptr);
  return value > 1e29 ? kInfinity : value;
}

TEST(PublishedProgram, FindsTheSameOptimum) {
  if (std::string(PLACEMENT_PUBLISHED_PROGRAM).empty())
    GTEST_SKIP() << "the published program is not present "
                    "(../shared/peers/dnn-partitioning/throughput-dp)";
  const char *wish = std::getenv("PLACEMENT_DIFFERENTIAL_PROBLEMS");
  size_t wanted = wish ? std::strtoull(wish, nullptr, 10) : 2000;
  size_t compared = 0, leftOut = 0, infeasible = 0, training = 0;
  for (uint64_t seed = 0; compared < wanted && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::string json = publishedJson(randomInstance(seed, publishedKnobs()));
    Result<Instance> instance = readInstance(json, "random.json");
    // Without CPUs a node can be unsupported everywhere.
    if (!instance || mergesTooMuch(*instance)) {
      ++leftOut;
      continue;
    }
    std::string complaint;
    std::optional<double> theirs = askProgram(json, complaint);
    ASSERT_TRUE(theirs) << complaint;
    SolveOptions options;
    options.algorithm = "contiguous";
    Result<Plan> plan = solve(*instance, options);
    ASSERT_TRUE(plan) << plan.error().message;
    ++compared;
    const std::vector<uint8_t> &backward = instance->data().backward;
    training += std::count(backward.begin(), backward.end(), 1) > 0;
    if (*theirs == kInfinity) {
      ++infeasible;
      EXPECT_EQ(plan->status, Status::Infeasible) << json;
      continue;
    }
    EXPECT_EQ(plan->status, Status::Optimal) << json;
    EXPECT_NEAR(plan->exactValue, *theirs, 1e-9 * std::max(1.0, *theirs))
        << json;
  }
  std::printf("%zu problems compared with the published program, %zu of them "
              "infeasible; %zu left out\n",
              compared, infeasible, leftOut);
  EXPECT_GT(training * 5, compared) << "training problems belong to the test";
}

} // namespace
