//===- ProtocolTest.cpp - Models as text and back -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProtocol.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <random>

using namespace placement::solver::external;
using testing::HasSubstr;

namespace {

std::string errorOf(std::string_view text) {
  LinearModel model;
  WorkerRequest request;
  size_t rest = 0;
  return readRequest(text, model, request, rest);
}

LinearModel randomModel(std::mt19937_64 &random) {
  LinearModel model;
  size_t variables = random() % 6;
  for (size_t i = 0; i < variables; ++i) {
    int64_t lower = static_cast<int64_t>(random() % 100) - 50;
    model.addVariable(lower, lower + static_cast<int64_t>(random() % 9));
  }
  Column condition = model.addBoolean();
  auto someTerms = [&] {
    std::vector<Term> terms;
    for (Column column = 0; column < model.numVariables(); ++column)
      if (random() % 2)
        terms.push_back({column, static_cast<int64_t>(random() % 2000) - 999});
    return terms;
  };
  for (size_t i = random() % 5; i-- > 0;) {
    int64_t lower = random() % 3 ? -7 : kNoLower;
    int64_t upper = random() % 3 ? 90 : kNoUpper;
    if (random() % 2)
      model.addRow(lower, upper, someTerms());
    else
      model.addRowIf(condition, random() % 2, lower, upper, someTerms());
  }
  if (random() % 2)
    model.setObjective(someTerms());
  if (random() % 2)
    model.setObjectiveLimit(static_cast<int64_t>(random() % 50) - 25);
  if (random() % 2)
    model.setHint(std::vector<int64_t>(model.numVariables(), 1));
  return model;
}

TEST(WorkerProtocol, ModelsComeBackAsTheyWere) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    LinearModel model = randomModel(random);
    ASSERT_EQ(model.check(), "");
    WorkerRequest request;
    request.solver = "cpsat";
    request.timeLimit = 0.1 + static_cast<double>(round);
    request.seed = random();
    request.gap = 0.005;
    request.threads = 3;
    std::string text = writeRequest(model, request);

    LinearModel read;
    WorkerRequest readBack;
    size_t rest = 0;
    ASSERT_EQ(readRequest(text + "stop\n", read, readBack, rest), "");
    EXPECT_EQ(rest, text.size());
    EXPECT_EQ(readBack.timeLimit, request.timeLimit);
    EXPECT_EQ(readBack.seed, request.seed);
    EXPECT_EQ(readBack.ortools, "");
    EXPECT_EQ(writeRequest(read, readBack), text);

    // Cut off anywhere, it is no model.
    size_t cut = random() % text.size();
    EXPECT_NE(errorOf(std::string_view(text).substr(0, cut)), "");
  }
}

TEST(WorkerProtocol, WideNumbersComeBack) {
  LinearModel model, read;
  model.addVariable(-kMostActivity, -kMostActivity);
  model.addRow(kNoLower, kMostActivity, std::vector<Term>{{0, 1}});
  WorkerRequest request, readBack;
  size_t rest = 0;
  ASSERT_EQ(readRequest(writeRequest(model, request), read, readBack, rest),
            "");
  EXPECT_EQ(read.lowerOf(0), -kMostActivity);
  EXPECT_EQ(read.allRows()[0].lower, kNoLower);
  EXPECT_EQ(read.allRows()[0].upper, kMostActivity);
  EXPECT_EQ(readBack.timeLimit, std::numeric_limits<double>::infinity());
}

TEST(WorkerProtocol, BadModelsAreRefused) {
  auto model = [](const std::string &lines) {
    return errorOf("placement-model 1\n" + lines + "end\n");
  };
  EXPECT_THAT(errorOf(""), HasSubstr("does not begin with"));
  EXPECT_THAT(errorOf("placement-model 2\nend\n"),
              HasSubstr("does not begin with"));
  EXPECT_EQ(model("option of-a-later-version 7\n"), "");
  EXPECT_THAT(model("option time-limit soon\n"),
              HasSubstr("line 2 of the model: an option has no such value"));
  EXPECT_THAT(model("variables 99999999999\n0 1\n"),
              HasSubstr("line 4 of the model: two bounds"));
  EXPECT_THAT(model("variables 1\n0 1 2\n"), HasSubstr("two bounds"));
  EXPECT_THAT(model("variables 1\n2 1\n"), HasSubstr("variable 0 has"));
  EXPECT_THAT(model("variables 1\n0 1\nrows 1\n0 - 0\n"),
              HasSubstr("line 5 of the model: a row"));
  EXPECT_THAT(model("variables 1\n0 1\nrows 1\n0 - 1 3\n"),
              HasSubstr("row 0 names variable 1, which does not exist"));
  EXPECT_THAT(model("variables 1\n0 1\nrows 1\n0 - 0 3 0 3\n"),
              HasSubstr("row 0 names variable 0 twice"));
  EXPECT_THAT(model("variables 1\n0 2\nrows 1\nif 0 1 0 -\n"),
              HasSubstr("row 0 depends on something that is no Boolean"));
  EXPECT_THAT(model("variables 1\n0 1\nrows 1\nif 0 2 0 -\n"),
              HasSubstr("a row should be here"));
  EXPECT_THAT(model("variables 1\n0 1\nhint 0 0\n"),
              HasSubstr("the hint has not one value"));
  EXPECT_THAT(model("limit none\n"), HasSubstr("no number"));
  EXPECT_THAT(model("objective x\n"), HasSubstr("the objective needs"));
  EXPECT_THAT(model("constraints 4\n"), HasSubstr("no word of the protocol"));
}

TEST(LinearModel, EvaluatesInIntegers) {
  LinearModel model;
  Column x = model.addVariable(0, 10), on = model.addBoolean();
  model.addRowIf(on, true, 5, kNoUpper, std::vector<Term>{{x, 1}});
  model.addRowIf(on, false, kNoLower, 2, std::vector<Term>{{x, 1}});
  model.setObjective(std::vector<Term>{{x, 3}, {on, -1}});
  EXPECT_EQ(model.check(), "");
  auto feasible = [&](std::vector<int64_t> values) {
    return model.isFeasible(values);
  };
  EXPECT_TRUE(feasible({5, 1}));
  EXPECT_FALSE(feasible({4, 1}));
  EXPECT_TRUE(feasible({2, 0}));
  EXPECT_FALSE(feasible({3, 0}));
  EXPECT_FALSE(feasible({11, 1}));
  EXPECT_FALSE(feasible({5}));
  EXPECT_EQ(model.objectiveOf(std::vector<int64_t>{5, 1}), 14);
  model.setObjectiveLimit(13);
  EXPECT_FALSE(feasible({5, 1}));
}

} // namespace
