// RUN: placement-opt %s --convert-placement-to-iree | FileCheck %s
// RUN: placement-opt %s --convert-placement-to-iree=form=stages | FileCheck %s --check-prefix=STAGES

// IREE merges equal constants of stages, and then knows no device for what uses
// them. Those are held apart: behind a barrier, moved to the stage's device.
//
// Stages 0 and 1 share a mask, which each computes twice and then broadcasts:
// each gets one copy, of the smaller value from before the broadcast. What stage
// 1 computes further from the mask alone is shared in part, so it is moved,
// too. Stage 2 has a table of its own. Splats and scalars are folded by IREE.

// CHECK:       func.func private @main_stage0(
// CHECK:         %[[I:.*]] = "stablehlo.iota"()
// CHECK-NEXT:    %[[C:.*]] = "stablehlo.sine"(%[[I]])
// CHECK-NEXT:    %[[B:.*]] = "util.optimization_barrier"(%[[C]]) : (tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[T:.*]] = "flow.tensor.transfer"(%[[B]]) <{target = #hal.device.promise<@acc_0>}>
// CHECK-NEXT:    %[[M:.*]] = "stablehlo.broadcast_in_dim"(%[[T]])
// CHECK-NEXT:    %[[A:.*]] = "stablehlo.add"(%{{.*}}, %[[M]])
// CHECK-NEXT:    "stablehlo.iota"
// CHECK-NEXT:    "stablehlo.sine"
// CHECK-NEXT:    %[[N:.*]] = "stablehlo.broadcast_in_dim"(%[[T]])
// CHECK-NEXT:    "stablehlo.add"(%[[A]], %[[N]])
// CHECK-NEXT:    "stablehlo.constant"
// CHECK-NEXT:    %[[S:.*]] = "stablehlo.broadcast_in_dim"
// CHECK-NEXT:    %[[R:.*]] = "stablehlo.multiply"(%{{.*}}, %[[S]])
// CHECK-NEXT:    "flow.tensor.transfer"(%[[R]])

// CHECK:       func.func private @main_stage1(
// CHECK:         %[[C:.*]] = "stablehlo.sine"
// CHECK-NEXT:    %[[B:.*]] = "util.optimization_barrier"(%[[C]])
// CHECK-NEXT:    %[[T:.*]] = "flow.tensor.transfer"(%[[B]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    "stablehlo.broadcast_in_dim"(%[[T]])
// CHECK:         %[[E:.*]] = "stablehlo.cosine"(%[[C]])
// CHECK-NEXT:    %[[F:.*]] = "util.optimization_barrier"(%[[E]])
// CHECK-NEXT:    %[[G:.*]] = "flow.tensor.transfer"(%[[F]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    %[[D:.*]] = "stablehlo.dot"(%{{.*}}, %[[G]])

// A result that depends on no argument must not be evaluated together with the
// transfer: a barrier comes first.

// CHECK:       func.func private @main_stage2(
// CHECK:         %[[K:.*]] = "stablehlo.constant"() <{value = dense<[1.0
// CHECK-NEXT:    %[[U:.*]] = "stablehlo.dot"(%{{.*}}, %[[K]])
// CHECK-NEXT:    %[[U1:.*]] = "flow.tensor.transfer"(%[[U]]) <{target = #hal.device.promise<@acc_2>}>
// CHECK-NEXT:    %[[K0:.*]] = "util.optimization_barrier"(%[[K]])
// CHECK-NEXT:    %[[K1:.*]] = "flow.tensor.transfer"(%[[K0]]) <{target = #hal.device.promise<@acc_2>}>
// CHECK-NEXT:    return %[[U1]], %[[K1]]

// As entry points stages share constants, too, but don't hand on results.

// STAGES:      func.func @main_stage0(
// STAGES-COUNT-1: util.optimization_barrier
// STAGES-NOT:  util.optimization_barrier
// STAGES:      func.func @main_stage1(
// STAGES-COUNT-2: util.optimization_barrier
// STAGES-NOT:  util.optimization_barrier
#a0 = #placement.device<@fleet, "acc", 0>
#a1 = #placement.device<@fleet, "acc", 1>
#a2 = #placement.device<@fleet, "acc", 2>
func.func @main(%x: tensor<2x4xf32> {placement.role = "activation"}) -> (tensor<2xf32>, tensor<4xf32>) {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : tensor<2x4xf32>
  %1 = call @main_stage0(%0) : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = placement.transfer %1 from <@fleet, "acc", 0> to <@fleet, "acc", 1> : tensor<2x4xf32>
  %3 = call @main_stage1(%2) : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = placement.transfer %3 from <@fleet, "acc", 1> to <@fleet, "acc", 2> : tensor<2x4xf32>
  %5:2 = call @main_stage2(%4) : (tensor<2x4xf32>) -> (tensor<2xf32>, tensor<4xf32>)
  %6 = placement.transfer %5#0 from <@fleet, "acc", 2> to host : tensor<2xf32>
  %7 = placement.transfer %5#1 from <@fleet, "acc", 2> to host : tensor<4xf32>
  return %6, %7 : tensor<2xf32>, tensor<4xf32>
}
func.func private @main_stage0(%x: tensor<2x4xf32>) -> tensor<2x4xf32>
    attributes {placement.device = #a0, placement.stage = 0 : i64} {
  %i = "stablehlo.iota"() <{iota_dimension = 0 : i64}> {placement.stage = 0 : i64} : () -> tensor<4xf32>
  %m = "stablehlo.sine"(%i) {placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.broadcast_in_dim"(%m) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<2x4xf32>
  %0 = "stablehlo.add"(%x, %b) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %i1 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<4xf32>
  %m1 = "stablehlo.sine"(%i1) : (tensor<4xf32>) -> tensor<4xf32>
  %b1 = "stablehlo.broadcast_in_dim"(%m1) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<2x4xf32>
  %1 = "stablehlo.add"(%0, %b1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %h = "stablehlo.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
  %s = "stablehlo.broadcast_in_dim"(%h) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<2x4xf32>
  %2 = "stablehlo.multiply"(%1, %s) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}
func.func private @main_stage1(%x: tensor<2x4xf32>) -> tensor<2x4xf32>
    attributes {placement.device = #a1, placement.stage = 1 : i64} {
  %i = "stablehlo.iota"() <{iota_dimension = 0 : i64}> {placement.stage = 1 : i64} : () -> tensor<4xf32>
  %m = "stablehlo.sine"(%i) {placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.broadcast_in_dim"(%m) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<2x4xf32>
  %0 = "stablehlo.add"(%x, %b) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = "stablehlo.cosine"(%m) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.dot"(%0, %c) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2xf32>
  %2 = "stablehlo.broadcast_in_dim"(%1) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xf32>) -> tensor<2x4xf32>
  %h = "stablehlo.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
  %s = "stablehlo.broadcast_in_dim"(%h) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<2x4xf32>
  %3 = "stablehlo.multiply"(%2, %s) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %3 : tensor<2x4xf32>
}
func.func private @main_stage2(%x: tensor<2x4xf32>) -> (tensor<2xf32>, tensor<4xf32>)
    attributes {placement.device = #a2, placement.stage = 2 : i64} {
  %k = "stablehlo.constant"() <{value = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %0 = "stablehlo.dot"(%x, %k) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2xf32>
  return %0, %k : tensor<2xf32>, tensor<4xf32>
}
