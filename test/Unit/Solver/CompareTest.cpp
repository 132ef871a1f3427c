//===- CompareTest.cpp - Comparisons of algorithms ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Compare.h"

#include "FakeAlgorithm.h"
#include "RandomInstance.h"

#include "Solver/Search/Contradictions.h"
#include "placement/Solver/Search/Registry.h"

#include <cmath>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

Comparison mustCompare(std::span<const ComparedProblem> problems,
                       const CompareOptions &options,
                       CompareObserver *observer = nullptr) {
  Result<Comparison> comparison = compare(problems, options, observer);
  if (!comparison) {
    ADD_FAILURE() << comparison.error().message;
    return {};
  }
  return std::move(*comparison);
}

CompareOptions only(std::vector<std::string> algorithms) {
  CompareOptions options;
  options.all = false;
  options.algorithms = std::move(algorithms);
  return options;
}

std::string names(const ComparedInstance &instance, bool contiguous) {
  std::string text;
  for (const ComparisonRow &row : instance.rows)
    if (row.contiguous == contiguous)
      text += row.name + "=" + toString(row.state) + " ";
  return text;
}

/// A row as a run would have left it.
ComparisonRow madeUp(std::string name, bool contiguous, double value,
                     double bound = 0) {
  ComparisonRow row;
  row.name = std::move(name);
  row.contiguous = contiguous;
  row.state = RowState::Plan;
  row.plan.status = bound == value ? Status::Optimal : Status::Feasible;
  row.plan.proof = bound > 0 ? Proof::Engine : Proof::None;
  row.plan.exactValue = value;
  row.plan.value = static_cast<Time>(value * static_cast<double>(kUnit));
  row.plan.bound = static_cast<Time>(bound * static_cast<double>(kUnit));
  row.plan.provenBound = row.plan.bound;
  row.seconds = 1;
  return row;
}

TEST(CompareTest, ObjectivesAreNotMixed) {
  Builder latency = row(), pieces = row();
  latency.data.objective = pieces.data.objective = Objective::Latency;
  pieces.data.piecesPerDevice = 2;
  Instance throughput = row().build(), one = latency.build(),
           two = pieces.build();
  auto error = [&](const Instance &other) {
    ComparedProblem problems[] = {{"a", &one, {}}, {"b", &other, {}}};
    return compare(problems, only({"greedy"})).error().message;
  };
  EXPECT_EQ(error(throughput),
            "a and b have different objectives, latency and throughput; give "
            "both the same, or compare them apart");
  EXPECT_EQ(error(two),
            "a and b allow 1 and 2 subgraphs per device; give both one, or "
            "both several, or compare them apart");
  EXPECT_EQ(error(one), "");
}

/// There is one kind of plans, and all algorithms are those for latency.
TEST(CompareTest, LatencyHasTheRowsOfItsKind) {
  Builder builder = row();
  builder.data.objective = Objective::Latency;
  Instance instance = builder.build();
  ComparedProblem problem{"row", &instance, {}};
  Comparison comparison =
      mustCompare({&problem, 1}, only({"greedy", "contiguous"}));
  EXPECT_EQ(names(comparison.instances[0], true),
            "ours=plan greedy=plan contiguous=unsupported ");
  EXPECT_EQ(names(comparison.instances[0], false), "");
  std::string all =
      names(mustCompare({&problem, 1}, CompareOptions()).instances[0], true);
  EXPECT_NE(all.find("max-load="), std::string::npos) << all;
  EXPECT_EQ(all.find("contiguous="), std::string::npos) << all;
}

TEST(CompareTest, RowsComeInOrderAndOursIsNotRunTwice) {
  Instance instance = row().build();
  ComparedProblem problem{"row", &instance, {}};
  Comparison comparison = mustCompare(
      {&problem, 1},
      only({"equal-ops", "contiguous", "local-search", "linearised"}));
  ASSERT_EQ(comparison.instances.size(), 1u);
  const ComparedInstance &compared = comparison.instances[0];
  EXPECT_TRUE(comparison.complete);
  EXPECT_TRUE(comparison.remarks.empty());
  EXPECT_EQ(names(compared, true), "ours=plan equal-ops=plan "
                                   "local-search=unsupported "
                                   "linearised=plan ");
  // Contiguous plans are carried over to any plans, ours as well.
  EXPECT_EQ(names(compared, false), "ours=plan equal-ops=plan contiguous=plan "
                                    "local-search=plan linearised=plan ");
  for (const ComparisonRow &row : compared.rows)
    EXPECT_EQ(row.carried, !row.contiguous && (row.name == "contiguous" ||
                                               row.name == "linearised"))
        << row.name;
  EXPECT_EQ(compared.ours(true)->plan.algorithm, "contiguous");
  EXPECT_EQ(compared.ours(false)->plan.algorithm, "noncontiguous");
}

TEST(CompareTest, NothingIsCarriedWithoutContiguousPlans) {
  Instance instance = row().build();
  ComparedProblem problem{"row", &instance, {}};
  CompareOptions options = only({"linearised"});
  options.contiguous = false;
  Comparison comparison = mustCompare({&problem, 1}, options);
  EXPECT_FALSE(comparison.has(true));
  EXPECT_TRUE(comparison.has(false));
  EXPECT_EQ(names(comparison.instances[0], false),
            "ours=plan linearised=unsupported ");
  expectContains(comparison.instances[0].rows[1].reasons.front(),
                 "contiguous plans only");
}

TEST(CompareTest, GivenPlansAreValuedAndJudged) {
  Instance instance = row().build();
  ComparedProblem problem{"row", &instance, {}};
  // {0, 1} | {2, 3}: loads 4 and 8. The other way round, the chain breaks.
  Assignment good{{{0, 0}, {0, 1}}, {0, 0, 1, 1}};
  Assignment zigzag{{{0, 0}, {0, 1}}, {0, 1, 0, 1}};
  problem.given = {{"good.json", good, ""},
                   {"zigzag.json", zigzag, ""},
                   {"other.json", std::nullopt, "it is for another graph"}};
  CompareOptions options = only({});
  Comparison comparison = mustCompare({&problem, 1}, options);
  const ComparedInstance &compared = comparison.instances[0];
  EXPECT_EQ(names(compared, true),
            "ours=plan expert=plan expert=broken expert=unsupported ");
  EXPECT_EQ(names(compared, false),
            "ours=plan expert=plan expert=plan expert=unsupported ");
  EXPECT_EQ(compared.rows[1].source, "good.json");
  EXPECT_EQ(compared.rows[1].plan.exactValue, 8);
  EXPECT_EQ(compared.rows[3].reasons.front(), "it is for another graph");

  options.solve.maxStages = 1;
  options.any = false;
  comparison = mustCompare({&problem, 1}, options);
  EXPECT_EQ(comparison.instances[0].rows[1].state, RowState::Broken);
  EXPECT_EQ(comparison.instances[0].rows[1].reasons.front(),
            "it has 2 stages, but at most 1 are allowed");
}

TEST(CompareTest, WrongOptionsAreErrors) {
  auto error = [](const CompareOptions &options) {
    Result<Comparison> comparison = compare({}, options);
    return comparison ? "" : comparison.error().message;
  };
  expectContains(error(only({"magic"})), "there is no algorithm \"magic\" to "
                                         "compare with; choose from: ");
  EXPECT_EQ(error(only({"equal-ops", "equal-ops"})),
            "algorithm \"equal-ops\" is named twice; name it once");
  CompareOptions options;
  options.contiguous = options.any = false;
  expectContains(error(options), "nothing to compare");
  options.any = true;
  options.solve.timeLimit = -1;
  expectContains(error(options), "must not be negative");
  options.solve.timeLimit = 1;
  EXPECT_EQ(error(options), "");
}

/// Stops the comparison when a run of this name begins.
class Stopper final : public CompareObserver {
public:
  explicit Stopper(std::string name) : name(std::move(name)) {}
  void onRun(const ComparedInstance &, const ComparisonRow &row, size_t done,
             size_t total) override {
    EXPECT_LT(done, total);
    ++runs;
    if (row.name == name)
      cancel = true;
  }
  std::atomic<bool> cancel = false;
  size_t runs = 0;

private:
  std::string name;
};

TEST(CompareTest, AStopKeepsWhatIsFinished) {
  Instance instance = row().build();
  std::vector<ComparedProblem> problems = {{"first", &instance, {}},
                                           {"second", &instance, {}}};
  CompareOptions options = only({"equal-ops", "one-device"});
  Stopper stopper("equal-ops");
  options.solve.cancel = &stopper.cancel;
  Comparison comparison = mustCompare(problems, options, &stopper);
  EXPECT_FALSE(comparison.complete);
  EXPECT_EQ(stopper.runs, 2u);
  ASSERT_EQ(comparison.instances.size(), 2u);
  EXPECT_EQ(names(comparison.instances[0], true),
            "ours=plan equal-ops=plan one-device=not-run ");
  EXPECT_EQ(comparison.instances[1].ours(true)->state, RowState::NotRun);
  // What was not run counts nowhere.
  for (const ComparisonSummary &summary : summarise(comparison))
    EXPECT_EQ(summary.instances, 1u) << summary.name;
}

TEST(CompareTest, SummariesAreGeometricMeansOverCommonInstances) {
  Instance instance = row().build();
  Comparison comparison;
  for (double factor : {2.0, 8.0}) {
    ComparedInstance &compared = comparison.instances.emplace_back();
    compared.instance = &instance;
    compared.rows = {madeUp("ours", true, 10, 10),
                     madeUp("slow", true, 10 * factor),
                     madeUp("equal", true, 10)};
    // Two plans of experts: the better one counts, and the broken one does not.
    ComparisonRow expert = madeUp("expert", true, 30);
    expert.source = "a.json";
    compared.rows.push_back(expert);
    expert = madeUp("expert", true, 20);
    expert.source = "b.json";
    compared.rows.push_back(expert);
    expert.state = RowState::Broken;
    expert.plan.exactValue = 1;
    compared.rows.push_back(expert);
  }
  comparison.instances[1].rows[2].state = RowState::NoPlan;
  std::vector<ComparisonSummary> summaries = summarise(comparison);
  ASSERT_EQ(summaries.size(), 4u);
  EXPECT_EQ(summaries[0].best, 2u);
  EXPECT_EQ(summaries[0].optimal, 2u);
  EXPECT_DOUBLE_EQ(summaries[1].meanRatio, 4);
  EXPECT_EQ(summaries[1].best, 0u);
  EXPECT_EQ(summaries[1].seconds, 2);
  EXPECT_EQ(summaries[2].plans, 1u);
  EXPECT_EQ(summaries[2].best, 1u);
  EXPECT_EQ(summaries[2].compared, 1u);
  EXPECT_DOUBLE_EQ(summaries[2].meanRatio, 1);
  EXPECT_EQ(summaries[3].name, "expert");
  EXPECT_EQ(summaries[3].instances, 2u);
  EXPECT_DOUBLE_EQ(summaries[3].meanRatio, 2);
}

TEST(CompareTest, ADistanceNeedsTwoPlansAndTime) {
  Instance instance = row().build();
  ComparedInstance compared;
  compared.instance = &instance;
  compared.rows = {madeUp("ours", true, 0), madeUp("other", true, 3),
                   madeUp("ours", false, 2), madeUp("other", false, 3)};
  EXPECT_EQ(compared.distance(compared.rows[1]), std::nullopt);
  EXPECT_DOUBLE_EQ(*compared.distance(compared.rows[3]), 0.5);
  compared.rows[3].state = RowState::NoPlan;
  EXPECT_EQ(compared.distance(compared.rows[3]), std::nullopt);
  compared.rows[3].state = RowState::Plan;
  compared.rows[2].state = RowState::Infeasible;
  EXPECT_EQ(compared.distance(compared.rows[3]), std::nullopt);
}

TEST(CompareTest, RemarksNameWhatIsBetterThanOurs) {
  Instance instance = row().build();
  ComparedInstance compared;
  compared.name = "row";
  compared.instance = &instance;
  compared.rows = {madeUp("ours", true, 10, 9), madeUp("rival", true, 9.5)};
  std::vector<ComparisonRemark> remarks = findRemarks(compared);
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_FALSE(remarks[0].fault);
  EXPECT_EQ(remarks[0].text, "row, contiguous plans: rival has the value 9.5, "
                             "5 % better than ours with 10");

  // Below a proven bound: somebody is wrong.
  compared.rows[1] = madeUp("rival", true, 8.5);
  remarks = findRemarks(compared);
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_TRUE(remarks[0].fault);
  EXPECT_EQ(remarks[0].text, "row, contiguous plans: rival has the value 8.5, "
                             "but ours claims a proof that no plan is below 9");

  compared.rows[0].state = RowState::Infeasible;
  remarks = findRemarks(compared);
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_TRUE(remarks[0].fault);
  expectContains(remarks[0].text, "claims a proof that there is no plan");
  EXPECT_EQ(remarks[1].text, "row, contiguous plans: rival has the value 8.5, "
                             "and ours has no plan");

  // Ties and broken plans are no news.
  compared.rows = {madeUp("ours", true, 10), madeUp("rival", true, 10),
                   madeUp("cheat", true, 1)};
  compared.rows[2].state = RowState::Broken;
  EXPECT_TRUE(findRemarks(compared).empty());
}

TEST(CompareTest, AContiguousPlanCompetesWithAnyPlans) {
  Instance instance = row().build();
  ComparedInstance compared;
  compared.name = "row";
  compared.instance = &instance;
  compared.rows = {madeUp("ours", true, 8, 8), madeUp("ours", false, 9)};
  compared.rows[0].plan.assignment = {{{0, 0}, {0, 1}}, {0, 0, 1, 1}};
  std::vector<ComparisonRemark> remarks = findRemarks(compared);
  ASSERT_EQ(remarks.size(), 1u);
  expectContains(remarks[0].text, "ours, a contiguous plan, has the value 8");
}

TEST(CompareTest, AFaultyAlgorithmIsARow) {
  Registry &registry = Registry::get();
  registry.add(std::make_unique<Fake>(
      [](const Instance &, const SolveOptions &, const Assignment *,
         Observer &) {
        Outcome outcome;
        outcome.assignment = Assignment{{{0, 0}}, {0, 0, 0, 7}};
        return outcome;
      },
      "faulty"));
  Instance instance = row().build();
  ComparedProblem problem{"row", &instance, {}};
  Comparison comparison = mustCompare({&problem, 1}, only({"faulty"}));
  // Leaves the name to nobody else.
  registry.add(std::make_unique<Fake>(nullptr, "faulty"));
  const ComparedInstance &compared = comparison.instances[0];
  EXPECT_EQ(names(compared, true), "ours=plan faulty=failed ");
  EXPECT_EQ(names(compared, false), "ours=plan faulty=unsupported ");
  expectContains(compared.rows[1].reasons.front(), "internal error:");
}

/// Whoever keeps our rules is not better than ours, whatever the instance.
TEST(CompareTest, OursIsNeverBeatenOnSmallInstances) {
  RandomKnobs knobs;
  knobs.maxForward = 6;
  CompareOptions options;
  options.solve.timeLimit = 10;
  const char *more = std::getenv("PLACEMENT_COMPARE_SAMPLES");
  uint64_t samples = more ? std::strtoull(more, nullptr, 10) : 30;
  constexpr Communication kCommunications[] = {Communication::Sequential,
                                               Communication::HalfDuplex,
                                               Communication::FullDuplex};
  for (uint64_t seed = 1; seed <= samples; ++seed) {
    InstanceData data = randomInstance(seed, knobs);
    data.communication = kCommunications[seed % 3];
    if (seed % 4 == 0)
      data.schedule = Schedule::GPipe;
    // GPipe keeps the stashes of microbatches, not of later stages.
    if (data.schedule == Schedule::GPipe &&
        data.inFlight == InFlight::SuffixStages)
      data.inFlight = InFlight::Single;
    Result<Instance> instance = Instance::create(std::move(data));
    ASSERT_TRUE(instance) << instance.error().message;
    ComparedProblem problem{"seed " + std::to_string(seed), &*instance, {}};
    Comparison comparison = mustCompare({&problem, 1}, options);
    for (const ComparisonRemark &remark : comparison.remarks)
      ADD_FAILURE() << remark.text;
    const ComparedInstance &compared = comparison.instances[0];
    for (const ComparisonRow &row : compared.rows) {
      EXPECT_NE(row.state, RowState::Failed)
          << problem.name << " " << row.name << ": " << row.reasons.front();
      EXPECT_NE(row.state, RowState::NotRun);
      // What cannot be run says why.
      if (row.state == RowState::Unsupported)
        EXPECT_FALSE(row.reasons.empty()) << problem.name << " " << row.name;
    }
    const ComparisonRow *chain = compared.ours(true),
                        *any = compared.ours(false);
    if (chain->state == RowState::Plan) {
      EXPECT_EQ(chain->plan.status, Status::Optimal) << problem.name;
      // Stashes by stage have no meaning without stages.
      if (any->state == RowState::Unsupported)
        continue;
      EXPECT_EQ(any->state, RowState::Plan) << problem.name;
      EXPECT_LE(any->plan.value, chain->plan.value) << problem.name;
    }
  }
}

} // namespace
