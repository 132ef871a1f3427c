//===- StructureTest.cpp - Outlined programs are the same programs --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomPlacement.h"
#include "ValueNumbering.h"

#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "placement/InitAll.h"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement;
using namespace placement::test;
namespace fs = std::filesystem;

namespace {

/// The models kept in the repository and, where they are, those beside it; of
/// files with the same name the first.
std::vector<fs::path> findModels() {
  std::map<std::string, fs::path> byName;
  const fs::path root = PLACEMENT_SOURCE_DIR;
  for (const fs::path &folder :
       {root / "test/Models", root / "../shared/models"})
    if (fs::is_directory(folder))
      for (const fs::directory_entry &entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".mlir")
          byName.emplace(entry.path().filename().string(), entry.path());
  std::vector<fs::path> models;
  models.reserve(byName.size());
  for (auto &[name, path] : byName)
    models.push_back(path);
  return models;
}

/// A call of a stage by the driver, with the calls whose results it takes.
struct Call {
  func::FuncOp stage;
  std::pair<int64_t, bool> slot;
  std::vector<unsigned> sources;
};

class StructureTest : public ::testing::TestWithParam<fs::path> {
protected:
  StructureTest() {
    DialectRegistry registry;
    mlir::registerAllDialects(registry);
    placement::registerAllDialects(registry);
    placement::registerAllExternalModels(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<PlacementDialect>();
    context.allowUnregisteredDialects();
    context.disableMultithreading();
    // Remarks are not what is tested here.
    context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
      return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark);
    });
    ParserConfig config(&context);
    model = parseSourceFile<ModuleOp>(GetParam().string(), config);
  }

  void run(ModuleOp module,
           std::initializer_list<std::unique_ptr<Pass> (*)()> passes) {
    PassManager manager(&context);
    for (auto create : passes)
      manager.addPass(create());
    ASSERT_TRUE(succeeded(manager.run(module)));
  }

  static func::FuncOp getMain(ModuleOp module) {
    return module.lookupSymbol<func::FuncOp>("main");
  }

  static std::string print(ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream out(text);
    module.print(out, OpPrintingFlags().enableDebugInfo());
    return text;
  }

  void checkSame(ModuleOp outlined);
  std::vector<Call> checkForm(ModuleOp outlined);
  void checkMinimal(std::vector<Call> &calls);
  void check(Order order, bool phases, unsigned numStages, uint64_t seed);

  MLIRContext context;
  OwningOpRef<ModuleOp> model;
};

/// With stages inlined and transfers removed, the program is the original up
/// to clones, dead operations and side effects included.
void StructureTest::checkSame(ModuleOp outlined) {
  OwningOpRef<ModuleOp> original = model->clone();
  OwningOpRef<ModuleOp> back = outlined.clone();
  run(*original, {createInlinePass, createStripPass});
  run(*back, {createInlinePass, createStripPass});
  ValueNumbering numbering;
  NumberedFunction expected = numbering.number(getMain(*original));
  NumberedFunction found = numbering.number(getMain(*back));
  EXPECT_EQ(expected.returned, found.returned);
  EXPECT_EQ(expected.effects, found.effects);
  EXPECT_EQ(expected.all, found.all);
  EXPECT_LE(expected.numOps, found.numOps);
  EXPECT_EQ(getMain(*original).getFunctionType(),
            getMain(outlined).getFunctionType());
}

/// The driver holds transfers and calls only, a stage operations of its own.
std::vector<Call> StructureTest::checkForm(ModuleOp outlined) {
  EXPECT_TRUE(succeeded(verify(outlined)));
  std::vector<Call> calls;
  DenseMap<Value, unsigned> callOf;
  for (Operation &op : getMain(outlined).getBody().front()) {
    if (auto transfer = dyn_cast<TransferOp>(op)) {
      if (auto it = callOf.find(transfer.getValue()); it != callOf.end())
        callOf[transfer.getResult()] = it->second;
      continue;
    }
    auto call = dyn_cast<func::CallOp>(op);
    if (!call) {
      EXPECT_TRUE(isa<func::ReturnOp>(op));
      continue;
    }
    Call &entry = calls.emplace_back();
    for (Value operand : call.getOperands())
      if (auto it = callOf.find(operand); it != callOf.end())
        entry.sources.push_back(it->second);
    for (Value result : call.getResults())
      callOf[result] = calls.size() - 1;
    entry.stage = outlined.lookupSymbol<func::FuncOp>(call.getCallee());
    auto phase = entry.stage->getAttrOfType<PhaseAttr>(kPhaseAttrName);
    bool backward = phase && phase.getValue() == Phase::Backward;
    auto stage = entry.stage->getAttrOfType<IntegerAttr>(kStageAttrName);
    entry.slot = {stage.getInt(), backward};
    EXPECT_TRUE(entry.stage.isPrivate());
    EXPECT_TRUE(entry.stage->hasAttr(kMicrobatchAttrName));
    for (Operation &inner :
         entry.stage.getBody().front().without_terminator()) {
      EXPECT_EQ(inner.getAttr(kStageAttrName), stage);
      EXPECT_EQ(inner.getAttr(kDeviceAttrName),
                entry.stage->getAttr(kDeviceAttrName));
      auto opPhase = inner.getAttrOfType<PhaseAttr>(kPhaseAttrName);
      EXPECT_EQ(opPhase && opPhase.getValue() == Phase::Backward, backward);
    }
    for (BlockArgument argument : entry.stage.getArguments())
      EXPECT_FALSE(argument.use_empty());
  }
  return calls;
}

/// Two pieces of one stage and pass are apart for a reason: something that one
/// makes comes to the other through a third.
void StructureTest::checkMinimal(std::vector<Call> &calls) {
  for (unsigned early = 0; early < calls.size(); ++early) {
    std::vector<bool> reached(calls.size(), false);
    for (unsigned late = early + 1; late < calls.size(); ++late) {
      const std::vector<unsigned> &sources = calls[late].sources;
      bool throughThird = llvm::any_of(
          sources, [&](unsigned source) { return reached[source]; });
      reached[late] = throughThird || llvm::is_contained(sources, early);
      if (calls[early].slot == calls[late].slot) {
        EXPECT_TRUE(throughThird)
            << calls[early].stage.getSymName().str() << " and "
            << calls[late].stage.getSymName().str() << " could be one piece";
      }
    }
  }
}

void StructureTest::check(Order order, bool phases, unsigned numStages,
                          uint64_t seed) {
  SCOPED_TRACE("stages " + std::to_string(numStages) + ", seed " +
               std::to_string(seed));
  auto outline = [&]() {
    OwningOpRef<ModuleOp> module = model->clone();
    run(*module, {createInlinePass});
    solver::test::Random random(seed);
    placeAtRandom(getMain(*module), numStages, order, phases, random);
    run(*module, {createInsertTransfersPass, createOutlineStagesPass});
    return module;
  };
  OwningOpRef<ModuleOp> outlined = outline();
  EXPECT_EQ(print(*outlined), print(*outline()));
  checkSame(*outlined);
  std::vector<Call> calls = checkForm(*outlined);
  checkMinimal(calls);
  if (order == Order::Chain) {
    std::map<std::pair<bool, int64_t>, unsigned> inOrder;
    for (unsigned call = 0; call < calls.size(); ++call) {
      auto [stage, backward] = calls[call].slot;
      EXPECT_TRUE(
          inOrder.emplace(std::pair(backward, backward ? -stage : stage), call)
              .second)
          << "a second piece of stage " << stage;
    }
    unsigned expected = 0;
    for (auto [slot, call] : inOrder)
      EXPECT_EQ(call, expected++);
  }
}

TEST_P(StructureTest, EveryOrderOfStages) {
  ASSERT_TRUE(model);
  for (unsigned numStages : {1, 2, 3, 7})
    for (Order order : {Order::Chain, Order::FreeBackward})
      check(order, /*phases=*/true, numStages, numStages);
  // Annotations that nobody would write, and no phases to help.
  check(Order::Free, /*phases=*/true, 2, 11);
  check(Order::Free, /*phases=*/false, 2, 12);
  check(Order::Chain, /*phases=*/false, 4, 13);
}

TEST_P(StructureTest, SolvedPlacement) {
  ASSERT_TRUE(model);
  OwningOpRef<ModuleOp> outlined = model->clone();
  PassManager manager(&context);
  manager.addPass(createInlinePass());
  DevicePlacePassOptions options;
  options.machineFile = PLACEMENT_SOURCE_DIR "/test/Integration/machine.json";
  options.timeLimit = 2;
  manager.addPass(createDevicePlacePass(options));
  manager.addPass(createInsertTransfersPass());
  manager.addPass(createOutlineStagesPass());
  ASSERT_TRUE(succeeded(manager.run(*outlined)));
  checkSame(*outlined);
  std::vector<Call> calls = checkForm(*outlined);
  checkMinimal(calls);
  EXPECT_GE(calls.size(), 2u);
}

/// Plans that need not be contiguous: whatever stages a device has, each is
/// called once in each phase, forward upward and backward downward.
TEST_P(StructureTest, SolvedAnywhere) {
  ASSERT_TRUE(model);
  OwningOpRef<ModuleOp> outlined = model->clone();
  PassManager manager(&context);
  manager.addPass(createInlinePass());
  DevicePlacePassOptions options;
  options.machineFile = PLACEMENT_SOURCE_DIR "/test/Integration/trio.json";
  options.contiguous = false;
  options.algorithm = "local-search";
  options.workLimit = 2'000'000;
  manager.addPass(createDevicePlacePass(options));
  manager.addPass(createVerifyPlacementPass());
  manager.addPass(createInsertTransfersPass());
  manager.addPass(createOutlineStagesPass());
  manager.addPass(createVerifyPlacementPass());
  ASSERT_TRUE(succeeded(manager.run(*outlined)));
  checkSame(*outlined);
  std::vector<Call> calls = checkForm(*outlined);
  auto position = [](const Call &call) {
    auto [stage, backward] = call.slot;
    return std::pair(backward, backward ? -stage : stage);
  };
  for (size_t i = 1; i < calls.size(); ++i)
    EXPECT_LT(position(calls[i - 1]), position(calls[i]));
}

std::string getName(const ::testing::TestParamInfo<fs::path> &info) {
  std::string name = info.param.filename().string();
  for (char &c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Models, StructureTest,
                         ::testing::ValuesIn(findModels()), getName);

} // namespace
