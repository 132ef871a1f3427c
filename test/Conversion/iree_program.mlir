// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree --mlir-print-op-generic --mlir-print-local-scope | FileCheck %s
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree --mlir-print-op-generic | not grep placement
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-iree | placement-opt --split-input-file --placement-verify-iree | FileCheck %s --check-prefix=AGAIN

// AGAIN-COUNT-6: flow.tensor.transfer

// The whole function. An argument is handed in where it is used first: the
// weight @w and the activation @x on acc_0, from where both are moved to acc_1;
// @u where its only user is; @unused on the first device. A result is left where
// it is made, and what is handed through stays where it is. Stages keep their
// results to themselves and are not inlined.

// CHECK-LABEL: "func.func"() <{arg_attrs =
// CHECK-SAME:    [{iree.abi.affinity = #hal.device.promise<@acc_0>},
// CHECK-SAME:     {foo.kept, iree.abi.affinity = #hal.device.promise<@acc_0>},
// CHECK-SAME:     {iree.abi.affinity = #hal.device.promise<@acc_1>},
// CHECK-SAME:     {iree.abi.affinity = #hal.device.promise<@acc_0>}]
// CHECK-SAME:    res_attrs =
// CHECK-SAME:    [{iree.abi.affinity = #hal.device.promise<@acc_1>, jax.result_info = "y"},
// CHECK-SAME:     {iree.abi.affinity = #hal.device.promise<@acc_0>},
// CHECK-SAME:     {iree.abi.affinity = #hal.device.promise<@acc_0>},
// CHECK-SAME:     {iree.abi.affinity = #hal.device.promise<@acc_0>}]
// CHECK-SAME:    sym_name = "main"
// CHECK-NEXT:  ^bb0(%[[W:.*]]: tensor<4xf32>, %[[X:.*]]: tensor<4xf32>, %[[U:.*]]: tensor<4xf32>, %{{.*}}: tensor<4xf32>):
// CHECK-NEXT:    %[[S0:.*]] = "func.call"(%[[W]], %[[X]]) <{callee = @main_stage0}>
// CHECK-NEXT:    %[[W1:.*]] = "flow.tensor.transfer"(%[[W]]) <{target = #hal.device.promise<@acc_1>}> : (tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    %[[X1:.*]] = "flow.tensor.transfer"(%[[X]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    %[[A1:.*]] = "flow.tensor.transfer"(%[[S0]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    %[[S1:.*]] = "func.call"(%[[W1]], %[[X1]], %[[U]], %[[A1]]) <{callee = @main_stage1}>
// CHECK-NEXT:    "func.return"(%[[S1]], %[[S0]], %[[X]], %[[W]])

// CHECK:       "func.func"() <{arg_attrs = [{iree.abi.affinity = #hal.device.promise<@acc_0>}, {foo.kept, iree.abi.affinity = #hal.device.promise<@acc_0>}]
// CHECK-SAME:    no_inline
// CHECK-SAME:    res_attrs = [{iree.abi.affinity = #hal.device.promise<@acc_0>}]
// CHECK-SAME:    sym_name = "main_stage0", sym_visibility = "private"
// CHECK:         %[[R:.*]] = "stablehlo.add"
// CHECK-NEXT:    %[[T:.*]] = "flow.tensor.transfer"(%[[R]]) <{target = #hal.device.promise<@acc_0>}>
// CHECK-NEXT:    "func.return"(%[[T]])
// CHECK-NEXT:  }) {noinline}

// CHECK:         sym_name = "main_stage1", sym_visibility = "private"
placement.machine @fleet {
  placement.device_kind "acc" count 4
}
#a0 = #placement.device<@fleet, "acc", 0>
#a1 = #placement.device<@fleet, "acc", 1>
func.func @main(
    %w: tensor<4xf32> {placement.role = "weight"},
    %x: tensor<4xf32> {placement.role = "activation", foo.kept},
    %u: tensor<4xf32> {placement.role = "activation"},
    %unused: tensor<4xf32> {placement.role = "activation"})
    -> (tensor<4xf32> {jax.result_info = "y"}, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = "stablehlo.add"(%w, %x) {placement.device = #a0, placement.stage = 0 : i64,
      placement.cost = #placement.cost<times = {acc = 1.0 : f64}, source = "me">}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.multiply"(%w, %0) {placement.device = #a1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.multiply"(%1, %x) {placement.device = #a1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.multiply"(%2, %u) {placement.device = #a1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3, %0, %x, %w : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// A value that three devices use is moved once to each, straight from where it
// is made.

// CHECK-LABEL: sym_name = "fan"
// CHECK:         %[[V:.*]] = "func.call"(%{{.*}}) <{callee = @fan_stage0}>
// CHECK-NEXT:    %[[V1:.*]] = "flow.tensor.transfer"(%[[V]]) <{target = #hal.device.promise<@acc_1>}>
// CHECK-NEXT:    %[[S1:.*]] = "func.call"(%[[V1]]) <{callee = @fan_stage1}>
// CHECK-NEXT:    %[[V2:.*]] = "flow.tensor.transfer"(%[[V]]) <{target = #hal.device.promise<@cpu_0>}>
// CHECK-NEXT:    %[[A2:.*]] = "flow.tensor.transfer"(%[[S1]]) <{target = #hal.device.promise<@cpu_0>}>
// CHECK-NEXT:    %[[S2:.*]] = "func.call"(%[[V2]], %[[A2]]) <{callee = @fan_stage2}>
// CHECK-NEXT:    "func.return"(%[[S2]])
placement.machine @fleet {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}
#a0 = #placement.device<@fleet, "acc", 0>
#a1 = #placement.device<@fleet, "acc", 1>
#c0 = #placement.device<@fleet, "cpu", 0>
func.func @fan(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.sine"(%x) {placement.device = #a0, placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%0, %0) {placement.device = #a1, placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%0, %1) {placement.device = #c0, placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
