// RUN: placement-opt %s --device-place=dot-file=%t.dot -o %t.mlir 2>/dev/null
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=DOT < %t.dot
// RUN: placement-opt %t.mlir --placement-verify -o /dev/null
// Running it on its own output changes nothing.
// RUN: placement-opt %t.mlir --device-place 2>/dev/null | diff %t.mlir -
// After transfers were inserted the function is placed as before.
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-verify --device-place 2>/dev/null | diff %t.mlir -
// And after stages were outlined: they are inlined again.
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: placement-opt %t.outlined.mlir --device-place --placement-verify 2>/dev/null | FileCheck %s --check-prefix=AGAIN

// Four products on two devices. Both stages use the constant and the transposed
// weight, so each has its own; %s serves the first stage only.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
#k = #placement.cost<times = {acc = 0.5 : f64}, output = 64, source = "test">

// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[W:[^ ]*]]: tensor<4x4xf32> {placement.role = "weight"}
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<4x4xf32> {placement.role = "activation"}
// CHECK-SAME:    placement.plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 24.128, bound = 24.128, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "{{[0-9a-f]+}}">
// CHECK-NEXT:    %[[ONE0:.*]] = "stablehlo.constant"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64
// CHECK-NEXT:    %[[ONE1:.*]] = "stablehlo.constant"{{.*}} placement.device = #placement.device<@fleet, "acc", 1>, placement.stage = 1 : i64
// CHECK-NEXT:    %[[T0:.*]] = "stablehlo.transpose"(%[[W]]){{.*}} placement.stage = 0
// CHECK-NEXT:    %[[T1:.*]] = "stablehlo.transpose"(%[[W]]){{.*}} placement.stage = 1
// CHECK-NEXT:    %[[S:.*]] = "stablehlo.add"(%[[T0]], %[[ONE0]]){{.*}} placement.stage = 0
// CHECK-NEXT:    %[[A:.*]] = "stablehlo.multiply"(%[[X]], %[[S]]){{.*}} placement.stage = 0
// CHECK-NEXT:    %[[B:.*]] = "stablehlo.multiply"(%[[A]], %[[ONE0]]){{.*}} placement.stage = 0
// CHECK-NEXT:    %[[C:.*]] = "stablehlo.multiply"(%[[B]], %[[T1]]){{.*}} placement.stage = 1
// CHECK-NEXT:    %[[D:.*]] = "stablehlo.multiply"(%[[C]], %[[ONE1]]){{.*}} placement.stage = 1
// CHECK-NEXT:    return %[[D]]
func.func @main(%w: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %one = "stablehlo.constant"() <{value = dense<1.0> : tensor<4x4xf32>}> {placement.cost = #k} : () -> tensor<4x4xf32>
  %t = "stablehlo.transpose"(%w) <{permutation = array<i64: 1, 0>}> {placement.cost = #k} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %s = "stablehlo.add"(%t, %one) {placement.cost = #k} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = "stablehlo.multiply"(%x, %s) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.multiply"(%0, %one) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.multiply"(%1, %t) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = "stablehlo.multiply"(%2, %one) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %3 : tensor<4x4xf32>
}

// DOT:      digraph "main" {
// DOT:        label="@main on @fleet: 24.128 us, optimal";
// DOT:        subgraph cluster0 {
// DOT-NEXT:     label="stage 0 on acc:0\n24.128 us = 22 compute + 1.064 in + 1.064 out\n256 bytes of memory";
// DOT-NEXT:     color=red;
// DOT-NEXT:     penwidth=2;
// DOT-NEXT:     stage0 [label="2 operations\n2 x stablehlo.multiply: 22 us"];
// DOT:        subgraph cluster1 {
// DOT-NEXT:     label="stage 1 on acc:1\n23.128 us = 21 compute + 1.064 in + 1.064 out\n128 bytes of memory";
// DOT-NEXT:     stage1 [
// DOT:        stage0 -> stage1 [label="tensor<4x4xf32>\n64 bytes", ltail=cluster0, lhead=cluster1];
// DOT-NEXT:   stage1 -> host [label="tensor<4x4xf32>\n64 bytes", ltail=cluster1];
// DOT-NEXT:   host -> stage0 [label="tensor<4x4xf32>\n64 bytes", lhead=cluster0];
// DOT-NEXT: }

// AGAIN: value = 24.128
// AGAIN-NOT: call
// AGAIN-NOT: placement.transfer
