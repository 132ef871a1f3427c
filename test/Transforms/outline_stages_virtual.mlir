// Stages of a device that has several: the driver calls forward ones upward and
// backward ones downward, and each is one call, also where its device comes back.
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --verify-diagnostics | FileCheck %s
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --placement-strip --mlir-print-op-generic | FileCheck %s --check-prefix=STRIPPED
// STRIPPED-NOT: placement.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#back = #placement.phase<backward>
// CHECK-LABEL: func.func @train
// CHECK:         %[[A:.*]] = call @train_stage0(
// CHECK-NEXT:    placement.transfer {{.*}} from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    %[[B:.*]]:2 = call @train_stage1(
// CHECK-NEXT:    placement.transfer {{.*}} from <@fleet, "acc", 1> to <@fleet, "acc", 0>
// CHECK-NEXT:    %[[C:.*]]:2 = call @train_stage2(
// CHECK-NEXT:    call @train_stage2_backward(
// CHECK-NEXT:    placement.transfer {{.*}} from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    call @train_stage1_backward(
// CHECK-NEXT:    placement.transfer {{.*}} from <@fleet, "acc", 1> to <@fleet, "acc", 0>
// CHECK-NEXT:    call @train_stage0_backward(
// CHECK-NOT:     call
// CHECK:       func.func private @train_stage0(
// CHECK-SAME:    placement.device = #placement.device<@fleet, "acc", 0>,{{.*}}placement.phase = #placement.phase<forward>, placement.stage = 0
// CHECK:       func.func private @train_stage2_backward(
// CHECK-SAME:    placement.device = #placement.device<@fleet, "acc", 0>,{{.*}}placement.phase = #placement.phase<backward>, placement.stage = 2
func.func @train(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = "stablehlo.tanh"(%x) {placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.tanh"(%a) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %b2 = "stablehlo.cosine"(%a) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.tanh"(%b) {placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %c2 = "stablehlo.cosine"(%b) {placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %p = "stablehlo.multiply"(%c, %c2) {placement.phase = #back, placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %q = "stablehlo.multiply"(%p, %b2) {placement.phase = #back, placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.multiply"(%q, %a) {placement.phase = #back, placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Backward stages need not go downward for each to be one call: no circle is
// enough. A value that two stages of a device use is sent there once, and a
// donated buffer is free after the last of them.
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#back = #placement.phase<backward>
// CHECK-LABEL: func.func @upward
// CHECK-NEXT:    %[[X:.*]] = placement.transfer %{{.*}} from host to <@fleet, "acc", 0>
// CHECK-NEXT:    %[[A:.*]] = call @upward_stage0(%{{.*}}, %[[X]])
// CHECK-NEXT:    placement.transfer
// CHECK-NEXT:    call @upward_stage1(
// CHECK-NEXT:    call @upward_stage1_backward(
// CHECK-NEXT:    placement.transfer
// CHECK-NEXT:    call @upward_stage0_backward(
// CHECK-NEXT:    call @upward_stage2_backward(%{{.*}}, %[[X]],
// CHECK-NOT:     call
// CHECK:       func.func private @upward_stage0(%{{.*}}: tensor<4xf32> {placement.role = "weight"}
// CHECK:       func.func private @upward_stage2_backward(%{{.*}}: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32}
func.func @upward(%w: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32}, %x: tensor<4xf32>) -> tensor<4xf32> {
  %a = "stablehlo.add"(%x, %w) {placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.tanh"(%a) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %p = "stablehlo.negate"(%b) {placement.phase = #back, placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %q = "stablehlo.negate"(%p) {placement.phase = #back, placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.add"(%q, %w, %x) {placement.phase = #back, placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
