// A placement is valid as long as nothing it rests on changes.

// RUN: placement-opt %s --device-place -o %t.mlir 2>/dev/null
// RUN: placement-opt %t.mlir --placement-verify | diff %t.mlir -
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-verify --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: FileCheck %s --check-prefix=OUTLINED < %t.outlined.mlir
// OUTLINED: func.func private @main_stage1(

// Under the rules of the other kind of step, too.
// RUN: placement-opt %s --device-place=phase=training 2>/dev/null | placement-opt --placement-verify -o /dev/null
// RUN: placement-opt %s --device-place=phase=inference --placement-insert-transfers --placement-outline-stages --placement-verify -o /dev/null 2>/dev/null
// RUN: placement-opt %s --device-place=phase=training --placement-insert-transfers --placement-outline-stages --placement-verify -o /dev/null 2>/dev/null

// A cost changes: the plan is about another problem.
// RUN: sed 's/acc = 1.000000e+01/acc = 1.100000e+01/' %t.mlir > %t.cost.mlir
// RUN: not placement-opt %t.cost.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=STALE
// STALE: error: the plan of @main is not about the function as it is now: its fingerprint is "[[OLD:[0-9a-f]+]]", but the function has "{{[0-9a-f]+}}"; operations, costs, roles, pins or the machine have changed since, so that it is no longer optimal; run device-place again

// The machine changes.
// RUN: sed 's/latency = 1.0/latency = 1.5/' %t.mlir > %t.link.mlir
// RUN: not placement-opt %t.link.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=STALE

// An operation moves.
// RUN: sed '/exponential/ { s/"acc", 0>/"acc", 1>/; s/stage = 0/stage = 1/ }' %t.mlir > %t.moved.mlir
// RUN: not placement-opt %t.moved.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=MOVED
// MOVED: error: the plan of @main claims 22.128 us, but its slowest stage takes 32.128 us; operations were moved since; run device-place again
// MOVED: note: stage 0 takes 12.128 us: 10 compute, 1.064 in, 1.064 out
// MOVED: note: stage 1 takes 32.128 us: 30 compute, 1.064 in, 1.064 out

// The value is made up; in the outlined form it is recomputed, too.
// RUN: sed 's/value = 22.128/value = 22.5/' %t.outlined.mlir > %t.value.mlir
// RUN: not placement-opt %t.value.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: the plan of @main claims 22.5 us, but its slowest stage takes 22.128 us

// A device has less memory than the stage on it needs. The fingerprint tells
// before the outlining, the memory itself after.
// RUN: sed 's/count 2 memory 1000/count 2 memory 10/' %t.mlir > %t.memory.mlir
// RUN: not placement-opt %t.memory.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=STALE
// RUN: sed 's/count 2 memory 1000/count 2 memory 10/' %t.outlined.mlir > %t.memory2.mlir
// RUN: not placement-opt %t.memory2.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: error: the placement of @main breaks a rule: acc:0 needs 64 bytes, but kind "acc" has 10

placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
func.func @main(%w: tensor<4x4xf32> {placement.role = "weight"},
                %x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %0 = "stablehlo.multiply"(%x, %w) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.tanh"(%1) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = "stablehlo.tanh"(%2) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %3 : tensor<4x4xf32>
}
