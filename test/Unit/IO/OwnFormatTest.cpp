//===- OwnFormatTest.cpp - Our own instance and machine files -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IO/ReaderTesting.h"
#include "Solver/RandomInstance.h"

#include "placement/Solver/IO/Writers.h"

#include <algorithm>

namespace placement::solver {
namespace {

using test::instanceError;
using test::machineError;
using test::messageOf;
using test::randomInstance;

/// An instance file of which each part can be replaced.
struct OwnText {
  std::string head = R"("version": 1)";
  std::string machine = R"({"kinds": [{"name": "acc", "count": 2}]})";
  std::string nodes = R"({"id": 1, "times": {"acc": 2}},
                         {"id": 2, "times": {"acc": 3}})";
  std::string rest = R"("nets": [{"producer": 1, "consumers": [2],
                                  "cost": {"acc": 1}}])";

  std::string text() const {
    return "{" + head + ", \"machine\": " + machine + ", \"nodes\": [" + nodes +
           "], " + rest + "}";
  }
};

TEST(OwnFormat, ReadsAllFields) {
  Result<Instance> instance = readInstance(std::string_view(R"({
    "version": 1, "comment": "all of it", "timeUnit": "ms",
    "inFlight": "suffix-stages",
    "machine": {"name": "fleet", "kinds": [
      {"name": "acc", "count": 2, "memory": 1000,
       "link": {"bandwidth": 2e6, "latency": 500}},
      {"name": "cpu", "count": 1}]},
    "nodes": [
      {"id": 10, "times": {"acc": 1, "cpu": 2}, "size": 5},
      {"id": 11, "name": "b", "times": {"cpu": 7}, "stash": 3, "transient": 4,
       "backward": true, "group": 9},
      {"id": 12, "times": {"acc": 2}, "pin": {"kind": "acc", "index": 1},
       "group": 9}],
    "nets": [
      {"consumers": [10], "cost": {}},
      {"producer": 10, "consumers": [12, 11], "bytes": 4000},
      {"producer": 12, "consumers": [], "host": true, "bytes": 2,
       "cost": {"cpu": 0.5}}],
    "weights": [{"bytes": 50, "users": [12, 10]}],
    "order": [[10, 12]]})"),
                                           "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  const InstanceData &data = instance->data();
  EXPECT_EQ(data.timeUnit, "ms");
  EXPECT_EQ(data.inFlight, InFlight::SuffixStages);
  EXPECT_EQ(data.machine.name, "fleet");
  EXPECT_EQ(data.machine.kinds[0].bandwidth, 2000); // Bytes a millisecond.
  EXPECT_EQ(data.machine.kinds[0].latency, 0.5);
  EXPECT_EQ(data.nodeNames, (std::vector<std::string>{"", "b", ""}));
  EXPECT_FALSE(instance->supports(1, 0));
  EXPECT_TRUE(instance->supports(1, 1));
  EXPECT_FALSE(instance->supports(2, 1));
  EXPECT_EQ(data.size, (std::vector<double>{5, 0, 0}));
  EXPECT_EQ(data.stash, (std::vector<double>{0, 3, 0}));
  EXPECT_EQ(data.transient, (std::vector<double>{0, 4, 0}));
  EXPECT_EQ(data.backward, (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ(data.group, (std::vector<uint32_t>{kNone, 0, 0}));
  EXPECT_EQ(data.pinKind, (std::vector<uint32_t>{kNone, kNone, 0}));
  EXPECT_EQ(data.pinIndex, (std::vector<uint32_t>{kNone, kNone, 1}));
  EXPECT_EQ(data.netProducer, (std::vector<uint32_t>{kNone, 0, 2}));
  EXPECT_EQ(data.netOnHost, (std::vector<uint8_t>{1, 0, 1}));
  EXPECT_EQ(data.netConsumers, (std::vector<uint32_t>{0, 1, 2}));
  // The second net is priced by the link: 0.5 ms + 4000 B / 2000 B a ms.
  EXPECT_EQ(data.netCost, (std::vector<double>{0, 0, 2.5, 0, 0, 0.5}));
  EXPECT_EQ(data.netBytes, (std::vector<double>{0, 4000, 2}));
  EXPECT_EQ(data.weightBytes, (std::vector<double>{50}));
  EXPECT_EQ(data.weightUsers, (std::vector<uint32_t>{0, 2}));
  ASSERT_EQ(data.orderEdges.size(), 1u);

  Result<Instance> again = readInstance(writeInstanceJson(*instance), "again");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->fingerprint(), instance->fingerprint());
  EXPECT_EQ(again->machine().kinds[0].bandwidth, 2000);
  EXPECT_EQ(again->data().nodeNames, data.nodeNames);
}

TEST(OwnFormat, RoundTripsRandomInstances) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    InstanceData data = randomInstance(seed);
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance) << instance.error().message;
    std::string text = writeInstanceJson(*instance, "seed");
    Result<Instance> again = readInstance(text, "again");
    ASSERT_TRUE(again) << again.error().message << text;
    ASSERT_EQ(again->fingerprint(), instance->fingerprint()) << text;
    ASSERT_EQ(again->data().nodeIds, instance->data().nodeIds);
    ASSERT_EQ(again->data().time, instance->data().time);
    ASSERT_EQ(again->data().netCost, instance->data().netCost);
    ASSERT_EQ(writeInstanceJson(*again, "seed"), text);
  }
}

/// A latency problem in which the kinds say what they are.
std::string latencyText(const std::string &switches) {
  return R"({"version": 1, )" + switches + R"(
    "machine": {"kinds": [
      {"name": "acc", "count": 2, "host": false},
      {"name": "gpu", "count": 1},
      {"name": "cpu", "count": 4, "host": true},
      {"name": "dsp", "count": 2}]},
    "nodes": [{"id": 1, "times": {"acc": 1, "cpu": 5}},
              {"id": 2, "times": {"gpu": 1, "dsp": 5}}],
    "nets": [{"producer": 1, "consumers": [2], "cost": {"gpu": 3}}]})";
}

TEST(OwnFormat, ReadsLatency) {
  Result<Instance> instance = readInstance(
      latencyText(R"("objective": "latency", "subgraphsPerDevice": 3,
                     "cores": 6, )"),
      "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_TRUE(instance->isLatency());
  EXPECT_EQ(instance->piecesPerDevice(), 3u);
  // Free transfers do not make a host where the file says otherwise.
  EXPECT_FALSE(instance->isHost(0));
  EXPECT_FALSE(instance->isHost(1));
  EXPECT_TRUE(instance->isHost(2));
  EXPECT_TRUE(instance->isHost(3));
  EXPECT_EQ(instance->cores(0), std::nullopt);
  EXPECT_EQ(instance->cores(2), 6u);
  EXPECT_EQ(instance->cores(3), 6u);
  EXPECT_EQ(instance->numDevices(0), 2u);
  EXPECT_EQ(instance->numDevices(3), 6u);

  instance = readInstance(
      latencyText(R"("objective": "latency", "cores": "machine", )"), "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_EQ(instance->piecesPerDevice(), 1u);
  EXPECT_EQ(instance->cores(2), 4u);
  EXPECT_EQ(instance->cores(3), 2u);

  instance = readInstance(
      latencyText(R"("objective": "latency", "cores": "unlimited", )"),
      "f.json");
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_EQ(instance->cores(2), std::nullopt);
  EXPECT_EQ(instance->numDevices(2), 1u);
}

TEST(OwnFormat, RoundTripsLatency) {
  std::vector<std::string> fingerprints;
  for (const char *switches :
       {"", R"("objective": "latency", )",
        R"("objective": "latency", "subgraphsPerDevice": 2, )",
        R"("objective": "latency", "cores": 1, )",
        R"("objective": "latency", "cores": 2, )",
        R"("objective": "latency", "cores": "machine", )"}) {
    Result<Instance> instance = readInstance(latencyText(switches), "f.json");
    ASSERT_TRUE(instance) << instance.error().message;
    std::string text = writeInstanceJson(*instance);
    Result<Instance> again = readInstance(text, "again");
    ASSERT_TRUE(again) << again.error().message << text;
    EXPECT_EQ(again->fingerprint(), instance->fingerprint());
    EXPECT_EQ(writeInstanceJson(*again), text);
    for (KindId k = 0; k < instance->numKinds(); ++k)
      EXPECT_EQ(again->isHost(k), instance->isHost(k));
    fingerprints.push_back(instance->fingerprint());
  }
  // Each of them is another problem.
  std::sort(fingerprints.begin(), fingerprints.end());
  EXPECT_EQ(std::unique(fingerprints.begin(), fingerprints.end()),
            fingerprints.end());
}

TEST(OwnFormat, FingerprintsTellHostsApartUnderLatencyOnly) {
  for (bool latency : {false, true}) {
    InstanceData data = randomInstance(3);
    if (latency) {
      data.objective = Objective::Latency;
      data.communication = Communication::Sequential;
      data.schedule = Schedule::OneForwardOneBackward;
      data.inFlight = InFlight::Single;
      data.microbatches = 0;
    }
    data.netCost.assign(data.netCost.size(), 0);
    data.machine.kinds[0].host = true;
    std::string host = Instance::create(data)->fingerprint();
    data.machine.kinds[0].host = false;
    EXPECT_EQ(Instance::create(data)->fingerprint() != host, latency);
  }
}

TEST(OwnFormat, OptionsOverrideLatency) {
  LoadModelOverride given;
  given.objective.objective = Objective::Throughput;
  std::string text = latencyText(
      R"("objective": "latency", "subgraphsPerDevice": 3, "cores": 6, )");
  Result<Instance> instance = readInstance(text, "f.json", given);
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_FALSE(instance->isLatency());
  EXPECT_EQ(instance->piecesPerDevice(), 1u);
  given.objective.cores = CoreLimit(2);
  EXPECT_EQ(messageOf(readInstance(text, "f.json", given)),
            "f.json: a number of cores is given, but the objective is "
            "throughput, which has none; leave it out, or ask for latency");
  given.objective.objective.reset();
  given.objective.piecesPerDevice = 2;
  instance = readInstance(text, "f.json", given);
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_EQ(instance->piecesPerDevice(), 2u);
  EXPECT_EQ(instance->cores(2), 2u);
  given.objective.cores = CoreLimit();
  EXPECT_EQ(readInstance(text, "f.json", given)->cores(2), std::nullopt);
}

TEST(OwnFormat, NamesWhatLatencyRefuses) {
  auto errorOf = [](const std::string &switches) {
    return instanceError(latencyText(switches));
  };
  EXPECT_EQ(errorOf(R"("objective": "beauty", )"),
            "f.json: objective: is \"beauty\"; it must be \"throughput\" or "
            "\"latency\"");
  EXPECT_EQ(errorOf(R"("objective": "latency", "cores": "many", )"),
            "f.json: cores: is \"many\"; it must be a whole number from 1, "
            "\"machine\" or \"unlimited\"");
  EXPECT_NE(errorOf(R"("objective": "latency", "cores": 0, )")
                .find("f.json: cores: is 0"),
            std::string::npos);
  EXPECT_NE(errorOf(R"("objective": "latency", "subgraphsPerDevice": 65, )")
                .find("f.json: subgraphsPerDevice: is 65"),
            std::string::npos);
  EXPECT_EQ(errorOf(R"("subgraphsPerDevice": 2, )"),
            "f.json: a number of subgraphs per device is given, but the "
            "objective is throughput, which has none; leave it out, or ask for "
            "latency");
  for (const char *model :
       {R"("communication": "full-duplex", )", R"("schedule": "gpipe", )",
        R"("inFlight": "all", "microbatches": 2, )"})
    EXPECT_NE(errorOf(R"("objective": "latency", )" + std::string(model))
                  .find("f.json: latency is asked for together with "),
              std::string::npos);
  std::string text = latencyText("");
  text.replace(text.find("\"gpu\", \"count\": 1"), 17,
               R"("gpu", "count": 1, "host": true)");
  EXPECT_EQ(instanceError(text),
            "f.json: net 0 (of node 1): cost on \"gpu\" is 3, but that kind is "
            "said to be a host, which pays no transfers; remove one of the "
            "two");
}

TEST(OwnFormat, RefusesOtherVersions) {
  OwnText own;
  own.head = R"("version": 2, "somethingNew": {})";
  EXPECT_EQ(instanceError(own.text()),
            "f.json: version: is 2, which is newer than "
            "this program; it reads version 1");
  own.head = R"("version": "1")";
  EXPECT_EQ(instanceError(own.text()),
            "f.json: version: is \"1\"; it must be a whole number from 1 to "
            "9223372036854775807");
}

TEST(OwnFormat, NamesFileElementAndRule) {
  auto head = [](const char *text) {
    OwnText own;
    own.head = text;
    return instanceError(own.text());
  };
  EXPECT_EQ(head(R"("version": 1, "nodez": [])"),
            "f.json: unknown field 'nodez'; the fields are version, comment, "
            "timeUnit, inFlight, machine, nodes, nets, weights, order, "
            "communication, schedule, microbatches, objective, "
            "subgraphsPerDevice, cores");
  EXPECT_EQ(head(R"("version": 1, "inFlight": "none")"),
            "f.json: inFlight: is \"none\"; it must be \"single\", "
            "\"suffix-stages\" or \"all\"");
  EXPECT_EQ(head(R"("version": 1, "comment": 5)"),
            "f.json: comment: is 5; it must be a string");
  EXPECT_EQ(instanceError(R"({"version": 1, "nodes": []})"),
            "f.json: field 'machine' is missing; give the machine with its "
            "device kinds");

  auto machine = [](const char *text) {
    OwnText own;
    own.machine = text;
    return instanceError(own.text());
  };
  EXPECT_EQ(machine(R"({"kinds": [{"name": "acc", "count": 1},
                                  {"name": "acc", "count": 1}]})"),
            "f.json: machine.kinds[1].name: is \"acc\", as kinds[0] has it "
            "already; merge the two");
  EXPECT_EQ(machine(R"({"kinds": [{"name": "", "count": 1}]})"),
            "f.json: machine.kinds[0].name: is empty; give the kind a name");
  EXPECT_EQ(machine(R"({"kinds": [{"name": "acc", "count": -1}]})"),
            "f.json: machine.kinds[0].count: is -1; it must be a whole number "
            "from 0 to 1048576");
  EXPECT_EQ(machine(R"({"kinds": [{"name": "acc", "count": 1,
                                   "link": {"bandwidth": 5}}]})"),
            "f.json: machine.kinds[0].link: is given in bytes per second and "
            "microseconds, which needs a timeUnit of \"s\", \"ms\", \"us\" or "
            "\"ns\", not \"unit\"");
  EXPECT_EQ(machine(R"({"kinds": [{"name": "acc", "count": 1,
                                   "link": {"bandwidth": 0}}]})"),
            "f.json: machine.kinds[0].link.bandwidth: is 0; it must be above "
            "zero");
  EXPECT_EQ(machine(R"({"kinds": [{"name": "acc", "count": 1,
                                   "roofline": {}}]})"),
            "f.json: machine.kinds[0].roofline: has no meaning in an instance, "
            "whose times are given; remove it");
  std::string many = R"({"kinds": [)";
  for (int i = 0; i < 65; ++i)
    many += (i ? ", " : "") + std::string(R"({"name": "k)") +
            std::to_string(i) + R"(", "count": 1})";
  EXPECT_EQ(machine((many + "]}").c_str()),
            "f.json: machine.kinds: has more than 64 device kinds; merge equal "
            "ones");

  auto node = [](const char *text) {
    OwnText own;
    own.nodes = text;
    own.rest = R"("nets": [])";
    return instanceError(own.text());
  };
  EXPECT_EQ(node(""), "f.json: there are no nodes; nothing can be placed");
  EXPECT_EQ(node(R"({"id": 1})"),
            "f.json: nodes[0]: field 'times' is missing; give a time for each "
            "kind that can run it");
  EXPECT_EQ(node(R"({"id": 1, "times": {"tpu": 1}})"),
            "f.json: nodes[0].times: names the kind 'tpu', which the machine "
            "does not have; its kinds are acc");
  EXPECT_EQ(node(R"({"id": 1, "times": {"acc": 1, "acc": 2}})"),
            "f.json: nodes[0].times: kind 'acc' is given twice; keep one of "
            "them");
  EXPECT_EQ(node(R"({"id": 1, "times": {"acc": null}})"),
            "f.json: nodes[0].times.acc: is null; it must be a number that is "
            "not negative");
  EXPECT_EQ(node(R"({"id": 1, "times": {}})"),
            "f.json: node 1: no device of the machine supports it; give it a "
            "time on a kind with a device");
  EXPECT_EQ(node(R"({"id": 1, "times": {"acc": 1}, "pin": {"kind": "tpu"}})"),
            "f.json: nodes[0].pin.kind: is \"tpu\", which the machine does not "
            "have; name one of its kinds");
  EXPECT_EQ(node(R"({"id": 1, "times": {"acc": 1}},
                    {"id": 1, "times": {"acc": 1}})"),
            "f.json: nodes[1].id: is 1, as nodes[0] has it already; ids must "
            "be unique");

  auto rest = [](const char *text) {
    OwnText own;
    own.rest = text;
    return instanceError(own.text());
  };
  EXPECT_EQ(rest(R"("nets": [{"producer": 1, "consumers": [2]}])"),
            "f.json: nets[0]: has neither 'cost' nor 'bytes'; give the time of "
            "a transfer by kind, or bytes that the kinds' links price");
  EXPECT_EQ(rest(R"("nets": [{"producer": 1, "consumers": [2, 5],
                              "bytes": 1}])"),
            "f.json: nets[0].consumers[1]: is 5, but no node has this id; name "
            "a node of the file");
  EXPECT_EQ(rest(R"("nets": [{"consumers": [2], "host": false, "bytes": 1}])"),
            "f.json: nets[0].host: is false, but a net without a producer "
            "comes from the host; remove the field or name a producer");
  EXPECT_EQ(rest(R"("weights": [{"users": [1]}])"),
            "f.json: weights[0]: field 'bytes' is missing; give the bytes of "
            "the weight");
  EXPECT_EQ(rest(R"("order": [[1, 2, 1]])"),
            "f.json: order[0]: has 3 entries; give the id that comes first and "
            "the id that comes after it");
}

TEST(MachineFile, ReadsAllFields) {
  Result<Machine> machine = readMachine(R"({"version": 1, "name": "box",
    "kinds": [{"name": "gpu", "count": 8, "memory": 8e10,
      "link": {"bandwidth": 6.4e10, "latency": 5},
      "roofline": {"peak": {"f32": 6.7e13}, "bandwidth": 3e12, "launch": 2}},
     {"name": "cpu", "count": 1}]})",
                                        "m.json");
  ASSERT_TRUE(machine) << machine.error().message;
  EXPECT_EQ(machine->name, "box");
  ASSERT_EQ(machine->kinds.size(), 2u);
  EXPECT_EQ(machine->kinds[0].memory, 80000000000);
  EXPECT_EQ(machine->kinds[0].bandwidth, 6.4e4); // Bytes a microsecond.
  EXPECT_EQ(machine->kinds[0].latency, 5);
  EXPECT_EQ(machine->kinds[1].bandwidth, 0);
}

TEST(MachineFile, NamesFileElementAndRule) {
  EXPECT_EQ(machineError("{}"),
            "m.json: field 'name' is missing; give a name for the machine");
  EXPECT_EQ(machineError(R"({"version": 9})"),
            "m.json: version: is 9, which is newer than this program; it reads "
            "version 1");
  EXPECT_EQ(machineError(R"({"name": "a", "kinds": []})"),
            "m.json: kinds: is empty; give at least one kind of device");
  EXPECT_EQ(machineError(R"({"name": "a", "kinds": [{"name": "x",
                             "count": 0}]})"),
            "m.json: kinds[0].count: is 0; it must be a whole number from 1 to "
            "1048576");
  EXPECT_EQ(machineError(R"({"name": "a", "kinds": [{"name": "x", "count": 1,
                             "roofline": {"peak": {}, "bandwidth": 1}}]})"),
            "m.json: kinds[0].roofline.peak: is empty; give at least one "
            "element type");
  EXPECT_EQ(
      machineError(R"({"name": "a", "kinds": [{"name": "x", "count": 1,
                             "roofline": {"peak": {"fp32": 1},
                                          "bandwidth": 1}}]})")
          .find("m.json: kinds[0].roofline.peak.fp32: is no element type; "
                "known are f16, f32, "),
      0u);
}

} // namespace
} // namespace placement::solver
