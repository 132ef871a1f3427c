// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd --verify-diagnostics | FileCheck %s

// Names of meshes tell devices apart whatever their kinds are called, and need
// no escapes. Shardy's own passes look for a function called main.

#d0 = #placement.device<@m, "gpu1", 0>
#d1 = #placement.device<@m, "gpu", 10>
#d2 = #placement.device<@m, "a/b@c,\22", 0>
#d3 = #placement.device<@m, "a_b_c__", 0>
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    topology<<"gpu1_0" : <["x"=1]>>, <"gpu10" : <["x"=1]>>, <"a_b_c__0" : <["x"=1]>>, <"a_b_c__0_" : <["x"=1]>>>
// expected-remark@+1 {{Shardy's partitioning takes the function called main; this one is @step}}
func.func @step(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.negate"(%x) {placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.negate"(%0) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.negate"(%1) {placement.device = #d2, placement.stage = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.negate"(%2) {placement.device = #d3, placement.stage = 3 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
