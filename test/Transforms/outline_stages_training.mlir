// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages | FileCheck %s

// A training step: forward functions upward, backward functions downward. What
// a backward function needs of its forward function goes from call to call
// without a transfer (the stash). The weight's update is a result. Donation of
// a weight reaches the call that takes it last and makes the result; the batch
// is given away by the driver alone, since its copy on the device is read again
// in the backward pass and then by nobody.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @step
// CHECK-SAME:    %[[W0:[^ ]*]]: tensor<4xf32> {placement.device = #placement.device<@fleet, "acc", 0>, placement.role = "weight", tf.aliasing_output = 1 : i32}
// CHECK-SAME:    %[[W1:[^ ]*]]: tensor<4xf32> {placement.device = #placement.device<@fleet, "acc", 1>, placement.role = "weight", tf.aliasing_output = 0 : i32}
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<4xf32> {jax.buffer_donor = true, placement.device = #placement.host, placement.role = "activation"}
// CHECK-NEXT:    %[[X0:.*]] = placement.transfer %[[X]] from host to <@fleet, "acc", 0>
// CHECK-NEXT:    %[[F0:.*]] = call @step_stage0(%[[W0]], %[[X0]])
// CHECK-NEXT:    %[[A1:.*]] = placement.transfer %[[F0]] from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    %[[F1:.*]] = call @step_stage1(%[[W1]], %[[A1]])
// CHECK-NEXT:    %[[B1:.*]]:2 = call @step_stage1_backward(%[[W1]], %[[A1]], %[[F1]])
// CHECK-NEXT:    %[[G0:.*]] = placement.transfer %[[B1]]#1 from <@fleet, "acc", 1> to <@fleet, "acc", 0>
// CHECK-NEXT:    %[[B0:.*]] = call @step_stage0_backward(%[[W0]], %[[X0]], %[[G0]])
// CHECK-NEXT:    %[[N1:.*]] = placement.transfer %[[B1]]#0 from <@fleet, "acc", 1> to host
// CHECK-NEXT:    %[[N0:.*]] = placement.transfer %[[B0]] from <@fleet, "acc", 0> to host
// CHECK-NEXT:    return %[[N1]], %[[N0]]

// CHECK:       func.func private @step_stage0(%{{.*}}: tensor<4xf32> {placement.role = "weight"}, %{{.*}}: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32>
// CHECK-SAME:    attributes {placement.device = #placement.device<@fleet, "acc", 0>, placement.microbatch, placement.phase = #placement.phase<forward>, placement.stage = 0 : i64}
// CHECK:       func.func private @step_stage1(
// CHECK-NOT:     tf.aliasing_output
// CHECK:         return
// CHECK:       func.func private @step_stage1_backward(%{{.*}}: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32}, %{{.*}}: tensor<4xf32> {placement.role = "activation"}, %{{.*}}: tensor<4xf32> {placement.role = "activation"}) -> (tensor<4xf32> {jax.result_info = "w1"}, tensor<4xf32>)
// CHECK-SAME:    placement.phase = #placement.phase<backward>
// CHECK:       func.func private @step_stage0_backward(%{{.*}}: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32}, %{{.*}}: tensor<4xf32> {jax.buffer_donor = true, placement.role = "activation"}, %{{.*}}: tensor<4xf32> {placement.role = "activation"}) -> (tensor<4xf32> {jax.result_info = "w0"})
func.func @step(
    %w0: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 1 : i32},
    %w1: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32},
    %x: tensor<4xf32> {jax.buffer_donor = true})
    -> (tensor<4xf32> {jax.result_info = "w1"}, tensor<4xf32> {jax.result_info = "w0"}) {
  %a = "stablehlo.multiply"(%w0, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.multiply"(%w1, %a) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g1 = "stablehlo.multiply"(%a, %b) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %n1 = "stablehlo.subtract"(%w1, %g1) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %ga = "stablehlo.multiply"(%w1, %b) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g0 = "stablehlo.multiply"(%x, %ga) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %n0 = "stablehlo.subtract"(%w0, %g0) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %n1, %n0 : tensor<4xf32>, tensor<4xf32>
}
