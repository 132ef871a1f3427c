//===- WorkTest.cpp - Arithmetic of counts, signatures --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/Work.h"
#include "placement/Analysis/OpSignature.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

#include <limits>

using namespace mlir;
using placement::Work;

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(Work, Saturates) {
  EXPECT_EQ(placement::addCounts(kMax, 1), kMax);
  EXPECT_EQ(placement::multiplyCounts(kMax, 2), kMax);
  EXPECT_EQ(placement::multiplyCounts(kMax, 0), 0);
  Work work;
  work.flops = kMax - 1;
  work.bytes = 3;
  work += work;
  work *= 7;
  EXPECT_EQ(work.flops, kMax);
  EXPECT_EQ(work.bytes, 42);
}

TEST(Work, KeepsTheElementOfMostFlops) {
  MLIRContext context;
  Builder builder(&context);
  Work floats, halves;
  floats.flops = 10;
  floats.element = builder.getF32Type();
  halves.flops = 30;
  halves.element = builder.getF16Type();
  Work sum = floats;
  sum += halves;
  EXPECT_EQ(sum.element, halves.element);
  EXPECT_EQ(sum.flops, 40);
  sum = halves;
  sum += floats;
  EXPECT_EQ(sum.element, halves.element);
  Work larger = floats;
  larger.maximise(halves);
  EXPECT_EQ(larger.element, halves.element);
  EXPECT_EQ(larger.flops, 30);
}

class Signature : public ::testing::Test {
protected:
  std::string of(StringRef text) {
    context.allowUnregisteredDialects();
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    return module ? placement::opSignature(&module->getBody()->back()) : "";
  }
  MLIRContext context;
};

TEST_F(Signature, LargeElementsAreHashed) {
  auto with = [&](StringRef name, int last) {
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "\"" << name << "\"() {value = dense<[";
    for (int i = 0; i < 99; ++i)
      os << i << ", ";
    os << last << "]> : tensor<100xi32>} : () -> ()";
    return of(text);
  };
  EXPECT_EQ(with("x.y", 5).find("x.y() -> () {value = dense<#"), 0u);
  EXPECT_EQ(with("x.y", 5).size(), with("x.y", 6).size());
  EXPECT_NE(with("x.y", 5), with("x.y", 6));
  EXPECT_EQ(with("x.y", 5), with("x.y", 5));
  // Values of constants are not part of it.
  EXPECT_EQ(with("stablehlo.constant", 5), "stablehlo.constant() -> ()");
  // Strings have no raw data.
  std::string strings = "\"x.y\"() {value = dense<[";
  for (int i = 0; i < 99; ++i)
    strings += "\"a\", ";
  strings += "\"b\"]> : tensor<100x!x.string>} : () -> ()";
  EXPECT_EQ(of(strings).find("x.y() -> () {value = dense<#"), 0u);
}

TEST_F(Signature, BlocksAndSuccessors) {
  EXPECT_EQ(of(R"("x.y"() ({
      ^bb0(%a: i32):
        "x.br"(%a)[^bb1] : (i32) -> ()
      ^bb1:
        %0:2 = "x.z"(%a) : (i32) -> (i32, f32)
        "x.end"() : () -> ()
      }) : () -> ())"),
            "x.y() -> () {^0(%0: i32): x.br(%0: i32) ^1 -> ();^1(): %1 %2 = "
            "x.z(%0: i32) -> (i32, f32); x.end() -> ();}");
}

} // namespace
