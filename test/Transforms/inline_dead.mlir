// What nobody uses is left out when a function is made ready for placing; what
// has an effect, or might have one, stays.
// RUN: placement-opt %s --placement-inline -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-NOT:     stablehlo.negate
// CHECK-NOT:     stablehlo.reduce
// CHECK:         "stablehlo.custom_call"
// CHECK-NEXT:    "mystery.op"
// CHECK-NEXT:    stablehlo.add
// CHECK-NEXT:    return
// CHECK-NOT:   @helper
// expected-remark @below {{left out 3 operations whose results nobody uses}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = call @helper(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %b = "stablehlo.reduce"(%a, %zero) <{dimensions = array<i64: 0>}> ({
  ^bb0(%l: tensor<f32>, %r: tensor<f32>):
    %s = "stablehlo.add"(%l, %r) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  %c = "stablehlo.custom_call"(%x) <{call_target_name = "f", has_side_effect = true}> : (tensor<4xf32>) -> tensor<4xf32>
  %d = "mystery.op"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-remark @below {{left out an operation whose results nobody uses}}
func.func @one(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %x : tensor<4xf32>
}
