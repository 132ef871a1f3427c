// What is fed only by weights and constants is no node: each user pays for it.
// RUN: placement-opt %s --split-input-file --device-place=dump-problem 2>/dev/null | FileCheck %s

// A constant and a transposed weight are copied to both users, which pay its
// time and hold its result while they run. The weight has two users, through
// the copies. Results of two roles: the weight is no net.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
#k = #placement.cost<times = {acc = 0.5 : f64}, output = 64, transient = 8, source = "test">
func.func @copies(%w: tensor<4x4xf32> {placement.role = "weight"},
                  %x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %one = "stablehlo.constant"() <{value = dense<1.0> : tensor<4x4xf32>}> {placement.cost = #k} : () -> tensor<4x4xf32>
  %t = "stablehlo.transpose"(%w) <{permutation = array<i64: 1, 0>}> {placement.cost = #k} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %s = "stablehlo.add"(%t, %one) {placement.cost = #k} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = "stablehlo.multiply"(%x, %s) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.multiply"(%0, %one) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.multiply"(%1, %t) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @copies_problem
// CHECK-NEXT:    placement.node 0 "stablehlo.multiply" time {acc = 11.5} transient 216
// CHECK-NEXT:    placement.node 1 "stablehlo.multiply" time {acc = 10.5} transient 72
// CHECK-NEXT:    placement.node 2 "stablehlo.multiply" time {acc = 10.5} transient 72
// CHECK-NEXT:    placement.net host -> [0]
// CHECK-NEXT:    placement.net 0 -> [1]
// CHECK-NEXT:    placement.net 1 -> [2]
// CHECK-NEXT:    placement.net 2 -> [host]
// CHECK-NEXT:    placement.weight 64 used_by [0, 2]
// CHECK-NEXT:    placement.solution

// -----

// A constant of 16 KiB and more counts as a weight, once for equal ones; one
// of equal elements never does, however large.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16384, source = "test">
#k = #placement.cost<times = {acc = 0.0 : f64}, output = 16384, weight = 16384, source = "test">
func.func @large(%x: tensor<4096xf32>) -> tensor<4096xf32> {
  %a = "stablehlo.constant"() <{value = dense_resource<table> : tensor<4096xf32>}> {placement.cost = #k} : () -> tensor<4096xf32>
  %0 = "stablehlo.add"(%x, %a) {placement.cost = #c} : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  %b = "stablehlo.constant"() <{value = dense_resource<table> : tensor<4096xf32>}> {placement.cost = #k} : () -> tensor<4096xf32>
  %1 = "stablehlo.add"(%0, %b) {placement.cost = #c} : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  %s = "stablehlo.constant"() <{value = dense<1.0> : tensor<4096xf32>}> {placement.cost = #k} : () -> tensor<4096xf32>
  %2 = "stablehlo.add"(%1, %s) {placement.cost = #c} : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  return %2 : tensor<4096xf32>
}
// CHECK-LABEL: placement.problem @large_problem
// CHECK-NEXT:    placement.node 0 "stablehlo.add" time {acc = 1.0}
// CHECK-NEXT:    placement.node 1 "stablehlo.add" time {acc = 1.0}
// CHECK-NEXT:    placement.node 2 "stablehlo.add" time {acc = 1.0} transient 16384
// CHECK:         placement.weight 16384 used_by [0, 1]
// CHECK-NEXT:    placement.solution

// -----

// A constant that the function returns must exist somewhere, so it is a node;
// other users still have copies. So is one that nobody uses.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
#k = #placement.cost<times = {acc = 0.5 : f64}, output = 16, source = "test">
func.func @returned(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %a = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> {placement.cost = #k} : () -> tensor<4xf32>
  %unused = "stablehlo.negate"(%a) {placement.cost = #k} : (tensor<4xf32>) -> tensor<4xf32>
  %0 = "stablehlo.add"(%x, %a) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %a : tensor<4xf32>, tensor<4xf32>
}
// CHECK-LABEL: placement.problem @returned_problem
// CHECK-NEXT:    placement.node 0 "stablehlo.constant" time {acc = 0.5}
// CHECK-NEXT:    placement.node 1 "stablehlo.negate" time {acc = 1.0} transient 16
// CHECK-NEXT:    placement.node 2 "stablehlo.add" time {acc = 1.5} transient 16
// CHECK-NEXT:    placement.net host -> [2]
// CHECK-NEXT:    placement.net 0 -> [host]
// CHECK-NEXT:    placement.net 2 -> [host]
// CHECK-NEXT:    placement.solution

// -----

// Pinned, colocated and impure operations are nodes whatever feeds them.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
func.func @asked(%w: tensor<4xf32> {placement.role = "weight"},
                 %x: tensor<4xf32>) -> tensor<4xf32> {
  %p = "stablehlo.negate"(%w) {placement.cost = #c, placement.pin = #placement.pin<"acc", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  %g = "stablehlo.negate"(%w) {placement.cost = #c, placement.colocate = "g"} : (tensor<4xf32>) -> tensor<4xf32>
  %u = "test.unknown"(%w) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %0 = "stablehlo.clamp"(%p, %x, %g) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%0, %u) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
// CHECK-LABEL: placement.problem @asked_problem
// CHECK-NEXT:    placement.node 0 "stablehlo.negate" {{.*}} pin <"acc", 1>
// CHECK-NEXT:    placement.node 1 "stablehlo.negate"
// CHECK-NEXT:    placement.node 2 "test.unknown"
// CHECK-NEXT:    placement.node 3 "stablehlo.clamp"
// CHECK-NEXT:    placement.node 4 "stablehlo.add"
// CHECK:         placement.weight 16 used_by [0, 1, 2]
