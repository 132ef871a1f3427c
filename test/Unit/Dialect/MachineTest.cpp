//===- MachineTest.cpp - Machines and presets -----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/MachinePresets.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement;

namespace {

class MachineTest : public ::testing::Test {
protected:
  MachineTest() {
    context.loadDialect<PlacementDialect>();
    module = ModuleOp::create(UnknownLoc::get(&context));
  }

  MachineOp create(const MachinePreset &preset) {
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    return createPresetMachine(builder, module->getLoc(), preset);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(MachineTest, EveryPresetIsAValidMachine) {
  for (const MachinePreset &preset : getMachinePresets()) {
    MachineOp machine = create(preset);
    EXPECT_EQ(machine.getSymName(), preset.name);
    EXPECT_EQ(lookupMachinePreset(preset.name), &preset);
    for (DeviceKindOp kind : machine.getKinds()) {
      ASSERT_TRUE(kind.getRoofline());
      EXPECT_EQ(static_cast<double>(kind.getRoofline()->getLaunch()), 0.0);
      EXPECT_TRUE(kind.getRoofline()->getPeak("some unknown type"));
    }
  }
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(MachineTest, UnknownPresetIsNull) {
  EXPECT_EQ(lookupMachinePreset("abacus"), nullptr);
}

// The default is the machine that the contract of the passes describes.
TEST_F(MachineTest, DefaultIsFourAcceleratorsAndOneCpu) {
  MachineOp machine = create(getMachinePresets().front());
  EXPECT_EQ(machine.getSymName(), "quad");
  EXPECT_EQ(machine.getKindList(), "'acc', 'cpu'");
  EXPECT_EQ(machine.lookupKind("acc").getCount(), 4u);
  EXPECT_EQ(machine.lookupKind("cpu").getCount(), 1u);
  EXPECT_FALSE(machine.lookupKind("cpu").getMemory());
  EXPECT_EQ(machine.lookupKindIndex("cpu"), 1u);
  EXPECT_EQ(machine.lookupKindIndex("tpu"), std::nullopt);
  EXPECT_FALSE(machine.lookupKind("tpu"));
}

} // namespace
