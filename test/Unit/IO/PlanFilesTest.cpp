//===- PlanFilesTest.cpp - PLAN.json and published splits -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IO/ReaderTesting.h"

#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Search/Solve.h"

namespace placement::solver {
namespace {

/// A training chain: forward nodes 1, 2, 3 and backward nodes 13, 12, 11, each
/// in the group of its forward node.
Result<Instance> chain() {
  return readInstance(std::string_view(R"({
    "version": 1, "timeUnit": "ms",
    "machine": {"kinds": [{"name": "acc", "count": 2, "memory": 100},
                          {"name": "cpu", "count": 1}]},
    "nodes": [
      {"id": 1, "times": {"acc": 1, "cpu": 9}, "size": 10, "group": 1},
      {"id": 2, "times": {"acc": 1, "cpu": 9}, "size": 10, "group": 2},
      {"id": 3, "times": {"acc": 1, "cpu": 9}, "size": 10, "group": 3},
      {"id": 13, "times": {"acc": 2, "cpu": 9}, "backward": true, "group": 3},
      {"id": 12, "times": {"acc": 2, "cpu": 9}, "backward": true, "group": 2},
      {"id": 11, "times": {"acc": 2, "cpu": 9}, "backward": true, "group": 1}],
    "nets": [
      {"producer": 1, "consumers": [2, 11], "cost": {"acc": 0.25}},
      {"producer": 2, "consumers": [3], "cost": {"acc": 0.25}},
      {"producer": 13, "consumers": [12], "cost": {"acc": 0.5}},
      {"producer": 12, "consumers": [11], "cost": {"acc": 0.5}}]})"),
                      "chain.json");
}

std::string errorOf(std::string_view json) {
  Result<Instance> instance = chain();
  return test::messageOf(readAssignment(json, "p.json", *instance));
}

TEST(PlanFiles, ReadsWhatItWrites) {
  Result<Instance> instance = chain();
  ASSERT_TRUE(instance) << instance.error().message;
  Assignment assignment{{{1, 0}, {0, 1}, {0, 0}}, {0, 1, 2, 2, 1, 0}};
  Result<Plan> plan = evaluate(*instance, assignment, true);
  ASSERT_TRUE(plan) << plan.error().message;
  std::string text = writePlanJson(*instance, *plan);
  EXPECT_EQ(text, writePlanJson(*instance, *plan));
  Result<Assignment> again = readAssignment(text, "p.json", *instance);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->stages, assignment.stages);
  EXPECT_EQ(again->stageOf, assignment.stageOf);
  // The order of devices in the file does not matter, their numbers do.
  std::string_view head = R"({"version": 1, "devices": [)";
  std::string shuffled = std::string(head) +
                         R"({"kind": "acc", "index": 0, "pieces": [{"stage": 2,
            "nodes": [3, 13]}]},
         {"kind": "cpu", "index": 0, "pieces": [{"stage": 0,
            "nodes": [1, 11]}], "nodes": [11, 1]},
         {"kind": "acc", "index": 1, "pieces": [{"stage": 1,
            "nodes": [2, 12]}]}]})";
  again = readAssignment(shuffled, "p.json", *instance);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->stages, assignment.stages);
  EXPECT_EQ(again->stageOf, assignment.stageOf);
}

TEST(PlanFiles, ReadsThePlanAmongAlternatives) {
  Result<Instance> instance = chain();
  SolveOptions options;
  options.alternatives = 3;
  Result<Plan> plan = solve(*instance, options);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->alternatives.size(), 3u);
  Result<Assignment> again =
      readAssignment(writePlanJson(*instance, *plan), "p.json", *instance);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->stageOf, plan->assignment.stageOf);
  // Another is a plan of its own, whose text names its bottleneck.
  Plan other = planOfAlternative(*instance, *plan, 2);
  EXPECT_EQ(other.status, Status::Feasible);
  EXPECT_EQ(other.bound, plan->bound);
  again = readAssignment(writePlanJson(*instance, other), "p.json", *instance);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->stageOf, plan->alternatives[2].assignment.stageOf);
  EXPECT_NE(other.explanation, plan->explanation);
}

TEST(PlanFiles, OrdersStagesWithoutNumbers) {
  Result<Instance> instance = chain();
  Result<Assignment> split = readAssignment(
      R"({"version": 1, "devices": [
          {"kind": "acc", "index": 1, "nodes": [3, 13]},
          {"kind": "acc", "index": 0, "nodes": [1, 2, 11, 12]}]})",
      "p.json", *instance);
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->stages, (std::vector<DeviceRef>{{0, 0}, {0, 1}}));
  EXPECT_EQ(split->stageOf, (std::vector<uint32_t>{0, 0, 1, 1, 0, 0}));
}

TEST(PlanFiles, ReadsPublishedSplits) {
  Result<Instance> instance = chain();
  // Forward nodes only, an idle device too many, stages in reverse order.
  Result<Assignment> split = readAssignment(
      R"({"maxLoad": -1, "cpus": [{"load": 0, "nodes": []}],
          "fpgas": [{"load": -1, "nodes": [3]}, {"nodes": [1, 2]},
                    {"nodes": []}]})",
      "p.json", *instance);
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->stages, (std::vector<DeviceRef>{{0, 1}, {0, 0}}));
  EXPECT_EQ(split->stageOf, (std::vector<uint32_t>{0, 0, 1, 1, 0, 0}));
  // A circle of stages stays as it is: the checker tells what is wrong.
  split = readAssignment(R"({"fpgas": [{"nodes": [1, 3]}, {"nodes": [2]}]})",
                         "p.json", *instance);
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->stages, (std::vector<DeviceRef>{{0, 0}, {0, 1}}));
}

TEST(PlanFiles, NamesFileElementAndRule) {
  EXPECT_EQ(errorOf("{}"),
            "p.json: is no plan: it has neither 'version' (PLAN.json) nor "
            "'fpgas' or 'cpus' (a published split)");
  EXPECT_EQ(errorOf(R"({"version": 3, "devices": []})"),
            "p.json: version: is 3, which is newer than this program; it reads "
            "version 1");
  EXPECT_EQ(errorOf(R"({"version": 1, "devices": []})"),
            "p.json: devices: is empty: the file says that no plan was found");
  EXPECT_EQ(errorOf(R"({"version": 1, "plans": []})"),
            "p.json: unknown field 'plans'; the fields are version, status, "
            "stop, proof, fingerprint, objective, devices, solver, "
            "explanation, alternatives, alternatives_exact, bounds");
  EXPECT_EQ(errorOf(R"({"fpgas": [{"nodes": [1, 2]}]})"),
            "p.json: node 3 is on no device; name each node once");
  EXPECT_EQ(errorOf(R"({"fpgas": [{"nodes": [1, 2, 1]}]})"),
            "p.json: fpgas[0].nodes[2]: places node 1 a second time; name each "
            "node once");
  EXPECT_EQ(errorOf(R"({"fpgas": [{"nodes": [77]}]})"),
            "p.json: fpgas[0].nodes[0]: is 77, but the instance has no node "
            "with this id; does the plan belong to another instance?");
  EXPECT_EQ(errorOf(R"({"fpgas": [{"nodes": [1]}, {"nodes": [2]},
                                  {"nodes": [3]}]})"),
            "p.json: fpgas[2]: is device 2 of kind \"acc\", but the machine "
            "has 2, counted from 0");

  auto device = [](const std::string &text) {
    return errorOf(R"({"version": 1, "devices": [)" + text + "]}");
  };
  EXPECT_EQ(device(R"({"kind": "tpu", "index": 0, "nodes": [1]})"),
            "p.json: devices[0].kind: asks for the kind \"tpu\", which the "
            "machine of the instance does not have");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 2, "nodes": [1]})"),
            "p.json: devices[0].index: is device 2 of kind \"acc\", but the "
            "machine has 2, counted from 0");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0})"),
            "p.json: devices[0]: field 'nodes' is missing; give the ids of its "
            "nodes");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "replicas": 2,
                       "nodes": []})"),
            "p.json: devices[0].replicas: is 2; it must be a whole number from "
            "1 to 1");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "nodes": [1, 2, 3, 13, 12],
              "pieces": [{"stage": 0, "nodes": [1, 2, 3, 13, 12, 11]}]})"),
            "p.json: devices[0].nodes: has 5 nodes, but the pieces have 6; "
            "make the two lists agree");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "nodes": [1, 1],
              "pieces": [{"stage": 0, "nodes": [1, 2]}]})"),
            "p.json: devices[0].nodes[1]: names node 1, which is not in the "
            "pieces of this device once; make the two lists agree");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "pieces": [
              {"stage": 1, "nodes": [1, 2, 3, 13, 12, 11]}]})"),
            "p.json: devices: numbers its stages wrongly: stage 1 is too high; "
            "number the 1 pieces from 0");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "pieces": [
              {"stage": 0, "nodes": [1, 2, 3]},
              {"stage": 0, "nodes": [13, 12, 11]}]})"),
            "p.json: devices: numbers its stages wrongly: stage 0 is given "
            "twice; number the 2 pieces from 0");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "pieces": [
              {"stage": 0, "nodes": []}]})"),
            "p.json: devices[0].pieces[0].nodes: is empty; leave the piece "
            "out");
  EXPECT_EQ(device(R"({"kind": "acc", "index": 0, "pieces": [
              {"stage": 0, "nodes": [1]}]},
              {"kind": "acc", "index": 1, "nodes": [2, 3, 13, 12, 11]})"),
            "p.json: devices: gives pieces for some devices only; give them "
            "for all or none");
}

TEST(PlanFiles, StatesABoundThatIsNeverTooHigh) {
  Result<Instance> instance = chain();
  Plan plan;
  plan.status = Status::Feasible;
  plan.proof = Proof::Engine;
  plan.assignment = {{{0, 0}}, {0, 0, 0, 0, 0, 0}};
  plan.exactValue = 9;
  plan.value = Time(9) << instance->timeExponent();
  plan.bound = Time(4) << instance->timeExponent();
  EXPECT_LT(statedBound(*instance, plan), 4);
  EXPECT_GT(statedBound(*instance, plan), 4 - 1e-9);
  plan.bound = plan.value;
  EXPECT_EQ(statedBound(*instance, plan), 9);
  plan.bound = 1;
  EXPECT_EQ(statedBound(*instance, plan), 0);
}

TEST(PlanFiles, WritesNullsWithoutAPlan) {
  Result<Instance> instance = chain();
  Plan plan;
  plan.status = Status::Infeasible;
  plan.proof = Proof::Engine;
  plan.explanation = {"Too large."};
  EXPECT_EQ(writePlanJson(*instance, plan),
            "{\n"
            "  \"version\": 1,\n"
            "  \"status\": \"infeasible\",\n"
            "  \"stop\": \"finished\",\n"
            "  \"proof\": \"engine\",\n"
            "  \"fingerprint\": \"\",\n"
            "  \"objective\": {\"kind\": \"throughput\", \"value\": null, "
            "\"bound\": null, \"gap\": null},\n"
            "  \"devices\": [],\n"
            "  \"solver\": {\"algorithm\": \"\"},\n"
            "  \"explanation\": [\n"
            "    \"Too large.\"\n"
            "  ]\n"
            "}\n");
}

TEST(PlanTable, TellsEachStatusApart) {
  Result<Instance> instance = chain();
  auto headline = [&](const Plan &plan) {
    std::string text = writePlanTable(*instance, plan, false);
    return text.substr(0, text.find('\n'));
  };
  Result<Plan> plan =
      evaluate(*instance, {{{0, 0}, {0, 1}}, {0, 1, 1, 1, 1, 0}}, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(headline(*plan),
            "6.75 ms per sample; a given plan, evaluated as it is");
  plan->algorithm = "test";
  EXPECT_EQ(headline(*plan),
            "6.75 ms per sample; no bound proved; the search is finished");
  plan->proof = Proof::Engine;
  plan->stop = Stop::Time;
  plan->bound = plan->value / 2;
  EXPECT_EQ(headline(*plan),
            "6.75 ms per sample; not proved optimal (bound 3.375, gap 50 %); "
            "stopped by the time limit");
  plan->proof = Proof::Claimed;
  plan->claimant = "HiGHS";
  plan->provenBound = plan->value / 4;
  plan->stop = Stop::Gap;
  EXPECT_EQ(headline(*plan),
            "6.75 ms per sample; within (bound 3.375, gap 50 %) by the word of "
            "HiGHS, not checked; proved: bound 1.6875, gap 75 %; stopped "
            "inside the asked gap");
  plan->bound = plan->value;
  plan->stop = Stop::Finished;
  EXPECT_EQ(headline(*plan),
            "6.75 ms per sample; optimal by the word of HiGHS, not checked; "
            "proved: bound 1.6875, gap 75 %; the search is finished");
  std::string json = writePlanJson(*instance, *plan);
  for (const char *part :
       {"\"status\": \"feasible\"", "\"proof\": \"claimed\"",
        "\"bound\": 6.75, \"gap\": 0", "\"claimed_by\": \"HiGHS\""})
    EXPECT_NE(json.find(part), std::string::npos) << part << json;
  plan->proof = Proof::Engine;
  plan->stop = Stop::Finished;
  plan->status = Status::Optimal;
  plan->bound = plan->value;
  EXPECT_EQ(
      writePlanTable(*instance, *plan, false),
      "6.75 ms per sample; proved optimal (bound 6.75, gap 0 %)\n"
      "6 nodes on 2 acc of 100 B, 1 cpu; 2 of 3 devices used\n"
      "\n"
      "stage  device  nodes  compute    in   out  load  share of the "
      "bottleneck   memory\n"
      "    0  acc:0       2        3   0.5  0.25  3.75  #############     "
      "        10 B of 100 B\n"
      "    1  acc:1       4        6  0.25   0.5  6.75  "
      "########################  20 B of 100 B  <- bottleneck\n"
      "\n"
      "The bottleneck is acc:1 with 6.75 ms: compute 6, in 0.25, out "
      "0.5.\n");
  EXPECT_NE(writePlanTable(*instance, *plan, true).find("\033[32m6.75 ms"),
            std::string::npos);
  Plan none;
  none.stop = Stop::Cancelled;
  EXPECT_EQ(headline(none), "no plan found; stopped on request");
  none.status = Status::Infeasible;
  EXPECT_EQ(headline(none), "infeasible: proved that no plan keeps all rules");
}

TEST(PlanTable, LetsNoNameSteerTheTerminal) {
  EXPECT_EQ(printableText("a\033[2Jb\nc\x7f h\xC3\xA4"),
            "a\\x1B[2Jb\\x0Ac\\x7F h\xC3\xA4");
  Result<Instance> instance = chain();
  Plan plan;
  plan.explanation = {"node 1 (\"\033[2J\") is too large."};
  EXPECT_EQ(writePlanTable(*instance, plan, true).find("\033[2J"),
            std::string::npos);
}

} // namespace
} // namespace placement::solver
