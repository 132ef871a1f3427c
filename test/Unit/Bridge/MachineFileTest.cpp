//===- MachineFileTest.cpp - Machine files, good and bad ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/MachineFile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "placement/Dialect/PlacementDialect.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement;

namespace {

class MachineFileTest : public ::testing::Test {
protected:
  MachineFileTest() { context.loadDialect<PlacementDialect>(); }

  OwningOpRef<MachineOp> parse(StringRef text) {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diag) {
      errors.push_back(diag.str());
      return success();
    });
    FailureOr<OwningOpRef<MachineOp>> machine =
        parseMachineFile(text, "m.json", UnknownLoc::get(&context));
    return succeeded(machine) ? std::move(*machine) : nullptr;
  }

  /// The one error of a bad file, less its beginning that all share.
  std::string error(StringRef text) {
    errors.clear();
    EXPECT_FALSE(parse(text)) << text.str();
    EXPECT_EQ(errors.size(), 1u);
    if (errors.empty())
      return {};
    StringRef message = errors.front();
    EXPECT_TRUE(message.consume_front("machine file 'm.json'"))
        << message.str();
    return message.str();
  }
  /// The same for a file with one kind that has these fields.
  std::string kindError(StringRef fields) {
    return error(R"({"name": "m", "kinds": [{)" + fields.str() + "}]}");
  }

  MLIRContext context;
  std::vector<std::string> errors;
};

TEST_F(MachineFileTest, ReadsEveryField) {
  OwningOpRef<MachineOp> machine = parse(R"({
    "version": 1, "name": "lab",
    "kinds": [
      {"name": "acc", "count": 4, "memory": 8e10,
       "link": {"bandwidth": 64e9, "latency": 5},
       "roofline": {"peak": {"f32": 6.7e13, "default": 1e12},
                    "bandwidth": 3.35e12, "launch": 0.5}},
      {"name": "cpu", "count": 1}]})");
  ASSERT_TRUE(machine);
  std::string text;
  llvm::raw_string_ostream os(text);
  machine->print(os);
  EXPECT_EQ(text, R"(placement.machine @lab {
  placement.device_kind "acc" count 4 memory 80000000000 link <bandwidth = 6.4e10, latency = 5.0> roofline <peak = {default = 1.000000e+12 : f64, f32 = 6.700000e+13 : f64}, bandwidth = 3.35e12, launch = 0.5>
  placement.device_kind "cpu" count 1
}
)");
}

TEST_F(MachineFileTest, FileAsAWhole) {
  EXPECT_EQ(error("[1]"), ": must be an object");
  EXPECT_EQ(error("{"), ": [1:1, byte=1]: Expected object key");
  EXPECT_EQ(error(R"({"kinds": [{"name": "a", "count": 1}]})"),
            ": needs a 'name' that is a string and not empty");
  EXPECT_EQ(error(R"({"name": "", "kinds": []})"),
            ": needs a 'name' that is a string and not empty");
  EXPECT_EQ(error(R"({"name": "m"})"),
            ": needs an array 'kinds' with 1 to 64 kinds of device");
  EXPECT_EQ(error(R"({"name": "m", "kinds": []})"),
            ": needs an array 'kinds' with 1 to 64 kinds of device");
  EXPECT_EQ(error(R"({"version": 2, "name": "m", "kinds": []})"),
            ": 'version' must be 1, the only one this program reads");
  EXPECT_EQ(error(R"({"zebra": 1, "ape": 1})"),
            ": unknown field 'ape'; known are version, name, kinds");
}

// A hostile file must not exhaust the stack.
TEST_F(MachineFileTest, NestedTooDeep) {
  EXPECT_EQ(error(std::string(1000000, '[')),
            ": is nested too deep for a machine description");
}

TEST_F(MachineFileTest, Kinds) {
  EXPECT_EQ(error(R"({"name": "m", "kinds": [7]})"),
            ", kinds[0]: must be an object");
  EXPECT_EQ(kindError(R"("count": 1)"),
            ", kinds[0]: needs a 'name' that is a string and not empty");
  EXPECT_EQ(kindError(R"("name": "a", "cuont": 1)"),
            ", kinds[0]: unknown field 'cuont'; known are name, count, memory, "
            "link, roofline, host");
  for (StringRef count :
       {R"("name": "a")", R"("name": "a", "count": 0)",
        R"("name": "a", "count": 1.5)", R"("name": "a", "count": 1048577)",
        R"("name": "a", "count": "4")"})
    EXPECT_EQ(kindError(count),
              ", kinds[0]: needs a 'count' that is an integer "
              "from 1 to 1048576");
  for (StringRef memory : {"-1", "1e19", "\"80 GB\""})
    EXPECT_EQ(
        kindError(R"("name": "a", "count": 1, "memory": )" + memory.str()),
        ", kinds[0]: 'memory' must be a number of bytes that is not negative; "
        "leave it out for no limit");
  EXPECT_EQ(error(R"({"name": "m", "kinds": [{"name": "a", "count": 1},
                                             {"name": "a", "count": 1}]})"),
            ", kinds[1]: repeats the name 'a'; give every kind its own");
}

TEST_F(MachineFileTest, LinksAndRooflines) {
  auto link = [&](StringRef text) {
    return kindError(R"("name": "a", "count": 1, "link": )" + text.str());
  };
  EXPECT_EQ(link("7"), ", kinds[0].link: must be an object");
  EXPECT_EQ(link("{}"),
            ", kinds[0].link: needs a 'bandwidth' that is a number above zero");
  EXPECT_EQ(link(R"({"bandwidth": 0})"),
            ", kinds[0].link: needs a 'bandwidth' that is a number above zero");
  EXPECT_EQ(link(R"({"bandwidth": 1, "latency": -1})"),
            ", kinds[0].link: 'latency' must be a number that is not negative");
  EXPECT_EQ(link(R"({"bandwidth": 1, "speed": 1})"),
            ", kinds[0].link: unknown field 'speed'; known are bandwidth, "
            "latency");
  auto roofline = [&](StringRef text) {
    return kindError(R"("name": "a", "count": 1, "roofline": )" + text.str());
  };
  EXPECT_EQ(roofline("7"), ", kinds[0].roofline: must be an object");
  EXPECT_EQ(roofline(R"({"bandwidth": 1})"),
            ", kinds[0].roofline: needs a 'peak' that maps element types to "
            "operations per second");
  EXPECT_EQ(roofline(R"({"peak": {}, "bandwidth": 1})"),
            ", kinds[0].roofline: needs a 'peak' that maps element types to "
            "operations per second");
  EXPECT_EQ(roofline(R"({"peak": {"": 1}, "bandwidth": 1})"),
            ", kinds[0].roofline: 'peak' has an element type without a name");
  EXPECT_TRUE(
      StringRef(roofline(R"({"peak": {"float32": 1}, "bandwidth": 1})"))
          .starts_with(", kinds[0].roofline: 'peak' has 'float32', which is no "
                       "element type; known are f16, f32, "));
  EXPECT_EQ(roofline(R"({"peak": {"f32": "fast"}, "bandwidth": 1})"),
            ", kinds[0].roofline.peak: needs a 'f32' that is a number above "
            "zero");
  EXPECT_EQ(roofline(R"({"peak": {"f32": 1}})"),
            ", kinds[0].roofline: needs a 'bandwidth' that is a number above "
            "zero");
  EXPECT_EQ(roofline(R"({"peak": {"f32": 1}, "bandwidth": 1, "launch": -1})"),
            ", kinds[0].roofline: 'launch' must be a number that is not "
            "negative");
  EXPECT_EQ(roofline(R"({"peak": {"f32": 1}, "bandwidth": 1, "lunch": 1})"),
            ", kinds[0].roofline: unknown field 'lunch'; known are peak, "
            "bandwidth, launch");
}

} // namespace
