// What is cloned where.
// RUN: placement-opt %s --split-input-file --device-place --placement-verify 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --split-input-file --device-place --placement-insert-transfers --placement-verify --placement-outline-stages --placement-verify -o /dev/null 2>/dev/null

// A large constant is a weight: each stage that uses it has an operation, the
// data stand in the file once. An operation without results has a place, too.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 9.0 : f64}, output = 16384, source = "test">
#k = #placement.cost<times = {acc = 0.0 : f64}, output = 16384, weight = 16384, source = "test">
// CHECK-LABEL: func.func @large
// CHECK:         %[[A:.*]] = "stablehlo.constant"{{.*}}dense_resource<table>{{.*}} placement.stage = 0
// CHECK-NEXT:    %[[B:.*]] = "stablehlo.constant"{{.*}}dense_resource<table>{{.*}} placement.stage = 1
// CHECK-NEXT:    "stablehlo.add"(%{{.*}}, %[[A]]){{.*}} placement.stage = 0
// CHECK-NEXT:    "stablehlo.tanh"{{.*}} placement.stage = 0
// CHECK-NEXT:    %[[C:.*]] = "stablehlo.add"(%{{.*}}, %[[B]]){{.*}} placement.stage = 1
// CHECK-NEXT:    "test.print"(%[[C]]){{.*}} placement.stage = 1
// CHECK-NEXT:    return
func.func @large(%x: tensor<4096xf32> {placement.role = "activation"}) {
  %a = "stablehlo.constant"() <{value = dense_resource<table> : tensor<4096xf32>}> {placement.cost = #k} : () -> tensor<4096xf32>
  %0 = "stablehlo.add"(%x, %a) {placement.cost = #c} : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4096xf32>) -> tensor<4096xf32>
  %2 = "stablehlo.add"(%1, %a) {placement.cost = #c, placement.pin = #placement.pin<"acc", 1>} : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  "test.print"(%2) {placement.cost = #c} : (tensor<4096xf32>) -> ()
  return
}

// -----

// In a training step each pass of a stage has its own, so that no constant is
// kept from the forward pass for the backward one. Backward operations say so.
// A use within a region is a use, and one clone uses another.
placement.machine @fleet {
  placement.device_kind "acc" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// CHECK-LABEL: func.func @passes
// CHECK:         %[[K:.*]] = "stablehlo.constant"() {{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0
// CHECK-NEXT:    %[[KB:.*]] = "stablehlo.constant"() {{.*}} placement.phase = #placement.phase<backward>, placement.stage = 0
// CHECK-NEXT:    %[[N:.*]] = "stablehlo.negate"(%[[K]]) {{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0
// CHECK-NEXT:    %[[NB:.*]] = "stablehlo.negate"(%[[KB]]){{.*}} placement.phase = #placement.phase<backward>
// CHECK-NEXT:    %[[Y:.*]] = "stablehlo.add"(%{{.*}}, %[[N]])
// CHECK-NEXT:    %[[Z:.*]] = "test.region"(%[[Y]]) ({
// CHECK-NEXT:      "stablehlo.multiply"(%[[Y]], %[[NB]])
// CHECK:         }) {{.*}} placement.phase = #placement.phase<backward>
func.func @passes(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %k = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> {placement.cost = #c} : () -> tensor<4xf32>
  %n = "stablehlo.negate"(%k) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %0 = "stablehlo.add"(%x, %n) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "test.region"(%0) ({
    %inner = "stablehlo.multiply"(%0, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    "test.yield"(%inner) : (tensor<4xf32>) -> ()
  }) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32> loc("transpose(jvp())")
  return %1 : tensor<4xf32>
}

// -----

// A constant that is returned stays in the stage that the plan gives it; the
// other stage has a clone.
placement.machine @fleet {
  placement.device_kind "acc" count 2
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// CHECK-LABEL: func.func @returned
// CHECK:         %[[K:.*]] = "stablehlo.constant"
// CHECK-NEXT:    %{{.*}} = "stablehlo.constant"
// CHECK:         return %{{.*}}, %[[K]]
func.func @returned(%x: tensor<4xf32> {placement.role = "activation"}) -> (tensor<4xf32>, tensor<4xf32>) {
  %k = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> {placement.cost = #c} : () -> tensor<4xf32>
  %0 = "stablehlo.add"(%x, %k) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%0, %k) {placement.cost = #c, placement.pin = #placement.pin<"acc", 1>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1, %k : tensor<4xf32>, tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      table: "0x04000000"
    }
  }
#-}
