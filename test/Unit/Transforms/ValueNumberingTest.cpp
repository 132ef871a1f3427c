//===- ValueNumberingTest.cpp - The judge of equal programs is awake ------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueNumbering.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace placement::test;

namespace {

/// A program, and others that differ from it.
constexpr StringLiteral kProgram = R"(
  func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<f32> {
    %0 = "stablehlo.add"(%a, %b) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %1 = "stablehlo.negate"(%b) : (tensor<4xf32>) -> tensor<4xf32>
    "foo.first"() : () -> ()
    "foo.second"() : () -> ()
    %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
    %3 = "stablehlo.reduce"(%0, %2) <{dimensions = array<i64: 0>}> ({
    ^bb0(%x: tensor<f32>, %y: tensor<f32>):
      %4 = "stablehlo.subtract"(%x, %y) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%4) : (tensor<f32>) -> ()
    }) : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
    return %3 : tensor<f32>
  })";

class ValueNumberingTest : public ::testing::Test {
protected:
  ValueNumberingTest() {
    context.loadDialect<func::FuncDialect>();
    context.allowUnregisteredDialects();
  }

  bool isSame(const std::string &lhs, const std::string &rhs) {
    OwningOpRef<ModuleOp> left = parse(lhs), right = parse(rhs);
    if (!left || !right)
      return false;
    ValueNumbering numbering;
    NumberedFunction first = numbering.number(getMain(*left));
    NumberedFunction second = numbering.number(getMain(*right));
    return first.returned == second.returned &&
           first.effects == second.effects && first.all == second.all;
  }

  /// Whether the program stays the same when `from` is replaced by `to`.
  bool survives(StringRef from, StringRef to) {
    std::string text = kProgram.str();
    size_t position = text.find(from);
    EXPECT_NE(position, std::string::npos);
    text.replace(position, from.size(), to);
    EXPECT_TRUE(parse(text));
    return isSame(kProgram.str(), text);
  }

  OwningOpRef<ModuleOp> parse(const std::string &text) {
    return parseSourceString<ModuleOp>(text, ParserConfig(&context));
  }
  static func::FuncOp getMain(ModuleOp module) {
    return module.lookupSymbol<func::FuncOp>("main");
  }

  MLIRContext context;
};

TEST_F(ValueNumberingTest, SeesThroughClonesOrderAndLocations) {
  EXPECT_TRUE(isSame(kProgram.str(), kProgram.str()));
  // Another copy of the constant, used in its place.
  EXPECT_TRUE(survives(
      R"(%3 = "stablehlo.reduce"(%0, %2))",
      R"(%c = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
         %3 = "stablehlo.reduce"(%0, %c))"));
  // Another copy of a dead operation.
  EXPECT_TRUE(
      survives(R"("foo.first"())",
               R"(%d = "stablehlo.negate"(%b) : (tensor<4xf32>) -> tensor<4xf32>
         "foo.first"())"));
  EXPECT_TRUE(survives("tensor<4xf32>\n", "tensor<4xf32> loc(\"here\")\n"));
}

TEST_F(ValueNumberingTest, TellsProgramsApart) {
  EXPECT_FALSE(survives("(%a, %b) :", "(%b, %a) :")) << "operands swapped";
  EXPECT_FALSE(survives("add", "multiply")) << "another operation";
  EXPECT_FALSE(survives("dense<0.0>", "dense<1.0>")) << "another constant";
  EXPECT_FALSE(survives("i64: 0", "i64: 1")) << "another attribute";
  EXPECT_FALSE(survives("(%x, %y) :", "(%y, %x) :")) << "another region";
  EXPECT_FALSE(survives("\"stablehlo.return\"(%4)", "\"stablehlo.return\"(%x)"))
      << "another value leaves the region";
  EXPECT_FALSE(survives("return %3", "return %2")) << "another result";
  EXPECT_FALSE(survives("foo.second", "foo.first")) << "another side effect";
  EXPECT_FALSE(survives(R"("foo.first"() : () -> ()
    "foo.second"())",
                        R"("foo.second"() : () -> ()
    "foo.first"())"))
      << "side effects swapped";
  EXPECT_FALSE(survives(R"(%1 = "stablehlo.negate"(%b))",
                        R"(%1 = "stablehlo.negate"(%a))"))
      << "another dead operation";
}

} // namespace
