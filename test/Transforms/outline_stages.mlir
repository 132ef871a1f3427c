// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages | FileCheck %s

// The driver keeps name, type and attributes; stages are private. Arguments of
// a stage: those of the driver by number, then values in program order, which
// is not the order of their use; results in program order. The value of stage 0 that stage 2 needs goes there
// directly. Operations of different stages may stand in any legal order.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[W:[^ ]*]]: tensor<4xf32> {placement.role = "weight"}
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<4xf32> {placement.device = #placement.host, placement.role = "activation"}
// CHECK-SAME:    %[[V:[^ ]*]]: tensor<4xf32> {placement.device = #placement.device<@fleet, "acc", 1>, placement.role = "weight"}
// CHECK-SAME:    attributes {foo.kept, placement.plan = #placement.plan<
// CHECK-NEXT:    %[[X0:.*]] = placement.transfer %[[X]] from host to <@fleet, "acc", 0>
// CHECK-NEXT:    %[[S0:.*]]:2 = call @main_stage0(%[[W]], %[[X0]])
// CHECK-NEXT:    %[[A1:.*]] = placement.transfer %[[S0]]#0 from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    %[[S1:.*]] = call @main_stage1(%[[V]], %[[A1]])
// CHECK-NEXT:    %[[X2:.*]] = placement.transfer %[[X]] from host to <@fleet, "acc", 2>
// CHECK-NEXT:    %[[C2:.*]] = placement.transfer %[[S1]] from <@fleet, "acc", 1> to <@fleet, "acc", 2>
// CHECK-NEXT:    %[[B2:.*]] = placement.transfer %[[S0]]#1 from <@fleet, "acc", 0> to <@fleet, "acc", 2>
// CHECK-NEXT:    %[[S2:.*]] = call @main_stage2(%[[W]], %[[X2]], %[[C2]], %[[B2]])
// CHECK-NEXT:    %[[RH:.*]] = placement.transfer %[[S2]] from <@fleet, "acc", 2> to host
// CHECK-NEXT:    %[[BH:.*]] = placement.transfer %[[S0]]#1 from <@fleet, "acc", 0> to host
// CHECK-NEXT:    return %[[RH]], %[[BH]], %[[RH]]

// CHECK-LABEL: func.func private @main_stage0
// CHECK-SAME:    (%[[W:.*]]: tensor<4xf32> {placement.role = "weight"}, %[[X:.*]]: tensor<4xf32> {placement.role = "activation"}) -> (tensor<4xf32>, tensor<4xf32>)
// CHECK-SAME:    attributes {placement.device = #placement.device<@fleet, "acc", 0>, placement.microbatch, placement.stage = 0 : i64}
// CHECK-NEXT:    %[[A:.*]] = "stablehlo.add"(%[[X]], %[[W]])
// CHECK-NEXT:    %[[B:.*]] = "stablehlo.multiply"(%[[A]], %[[A]])
// CHECK-NEXT:    return %[[A]], %[[B]]

// CHECK-LABEL: func.func private @main_stage1
// CHECK-SAME:    (%[[V:.*]]: tensor<4xf32> {placement.role = "weight"}, %[[A:.*]]: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32>
// CHECK-NEXT:    %[[C:.*]] = "stablehlo.add"(%[[A]], %[[V]])
// CHECK-NEXT:    return %[[C]]

// CHECK-LABEL: func.func private @main_stage2
// CHECK-SAME:    (%[[W:.*]]: tensor<4xf32> {placement.role = "weight"}, %[[X:.*]]: tensor<4xf32> {placement.role = "activation"}, %[[C:.*]]: tensor<4xf32> {placement.role = "activation"}, %[[B:.*]]: tensor<4xf32> {placement.role = "activation"})
// CHECK-NEXT:    %[[D:.*]] = "stablehlo.clamp"(%[[C]], %[[X]], %[[B]])
// CHECK-NEXT:    %[[R:.*]] = "stablehlo.add"(%[[D]], %[[W]])
// CHECK-NEXT:    return %[[R]]
func.func @main(%w: tensor<4xf32> {placement.role = "weight"}, %x: tensor<4xf32>,
                %v: tensor<4xf32> {placement.role = "weight"})
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
    attributes {foo.kept, placement.plan = #placement.plan<
      objective = "throughput", status = "optimal", proof = "engine",
      value = 1.5, bound = 1.5, gap = 0.0, unit = "us", stages = 3,
      machine = @fleet, algorithm = "contiguous", fingerprint = "00">} {
  %a = "stablehlo.add"(%x, %w) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.add"(%a, %v) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.multiply"(%a, %a) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = "stablehlo.clamp"(%c, %x, %b) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.add"(%d, %w) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r, %b, %r : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// A stage without results: side effects and dead code stay, in their order.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @no_results
// CHECK:         call @no_results_stage0(%{{.*}}) : (i32) -> ()
// CHECK:         call @no_results_stage1() : () -> ()
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @no_results_stage0
// CHECK-NEXT:    "foo.print"
// CHECK-NEXT:    "foo.flush"
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @no_results_stage1
// CHECK-NEXT:    "stablehlo.constant"
// CHECK-NEXT:    return
func.func @no_results(%x: i32) {
  "foo.print"(%x) {placement.device = #d0, placement.stage = 0 : i64} : (i32) -> ()
  %dead = "stablehlo.constant"() {value = dense<0.0> : tensor<f32>, placement.device = #d1, placement.stage = 1 : i64} : () -> tensor<f32>
  "foo.flush"() {placement.device = #d0, placement.stage = 0 : i64} : () -> ()
  return
}

// -----

// No operation at all: the driver is what it was.

// CHECK-LABEL: func.func @empty
// CHECK-NEXT:    return %arg0
// CHECK-NOT:   func.func
func.func @empty(%x: i32) -> i32 {
  return %x : i32
}

// -----

// Names that are taken get a suffix; calls name the right function. A call of
// a function that is only declared moves like any operation.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @clash
// CHECK:         call @clash_stage0_0()
// CHECK:       func.func private @clash_stage0_0() -> i32
// CHECK-NEXT:    call @clash_stage0() {placement
// CHECK:       func.func private @clash_stage0() -> i32
func.func @clash() -> i32 {
  %0 = func.call @clash_stage0() {placement.device = #d0, placement.stage = 0 : i64} : () -> i32
  return %0 : i32
}
func.func private @clash_stage0() -> i32

// -----

// Stages follow placement.stage and not devices; numbers may have gaps and need
// not follow program order as long as values allow it.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @by_stage
// CHECK:         call @by_stage_stage2()
// CHECK-NEXT:    call @by_stage_stage4()
// CHECK-NEXT:    placement.transfer
// CHECK-NEXT:    placement.transfer
// CHECK-NEXT:    call @by_stage_stage1099511627776(
func.func @by_stage() {
  %a = "stablehlo.iota"() {placement.device = #d0, placement.stage = 4 : i64} : () -> i32
  %b = "stablehlo.iota"() {placement.device = #d0, placement.stage = 2 : i64} : () -> i32
  "stablehlo.add"(%a, %b) {placement.device = #d1, placement.stage = 1099511627776 : i64} : (i32, i32) -> ()
  return
}

// -----

// Values that regions capture become arguments, too.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func private @captured_stage1
// CHECK-SAME:    (%[[C:.*]]: i1 {placement.role = "activation"}, %[[A:.*]]: f32 {placement.role = "activation"})
// CHECK-NEXT:    "foo.region"() ({
// CHECK-NEXT:      scf.if %[[C]]
// CHECK-NEXT:        "foo.negate"(%[[A]])
// CHECK:             scf.yield %[[A]]
func.func @captured(%c: i1) {
  %a = "foo.make"() {placement.device = #d0, placement.stage = 0 : i64} : () -> f32
  "foo.region"() ({
    %0 = scf.if %c -> f32 {
      %1 = "foo.negate"(%a) : (f32) -> f32
      scf.yield %1 : f32
    } else {
      scf.yield %a : f32
    }
    "foo.return"(%0) : (f32) -> ()
  }) {placement.device = #d1, placement.stage = 1 : i64} : () -> ()
  return
}
