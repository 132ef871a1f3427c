//===- ReaderFuzzTest.cpp - Damaged files never crash a reader ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/RandomInstance.h"
#include "Solver/RandomLatency.h"

#include "Solver/Random.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace placement::solver {
namespace {

using test::Random;

/// One to four small changes: bytes replaced, removed, doubled or moved, and
/// now and then a number made strange.
std::string damaged(const std::string &text, Random &random) {
  static constexpr const char *kTokens[] = {"-1",
                                            "1e999",
                                            "1e308",
                                            "null",
                                            "\"\"",
                                            "[]",
                                            "{}",
                                            "true",
                                            "NaN",
                                            "0",
                                            "0.5",
                                            "[[",
                                            "}",
                                            ",",
                                            "\\u",
                                            "\xff",
                                            "1e-320",
                                            "9e18",
                                            "18446744073709551615",
                                            "-9223372036854775808"};
  std::string result = text;
  for (uint32_t changes = 1 + random.below(4); changes > 0 && !result.empty();
       --changes) {
    size_t at = random.below(static_cast<uint32_t>(result.size()));
    size_t length = std::min<size_t>(1 + random.below(12), result.size() - at);
    switch (random.below(6)) {
    case 0:
      result[at] = static_cast<char>(random.below(256));
      break;
    case 1:
      result.erase(at, length);
      break;
    case 2:
      result.insert(at, result.substr(at, length));
      break;
    case 3: {
      // Replace a whole number or word.
      size_t end = at;
      while (end < result.size() && (std::isalnum(result[end]) != 0))
        ++end;
      result.replace(at, std::max<size_t>(1, end - at),
                     kTokens[random.below(std::size(kTokens))]);
      break;
    }
    case 4:
      result.insert(at, kTokens[random.below(std::size(kTokens))]);
      break;
    case 5:
      result.resize(at + 1);
      break;
    }
  }
  return result;
}

constexpr int kRounds = 20000;

std::string load(const std::string &name) {
  Result<std::string> text =
      readFile(std::string(PLACEMENT_TEST_WORKLOADS) + "/" + name);
  EXPECT_TRUE(text) << text.error().message;
  return *text;
}

/// Reads damaged copies of a file: each gives an error with a text, or an
/// instance that can be written and read again.
void fuzzInstance(const std::string &text, uint64_t seed, int rounds) {
  Random random(seed);
  int valid = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string copy = damaged(text, random);
    // Exactly sized memory, so that sanitizers see a read past the end.
    std::vector<char> bytes(copy.begin(), copy.end());
    Result<Instance> result =
        readInstance(std::string_view(bytes.data(), bytes.size()), "f.json");
    if (!result) {
      ASSERT_EQ(result.error().message.find("f.json:"), 0u)
          << result.error().message;
      continue;
    }
    ++valid;
    Result<Instance> again =
        readInstance(writeInstanceJson(*result), "again.json");
    ASSERT_TRUE(again) << again.error().message << "\n" << copy;
    ASSERT_EQ(again->fingerprint(), result->fingerprint()) << copy;
  }
  // Enough damage is harmless for the deep checks to be reached too.
  EXPECT_GT(valid, rounds / 500);
}

TEST(ReaderFuzz, DpoFiles) {
  fuzzInstance(load("throughput/LayerGraphs/bert24_inference.json"), 1,
               kRounds);
}

TEST(ReaderFuzz, OwnFiles) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Result<Instance> instance = Instance::create(test::randomInstance(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    fuzzInstance(writeInstanceJson(*instance), seed, kRounds / 10);
  }
}

TEST(ReaderFuzz, LatencyFiles) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Result<Instance> instance =
        Instance::create(test::randomLatencyInstance(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    fuzzInstance(writeInstanceJson(*instance), seed, kRounds / 10);
  }
}

/// Plans of any kind: each has a latency, whatever it breaks, and one that
/// breaks nothing is read back as it is.
TEST(ReaderFuzz, LatencyPlans) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Result<Instance> instance =
        Instance::create(test::randomLatencyInstance(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    Random random(seed);
    Result<Plan> plan =
        evaluate(*instance, test::randomLatencyPlan(*instance, random), true);
    ASSERT_TRUE(plan) << plan.error().message;
    std::string text = writePlanJson(*instance, *plan);
    for (int round = 0; round < kRounds / 10; ++round) {
      std::string copy = damaged(text, random);
      std::vector<char> bytes(copy.begin(), copy.end());
      Result<StatedPlan> result = readPlan(
          std::string_view(bytes.data(), bytes.size()), "f.json", *instance);
      if (!result) {
        ASSERT_EQ(result.error().message.find("f.json:"), 0u)
            << result.error().message;
        continue;
      }
      Result<Plan> value =
          evaluate(*instance, result->assignment, true, result->timeline);
      ASSERT_TRUE(value) << copy;
      ASSERT_NE(value->value, kInfiniteTime) << copy;
      ASSERT_FALSE(value->timeline.empty()) << copy;
      std::string written = writePlanJson(*instance, *value);
      Result<StatedPlan> again = readPlan(written, "again.json", *instance);
      if (value->status != Status::Feasible)
        continue;
      ASSERT_TRUE(again) << again.error().message;
      Result<Plan> same =
          evaluate(*instance, again->assignment, true, again->timeline);
      ASSERT_TRUE(same);
      ASSERT_EQ(writePlanJson(*instance, *same), written);
    }
  }
}

TEST(ReaderFuzz, PlansAndSplits) {
  Result<Instance> instance = readInstance(
      load("throughput/LayerGraphs/bert24_training.json"), "bert24.json");
  ASSERT_TRUE(instance) << instance.error().message;
  std::string split = load("experts/bert24_inference_expert.json");
  Result<Assignment> given = readAssignment(split, "split.json", *instance);
  ASSERT_TRUE(given) << given.error().message;
  Result<Plan> plan = evaluate(*instance, *given, true);
  ASSERT_TRUE(plan) << plan.error().message;
  for (const std::string &text : {split, writePlanJson(*instance, *plan)}) {
    Random random(7);
    for (int round = 0; round < kRounds / 2; ++round) {
      std::string copy = damaged(text, random);
      std::vector<char> bytes(copy.begin(), copy.end());
      Result<Assignment> result = readAssignment(
          std::string_view(bytes.data(), bytes.size()), "f.json", *instance);
      if (!result) {
        ASSERT_EQ(result.error().message.find("f.json:"), 0u)
            << result.error().message;
        continue;
      }
      ASSERT_TRUE(evaluate(*instance, *result, true)) << copy;
    }
  }
}

TEST(ReaderFuzz, MachineFiles) {
  const std::string text = R"({"version": 1, "name": "box", "kinds": [
    {"name": "gpu", "count": 8, "memory": 80000000000,
     "link": {"bandwidth": 6.4e10, "latency": 5.0},
     "roofline": {"peak": {"f32": 6.7e13}, "bandwidth": 3e12, "launch": 2}},
    {"name": "cpu", "count": 1}]})";
  Random random(3);
  for (int round = 0; round < kRounds; ++round) {
    std::string copy = damaged(text, random);
    std::vector<char> bytes(copy.begin(), copy.end());
    Result<Machine> result =
        readMachine(std::string_view(bytes.data(), bytes.size()), "f.json");
    if (!result) {
      ASSERT_EQ(result.error().message.find("f.json:"), 0u);
    }
  }
}

} // namespace
} // namespace placement::solver
