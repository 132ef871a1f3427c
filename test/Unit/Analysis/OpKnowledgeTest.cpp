//===- OpKnowledgeTest.cpp - Purity, cheapness, sizes ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/OpKnowledge.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

#include <limits>

using namespace mlir;

namespace {

class OpKnowledge : public ::testing::Test {
protected:
  OpKnowledge() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.allowUnregisteredDialects();
    context.loadAllAvailableDialects();
  }

  /// Parses `text` and returns the op marked with the attribute `here`.
  Operation *find(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text.str();
    Operation *found = nullptr;
    if (module)
      module->walk([&](Operation *op) {
        if (op->hasAttr("here"))
          found = op;
      });
    EXPECT_TRUE(found) << text.str();
    return found;
  }

  bool pure(StringRef text) { return placement::isPure(find(text)); }
  bool cheap(StringRef text) { return placement::isCheapProducer(find(text)); }

  std::optional<int64_t> bytes(StringRef text) {
    return placement::bytesOf(parseType(text, &context));
  }
  int64_t assumed(StringRef text) {
    return placement::bytesOfOrAssumed(parseType(text, &context));
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(OpKnowledge, PureByName) {
  EXPECT_TRUE(pure(R"(%0 = "stablehlo.iota"() {here} : () -> tensor<4xi32>)"));
  EXPECT_TRUE(pure(R"(%0 = "x.y"() : () -> tensor<f32>
    %1 = "stablehlo.tanh"(%0) {here} : (tensor<f32>) -> tensor<f32>)"));
  EXPECT_TRUE(pure(R"(%0 = "x.y"() : () -> tensor<f32>
    %1 = "chlo.erf"(%0) {here} : (tensor<f32>) -> tensor<f32>)"));
  EXPECT_FALSE(pure(R"(%0 = "x.y"() {here} : () -> tensor<f32>)"));
  EXPECT_FALSE(
      pure(R"(%0 = "stablehlo.no_such_op"() {here} : () -> tensor<f32>)"));
  EXPECT_FALSE(
      pure(R"(%0 = "stablehlo.replica_id"() {here} : () -> tensor<ui32>)"));
  EXPECT_FALSE(pure(R"("stablehlo.outfeed"() {here} : () -> ())"));
}

TEST_F(OpKnowledge, RegionsDecide) {
  const char *reduce = R"(
    %0:2 = "x.y"() : () -> (tensor<4xf32>, tensor<f32>)
    %1 = "stablehlo.reduce"(%0#0, %0#1) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %2 = "NAME"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%2) : (tensor<f32>) -> ()
    }) {here} : (tensor<4xf32>, tensor<f32>) -> tensor<f32>)";
  auto with = [&](StringRef name) {
    std::string text = reduce;
    text.replace(text.find("NAME"), 4, name.str());
    return pure(text);
  };
  EXPECT_TRUE(with("stablehlo.add"));
  EXPECT_FALSE(with("stablehlo.rng"));
  EXPECT_FALSE(with("x.unknown"));

  // A registered op around unregistered ones.
  const char *scfIf = R"(
    %c = arith.constant true
    %1 = scf.if %c -> tensor<i32> {
      %2 = "NAME"() : () -> tensor<i32>
      scf.yield %2 : tensor<i32>
    } else {
      %3 = "stablehlo.iota"() : () -> tensor<i32>
      scf.yield %3 : tensor<i32>
    } {here})";
  reduce = scfIf;
  EXPECT_TRUE(with("stablehlo.iota"));
  EXPECT_FALSE(with("stablehlo.recv"));
}

TEST_F(OpKnowledge, DeclaredEffects) {
  EXPECT_TRUE(pure(R"(%0 = "stablehlo.custom_call"() <{call_target_name = "f"}>
      {here} : () -> tensor<f32>)"));
  EXPECT_TRUE(pure(R"(%0 = "stablehlo.custom_call"() <{call_target_name = "f",
      has_side_effect = false}> {here} : () -> tensor<f32>)"));
  EXPECT_FALSE(pure(R"(%0 = "stablehlo.custom_call"() <{call_target_name = "f",
      has_side_effect = true}> {here} : () -> tensor<f32>)"));
}

TEST_F(OpKnowledge, Compositions) {
  const char *text = R"(
    func.func private @f() -> tensor<i32> {
      %0 = "NAME"() DECO : () -> tensor<i32>
      return %0 : tensor<i32>
    }
    %0 = "stablehlo.composite"() <{decomposition = @f, name = "n"}> {here}
      : () -> tensor<i32>)";
  auto with = [&](StringRef name, StringRef attributes) {
    std::string full = text;
    full.replace(full.find("NAME"), 4, name.str());
    full.replace(full.find("DECO"), 4, attributes.str());
    return pure(full);
  };
  EXPECT_TRUE(with("stablehlo.iota", ""));
  EXPECT_FALSE(with("stablehlo.recv", ""));
  // Recursion ends, as impure.
  EXPECT_FALSE(with("stablehlo.composite", "<{decomposition = @f}>"));
  EXPECT_FALSE(with("stablehlo.composite", "<{decomposition = @nowhere}>"));
}

TEST_F(OpKnowledge, PureByInterface) {
  EXPECT_TRUE(pure(R"(%0 = arith.constant {here} 1 : i32)"));
  EXPECT_FALSE(pure(R"(
    func.func private @f()
    func.func @g() { func.call @f() {here} : () -> () return })"));
  EXPECT_FALSE(pure(R"(%0 = memref.alloc() {here} : memref<4xf32>)"));
  EXPECT_TRUE(pure(R"(
    %0 = arith.constant dense<1.0> : tensor<4xf32>
    %1 = linalg.exp {here} ins(%0 : tensor<4xf32>) outs(%0 : tensor<4xf32>)
      -> tensor<4xf32>)"));
  EXPECT_FALSE(pure(R"(
    %0 = memref.alloc() : memref<4xf32>
    linalg.exp {here} ins(%0 : memref<4xf32>) outs(%0 : memref<4xf32>))"));
}

TEST_F(OpKnowledge, CheapByName) {
  EXPECT_TRUE(cheap(R"(%0 = "stablehlo.constant"() <{value = dense<1> :
      tensor<i32>}> {here} : () -> tensor<i32>)"));
  EXPECT_TRUE(placement::isConstant(module->getBody()->begin().operator->()));
  EXPECT_TRUE(cheap(R"(%0 = "stablehlo.iota"() {here} : () -> tensor<4xi32>)"));
  EXPECT_FALSE(placement::isConstant(module->getBody()->begin().operator->()));
  EXPECT_FALSE(cheap(R"(%0 = "x.y"() : () -> tensor<2x4xi32>
      %1 = "stablehlo.transpose"(%0) {here} : (tensor<2x4xi32>)
        -> tensor<4x2xi32>)"));
  EXPECT_FALSE(cheap(R"(%0 = "x.y"() {here} : () -> tensor<2xi32>)"));
}

TEST_F(OpKnowledge, CheapByStructure) {
  const char *generic = R"(
    %0:2 = "x.y"() : () -> (tensor<4xf32>, tensor<4x4xf32>)
    %1 = linalg.generic {here, indexing_maps = [affine_map<(a, b) -> (MAP)>,
        affine_map<(a, b) -> (a, b)>], iterator_types = ["parallel", ITER]}
        ins(%0#INDEX) outs(%0#1 : tensor<4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %2 = arith.OPf %in, %in : f32
      linalg.yield %YIELD : f32
    } -> tensor<4x4xf32>)";
  auto with = [&](StringRef map, StringRef input, bool computes) {
    std::string text = generic;
    auto put = [&](StringRef key, StringRef by) {
      text.replace(text.find(key.str()), key.size(), by.str());
    };
    put("MAP", map);
    put("ITER", "\"parallel\"");
    put("INDEX", input);
    if (!computes) {
      size_t at = text.find("%2 = ");
      text.erase(at, text.find('\n', at) - at);
    } else {
      put("OP", "add");
    }
    put("%YIELD", computes ? "%2" : "%in");
    return cheap(text);
  };
  EXPECT_TRUE(with("b", "0 : tensor<4xf32>", false));
  EXPECT_TRUE(with("0, b", "1 : tensor<4x4xf32>", false));
  EXPECT_FALSE(with("b", "0 : tensor<4xf32>", true));
  EXPECT_FALSE(with("b, a", "1 : tensor<4x4xf32>", false)); // a transpose

  EXPECT_TRUE(cheap(R"(
    %0 = tensor.empty() : tensor<4xi32>
    %1 = linalg.generic {here, indexing_maps = [affine_map<(a) -> (a)>],
        iterator_types = ["parallel"]} outs(%0 : tensor<4xi32>) {
    ^bb0(%out: i32):
      %2 = linalg.index 0 : index
      %3 = arith.index_cast %2 : index to i32
      linalg.yield %3 : i32
    } -> tensor<4xi32>)"));
  EXPECT_TRUE(cheap(R"(%0 = tensor.empty() {here} : tensor<4xi32>)"));
  EXPECT_TRUE(cheap(R"(
    %0 = tensor.empty() : tensor<4xf32>
    %1 = arith.constant 0.0 : f32
    %2 = linalg.fill {here} ins(%1 : f32) outs(%0 : tensor<4xf32>)
      -> tensor<4xf32>)"));
}

TEST_F(OpKnowledge, Bytes) {
  EXPECT_EQ(bytes("tensor<2x3xf32>"), 24);
  EXPECT_EQ(bytes("tensor<bf16>"), 2);
  EXPECT_EQ(bytes("f64"), 8);
  EXPECT_EQ(bytes("index"), 8);
  EXPECT_EQ(bytes("tensor<7xi1>"), 7);
  EXPECT_EQ(bytes("tensor<7xi4>"), 4);
  EXPECT_EQ(bytes("tensor<7xf8E4M3FN>"), 7);
  EXPECT_EQ(bytes("tensor<7xtf32>"), 28);
  EXPECT_EQ(bytes("tensor<2xcomplex<f32>>"), 16);
  EXPECT_EQ(bytes("tensor<2x!quant.uniform<i8:f32, 0.5>>"), 2);
  EXPECT_EQ(bytes("tensor<3xvector<4xf16>>"), 24);
  EXPECT_EQ(bytes("memref<4x4xi64>"), 128);
  EXPECT_EQ(bytes("tuple<tensor<2xf32>, tuple<i8, f16>>"), 11);
  EXPECT_EQ(bytes("tensor<0x?xf32>"), 0);
  EXPECT_EQ(bytes("none"), 0);
  EXPECT_EQ(bytes("!stablehlo.token"), 0);
}

TEST_F(OpKnowledge, UnknownBytes) {
  EXPECT_EQ(bytes("tensor<?x4xf32>"), std::nullopt);
  EXPECT_EQ(bytes("tensor<*xf32>"), std::nullopt);
  EXPECT_EQ(bytes("!x.y"), std::nullopt);
  EXPECT_EQ(bytes("tuple<i8, !x.y>"), std::nullopt);
  EXPECT_EQ(bytes("tensor<4294967296x4294967296xi8>"), std::nullopt);
  EXPECT_EQ(bytes("vector<[4]xf32>"), std::nullopt);
  // Bounded dynamism allocates the bound.
  EXPECT_EQ(bytes("tensor<?x4xf32, #stablehlo.bounds<8, ?>>"), 128);
  EXPECT_EQ(bytes("tensor<?x?xf32, #stablehlo.bounds<8, ?>>"), std::nullopt);
  EXPECT_EQ(bytes("tensor<?x4xf32, #stablehlo.bounds<8>>"), std::nullopt);

  EXPECT_EQ(assumed("tensor<?x4xf32>"), 16);
  EXPECT_EQ(assumed("tensor<?x?xf32, #stablehlo.bounds<8, ?>>"), 32);
  EXPECT_EQ(assumed("tensor<*xf32>"), 4);
  EXPECT_EQ(assumed("!x.y"), 0);
  EXPECT_EQ(assumed("tensor<4294967296x4294967296xi8>"),
            std::numeric_limits<int64_t>::max());
  EXPECT_EQ(
      placement::elementsOfOrAssumed(parseType("tensor<?x4xf32>", &context)),
      4);
  EXPECT_EQ(placement::elementsOfOrAssumed(parseType("f32", &context)), 1);
}

} // namespace
