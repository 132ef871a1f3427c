//===- ResolveMachineTest.cpp - Which machine a module is placed on -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ResolveMachine.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "placement/Dialect/PlacementDialect.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement;

namespace {

constexpr StringLiteral kLab = R"(placement.machine @lab {
  placement.device_kind "acc" count 2
})";

class ResolveMachineTest : public ::testing::Test {
protected:
  ResolveMachineTest()
      : handler(&context, [&](Diagnostic &diag) {
          (diag.getSeverity() == DiagnosticSeverity::Error ? errors : remarks)
              .push_back(diag.str());
          return success();
        }) {
    context.loadDialect<PlacementDialect, DLTIDialect>();
  }

  /// The machine's symbol for a module of this text; empty on failure.
  std::string resolve(StringRef text, StringRef name = "",
                      StringRef file = "") {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    return again(name, file);
  }
  std::string again(StringRef name = "", StringRef file = "") {
    FailureOr<MachineOp> machine = resolveMachine(*module, name, file);
    if (failed(machine)) {
      EXPECT_EQ(errors.size(), 1u);
      return {};
    }
    EXPECT_TRUE(errors.empty());
    EXPECT_EQ((*machine)->getParentOp(), module->getOperation());
    return machine->getSymName().str();
  }
  std::string lastError() { return errors.empty() ? "" : errors.back(); }
  size_t machines() {
    auto ops = module->getOps<MachineOp>();
    return std::distance(ops.begin(), ops.end());
  }
  std::string writeFile(StringRef text) {
    llvm::SmallString<128> path;
    int fd = -1;
    EXPECT_FALSE(
        llvm::sys::fs::createTemporaryFile("machine", "json", fd, path));
    llvm::raw_fd_ostream os(fd, /*shouldClose=*/true);
    os << text;
    return path.str().str();
  }

  MLIRContext context;
  std::vector<std::string> errors, remarks;
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
};

TEST_F(ResolveMachineTest, DefaultPresetIsSaidInARemark) {
  EXPECT_EQ(resolve("module {}"), "quad");
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_NE(remarks.front().find("preset 'quad'"), std::string::npos);
  // The second time it is simply the machine of the module.
  EXPECT_EQ(again(), "quad");
  EXPECT_EQ(remarks.size(), 1u);
  EXPECT_EQ(machines(), 1u);
}

TEST_F(ResolveMachineTest, TheOnlyMachineOfTheModule) {
  EXPECT_EQ(resolve(kLab), "lab");
  EXPECT_TRUE(remarks.empty());
}

TEST_F(ResolveMachineTest, SeveralMachinesNeedAName) {
  std::string two = kLab.str() + R"(
    placement.machine @other { placement.device_kind "acc" count 1 })";
  EXPECT_EQ(resolve(two), "");
  EXPECT_NE(lastError().find("several machines"), std::string::npos);
  errors.clear();
  EXPECT_EQ(again("other"), "other");
}

TEST_F(ResolveMachineTest, PresetByName) {
  EXPECT_EQ(resolve(kLab, "tpu-v5e-4"), "tpu-v5e-4");
  EXPECT_EQ(machines(), 2u);
  EXPECT_EQ(again("tpu-v5e-4"), "tpu-v5e-4");
  EXPECT_EQ(machines(), 2u);
}

// A symbol of the module comes before a preset of the same name.
TEST_F(ResolveMachineTest, SymbolBeforePreset) {
  EXPECT_EQ(resolve(R"(placement.machine @quad {
    placement.device_kind "mine" count 1
  })",
                    "quad"),
            "quad");
  EXPECT_EQ(machines(), 1u);
}

TEST_F(ResolveMachineTest, UnknownNameListsTheKnown) {
  EXPECT_EQ(resolve(kLab, "abacus"), "");
  EXPECT_EQ(lastError(),
            "unknown machine 'abacus'; it must be a placement.machine symbol "
            "(here @lab) or a preset (quad, h100-a100, mi300x-8, tpu-v5e-4)");
}

TEST_F(ResolveMachineTest, NameAndFileExcludeEachOther) {
  EXPECT_EQ(resolve(kLab, "lab", "m.json"), "");
  EXPECT_EQ(lastError(), "give a machine by name ('lab') or by file "
                         "('m.json'), not both");
}

TEST_F(ResolveMachineTest, File) {
  std::string path =
      writeFile(R"({"name": "lab", "kinds": [{"name": "acc", "count": 2}]})");
  EXPECT_EQ(resolve("module {}", "", path), "lab");
  EXPECT_EQ(again("", path), "lab");
  EXPECT_EQ(machines(), 1u);
  // An equal machine is already there; a different one is an error.
  EXPECT_EQ(resolve(kLab, "", path), "lab");
  EXPECT_EQ(machines(), 1u);
  EXPECT_EQ(resolve(R"(placement.machine @lab {
    placement.device_kind "acc" count 3
  })",
                    "", path),
            "");
  EXPECT_NE(lastError().find("differs from symbol @lab of the module"),
            std::string::npos);
  errors.clear();
  llvm::sys::fs::remove(path);
  EXPECT_EQ(resolve("module {}", "", path), "");
  EXPECT_NE(lastError().find("cannot read machine file"), std::string::npos);
}

TEST_F(ResolveMachineTest, TargetSpec) {
  EXPECT_EQ(resolve(R"(module attributes {dlti.target_system_spec =
    #dlti.target_system_spec<
      "acc" = #dlti.target_device_spec<
        "placement.count" = 4 : i32, "placement.memory" = 1000 : i64,
        "placement.link" = #placement.link<bandwidth = 1.0e9>,
        "placement.roofline" = #placement.roofline<peak = {}, bandwidth = 1.0>,
        "max_vector_op_width" = 64 : i32>,
      "cpu" = #dlti.target_device_spec<"L1_cache_size_in_bytes" = 1 : i32>
    >} {})"),
            "target_system");
  MachineOp machine = *module->getOps<MachineOp>().begin();
  EXPECT_EQ(machine.getKindList(), "'acc', 'cpu'");
  DeviceKindOp acc = machine.lookupKind("acc");
  EXPECT_EQ(acc.getCount(), 4u);
  EXPECT_EQ(acc.getMemory(), 1000u);
  EXPECT_TRUE(acc.getLink());
  EXPECT_TRUE(acc.getRoofline());
  EXPECT_EQ(machine.lookupKind("cpu").getCount(), 1u);
}

TEST_F(ResolveMachineTest, BadTargetSpec) {
  auto bad = [&](StringRef entry) {
    errors.clear();
    EXPECT_EQ(resolve(("module attributes {dlti.target_system_spec = "
                       "#dlti.target_system_spec<\"acc\" = "
                       "#dlti.target_device_spec<" +
                       entry + ">>} {}")
                          .str()),
              "");
    return lastError();
  };
  std::string place = " of device 'acc' in dlti.target_system_spec";
  EXPECT_EQ(bad(R"("placement.count" = "many")"),
            "entry 'placement.count'" + place +
                " must be an integer from 1 to 1048576, but is \"many\"");
  EXPECT_EQ(bad(R"("placement.count" = 0 : i32)"),
            "entry 'placement.count'" + place +
                " must be an integer from 1 to 1048576, but is 0 : i32");
  EXPECT_EQ(bad(R"("placement.memory" = -1 : i32)"),
            "entry 'placement.memory'" + place +
                " must be an integer number of bytes, not negative, but is "
                "-1 : i32");
  EXPECT_EQ(bad(R"("placement.link" = 1 : i32)"),
            "entry 'placement.link'" + place +
                " must be a #placement.link, but is 1 : i32");
  EXPECT_EQ(bad(R"("placement.roofline" = 1 : i32)"),
            "entry 'placement.roofline'" + place +
                " must be a #placement.roofline, but is 1 : i32");
  EXPECT_EQ(bad(R"("placement.cuont" = 1 : i32)"),
            "unknown entry 'placement.cuont'" + place +
                "; known are placement.count, placement.memory, "
                "placement.link, placement.roofline, placement.host");
  EXPECT_EQ(bad(R"("placement.host" = 1 : i32)"),
            "entry 'placement.host'" + place +
                " must be true or false, but is 1 : i32");
  EXPECT_EQ(bad(R"("placement.host" = true,
                   "placement.link" = #placement.link<bandwidth = 1.0>)"),
            "device 'acc' in dlti.target_system_spec is a host with a link, "
            "but operations of a host kind pay no transfers; remove "
            "placement.host or placement.link");
}

} // namespace
