// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree | FileCheck %s
// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree=form=stages | FileCheck %s --check-prefix=STAGES
// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree=donate=false | not grep tf.aliasing_output

// A training step: the backward functions are stages as well, and the stash
// stays on its device. A donated weight gives its memory to the result that is
// made on the same device; @w1 would give it to one that is made elsewhere, so it
// keeps it. Shardings have no meaning left and go, with their mesh. Stages that
// are called one by one donate nothing: their caller keeps its values.

// CHECK-NOT:   sdy
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[W0:[^ ]*]]: tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>, tf.aliasing_output = 0 : i32},
// CHECK-SAME:    %[[W1:[^ ]*]]: tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_1>},
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>})
// CHECK-SAME:    -> (tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>}, tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>})
// CHECK-NEXT:    %[[F0:.*]] = call @step_stage0(%[[W0]], %[[X]])
// CHECK-NEXT:    %[[A1:.*]] = "flow.tensor.transfer"(%[[F0]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    %[[F1:.*]] = call @step_stage1(%[[W1]], %[[A1]])
// CHECK-NEXT:    %[[B1:.*]] = call @step_stage1_backward(%[[W1]], %[[F1]])
// CHECK-NEXT:    %[[G0:.*]] = "flow.tensor.transfer"(%[[B1]]) <{target = #hal.device.promise<@acc_0>}>
// CHECK-NEXT:    %[[B0:.*]]:2 = call @step_stage0_backward(%[[W0]], %[[X]], %[[G0]])
// CHECK-NEXT:    return %[[B0]]#1, %[[B0]]#0

// CHECK:       func.func private @step_stage0_backward(
// CHECK-NOT:     tf.aliasing_output

// STAGES-NOT:  tf.aliasing_output
// STAGES:      func.func @step_stage0(
// STAGES-NOT:  tf.aliasing_output
// STAGES:      func.func @step_stage1(
// STAGES-NOT:  tf.aliasing_output
// STAGES:      func.func @step_stage1_backward(
// STAGES-NOT:  tf.aliasing_output
// STAGES:      func.func @step_stage0_backward(
// STAGES-NOT:  tf.aliasing_output
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
"sdy.mesh"() <{sym_name = "mesh", mesh = #sdy.mesh<["x"=1]>}> : () -> ()
func.func @step(
    %w0: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32, sdy.sharding = #sdy.sharding<@mesh, [{}]>},
    %w1: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 1 : i32},
    %x: tensor<4xf32> {placement.role = "activation", jax.buffer_donor = true})
    -> (tensor<4xf32>, tensor<4xf32>) {
  %a = "stablehlo.multiply"(%w0, %x) {placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.multiply"(%w1, %a) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %ga = "stablehlo.multiply"(%w1, %b) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g0 = "stablehlo.multiply"(%x, %ga) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %n0 = "stablehlo.subtract"(%w0, %g0) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %n0, %g0 : tensor<4xf32>, tensor<4xf32>
}
