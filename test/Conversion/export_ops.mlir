// RUN: split-file %s %t
// RUN: placement-opt %t/model.mlir --placement-export-ops=directory=%t/out -o %t/same.mlir

// The module is left as it was.
// RUN: placement-opt %t/model.mlir -o %t/before.mlir
// RUN: diff %t/before.mlir %t/same.mlir

// One entry for each signature in order of appearance. The broadcast of a
// constant and that of a weight have one signature, which has to be timed. The
// reduction does one addition for each element that it reads, so it is light.

// RUN: FileCheck %s --check-prefix=INDEX --input-file=%t/out/ops.json
// INDEX:      "version": 1,
// INDEX:      "operations": [
// INDEX:        "signature": "stablehlo.constant() -> (tensor<f32>)",
// INDEX-NEXT:   "count": 1,
// INDEX-NEXT:   "timing": "free"
// INDEX-NEXT: },
// INDEX:        "signature": "stablehlo.broadcast_in_dim(tensor<f32>)
// INDEX-SAME:   (tensor<8x16xf32>)
// INDEX-NEXT:   "count": 2,
// INDEX-NEXT:   "timing": "light",
// INDEX-NEXT:   "work": {
// INDEX:        "module": "op_1",
// INDEX-NEXT:   "arguments": [
// INDEX-NEXT:     {
// INDEX-NEXT:       "role": "weight",
// INDEX-NEXT:       "shape": [],
// INDEX-NEXT:       "dtype": "f32",
// INDEX-NEXT:       "bytes": 4
// INDEX:        "signature": "stablehlo.dot_general(
// INDEX-NEXT:   "count": 2,
// INDEX-NEXT:   "timing": "heavy",
// INDEX-NEXT:   "work": {
// INDEX-NEXT:     "flops": 4096,
// INDEX-NEXT:     "transcendentals": 0,
// INDEX-NEXT:     "bytes": 2048,
// INDEX-NEXT:     "element": "f32"
// INDEX-NEXT:   },
// INDEX:          "role": "activation",
// INDEX:          "role": "weight",
// INDEX:        "signature": "stablehlo.add(
// INDEX-NEXT:   "count": 4,
// INDEX-NEXT:   "timing": "light",
// INDEX:        "signature": "stablehlo.reduce(
// INDEX:        "timing": "light",
// INDEX:        "signature": "foo.unknown(
// INDEX:        "timing": "unmeasured"
// INDEX-NEXT: },
// INDEX:        "signature": "stablehlo.while(
// INDEX:        "timing": "{{light|heavy}}",

// Both halves of the model are one and the same group: numbers of operations.
// INDEX:      "groups": [
// INDEX-NEXT:   {
// INDEX-NEXT:     "operations": [
// INDEX-NEXT:       1,
// INDEX-NEXT:       2,
// INDEX-NEXT:       3,
// INDEX-NEXT:       3
// INDEX-NEXT:     ],
// INDEX-NEXT:     "count": 1,
// INDEX-NEXT:     "module": "group_0",

// Constants are copied in, with what is made of them; other operands come in.
// RUN: FileCheck %s --check-prefix=ADD --input-file=%t/out/op_3.mlir
// ADD:      "func.func"() <{function_type = (tensor<8x16xf32>) -> tensor<8x16xf32>, sym_name = "main"}>
// ADD-NEXT: ^bb0(%[[X:.*]]: tensor<8x16xf32>):
// ADD-NEXT:   %[[C:.*]] = "stablehlo.constant"
// ADD-NEXT:   %[[B:.*]] = "stablehlo.broadcast_in_dim"(%[[C]])
// ADD-NEXT:   %[[R:.*]] = "stablehlo.add"(%[[X]], %[[B]])
// ADD-NEXT:   "func.return"(%[[R]])

// What a region takes from around it comes in, and a function that is referred to
// comes along.
// RUN: cat %t/out/op_6.mlir | FileCheck %s --check-prefix=WHILE
// WHILE: "func.func"() <{function_type = (tensor<f32>) -> tensor<f32>, sym_name = "main"}>
// WHILE: ^bb0(%[[B:.*]]: tensor<f32>):
// WHILE: "stablehlo.while"(%[[B]])
// WHILE: "stablehlo.add"(%{{.*}}, %[[B]])

// RUN: FileCheck %s --check-prefix=COMPOSITE --input-file=%t/out/op_7.mlir
// COMPOSITE: sym_name = "main"
// COMPOSITE: "stablehlo.composite"
// COMPOSITE: sym_name = "helper"

// A group returns what is used outside of it.
// RUN: FileCheck %s --check-prefix=GROUP --input-file=%t/out/group_0.mlir
// GROUP:      "func.func"() <{function_type = (tensor<f32>, tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
// GROUP-NEXT: ^bb0(%[[B:.*]]: tensor<f32>, %[[X:.*]]: tensor<8x16xf32>, %[[W:.*]]: tensor<16x16xf32>):
// GROUP-NEXT:   %[[BB:.*]] = "stablehlo.broadcast_in_dim"(%[[B]])
// GROUP-NEXT:   %[[D:.*]] = "stablehlo.dot_general"(%[[X]], %[[W]])
// GROUP:        "func.return"

// Without groups.
// RUN: placement-opt %t/model.mlir --placement-export-ops='directory=%t/ops groups=false' -o /dev/null
// RUN: not ls %t/ops/group_0.mlir
// RUN: FileCheck %s --check-prefix=NOGROUPS --input-file=%t/ops/ops.json
// NOGROUPS: "groups": []

// Signatures are those that profiles are looked up by.
// RUN: placement-opt %t/model.mlir --placement-print-op-signatures=file=%t/signatures.json -o /dev/null
// RUN: grep -h '"signature"' %t/signatures.json | sed 's/^ *//' > %t/a
// RUN: grep -h '"signature"' %t/out/ops.json | sed 's/^ *//' > %t/b
// RUN: diff %t/a %t/b

//--- model.mlir
func.func @main(%x: tensor<8x16xf32> {placement.role = "activation"}, %w: tensor<16x16xf32> {placement.role = "weight"},
                %b: tensor<f32> {placement.role = "weight"}) -> (tensor<8xf32>, tensor<f32>)
    attributes {foo.x} {
  %c = "stablehlo.constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %c1 = "stablehlo.broadcast_in_dim"(%c) {broadcast_dimensions = array<i64>} : (tensor<f32>) -> tensor<8x16xf32>
  %b1 = "stablehlo.broadcast_in_dim"(%b) {broadcast_dimensions = array<i64>} : (tensor<f32>) -> tensor<8x16xf32>
  %d1 = "stablehlo.dot_general"(%x, %w) {dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>} : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
  %e1 = "stablehlo.add"(%d1, %c1) : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %f1 = "stablehlo.add"(%e1, %b1) : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %d2 = "stablehlo.dot_general"(%f1, %w) {dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>} : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
  %e2 = "stablehlo.add"(%d2, %c1) : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %f2 = "stablehlo.add"(%e2, %b1) : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
  %r = "stablehlo.reduce"(%f2, %c) ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = "stablehlo.add"(%p, %q) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) {dimensions = array<i64: 1>} : (tensor<8x16xf32>, tensor<f32>) -> tensor<8xf32>
  "foo.unknown"(%r) : (tensor<8xf32>) -> ()
  %l = "stablehlo.while"(%b) ({
  ^bb0(%i: tensor<f32>):
    %t = "stablehlo.compare"(%i, %c) {comparison_direction = #stablehlo<comparison_direction LT>} : (tensor<f32>, tensor<f32>) -> tensor<i1>
    "stablehlo.return"(%t) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<f32>):
    %t = "stablehlo.add"(%i, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<f32>) -> tensor<f32>
  %m = "stablehlo.composite"(%l) {name = "foo.c", decomposition = @helper} : (tensor<f32>) -> tensor<f32>
  return %r, %m : tensor<8xf32>, tensor<f32>
}
func.func private @helper(%x: tensor<f32>) -> tensor<f32> {
  %0 = "stablehlo.negate"(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
