//===- PlacementGraphTest.cpp - Properties of large graphs ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules themselves are tested on IR, in test/Analysis/graph_*.mlir.
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/PlacementGraph.h"

#include "placement/Dialect/PlacementDialect.h"
#include "placement/Solver/Model/Instance.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace placement;

namespace {

class PlacementGraphTest : public ::testing::Test {
protected:
  PlacementGraphTest() {
    context.loadDialect<func::FuncDialect, PlacementDialect>();
    context.allowUnregisteredDialects();
  }

  /// Appends `%name = op(operands)` with a price.
  void add(const std::string &name, StringRef op,
           ArrayRef<std::string> operands, StringRef location = {}) {
    text += "  %" + name + " = \"stablehlo." + op.str() + "\"(";
    std::string types;
    for (const std::string &operand : operands) {
      text += (types.empty() ? "%" : ", %") + operand;
      types += (types.empty() ? "" : ", ") + std::string("tensor<4xf32>");
    }
    text += ") {placement.cost = #c} : (" + types + ") -> tensor<4xf32>";
    if (!location.empty())
      text += " loc(\"" + location.str() + "\")";
    text += "\n";
  }

  /// Reads a function of a weight %w and an activation %x that returns the
  /// values of these names.
  FailureOr<PlacementGraph> read(ArrayRef<std::string> results) {
    std::string names, types;
    for (const std::string &result : results) {
      names += (names.empty() ? "%" : ", %") + result;
      types += (types.empty() ? "" : ", ") + std::string("tensor<4xf32>");
    }
    std::string source =
        "placement.machine @m { placement.device_kind \"acc\" count 2 }\n"
        "#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, "
        "source = \"test\">\n"
        "func.func @main(%w: tensor<4xf32> {placement.role = \"weight\"}, "
        "%x: tensor<4xf32> {placement.role = \"activation\"}) -> (" +
        types + ") {\n" + text + "  return " + names + " : " + types + "\n}\n";
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module) << source;
    if (!module)
      return failure();
    auto function = *module->getOps<func::FuncOp>().begin();
    auto machine = *module->getOps<MachineOp>().begin();
    return buildPlacementGraph(function, machine, GraphOptions());
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string text;
};

/// A chain of work on weights, each link also used by a node: were all of them
/// attached, the copies would grow with the square of the length.
TEST_F(PlacementGraphTest, LongWeightChainsAreCut) {
  constexpr int kLength = 3000;
  std::string weight = "w", value = "x";
  for (int i = 0; i < kLength; ++i) {
    std::string number = std::to_string(i);
    add("w" + number, "negate", {weight});
    add("x" + number, "add", {value, "w" + number});
    weight = "w" + number;
    value = "x" + number;
  }
  FailureOr<PlacementGraph> graph = read({value});
  ASSERT_TRUE(succeeded(graph));
  // 32 links are attached; the next one is a node, and so are those after it,
  // which work on a value of a node.
  EXPECT_EQ(graph->attached.size(), 32u);
  EXPECT_EQ(graph->nodes.size(), 2 * kLength - 32u);
  EXPECT_EQ(graph->data.time[31], 1.0 + 32.0);
  EXPECT_EQ(graph->data.time[32], 1.0 + 32.0);
}

/// A ladder: each rung uses the one before twice. Counted as a tree it doubles
/// with every rung.
TEST_F(PlacementGraphTest, WeightLaddersAreCut) {
  std::string weight = "w";
  for (int i = 0; i < 3000; ++i) {
    std::string number = std::to_string(i);
    add("a" + number, "negate", {weight});
    add("b" + number, "tanh", {weight});
    add("w" + number, "add", {"a" + number, "b" + number});
    weight = "w" + number;
  }
  add("r", "add", {"x", weight});
  FailureOr<PlacementGraph> graph = read({"r"});
  ASSERT_TRUE(succeeded(graph));
  EXPECT_LT(graph->attached.size(), 40u);
  EXPECT_GT(graph->nodes.size(), 8900u);
}

/// Whatever the backward pass looks like, a group holds at most one forward
/// node, and the forward graph with the turned edges of orphans has no cycle
/// through two forward nodes.
TEST_F(PlacementGraphTest, JoiningMergesNoForwardNodes) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    auto below = [&](size_t limit) { return random() % limit; };
    text.clear();
    std::vector<std::string> forward = {"x"}, backward, returned;
    constexpr const char *kNames[] = {"add", "multiply", "dot_general"};
    for (int i = 0; i < 12; ++i) {
      forward.push_back("f" + std::to_string(i));
      add(forward.back(), kNames[below(3)],
          {forward[below(forward.size() - 1)], below(3) == 0 ? "w" : "x"});
    }
    for (int i = 0; i < 20; ++i) {
      std::string name = "b" + std::to_string(i);
      std::vector<std::string> operands;
      if (!backward.empty())
        operands.push_back(backward[below(backward.size())]);
      if (operands.empty() || below(2) == 0)
        operands.push_back(forward[below(forward.size())]);
      else if (below(4) == 0)
        operands.push_back("w");
      add(name, kNames[below(3)], operands, "transpose(jvp())");
      backward.push_back(name);
      if (below(4) == 0)
        returned.push_back(name);
    }
    returned.push_back(forward.back());
    returned.push_back(backward.back());
    FailureOr<PlacementGraph> graph = read(returned);
    ASSERT_TRUE(succeeded(graph));
    EXPECT_TRUE(graph->training);

    const solver::InstanceData &data = graph->data;
    uint32_t numNodes = data.numNodes();
    // A group is named by its first node, which is
    // the forward one if it has any.
    auto leaderOf = [&](uint32_t node) {
      return data.group[node] == solver::kNone ? node : data.group[node];
    };
    std::vector<uint32_t> numForward(numNodes, 0);
    for (uint32_t node = 0; node < numNodes; ++node)
      if (!data.backward[node]) {
        EXPECT_EQ(++numForward[leaderOf(node)], 1u) << "seed " << seed;
      }

    auto isOrphan = [&](uint32_t node) {
      return numForward[leaderOf(node)] == 0;
    };
    std::vector<std::vector<uint8_t>> reaches(
        numNodes, std::vector<uint8_t>(numNodes, 0));
    for (size_t net = 0; net < data.numNets(); ++net) {
      uint32_t producer = data.netProducer[net];
      if (producer == solver::kNone)
        continue;
      for (uint32_t i = data.netBegin[net]; i < data.netBegin[net + 1]; ++i) {
        uint32_t consumer = data.netConsumers[i];
        uint32_t from = leaderOf(producer), to = leaderOf(consumer);
        if (!data.backward[producer] && !data.backward[consumer])
          reaches[from][to] = 1;
        else if (data.backward[producer] && data.backward[consumer] &&
                 (isOrphan(producer) || isOrphan(consumer)))
          reaches[to][from] = 1;
      }
    }
    for (uint32_t k = 0; k < numNodes; ++k)
      for (uint32_t i = 0; i < numNodes; ++i)
        for (uint32_t j = 0; j < numNodes; ++j)
          reaches[i][j] |= reaches[i][k] & reaches[k][j];
    for (uint32_t i = 0; i < numNodes; ++i)
      for (uint32_t j = 0; j < i; ++j)
        EXPECT_FALSE(numForward[i] && numForward[j] && reaches[i][j] &&
                     reaches[j][i])
            << "seed " << seed << ": nodes " << j << " and " << i << " merge";
    EXPECT_TRUE(static_cast<bool>(
        solver::Instance::create(solver::InstanceData(data))));
  }
}

} // namespace
