// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd="form=named-computations mesh-shape=acc:x=2/y=1 assignment-file=%t.json" -o %t.mlir
// RUN: FileCheck %s < %t.json
// RUN: FileCheck %s --check-prefix=IR < %t.mlir

// All that Shardy's partitioning asks for beside the module, under the names of
// its arguments. A value that two meshes use needs no transfer in this form.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "cpu", 0>
// CHECK:      "func_name": "main"
// CHECK:      "named_meshes": [
// CHECK:        "acc0"
// CHECK:          "x",
// CHECK-NEXT:     2
// CHECK:          "y",
// CHECK-NEXT:     1
// CHECK:        "cpu0"
// CHECK:          "x",
// CHECK-NEXT:     1
// CHECK:      "assignment": {
// CHECK-NEXT:   "stage0": [
// CHECK-NEXT:     "acc0",
// CHECK-NEXT:     0
// CHECK-NEXT:   ],
// CHECK-NEXT:   "stage1": [
// CHECK-NEXT:     "cpu0",
// CHECK-NEXT:     1
// CHECK-NEXT:   ],
// CHECK-NEXT:   "stage0_piece1": "acc0"
// CHECK-NEXT: },
// CHECK-NEXT: "input_meshes": [
// CHECK-NEXT:   "acc0",
// CHECK-NEXT:   "cpu0"
// CHECK-NEXT: ],
// CHECK-NEXT: "output_meshes": [
// CHECK-NEXT:   "acc0",
// CHECK-NEXT:   "cpu0"
// CHECK-NEXT: ],
// CHECK-NEXT: "donate_argnums": [
// CHECK-NEXT:   1
// CHECK-NEXT: ]

// IR-LABEL: func.func @main(
// IR-SAME:    mpmd_assignment = {computations = "stage0@acc0/0,stage1@cpu0/1,stage0_piece1@acc0", inputs = "0@acc0,1@cpu0", outputs = "0@acc0,1@cpu0"}
// IR-NOT:     mpmd.transfer
func.func @main(%x: tensor<4xf32>, %w: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true})
    -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = "stablehlo.tanh"(%x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%0, %w) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%1, %w) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2, %1 : tensor<4xf32>, tensor<4xf32>
}
