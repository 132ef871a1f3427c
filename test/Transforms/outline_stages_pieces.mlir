// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --verify-diagnostics | FileCheck %s

// Without phases a value may come back to a stage: then the stage has a second
// piece, and the last stage, which can run in one go, has one.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @no_phases
// CHECK:         call @no_phases_stage0(
// CHECK:         call @no_phases_stage1(
// CHECK:         call @no_phases_stage2(
// CHECK:         call @no_phases_stage1_piece1(
// CHECK:         call @no_phases_stage0_piece1(
// CHECK:       func.func private @no_phases_stage0(
// CHECK-NOT:     placement.phase
// CHECK:       func.func private @no_phases_stage2(
// CHECK-NEXT:    "stablehlo.tanh"
// CHECK-NEXT:    "stablehlo.negate"
func.func @no_phases(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = "stablehlo.tanh"(%x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.tanh"(%a) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.tanh"(%b) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %d = "stablehlo.negate"(%c) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark@+1 {{stage 1 needs a further call, @no_phases_stage1_piece1: from here on it waits for stages that wait for it}}
  %e = "stablehlo.negate"(%d) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark@+1 {{stage 0 needs a further call, @no_phases_stage0_piece1: from here on it waits for stages that wait for it}}
  %f = "stablehlo.negate"(%e) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  return %f : tensor<4xf32>
}

// -----

// The order of backward operations is free: here one of stage 1 is needed by
// stage 2, whose backward operations normally come first. Rounds alone would
// cut both stages in two; merging leaves two pieces of stage 1 only, the least
// there is (stage 2 comes between).

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @free_order
// CHECK:         call @free_order_stage1(
// CHECK:         call @free_order_stage2(
// CHECK:         call @free_order_stage1_backward(
// CHECK:         call @free_order_stage2_backward(
// CHECK:         call @free_order_stage1_backward_piece1(
// CHECK-NOT:     call
func.func @free_order(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %a = "stablehlo.tanh"(%x) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.tanh"(%a) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %p = "stablehlo.negate"(%b) {placement.phase = #placement.phase<backward>, placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %q = "stablehlo.negate"(%a) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.add"(%p, %q) {placement.phase = #placement.phase<backward>, placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark@+1 {{stage 1 (backward) needs a further call, @free_order_stage1_backward_piece1: from here on it waits for stages that wait for it}}
  %s = "stablehlo.add"(%r, %q) {placement.phase = #placement.phase<backward>, placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %s, %p : tensor<4xf32>, tensor<4xf32>
}

// -----

// Side effects keep their order across pieces: the second print of stage 0 must
// wait for the print of stage 1.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @effects
// CHECK:         call @effects_stage0() : () -> ()
// CHECK-NEXT:    call @effects_stage1() : () -> ()
// CHECK-NEXT:    call @effects_stage0_piece1() : () -> ()
// CHECK-LABEL: func.func private @effects_stage0()
// CHECK-NEXT:    "foo.print"() {n = 1
// CHECK-LABEL: func.func private @effects_stage1()
// CHECK-NEXT:    "foo.print"() {n = 2
// CHECK-LABEL: func.func private @effects_stage0_piece1()
// CHECK-NEXT:    "foo.print"() {n = 3
func.func @effects() {
  "foo.print"() {n = 1, placement.device = #d0, placement.stage = 0 : i64} : () -> ()
  "foo.print"() {n = 2, placement.device = #d1, placement.stage = 1 : i64} : () -> ()
  // expected-remark@+1 {{stage 0 needs a further call, @effects_stage0_piece1: from here on it waits for stages that wait for it}}
  "foo.print"() {n = 3, placement.device = #d0, placement.stage = 0 : i64} : () -> ()
  return
}
