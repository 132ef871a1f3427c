// Nodes, nets and their prices: dump-problem shows the instance of a function.
// RUN: placement-opt %s --split-input-file --device-place=dump-problem 2>/dev/null | FileCheck %s

// Each result is a net with bytes of its own; the cost of a net is that of the
// paying kind. What regions capture counts as operands. The output of a cost
// overrides the bytes of types, in proportion. An unused result is no net, nor
// is an argument that is only returned.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000000
      link <bandwidth = 1.0e9, latency = 1.0>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 10.0 : f64}, output = 400, source = "test">
#two = #placement.cost<times = {acc = 2.0 : f64, cpu = 20.0 : f64}, output = 1000, transient = 64, source = "test">
#acc = #placement.cost<times = {acc = 3.0 : f64}, output = 400, weight = 77, source = "test">
func.func @main(%x: tensor<100xf32> {placement.role = "activation"},
                %y: tensor<100xf32> {placement.role = "activation"},
                %z: tensor<8xf32> {placement.role = "activation"})
    -> (tensor<100xf32>, tensor<100xf32>, tensor<8xf32>) {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<100xf32>) -> tensor<100xf32>
  %1:3 = "test.split"(%0) ({
    %inner = "stablehlo.add"(%0, %y) : (tensor<100xf32>, tensor<100xf32>) -> tensor<100xf32>
    "test.yield"(%inner) : (tensor<100xf32>) -> ()
  }) {placement.cost = #two} : (tensor<100xf32>) -> (tensor<100xf32>, tensor<25xf32>, tensor<75xf32>)
  %2 = "stablehlo.add"(%1#0, %1#1) {placement.cost = #acc} : (tensor<100xf32>, tensor<25xf32>) -> tensor<100xf32>
  return %0, %2, %z : tensor<100xf32>, tensor<100xf32>, tensor<8xf32>
}
// CHECK-LABEL: placement.problem @main_problem machine(@fleet) {
// CHECK-NEXT:    placement.node 0 "stablehlo.tanh" time {acc = 1.0, cpu = 10.0}
// CHECK-NEXT:    placement.node 1 "test.split" time {acc = 2.0, cpu = 20.0} transient 64
// CHECK-NEXT:    placement.node 2 "stablehlo.add" time {acc = 3.0} size 77
// CHECK-NEXT:    placement.net host -> [0] cost {acc = 1.4} bytes 400
// CHECK-NEXT:    placement.net host -> [1] cost {acc = 1.4} bytes 400
// CHECK-NEXT:    placement.net 0 -> [1, host] cost {acc = 1.4} bytes 400
// CHECK-NEXT:    placement.net 1 -> [2] cost {acc = 1.5} bytes 500
// CHECK-NEXT:    placement.net 1 -> [2] cost {acc = 1.125} bytes 125
// CHECK-NEXT:    placement.net 2 -> [host] cost {acc = 1.4} bytes 400
// CHECK-NEXT:    placement.solution

// -----

// Operations with side effects form one group and keep their order. Pins and
// colocation are carried over.
placement.machine @fleet {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 1.0 : f64}, output = 16, source = "test">
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "test.unknown"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c, placement.pin = #placement.pin<"acc">} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.rng"(%1, %1) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.tanh"(%1) {placement.cost = #c, placement.colocate = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.tanh"(%2) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.add"(%3, %4) {placement.cost = #c, placement.colocate = "a", placement.pin = #placement.pin<"acc", 1>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %5 : tensor<4xf32>
}
// CHECK-LABEL: placement.problem @main_problem
// CHECK-NEXT:    placement.node 0 "test.unknown" time {acc = 1.0, cpu = 1.0} group 0
// CHECK-NEXT:    placement.node 1 "stablehlo.tanh" time {acc = 1.0, cpu = 1.0} pin <"acc">
// CHECK-NEXT:    placement.node 2 "stablehlo.rng" time {acc = 1.0, cpu = 1.0} group 0
// CHECK-NEXT:    placement.node 3 "stablehlo.tanh" time {acc = 1.0, cpu = 1.0} group 1
// CHECK-NEXT:    placement.node 4 "stablehlo.tanh" time {acc = 1.0, cpu = 1.0}
// CHECK-NEXT:    placement.node 5 "stablehlo.add" time {acc = 1.0, cpu = 1.0} group 1 pin <"acc", 1>
// CHECK:         placement.order 0 before 2
