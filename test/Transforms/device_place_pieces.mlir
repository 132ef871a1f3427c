// With contiguous=false a device may hold several pieces: stages of their own.

// RUN: placement-opt %s --device-place="contiguous=false dump-problem dot-file=%t.dot" -verify-diagnostics -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=DOT < %t.dot
// RUN: placement-opt %t.mlir --placement-verify --placement-check-problem | diff %t.mlir -
// Running it on its own output changes nothing.
// RUN: placement-opt %t.mlir --device-place="contiguous=false dump-problem" 2>/dev/null | diff %t.mlir -
// The attribute decides which rules hold: a contiguous plan of the same function
// has one stage on each device.
// RUN: sed 's/, contiguous = false>/>/' %t.mlir > %t.claims.mlir
// RUN: not placement-opt %t.claims.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=CLAIMS
// CLAIMS: error: 'stablehlo.transpose' is in stage 2, but machine @fleet has devices for 2 stages, counted from 0
// RUN: placement-opt %s --device-place 2>/dev/null | FileCheck %s --check-prefix=CHAIN
// CHAIN:     value = 42.{{.*}}, stages = 1,
// CHAIN-NOT: contiguous = false

// Stages become functions, a device may have several; the driver calls them in
// order, and values of the same device are not sent.
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-verify --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: FileCheck %s --check-prefix=OUTLINED < %t.outlined.mlir
// And back: they are inlined, and stay where they are.
// RUN: placement-opt %t.outlined.mlir --device-place="contiguous=false" --placement-verify 2>/dev/null | FileCheck %s
// RUN: placement-opt %t.outlined.mlir --placement-strip --mlir-print-op-generic | FileCheck %s --check-prefix=STRIPPED
// STRIPPED-NOT: placement
// STRIPPED: callee = @main_stage0
// STRIPPED: callee = @main_stage1
// STRIPPED: callee = @main_stage2
// STRIPPED-NOT: placement

placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">

// CHECK-LABEL: func.func @main
// CHECK-SAME:    value = 24.256,{{.*}} stages = 3, machine = @fleet, algorithm = "noncontiguous",{{.*}}, contiguous = false>
// CHECK:         "stablehlo.tanh"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>,{{.*}} placement.stage = 0
// CHECK:         "stablehlo.exponential"{{.*}} placement.device = #placement.device<@fleet, "acc", 1>,{{.*}} placement.stage = 1
// CHECK:         "stablehlo.add"{{.*}} placement.device = #placement.device<@fleet, "acc", 1>,{{.*}} placement.stage = 1
// CHECK:         "stablehlo.negate"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>,{{.*}} placement.stage = 2

// DOT:      subgraph cluster0 {
// DOT-NEXT:   label="stages 0, 2 on acc:0\n
// DOT:        stage0 [label=
// DOT-NEXT:   stage2 [label=
// DOT-NEXT: }
// DOT:      subgraph cluster1 {
// DOT-NEXT:   label="stage 1 on acc:1\n
// DOT:      stage0 -> stage1 [{{.*}}ltail=cluster0, lhead=cluster1];
// DOT:      stage0 -> stage2 [label="tensor<4x4xf32>\n64 bytes", style=dashed];
// DOT:      stage1 -> stage2 [{{.*}}ltail=cluster1, lhead=cluster0];

// OUTLINED-LABEL: func.func @main
// OUTLINED-NEXT:    %[[X:.*]] = placement.transfer %{{.*}} from host to <@fleet, "acc", 0>
// OUTLINED-NEXT:    %[[A:.*]] = call @main_stage0(%{{.*}}, %[[X]])
// OUTLINED-NEXT:    %[[B:.*]] = placement.transfer %[[A]] from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// OUTLINED-NEXT:    %[[C:.*]] = call @main_stage1(%{{.*}}, %[[B]])
// OUTLINED-NEXT:    %[[D:.*]] = placement.transfer %[[C]] from <@fleet, "acc", 1> to <@fleet, "acc", 0>
// OUTLINED-NEXT:    %[[E:.*]] = call @main_stage2(%{{.*}}, %[[A]], %[[D]])
// OUTLINED:       func.func private @main_stage0(
// OUTLINED-SAME:    placement.device = #placement.device<@fleet, "acc", 0>, placement.microbatch, placement.stage = 0
// OUTLINED:       func.func private @main_stage1(
// OUTLINED:       func.func private @main_stage2(
// OUTLINED-SAME:    placement.device = #placement.device<@fleet, "acc", 0>, placement.microbatch, placement.stage = 2

// The weight is held by acc:0 once and by acc:1 once, but transposed for each
// stage that uses it.
// expected-remark@+3 {{placed 4 operations in 3 stages on 2 devices: 24.26 us for each sample, }}
// expected-remark@+2 {{the bottleneck is acc:0 (stages 0, 2) with 24.26 us: 20 compute, 2.128 in, 2.128 out}}
// expected-remark@+1 {{cloned 1 operation on weights and constants (2 clones) so that each stage has its own}}
func.func @main(%w: tensor<4x4xf32> {placement.role = "weight"}, %x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %t = "stablehlo.transpose"(%w) {placement.cost = #placement.cost<times = {acc = 0.0 : f64}, source = "test">} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = "stablehlo.tanh"(%x, %t) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.add"(%1, %t) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{stage 2 is back on acc:0, after stage 0; it takes 1 value of 64 bytes from stage 1 (acc:1)}}
  %3 = "stablehlo.negate"(%2, %0, %t) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %3 : tensor<4x4xf32>
}

// CHECK:      placement.problem @main_problem machine(@fleet)
// CHECK:      placement.solution
// CHECK-SAME: noncontiguous stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1, 2]>, #placement.piece<"acc", 0, [3]>]
