// The problem that device-place solves can be had as IR, with its solution: it
// passes the check, and solving it again from the IR alone finds the same.
// RUN: placement-opt %s --device-place=dump-problem=true --placement-check-problem 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --device-place=dump-problem=true --placement-solve-problem --placement-check-problem 2>/dev/null | FileCheck %s

// CHECK:      placement.problem @main_problem machine(@fleet) {
// CHECK-DAG:    placement.node {{[0-9]+}} "math.exp" time {acc = 2.0}
// CHECK-DAG:    placement.node {{[0-9]+}} "math.tanh" time {acc = 3.0}
// CHECK:        placement.net host -> [
// CHECK:        placement.solution optimal value 3 bound 3 proof "engine"
placement.machine @fleet {
  placement.device_kind "acc" count 2
}
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = math.exp %x {placement.cost = #placement.cost<times = {acc = 2.0 : f64}, output = 16, source = "profile">} : tensor<4xf32>
  %1 = math.tanh %0 {placement.cost = #placement.cost<times = {acc = 3.0 : f64}, output = 16, source = "profile">} : tensor<4xf32>
  return %1 : tensor<4xf32>
}
