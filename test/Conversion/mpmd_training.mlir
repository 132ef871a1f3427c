// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd 2>/dev/null | FileCheck %s --check-prefix=CALL
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd=form=fragments 2>/dev/null | FileCheck %s --check-prefix=FRAG
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd=form=named-computations 2>/dev/null | FileCheck %s --check-prefix=NAMED

// A training step. Forward and backward calls of a stage have one origin,
// transposed once for backward, and the same stage id; one call runs one
// microbatch, the first. What the backward call needs of the forward one stays
// on the mesh.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CALL-LABEL: func.func @main(
// CALL:         origin = [#mpmd.user_origin<"stage0">]}>
// CALL:         %[[A1:.*]] = "mpmd.transfer"
// CALL:         %[[F1:.*]] = "mpmd.fragment_call"(%{{.*}}, %[[A1]]) <{callee = @main_stage1, mesh_name = "acc1", origin = [#mpmd.user_origin<"stage1">]}>
// CALL-NEXT:    %[[B1:.*]]:2 = "mpmd.fragment_call"(%{{.*}}, %[[A1]], %[[F1]]) <{callee = @main_stage1_backward, mesh_name = "acc1", origin = [#mpmd.user_origin<"stage1"(1)>]}>
// CALL-NEXT:    %[[G0:.*]] = "mpmd.transfer"(%[[B1]]#1)
// CALL-NEXT:    %[[B0:.*]] = "mpmd.fragment_call"(%{{.*}}, %{{.*}}, %[[G0]]) <{callee = @main_stage0_backward, mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0"(1)>]}>
// CALL-NEXT:    return %[[B1]]#0, %[[B0]]
// CALL:       func.func @main_stage1_backward(%{{.*}}: tensor<4xf32> {tf.aliasing_output = 0 : i32},
// CALL:       func.func @main_stage0_backward(

// FRAG-LABEL: func.func @main(
// FRAG:         "mpmd.fragment"(%{{.*}}) <{mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0">], stage_id = 0 : i64}> ({
// FRAG-NEXT:    ^bb0(%[[W:.*]]: tensor<4xf32>, %[[X:.*]]: tensor<4xf32>):
// FRAG-NEXT:      %[[R:.*]] = "stablehlo.multiply"(%[[W]], %[[X]])
// FRAG-NEXT:      "mpmd.return"(%[[R]]) : (tensor<4xf32>) -> ()
// FRAG-NEXT:    }) {call_counter = 0 : ui32} : (!mpmd.mesh_tensor<"acc0", tensor<4xf32>>, !mpmd.mesh_tensor<"acc0", tensor<4xf32>>) -> !mpmd.mesh_tensor<"acc0", tensor<4xf32>>
// FRAG:         origin = [#mpmd.user_origin<"stage1">], stage_id = 1 : i64}>
// FRAG:         origin = [#mpmd.user_origin<"stage1"(1)>], stage_id = 1 : i64}>
// FRAG:         origin = [#mpmd.user_origin<"stage0"(1)>], stage_id = 0 : i64}>
// FRAG-NOT:   func.func

// NAMED-LABEL: func.func @main(
// NAMED-SAME:    %[[W0:[^:]*]]: tensor<4xf32> {tf.aliasing_output = 1 : i32},
// NAMED-SAME:    mpmd_assignment = {computations = "stage0@acc0/0,stage1@acc1/1", inputs = "0@acc0,1@acc1,2@acc0", outputs = "0@acc1,1@acc0"}
// NAMED-SAME:    topology = #mpmd.topology<<"acc0" : <["x"=1]>>, <"acc1" : <["x"=1]>>>
// NAMED:         %[[A:.*]] = "mpmd.named_computation"(%[[W0]], %{{.*}}) <{origin = #mpmd.user_origin<"stage0">}> ({
// NAMED:         %[[B:.*]] = "mpmd.named_computation"(%{{.*}}, %[[A]]) <{origin = #mpmd.user_origin<"stage1">}> ({
// NAMED:         %[[C:.*]]:2 = "mpmd.named_computation"(%{{.*}}, %[[A]], %[[B]]) <{origin = #mpmd.user_origin<"stage1"(1)>}> ({
// NAMED:           "mpmd.return"(%{{.*}}, %{{.*}}) : (tensor<4xf32>, tensor<4xf32>) -> ()
// NAMED-NEXT:    }) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
// NAMED:         %[[D:.*]] = "mpmd.named_computation"(%{{.*}}, %{{.*}}, %[[C]]#1) <{origin = #mpmd.user_origin<"stage0"(1)>}> ({
// NAMED:         return %[[C]]#0, %[[D]] : tensor<4xf32>, tensor<4xf32>
// NAMED-NOT:   func.func
func.func @main(
    %w0: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 1 : i32},
    %w1: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32},
    %x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
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

// -----

// A further piece of a stage has a name of its own and no stage id: Shardy
// allows a mesh one fragment for each stage and phase.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CALL-LABEL: func.func @main(
// CALL:         callee = @main_stage0_piece1, mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0_piece1">]}>

// FRAG-LABEL: func.func @main(
// FRAG:         <{mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0">], stage_id = 0 : i64}>
// FRAG:         <{mesh_name = "acc1", origin = [#mpmd.user_origin<"stage1">], stage_id = 1 : i64}>
// FRAG:         <{mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0_piece1">]}>

// NAMED-LABEL: func.func @main(
// NAMED-SAME:    computations = "stage0@acc0/0,stage1@acc1/1,stage0_piece1@acc0"
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.tanh"(%1) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
