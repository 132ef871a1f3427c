// An empty profile: one entry for each signature, which annotate-costs accepts.
// RUN: placement-opt %s --placement-print-op-signatures=file=%t.json -o /dev/null
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/profile.schema.json %t.json
// RUN: FileCheck %s < %t.json
// RUN: placement-opt %s --placement-annotate-costs='machine=quad profile=%t.json' -o /dev/null 2>&1 | FileCheck %s --check-prefix=ACCEPTED
// RUN: not placement-opt %s --placement-print-op-signatures=file=%t.nowhere/x.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=ERROR

// ACCEPTED: by source: roofline 5, fallback 2{{$}}
// ERROR: print_op_signatures.mlir:{{.*}}: error: profile '{{.*}}x.json': cannot be written: {{.*}}o such file or directory

// CHECK:      "version": 1,
// CHECK-NEXT: "entries": [
func.func @main(%x: tensor<4xf32>, %c: tensor<f32>) -> tensor<4xf32> {
  // Values of constants, discardable attributes and locations don't matter.
  // CHECK:      "signature": "arith.constant() -> (tensor<4xf32>)",
  // CHECK-NEXT: "times": {},
  // CHECK-NEXT: "info": {
  // CHECK-NEXT:   "count": 2
  %0 = arith.constant dense<1.0> : tensor<4xf32> loc("here")
  %1 = arith.constant {mhlo.sharding = "{replicated}"} dense<2.0> : tensor<4xf32>
  // Attributes are sorted, wherever they stand.
  // CHECK: "signature": "stablehlo.op(tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>) {alpha = 1 : i64, beta = #stablehlo<precision DEFAULT>}",
  // CHECK: "count": 2
  %2 = "stablehlo.op"(%0, %1) <{beta = #stablehlo<precision DEFAULT>, alpha = 1 : i64}> : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.abs"(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.op"(%0, %3) {beta = #stablehlo<precision DEFAULT>, alpha = 1 : i64, placement.pin = #placement.pin<"acc">} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: "signature": "stablehlo.abs(tensor<4xf32>) -> (tensor<4xf32>)",
  // Regions with what they capture; the names of values don't matter.
  // CHECK: "signature": "stablehlo.reduce(tensor<4xf32>, tensor<f32>) -> (tensor<f32>) {dimensions = array<i64: 0>} {^0(%0: tensor<f32>, %1: tensor<f32>): %2 = stablehlo.add(%0: tensor<f32>, %3: tensor<f32>) -> (tensor<f32>); stablehlo.return(%2: tensor<f32>) -> ();}",
  // CHECK: "count": 2
  %5 = "stablehlo.reduce"(%4, %c) <{dimensions = array<i64: 0>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  %6 = "stablehlo.reduce"(%3, %c) <{dimensions = array<i64: 0>}> ({
  ^bb0(%x1: tensor<f32>, %x2: tensor<f32>):
    %x3 = "stablehlo.add"(%x1, %5) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%x3) : (tensor<f32>) -> ()
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  return %4 : tensor<4xf32>
}
