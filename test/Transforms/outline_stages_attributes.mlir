// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages | FileCheck %s

// Attributes of arguments and results of the driver go along to the stages,
// also through a transfer.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @main
// CHECK-SAME:    %{{[^ ]*}}: tensor<4xf32> {mhlo.sharding = "{replicated}", placement.device = #placement.device<@fleet, "acc", 0>, placement.role = "weight"}
// CHECK-SAME:    %{{[^ ]*}}: tensor<4xf32> {placement.device = #placement.host, placement.role = "activation", sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}
// CHECK-SAME:    -> (tensor<4xf32> {jax.result_info = "y", mhlo.sharding = "{devices=[2]0,1}", placement.device = #placement.host})
// CHECK:       func.func private @main_stage0
// CHECK-SAME:    %{{[^ ]*}}: tensor<4xf32> {mhlo.sharding = "{replicated}", placement.role = "weight"}
// CHECK-SAME:    %{{[^ ]*}}: tensor<4xf32> {placement.role = "activation", sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}
// CHECK-SAME:    -> (tensor<4xf32> {jax.result_info = "y", mhlo.sharding = "{devices=[2]0,1}"})
func.func @main(
    %w: tensor<4xf32> {placement.role = "weight", mhlo.sharding = "{replicated}"},
    %x: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>})
    -> (tensor<4xf32> {jax.result_info = "y", mhlo.sharding = "{devices=[2]0,1}"}) {
  %0 = "stablehlo.add"(%w, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Donation that a stage must not repeat: %a is read by a later call, %b is
// returned, %c aliases a result of another stage, %d is handed on. And what it
// may: %a in its last call, the copies of %e on two devices, each in its last
// call.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func private @donate_stage0
// CHECK-SAME:    (%{{[^ ]*}}: tensor<4xf32> {placement.role = "weight"}, %{{[^ ]*}}: tensor<4xf32> {placement.role = "weight"}, %{{[^ ]*}}: tensor<4xf32> {placement.role = "weight"}, %{{[^ ]*}}: tensor<4xf32> {jax.buffer_donor = true, placement.role = "weight"})
// CHECK-LABEL: func.func private @donate_stage1
// CHECK-SAME:    (%{{[^ ]*}}: tensor<4xf32> {jax.buffer_donor = true, placement.role = "weight"}, %{{[^ ]*}}: tensor<4xf32> {placement.role = "activation"})
// CHECK-LABEL: func.func private @donate_stage2
// CHECK-SAME:    (%{{[^ ]*}}: tensor<4xf32> {jax.buffer_donor = true, placement.role = "weight"}, %{{[^ ]*}}: tensor<4xf32> {placement.role = "activation"})
func.func @donate(
    %a: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true},
    %b: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true},
    %c: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 1 : i32},
    %e: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true})
    -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = "stablehlo.clamp"(%a, %b, %c) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%0, %e) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%1, %a) {placement.device = #d0, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.add"(%2, %e) {placement.device = #d1, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %b, %3 : tensor<4xf32>, tensor<4xf32>
}
