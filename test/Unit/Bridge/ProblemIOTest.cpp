//===- ProblemIOTest.cpp - Problems survive the way through IR ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ProblemIO.h"

#include "Solver/RandomInstance.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement;

namespace {

class ProblemIOTest : public ::testing::Test {
protected:
  ProblemIOTest() {
    context.loadDialect<PlacementDialect>();
    module = ModuleOp::create(UnknownLoc::get(&context));
  }

  /// A machine with the kinds of an instance.
  MachineOp createMachine(const solver::Machine &machine) {
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    auto op = MachineOp::create(builder, module->getLoc(), "fleet");
    builder.setInsertionPointToStart(&op.getBody().front());
    for (const solver::DeviceKind &kind : machine.kinds)
      DeviceKindOp::create(builder, module->getLoc(),
                           builder.getStringAttr(kind.name),
                           builder.getI64IntegerAttr(kind.count),
                           kind.memory == solver::kUnlimitedBytes
                               ? IntegerAttr()
                               : builder.getI64IntegerAttr(kind.memory),
                           LinkAttr(), RooflineAttr(), BoolAttr());
    return op;
  }

  ProblemOp emit(const solver::Instance &instance) {
    createMachine(instance.machine());
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    return emitProblem(builder, module->getLoc(), instance, "p",
                       FlatSymbolRefAttr::get(&context, "fleet"));
  }

  /// The module after printing and parsing.
  OwningOpRef<ModuleOp> reparse() {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os);
    return parseSourceString<ModuleOp>(text, &context);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// An instance that uses every field there is.
solver::InstanceData fullData() {
  solver::InstanceData data;
  data.timeUnit = "ms";
  data.machine.kinds = {{"acc", 2, 1000}, {"odd kind", 1}};
  data.inFlight = solver::InFlight::SuffixStages;
  data.nodeIds = {10, -3, 7};
  data.nodeNames = {"a", "", "c"};
  double never = std::numeric_limits<double>::infinity();
  data.time = {1.0 / 3, 2, 1e-9, never, 5, 0};
  data.size = {0.5, 0, 3};
  data.stash = {1, 0, 0};
  data.transient = {0, 2, 0};
  data.backward = {0, 0, 1};
  data.group = {4, solver::kNone, 4};
  data.pinKind = {solver::kNone, 0, solver::kNone};
  data.pinIndex = {solver::kNone, 1, solver::kNone};
  data.netProducer = {solver::kNone, 0, 1};
  data.netBegin = {0, 1, 3, 3};
  data.netConsumers = {0, 1, 2};
  data.netOnHost = {1, 0, 1};
  data.netCost = {0.25, 0, 0.125, 0.5, 0, 0};
  data.netBytes = {8, 0, 16};
  data.weightBytes = {100, 0};
  data.weightBegin = {0, 2, 3};
  data.weightUsers = {0, 1, 2};
  data.orderEdges = {{0, 1}};
  return data;
}

TEST_F(ProblemIOTest, EveryFieldSurvives) {
  solver::Result<solver::Instance> before =
      solver::Instance::create(fullData());
  ASSERT_TRUE(before) << before.error().message;
  emit(*before);
  ASSERT_TRUE(succeeded(verify(*module)));
  OwningOpRef<ModuleOp> copy = reparse();
  ASSERT_TRUE(copy);
  FailureOr<solver::Instance> after =
      importProblem(*copy->getOps<ProblemOp>().begin());
  ASSERT_TRUE(succeeded(after));
  EXPECT_EQ(after->fingerprint(), before->fingerprint());
  const solver::InstanceData &a = after->data(), &b = before->data();
  EXPECT_EQ(a.timeUnit, b.timeUnit);
  EXPECT_EQ(a.inFlight, b.inFlight);
  EXPECT_EQ(a.nodeIds, b.nodeIds);
  EXPECT_EQ(a.nodeNames, b.nodeNames);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.stash, b.stash);
  EXPECT_EQ(a.transient, b.transient);
  EXPECT_EQ(a.group, b.group);
  EXPECT_EQ(a.netCost, b.netCost);
  EXPECT_EQ(a.netBytes, b.netBytes);
  EXPECT_EQ(a.weightBytes, b.weightBytes);
  EXPECT_EQ(a.source, "problem @p");
}

// Random problems and their answers: the same fingerprint, and the same stages.
TEST_F(ProblemIOTest, RandomProblemsSurvive) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    module = ModuleOp::create(UnknownLoc::get(&context));
    solver::InstanceData data = solver::test::randomInstance(seed);
    // A machine in IR has no kind without devices.
    for (solver::DeviceKind &kind : data.machine.kinds)
      kind.count = std::max(kind.count, 1u);
    solver::Result<solver::Instance> before =
        solver::Instance::create(std::move(data));
    ASSERT_TRUE(before) << before.error().message;
    ProblemOp problem = emit(*before);
    solver::SolveOptions options;
    options.algorithm = "one-device";
    solver::Result<solver::Plan> plan = solver::solve(*before, options);
    ASSERT_TRUE(plan) << plan.error().message;
    emitSolution(problem, *before, *plan, /*contiguous=*/true);
    ASSERT_TRUE(succeeded(verify(*module))) << "seed " << seed;
    OwningOpRef<ModuleOp> copy = reparse();
    ASSERT_TRUE(copy) << "seed " << seed;
    ProblemOp read = *copy->getOps<ProblemOp>().begin();
    FailureOr<solver::Instance> after = importProblem(read);
    ASSERT_TRUE(succeeded(after)) << "seed " << seed;
    EXPECT_EQ(after->fingerprint(), before->fingerprint()) << "seed " << seed;
    ASSERT_TRUE(read.getSolution());
    if (!plan->hasAssignment())
      continue;
    FailureOr<solver::Assignment> assignment =
        importAssignment(read.getSolution(), *after);
    ASSERT_TRUE(succeeded(assignment)) << "seed " << seed;
    EXPECT_EQ(assignment->stageOf, plan->assignment.stageOf);
    EXPECT_EQ(assignment->stages, plan->assignment.stages);
  }
}

} // namespace
