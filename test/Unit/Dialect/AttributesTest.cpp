//===- AttributesTest.cpp - Attributes and their helpers ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/PlacementAttrs.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "placement/Dialect/PlacementDialect.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

using namespace mlir;
using namespace placement;

namespace {

class AttributesTest : public ::testing::Test {
protected:
  AttributesTest() { context.loadDialect<PlacementDialect>(); }

  std::string print(Attribute attr) {
    std::string text;
    llvm::raw_string_ostream os(text);
    attr.print(os);
    return text;
  }
  StringAttr string(StringRef text) { return StringAttr::get(&context, text); }

  MLIRContext context;
};

TEST_F(AttributesTest, PrintsTheShortestNumber) {
  EXPECT_EQ(print(LinkAttr::get(&context, 6.4e10, 5.0)),
            "#placement.link<bandwidth = 6.4e10, latency = 5.0>");
  EXPECT_EQ(print(LinkAttr::get(&context, 1e300, 0.1)),
            "#placement.link<bandwidth = 1.0e300, latency = 0.1>");
  EXPECT_EQ(print(LinkAttr::get(&context, 1e9, 1e-5)),
            "#placement.link<bandwidth = 1.0e9, latency = 1.0e-5>");
  EXPECT_EQ(print(LinkAttr::get(&context, 5e-324, 0.0)),
            "#placement.link<bandwidth = 5.0e-324>");
}

// Bits of any finite positive double survive printing and parsing.
TEST_F(AttributesTest, NumbersSurviveTheRoundTrip) {
  std::mt19937_64 random(7);
  std::vector<double> numbers = {std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::min(),
                                 std::numeric_limits<double>::denorm_min(),
                                 1.0 / 3,
                                 9007199254740993.0,
                                 1e23};
  while (numbers.size() < 1000) {
    double number = std::bit_cast<double>(random() >> 1);
    if (std::isfinite(number) && number > 0)
      numbers.push_back(number);
  }
  for (double number : numbers) {
    auto link = LinkAttr::get(&context, number, 0.0);
    EXPECT_EQ(parseAttribute(print(link), &context), link) << print(link);
  }
}

TEST_F(AttributesTest, WholeNumbersNeedNoPoint) {
  EXPECT_EQ(parseAttribute("#placement.link<bandwidth = 64000000000, "
                           "latency = 5>",
                           &context),
            LinkAttr::get(&context, 6.4e10, 5.0));
}

TEST_F(AttributesTest, CostsByKind) {
  Builder builder(&context);
  auto cost = CostAttr::get(&context,
                            builder.getDictionaryAttr(builder.getNamedAttr(
                                "acc", builder.getF64FloatAttr(1.5))),
                            /*output=*/4, 0, 0, 0, 0, 0, string("profile"));
  EXPECT_EQ(cost.getTime("acc"), 1.5);
  EXPECT_EQ(cost.getTime("cpu"), std::nullopt);
}

TEST_F(AttributesTest, PeakFallsBackToDefault) {
  Builder builder(&context);
  NamedAttribute f32 =
      builder.getNamedAttr("f32", builder.getF64FloatAttr(2.0));
  NamedAttribute fallback =
      builder.getNamedAttr("default", builder.getF64FloatAttr(1.0));
  auto roofline = RooflineAttr::get(
      &context, builder.getDictionaryAttr({f32, fallback}), 1.0, 0.0);
  EXPECT_EQ(roofline.getPeak("f32"), 2.0);
  EXPECT_EQ(roofline.getPeak("f64"), 1.0);
  auto narrow =
      RooflineAttr::get(&context, builder.getDictionaryAttr(f32), 1.0, 0.0);
  EXPECT_EQ(narrow.getPeak("f64"), std::nullopt);
}

TEST_F(AttributesTest, TransferTimeIsInMicroseconds) {
  auto link = LinkAttr::get(&context, 1e9, 5.0);
  EXPECT_DOUBLE_EQ(link.getTransferTime(2e6), 2005.0);
}

TEST_F(AttributesTest, PinsOnKindOrDevice) {
  EXPECT_FALSE(PinAttr::get(string("acc")).hasIndex());
  EXPECT_TRUE(PinAttr::get(string("acc"), 0).hasIndex());
  EXPECT_EQ(DeviceAttr::get(&context, "fleet", "acc", 1),
            DeviceAttr::get(FlatSymbolRefAttr::get(&context, "fleet"),
                            string("acc"), 1));
}

} // namespace
