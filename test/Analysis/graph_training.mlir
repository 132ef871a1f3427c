// Training steps: phases from locations, and which forward node a backward one
// joins (they share a group).
// RUN: placement-opt %s --split-input-file --device-place=dump-problem 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --split-input-file --device-place='dump-problem phase=inference' 2>/dev/null | FileCheck %s --check-prefix=INFER
// RUN: placement-opt %s --split-input-file --device-place='dump-problem phase=training' 2>/dev/null | FileCheck %s

// Two layers with SGD: y = tanh(x A) B, with made-up shapes. Gradients of
// weights (nodes 5, 8) and updates (9, 10) join the users of the weights, and
// node 6, which uses weight B, does so, too; the gradient of tanh (7) joins
// the user of its result. Weights come with their gradients, and forward
// values that backward nodes use are stashed where they are made (x, from the
// host, where it is first used).
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 64, source = "test">
#back = loc("jit(step)/transpose(jvp())/dot_general"("model.py":3:4))
#inner = loc("mul"("model.py":5:6))
#call = loc("jit(step)/transpose(jvp())/jit"("model.py":7:8))
func.func @sgd(%a: tensor<4x4xf32> {placement.role = "weight"},
               %b: tensor<4x4xf32> {placement.role = "weight"},
               %x: tensor<8x4xf32> {placement.role = "activation"})
    -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %lr = "stablehlo.constant"() <{value = dense<0.1> : tensor<4x4xf32>}> {placement.cost = #c} : () -> tensor<4x4xf32>
  %0 = "stablehlo.dot_general"(%x, %a) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32>
  %2 = "stablehlo.dot_general"(%1, %b) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %3 = "stablehlo.exponential"(%2) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32>
  // Backward: by the name of a location, or of a call site.
  %4 = "stablehlo.multiply"(%3, %3) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32> loc(callsite(#inner at #call))
  %5 = "stablehlo.dot_general"(%1, %4) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %6 = "stablehlo.dot_general"(%4, %b) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32> loc(fused[#inner, #back])
  // By what they use.
  %7 = "stablehlo.multiply"(%6, %1) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  %8 = "stablehlo.dot_general"(%x, %7) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32>
  %da = "stablehlo.multiply"(%8, %lr) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %na = "stablehlo.subtract"(%a, %da) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %db = "stablehlo.multiply"(%5, %lr) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %nb = "stablehlo.subtract"(%b, %db) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %na, %nb : tensor<4x4xf32>, tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @sgd_problem machine(@fleet) in_flight suffix_stages {
// CHECK-NEXT:    placement.node 0 "stablehlo.dot_general" time {acc = 1.0} group 0
// CHECK-NEXT:    placement.node 1 "stablehlo.tanh" time {acc = 1.0} stash 64
// CHECK-NEXT:    placement.node 2 "stablehlo.dot_general" time {acc = 1.0} group 1
// CHECK-NEXT:    placement.node 3 "stablehlo.exponential" time {acc = 1.0} stash 64 group 2
// CHECK-NEXT:    placement.node 4 "stablehlo.multiply" time {acc = 1.0} backward group 2
// CHECK-NEXT:    placement.node 5 "stablehlo.dot_general" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 6 "stablehlo.dot_general" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 7 "stablehlo.multiply" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 8 "stablehlo.dot_general" time {acc = 1.0} stash 128 backward group 0
// CHECK-NEXT:    placement.node 9 "stablehlo.multiply" time {acc = 2.0} transient 64 backward group 0
// CHECK-NEXT:    placement.node 10 "stablehlo.subtract" time {acc = 1.0} backward group 0
// CHECK-NEXT:    placement.node 11 "stablehlo.multiply" time {acc = 2.0} transient 64 backward group 1
// CHECK-NEXT:    placement.node 12 "stablehlo.subtract" time {acc = 1.0} backward group 1
// CHECK:         placement.weight 128 used_by [0, 10]
// CHECK-NEXT:    placement.weight 128 used_by [2, 6, 12]
// INFER-LABEL: placement.problem @sgd_problem machine(@fleet) {
// INFER-NOT:     backward
// INFER-NOT:     group
// INFER-NOT:     stash
// INFER:         placement.weight 64 used_by [0, 10]
// INFER:         placement.solution

// -----

// Without updates (a function that returns gradients) the stash alone decides:
// the users of a value are matched in reverse with its backward users of the
// same name. Nodes 4, 5 are the gradients of the products 1, 0.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 64, source = "test">
#back = loc("transpose(jvp())")
func.func @gradients(%a: tensor<4x4xf32> {placement.role = "weight"},
                     %b: tensor<4x4xf32> {placement.role = "weight"},
                     %x: tensor<8x4xf32> {placement.role = "activation"})
    -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = "stablehlo.dot_general"(%x, %a) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = "stablehlo.dot_general"(%x, %b) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %2 = "stablehlo.add"(%0, %1) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  %dy = "stablehlo.negate"(%2) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32> loc(#back)
  %db = "stablehlo.dot_general"(%x, %dy) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %da = "stablehlo.dot_general"(%x, %dy) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  return %da, %db : tensor<4x4xf32>, tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @gradients_problem
// CHECK-NEXT:    placement.node 0 {{.*}} group 0
// CHECK-NEXT:    placement.node 1 {{.*}} group 1
// CHECK-NEXT:    placement.node 2 "stablehlo.add" time {acc = 1.0} stash 64 group 2
// CHECK-NEXT:    placement.node 3 {{.*}} backward group 2
// CHECK-NEXT:    placement.node 4 {{.*}} backward group 1
// CHECK-NEXT:    placement.node 5 {{.*}} backward group 0
// CHECK:         placement.weight 128 used_by [0]
// CHECK-NEXT:    placement.weight 128 used_by [1]
// INFER-LABEL: placement.problem @gradients_problem

// -----

// A weight used at both ends (tied): its update joins the earliest user, the
// operation that uses its value the user of the same name. Node 7 adds up the
// gradients of both; 6 serves only the update of a weight and joins it. The
// optimizer's state is a weight, too, without a gradient.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 64, source = "test">
#back = loc("transpose(jvp())")
func.func @tied(%e: tensor<4x4xf32> {placement.role = "weight"},
                %m: tensor<4x4xf32> {placement.role = "weight"},
                %x: tensor<8x4xf32> {placement.role = "activation"})
    -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = "stablehlo.multiply"(%x, %e) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32>
  %2 = "stablehlo.dot_general"(%1, %e) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %3 = "stablehlo.negate"(%2) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32> loc(#back)
  %4 = "stablehlo.dot_general"(%1, %3) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %5 = "stablehlo.dot_general"(%3, %e) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32> loc(#back)
  %6 = "stablehlo.multiply"(%5, %x) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %7 = "stablehlo.add"(%4, %6) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %nm = "stablehlo.add"(%m, %7) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %ne = "stablehlo.subtract"(%e, %nm) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  return %ne, %nm : tensor<4x4xf32>, tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @tied_problem
// CHECK-NEXT:    placement.node 0 "stablehlo.multiply" time {acc = 1.0} group 0
// CHECK-NEXT:    placement.node 1 "stablehlo.tanh" time {acc = 1.0} stash 64
// CHECK-NEXT:    placement.node 2 "stablehlo.dot_general" time {acc = 1.0} stash 64 group 1
// CHECK-NEXT:    placement.node 3 "stablehlo.negate" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 4 "stablehlo.dot_general" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 5 "stablehlo.dot_general" time {acc = 1.0} backward group 1
// CHECK-NEXT:    placement.node 6 "stablehlo.multiply" time {acc = 1.0} stash 128 backward group 0
// CHECK-NEXT:    placement.node 7 "stablehlo.add" time {acc = 1.0} backward group 0
// CHECK-NEXT:    placement.node 8 "stablehlo.add" time {acc = 1.0} backward group 0
// CHECK-NEXT:    placement.node 9 "stablehlo.subtract" time {acc = 1.0} backward group 0
// CHECK:         placement.weight 128 used_by [0, 2, 5, 9]
// CHECK-NEXT:    placement.weight 64 used_by [8]
// INFER-LABEL: placement.problem @tied_problem

// -----

// Orphans: node 4 uses neither weight nor stash, and lies between what feeds it
// (3, in group 1) and what it feeds (5, in group 0). Clipping by the global
// norm leads from every gradient to every update, so nodes 6 to 9 would have to
// be before the first and after the last stage at once; they join what feeds
// them instead, so that forward nodes stay free.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 64, source = "test">
#back = loc("transpose(jvp())")
func.func @clipped(%a: tensor<4x4xf32> {placement.role = "weight"},
                   %b: tensor<4x4xf32> {placement.role = "weight"},
                   %x: tensor<8x4xf32> {placement.role = "activation"})
    -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = "stablehlo.dot_general"(%x, %a) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = "stablehlo.dot_general"(%0, %b) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %2 = "stablehlo.dot_general"(%0, %1) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %3 = "stablehlo.dot_general"(%1, %b) {placement.cost = #c} : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32> loc(#back)
  %4 = "stablehlo.negate"(%3) {placement.cost = #c} : (tensor<8x4xf32>) -> tensor<8x4xf32> loc(#back)
  %5 = "stablehlo.dot_general"(%x, %4) {placement.cost = #c} : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<4x4xf32> loc(#back)
  %6 = "stablehlo.multiply"(%2, %2) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %7 = "stablehlo.multiply"(%5, %5) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %8 = "stablehlo.add"(%6, %7) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %9 = "stablehlo.rsqrt"(%8) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %10 = "stablehlo.multiply"(%5, %9) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %11 = "stablehlo.multiply"(%2, %9) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %na = "stablehlo.subtract"(%a, %10) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  %nb = "stablehlo.subtract"(%b, %11) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc(#back)
  return %na, %nb : tensor<4x4xf32>, tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @clipped_problem
// CHECK-NEXT:    placement.node 0 {{.*}} group 0
// CHECK-NEXT:    placement.node 1 {{.*}} group 1
// CHECK-NEXT:    placement.node 2 {{.*}} backward group 1
// CHECK-NEXT:    placement.node 3 {{.*}} backward group 1
// CHECK-NEXT:    placement.node 4 "stablehlo.negate" time {acc = 1.0} backward{{$}}
// CHECK-NEXT:    placement.node 5 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 6 {{.*}} backward{{$}}
// CHECK-NEXT:    placement.node 7 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 8 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 9 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 10 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 11 {{.*}} backward group 1
// CHECK-NEXT:    placement.node 12 {{.*}} backward group 0
// CHECK-NEXT:    placement.node 13 {{.*}} backward group 1
// INFER-LABEL: placement.problem @clipped_problem

// -----

// Attributes override what locations say, and their dependents follow.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 64, source = "test">
func.func @marked(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.phase = #placement.phase<forward>} : (tensor<4x4xf32>) -> tensor<4x4xf32> loc("transpose(jvp())")
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c, placement.phase = #placement.phase<backward>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.tanh"(%1) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}
// CHECK-LABEL: placement.problem @marked_problem machine(@fleet) in_flight suffix_stages {
// CHECK-NEXT:    placement.node 0 "stablehlo.tanh" time {acc = 1.0} stash 64 group 0
// CHECK-NEXT:    placement.node 1 "stablehlo.tanh" time {acc = 1.0} backward group 0
// CHECK-NEXT:    placement.node 2 "stablehlo.tanh" time {acc = 1.0} backward{{$}}
// INFER-LABEL: placement.problem @marked_problem
