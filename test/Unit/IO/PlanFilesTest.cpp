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

/// A latency chain 1 -> 2 -> 3 beside a node 4.
Result<Instance> latencyChain(const std::string &cores) {
  return readInstance(
      R"({"version": 1, "objective": "latency", "subgraphsPerDevice": 2,
    "cores": )" +
          cores +
          R"(, "machine": {"kinds": [{"name": "acc", "count": 2},
                                     {"name": "cpu", "count": 2}]},
    "nodes": [{"id": 1, "times": {"acc": 0.1, "cpu": 9}},
              {"id": 2, "times": {"acc": 0.2, "cpu": 9}},
              {"id": 3, "times": {"acc": 0.3, "cpu": 9}},
              {"id": 4, "times": {"acc": 0.3, "cpu": 7}}],
    "nets": [
      {"producer": 1, "consumers": [2], "cost": {"acc": 0.25}},
      {"producer": 2, "consumers": [3], "cost": {"acc": 0.25}}]})",
      "latency.json");
}

TEST(PlanFiles, ReadsTheTimelineThatItWrites) {
  Result<Instance> instance = latencyChain("\"unlimited\"");
  ASSERT_TRUE(instance) << instance.error().message;
  Assignment assignment{{{0, 0}, {1, 0}, {0, 0}}, {0, 1, 2, 1}};
  Result<Plan> plan = evaluate(*instance, assignment, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Feasible);
  // Node 4 waits for nobody, so it is a stage of its own.
  EXPECT_EQ(plan->assignment.stages.size(), 3u);
  std::string text = writePlanJson(*instance, *plan);
  Result<StatedPlan> again = readPlan(text, "p.json", *instance);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->assignment.stages, plan->assignment.stages);
  EXPECT_EQ(again->assignment.stageOf, plan->assignment.stageOf);
  ASSERT_EQ(again->timeline.size(), 4u);
  Result<Plan> same =
      evaluate(*instance, again->assignment, true, again->timeline);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->status, Status::Feasible) << same->explanation.front();
  EXPECT_EQ(writePlanJson(*instance, *same), text);
}

TEST(PlanFiles, KeepsTheOrderOfNodesOnACore) {
  Result<Instance> instance = latencyChain("1");
  ASSERT_TRUE(instance) << instance.error().message;
  // The order 4, 1, 2, 3 and with the node 4 in other places.
  for (uint32_t last : {0, 2, 4, 6}) {
    Assignment assignment{{{1, 0}}, {0, 0, 0, 0}, {1, 3, 5, last}};
    Result<Plan> plan = evaluate(*instance, assignment, true);
    ASSERT_TRUE(plan) << plan.error().message;
    std::string text = writePlanJson(*instance, *plan);
    Result<StatedPlan> again = readPlan(text, "p.json", *instance);
    ASSERT_TRUE(again) << again.error().message;
    Result<Plan> same =
        evaluate(*instance, again->assignment, true, again->timeline);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->status, Status::Feasible) << same->explanation.front();
    EXPECT_EQ(writePlanJson(*instance, *same), text);
  }
}

TEST(PlanFiles, RefusesAnotherTimeline) {
  Result<Instance> instance = latencyChain("\"unlimited\"");
  ASSERT_TRUE(instance) << instance.error().message;
  Result<Plan> plan =
      evaluate(*instance, {{{0, 0}, {1, 0}, {0, 0}}, {0, 1, 2, 1}}, true);
  ASSERT_TRUE(plan);
  const std::string text = writePlanJson(*instance, *plan);
  auto violations = [&](const std::string &from, const std::string &to) {
    std::string changed = text;
    size_t at = changed.rfind(from);
    EXPECT_NE(at, std::string::npos) << from << text;
    changed.replace(at, from.size(), to);
    Result<StatedPlan> stated = readPlan(changed, "p.json", *instance);
    if (!stated)
      return stated.error().message;
    Result<Plan> result =
        evaluate(*instance, stated->assignment, true, stated->timeline);
    EXPECT_EQ(result->status, Status::Infeasible);
    EXPECT_EQ(result->explanation.size(), 1u);
    return result->explanation.front();
  };
  EXPECT_EQ(violations("\"finish\": 7", "\"finish\": 8"),
            "the timeline says that node 4 ends at 8, but it ends at 7");
  EXPECT_EQ(violations("\"compute\": 0.1", "\"compute\": 0.2"),
            "the timeline says that stage 0 computes for 0.2, but it computes "
            "for 0.1");
  EXPECT_EQ(violations("\"index\": 0, \"start\": 9.35",
                       "\"index\": 1, \"start\": 9.35"),
            "the timeline has stage 2 on acc:1, but it is on acc:0");
  EXPECT_EQ(violations("\"node\": 4", "\"node\": 5"),
            "p.json: timeline[1].node: is 5, but the instance has no node with "
            "this id; does the plan belong to another instance?");
  EXPECT_EQ(violations("\"in\": 0.25, ", ""),
            "p.json: timeline[3]: field 'in' is missing; give a time");

  // Entries that are not there, and some too many.
  StatedPlan stated = *readPlan(text, "p.json", *instance);
  TimelineEntry entry = stated.timeline[1];
  stated.timeline[1] = stated.timeline[0];
  Result<Plan> result =
      evaluate(*instance, stated.assignment, true, stated.timeline);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->explanation,
            (std::vector<std::string>{"the timeline lacks node 4",
                                      "the timeline has stage 0 twice"}));
  stated.timeline[1] = entry;
  stated.timeline.push_back({{0, 1}, 7});
  stated.timeline.back().node = kNone;
  EXPECT_EQ(evaluate(*instance, stated.assignment, true, stated.timeline)
                ->explanation,
            (std::vector<std::string>{
                "the timeline has stage 7, which the plan does not have"}));

  // Under throughput there is none.
  EXPECT_EQ(
      errorOf(R"({"version": 1, "timeline": [], "devices": [
      {"kind": "acc", "index": 0, "nodes": [1, 2, 3, 11, 12, 13]}]})"),
      "p.json: timeline: is given, but the objective is throughput, whose "
      "plans have none; ask for latency, or remove it");
}

TEST(PlanFiles, CutsSplitsThatCannotRun) {
  Result<Instance> instance = latencyChain("\"unlimited\"");
  ASSERT_TRUE(instance) << instance.error().message;
  // Node 2 is between 1 and 3; more accelerators than there are.
  std::string_view split = R"({"fpgas": [{"nodes": []}, {"nodes": []},
      {"nodes": [1, 3]}], "cpus": [{"nodes": [2]}, {"nodes": [4]}]})";
  Result<Assignment> assignment = readAssignment(split, "s.json", *instance);
  ASSERT_TRUE(assignment) << assignment.error().message;
  Result<Plan> plan = evaluate(*instance, *assignment, true);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->explanation,
            (std::vector<std::string>{
                "the plan uses device acc:2, but the machine has 2 devices of "
                "kind \"acc\", counted from 0"}));
  EXPECT_DOUBLE_EQ(plan->exactValue, 0.1 + 0.25 + 9 + 0.25 + 0.3);
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
            "explanation, alternatives, alternatives_exact, bounds, timeline");
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
