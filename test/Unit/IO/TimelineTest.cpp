//===- TimelineTest.cpp - Timelines as tables, drawings and traces --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/TimelineFacts.h"
#include "placement/Solver/Search/Solve.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace placement::solver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Host nodes 1 and 4 begin, 2 and 3 run on devices of their own, 5 ends.
constexpr std::string_view kDiamond = R"({
    "version": 1, "timeUnit": "ms",
    "machine": {"kinds": [{"name": "acc", "count": 2, "memory": 100},
                          {"name": "cpu", "count": 1}]},
    "nodes": [
      {"id": 1, "name": "first", "times": {"cpu": 1}},
      {"id": 2, "times": {"acc": 2}, "size": 60},
      {"id": 3, "times": {"acc": 3}, "size": 60},
      {"id": 4, "times": {"cpu": 4}},
      {"id": 5, "times": {"cpu": 1}}],
    "nets": [
      {"producer": 1, "consumers": [2, 4], "cost": {"acc": 0.5}},
      {"producer": 2, "consumers": [3], "cost": {"acc": 0.25}},
      {"producer": 3, "consumers": [5], "cost": {"acc": 0.5}},
      {"producer": 4, "consumers": [5], "cost": {"acc": 0.5}}]})";
constexpr std::string_view kDiamondPlan = R"({"version": 1, "devices": [
    {"kind": "acc", "index": 0, "nodes": [2]},
    {"kind": "acc", "index": 1, "nodes": [3]},
    {"kind": "cpu", "index": 0, "nodes": [1, 4, 5]}]})";

struct Evaluated {
  Instance instance;
  Plan plan;

  /// Entries of the timeline as text: `2@1-3.75`.
  std::vector<std::string> entries(const std::vector<uint32_t> &which) const {
    std::vector<std::string> found;
    for (uint32_t e : which) {
      const TimelineEntry &entry = plan.timeline[e];
      std::ostringstream text;
      if (entry.isPiece())
        text << "acc:" << entry.device.index;
      else
        text << instance.data().nodeIds[entry.node];
      text << "@" << entry.exactStart << "-" << entry.exactFinish;
      found.push_back(text.str());
    }
    return found;
  }
};

Evaluated evaluated(std::string_view instanceText, std::string_view planText,
                    CoreLimit cores = {}) {
  LoadModelOverride latency;
  latency.objective.objective = Objective::Latency;
  latency.objective.cores = cores;
  Result<Instance> instance =
      readInstance(instanceText, "instance.json", latency);
  if (!instance)
    throw std::runtime_error(instance.error().message);
  Result<Assignment> assignment =
      readAssignment(planText, "plan.json", *instance);
  if (!assignment)
    throw std::runtime_error(assignment.error().message);
  Result<Plan> plan = evaluate(*instance, *assignment, true);
  if (!plan)
    throw std::runtime_error(plan.error().message);
  return {std::move(*instance), std::move(*plan)};
}

TEST(Timeline, FactsOfADiamond) {
  Evaluated is = evaluated(kDiamond, kDiamondPlan);
  ASSERT_EQ(is.plan.timeline.size(), 5u);
  TimelineFacts facts = readTimeline(is.instance, is.plan);
  EXPECT_THAT(
      is.entries(facts.critical),
      ElementsAre("1@0-1", "acc:0@1-3.75", "acc:1@3.75-7.5", "5@7.5-8.5"));
  EXPECT_EQ(facts.makespan, is.plan.value);
  uint32_t four = facts.entryOf[3];
  EXPECT_EQ(is.instance.toSourceTime(facts.slack[four]), 2.5);
  ASSERT_EQ(facts.hosts.size(), 1u);
  EXPECT_EQ(facts.hosts[0].nodes, 3u);
  EXPECT_EQ(facts.hosts[0].width, 1u);
  EXPECT_EQ(is.instance.toSourceTime(facts.hosts[0].busy), 6);
  // Node 5 needs the values of 3 and 4.
  EXPECT_EQ(facts.needsOf(facts.entryOf[4]).size(), 2u);
}

TEST(Timeline, TablesOfADiamond) {
  Evaluated is = evaluated(kDiamond, kDiamondPlan);
  std::string table = writePlanTable(is.instance, is.plan, false);
  EXPECT_THAT(table, HasSubstr("8.5 ms for one sample; "));
  EXPECT_THAT(table, HasSubstr("2 of 2 devices used\n"
                               "latency: at most 1 piece on each acc; cpu is a "
                               "host with any number of cores\n"));
  EXPECT_THAT(table, HasSubstr("1       acc:0      1      1   0.5        2  "
                               "0.25    3.75  critical"));
  EXPECT_THAT(table, HasSubstr("3 nodes, 1 at once"));
  EXPECT_THAT(table, HasSubstr("60 B of 100 B"));
  EXPECT_THAT(table, HasSubstr("node 1 (\"first\")"));
  EXPECT_EQ(table.find('\033'), std::string::npos);
  EXPECT_NE(writePlanTable(is.instance, is.plan, true).find('\033'),
            std::string::npos);
}

TEST(Timeline, DrawingOfADiamond) {
  Evaluated is = evaluated(kDiamond, kDiamondPlan);
  EXPECT_EQ(drawTimeline(is.instance, is.plan, {.width = 58}),
            R"(ms    0           2           4            6           8
      |-----------|-----------|------------|-----------|--
acc:0 ......<<<#####1######>>.............................
acc:1 .......................<#########3#########>>>......
cpu/0 ######=========================...............######
# work on the critical path, = other work, < in, > out
. idle, lines of a host are lanes
)");
}

/// Every line fits, whatever the plan.
void expectFits(const std::string &drawing, size_t width) {
  std::istringstream lines(drawing);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(std::count_if(line.begin(), line.end(),
                            [](char c) { return (c & 0xC0) != 0x80; }),
              static_cast<ptrdiff_t>(width))
        << line;
}

/// `width` nodes that the host may run at once, between two ends.
std::string wideHost(size_t width) {
  std::string nodes = R"({"id": 0, "times": {"cpu": 1}})", nets;
  for (size_t i = 1; i <= width; ++i) {
    nodes += R"(, {"id": )" + std::to_string(i) + R"(, "times": {"cpu": )" +
             std::to_string(i) + "}}";
    nets += std::string(nets.empty() ? "" : ", ") + R"({"producer": 0,
        "consumers": [)" +
            std::to_string(i) + R"(], "cost": {}})";
  }
  return R"({"version": 1, "machine": {"kinds": [
      {"name": "cpu", "count": 4}]}, "nodes": [)" +
         nodes + R"(], "nets": [)" + nets + "]}";
}

std::string allOnTheHost(size_t width) {
  std::string ids = "0";
  for (size_t i = 1; i <= width; ++i)
    ids += ", " + std::to_string(i);
  return R"({"version": 1, "devices": [{"kind": "cpu", "index": 0,
      "nodes": [)" +
         ids + "]}]}";
}

TEST(Timeline, LanesOfAHost) {
  Evaluated is = evaluated(wideHost(4), allOnTheHost(4));
  TimelineFacts facts = readTimeline(is.instance, is.plan);
  EXPECT_EQ(facts.hosts.at(0).width, 4u);
  EXPECT_EQ(*std::max_element(facts.lane.begin(), facts.lane.end()), 3u);
  std::string drawing = drawTimeline(is.instance, is.plan);
  for (const char *lane : {"cpu/0 ##", "cpu/1 ", "cpu/2 ", "cpu/3 "})
    EXPECT_THAT(drawing, HasSubstr(lane));
  expectFits(drawing, 80);
}

TEST(Timeline, AWideHostIsCounted) {
  Evaluated is = evaluated(wideHost(200), allOnTheHost(200));
  std::string drawing = drawTimeline(is.instance, is.plan);
  EXPECT_EQ(std::count(drawing.begin(), drawing.end(), '\n'), 5) << drawing;
  EXPECT_THAT(drawing, HasSubstr("cpu +++"));
  EXPECT_THAT(drawing, HasSubstr("nodes at once"));
  expectFits(drawing, 80);
}

TEST(Timeline, CoresAreLines) {
  Evaluated is = evaluated(wideHost(4), allOnTheHost(4), CoreLimit(2));
  EXPECT_THAT(drawTimeline(is.instance, is.plan), HasSubstr("\ncpu:0 ####"));
  TimelineFacts facts = readTimeline(is.instance, is.plan);
  // All on one core: each waits for the one before.
  EXPECT_EQ(facts.critical.size(), 5u);
  EXPECT_THAT(writePlanTable(is.instance, is.plan, false),
              HasSubstr("cpu is a host with 2 cores"));
}

/// A chain of single nodes, each on a device of its own.
std::string longChain(size_t length) {
  std::string nodes, nets;
  for (size_t i = 0; i < length; ++i) {
    nodes += std::string(i ? ", " : "") + R"({"id": )" + std::to_string(i) +
             R"(, "times": {"a\u001bm\u00e9ga": 1}})";
    if (i > 0)
      nets += std::string(i > 1 ? ", " : "") + R"({"producer": )" +
              std::to_string(i - 1) + R"(, "consumers": [)" +
              std::to_string(i) + R"(], "cost": {"a\u001bm\u00e9ga": 0.5}})";
  }
  return R"({"version": 1, "machine": {"kinds": [
      {"name": "a\u001bm\u00e9ga", "count": )" +
         std::to_string(length) + R"(}]}, "nodes": [)" + nodes +
         R"(], "nets": [)" + nets + "]}";
}

std::string oneEach(size_t length) {
  std::string devices;
  for (size_t i = 0; i < length; ++i)
    devices += std::string(i ? ", " : "") +
               R"({"kind": "a\u001bm\u00e9ga", "index": )" + std::to_string(i) +
               R"(, "nodes": [)" + std::to_string(i) + "]}";
  return R"({"version": 1, "devices": [)" + devices + "]}";
}

TEST(Timeline, ManyDevicesAreCounted) {
  Evaluated is = evaluated(longChain(100), oneEach(100));
  std::string drawing = drawTimeline(is.instance, is.plan);
  EXPECT_THAT(drawing, HasSubstr("\nand 68 more devices\n"));
  EXPECT_THAT(drawing, HasSubstr("\na\\x1Bm\u00e9ga:31 "));
  expectFits(drawing, 80);
  std::string table = writePlanTable(is.instance, is.plan, false);
  EXPECT_THAT(table, HasSubstr("and 36 pieces more"));
  EXPECT_THAT(table, HasSubstr("... 76 steps"));
  EXPECT_EQ(table.find('\033'), std::string::npos);
  for (size_t width : {size_t(0), kLeastDrawingWidth, size_t(200), SIZE_MAX})
    expectFits(drawTimeline(is.instance, is.plan, {.width = width}),
               std::clamp(width, kLeastDrawingWidth, kMostDrawingWidth));
}

TEST(Timeline, NothingTakesTime) {
  Evaluated is = evaluated(
      R"({"version": 1, "timeUnit": "ms",
          "machine": {"kinds": [{"name": "acc", "count": 1},
                                {"name": "cpu", "count": 1}]},
          "nodes": [{"id": 1, "times": {"cpu": 0}},
                    {"id": 2, "times": {"acc": 0}},
                    {"id": 3, "times": {"cpu": 0}},
                    {"id": 4, "times": {"acc": 0}}],
          "nets": [{"producer": 1, "consumers": [2], "cost": {"acc": 0}},
                   {"producer": 2, "consumers": [3], "cost": {"acc": 0}},
                   {"producer": 2, "consumers": [4], "cost": {"acc": 1}}]})",
      R"({"version": 1, "devices": [
          {"kind": "acc", "index": 0, "nodes": [2, 4]},
          {"kind": "cpu", "index": 0, "nodes": [1, 3]}]})");
  EXPECT_THAT(is.entries(readTimeline(is.instance, is.plan).critical),
              ElementsAre("1@0-0", "acc:0@0-0"));
  EXPECT_EQ(is.plan.exactValue, 0);
  EXPECT_THAT(drawTimeline(is.instance, is.plan),
              HasSubstr("nothing in this plan takes time"));
  EXPECT_THAT(writeTrace(is.instance, is.plan),
              HasSubstr("\"name\": \"piece "));
  EXPECT_THAT(writePlanTable(is.instance, is.plan, false),
              HasSubstr("0 ms for one sample"));
}

TEST(Timeline, SentencesAboutIt) {
  Evaluated is = evaluated(kDiamond, kDiamondPlan);
  EXPECT_EQ(
      describeTimeline(is.instance, is.plan),
      "The critical path is cpu, 1 node -> acc:0, piece 1 -> acc:1, "
      "piece 3 -> cpu, 1 node. There are 2 pieces and 3 nodes on cpu (1 at "
      "once).");
}

TEST(Timeline, PlansWithoutOne) {
  Result<Instance> instance =
      readInstance(std::string_view(R"({"version": 1, "machine": {"kinds": [
          {"name": "acc", "count": 1}]}, "nodes": [
          {"id": 0, "times": {"acc": 1}}], "nets": []})"),
                   "instance.json");
  ASSERT_TRUE(instance) << instance.error().message;
  Result<Plan> plan = solve(*instance, SolveOptions());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(drawTimeline(*instance, *plan), "");
  EXPECT_EQ(writeTrace(*instance, *plan), "");
  EXPECT_EQ(describeTimeline(*instance, *plan), "");
  EXPECT_TRUE(readTimeline(*instance, *plan).critical.empty());
}

} // namespace
} // namespace placement::solver
