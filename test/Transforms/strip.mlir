// RUN: placement-opt %s --placement-strip | FileCheck %s
// RUN: placement-opt %s --placement-strip --mlir-print-op-generic | not grep placement
// RUN: placement-opt %s --placement-inline --placement-strip | FileCheck %s --check-prefix=BACK

// Nothing of the dialect is left, everything else is, and with the stages
// inlined the original program is back.

// CHECK-NOT:   placement
// CHECK-LABEL: func.func @main
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32> {foo.kept}) -> (tensor<4xf32> {foo.kept}) attributes {foo.kept}
// CHECK-NEXT:    %[[A:.*]] = call @main_stage0(%[[X]])
// CHECK-NEXT:    return %[[A]]
// CHECK-LABEL: func.func private @main_stage0
// CHECK-SAME:    (%{{.*}}: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:    "stablehlo.reduce"
// CHECK:         "foo.inner"(%{{.*}}) {foo.kept}
// CHECK-NOT:   placement

// BACK-LABEL:  func.func @main
// BACK-NEXT:     %[[R:.*]] = "stablehlo.reduce"
// BACK:          return %[[R]]
// BACK-NOT:    func.func

placement.machine @fleet {
  placement.device_kind "acc" count 1
}
func.func @main(
    %x: tensor<4xf32> {foo.kept, placement.role = "activation",
                       placement.device = #placement.host})
    -> (tensor<4xf32> {foo.kept, placement.device = #placement.host})
    attributes {foo.kept, placement.plan = #placement.plan<
      objective = "throughput", status = "optimal", proof = "engine",
      value = 1.5, bound = 1.5, gap = 0.0, unit = "us", stages = 1,
      machine = @fleet, algorithm = "contiguous", fingerprint = "00">} {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : tensor<4xf32>
  %1 = func.call @main_stage0(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = placement.transfer %1 from <@fleet, "acc", 0> to host : tensor<4xf32>
  return %2 : tensor<4xf32>
}
func.func private @main_stage0(%x: tensor<4xf32> {placement.role = "activation"})
    -> tensor<4xf32> attributes {
      placement.device = #placement.device<@fleet, "acc", 0>,
      placement.stage = 0 : i64, placement.microbatch} {
  %0 = "stablehlo.reduce"(%x) ({
  ^bb0(%a: tensor<f32>):
    "foo.inner"(%a) {foo.kept, placement.colocate = "g"} : (tensor<f32>) -> ()
  }) {placement.device = #placement.device<@fleet, "acc", 0>,
      placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
