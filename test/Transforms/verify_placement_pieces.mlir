// What holds, and what does not, where the plan says contiguous = false.
// RUN: placement-opt %s --device-place=contiguous=false -o %t.mlir 2>/dev/null
// RUN: placement-opt %t.mlir --placement-verify | diff %t.mlir -
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: FileCheck %s < %t.outlined.mlir
// CHECK-LABEL: func.func @main
// CHECK:         call @main_stage2(
// CHECK:       func.func private @main_stage2(

// An operation goes to a later piece of its device: that is a plan, too. What it
// is worth does not change, and the memory of its device does not.
// RUN: sed '/cosine/ s/placement.stage = 0/placement.stage = 2/' %t.mlir > %t.later.mlir
// RUN: placement-opt %t.later.mlir --placement-verify -o /dev/null

// Numbers of stages have no holes.
// RUN: sed '/negate/ s/placement.stage = 2/placement.stage = 3/' %t.mlir > %t.hole.mlir
// RUN: not placement-opt %t.hole.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=HOLE
// HOLE: error: no operation of @main is in stage 2, but some are in stage 3

// To another device: its load tells, by device.
// RUN: sed '/sqrt/ { s/"acc", 1>/"acc", 0>/; s/placement.stage = 1/placement.stage = 2/ }' %t.mlir > %t.load.mlir
// RUN: not placement-opt %t.load.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=LOAD
// LOAD: error: the plan of @main claims {{.*}} us, but its slowest device takes {{.*}} us; operations were moved since; run device-place again
// LOAD: note: acc:0 takes
// LOAD: note: acc:1 takes

// To a piece that runs too late for its users.
// RUN: sed '/exponential/ s/placement.stage = 0/placement.stage = 2/' %t.mlir > %t.late.mlir
// RUN: not placement-opt %t.late.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=LATE
// LATE: error: 'stablehlo.cosine' in stage 0 uses a value of the later stage 2; in the forward pass values flow to later stages only

// A stage is on one device.
// RUN: sed '/cosine/ s/placement.stage = 0/placement.stage = 1/' %t.mlir > %t.two.mlir
// RUN: not placement-opt %t.two.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: 'stablehlo.tanh' is in stage 1 on #placement.device<@fleet, "acc", 1>, but that stage is on #placement.device<@fleet, "acc", 0>

// RUN: sed '/negate/ s/placement.stage = 2/placement.stage = 99999999999/' %t.mlir > %t.number.mlir
// RUN: not placement-opt %t.number.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=NUMBER
// NUMBER: error: 'stablehlo.negate' is in stage 99999999999, which is no number of a stage

// The memory of a device is that of all its pieces: the weight counts once.
// RUN: sed 's/memory 200/memory 120/' %t.outlined.mlir > %t.memory.mlir
// RUN: not placement-opt %t.memory.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: error: the placement of @main breaks a rule: acc:0 needs 128 bytes, but kind "acc" has 120

placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 200 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
#h = #placement.cost<times = {acc = 10.0 : f64}, output = 64, transient = 64, source = "test">
func.func @main(%w: tensor<4x4xf32> {placement.role = "weight"}, %x: tensor<4x4xf32> {placement.role = "activation"}) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = "stablehlo.exponential"(%x, %w) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.cosine"(%0) {placement.pin = #placement.pin<"acc", 0>, placement.cost = #placement.cost<times = {acc = 1.0 : f64}, output = 64, transient = 64, source = "test">} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.tanh"(%0) {placement.cost = #h} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = "stablehlo.sqrt"(%2) {placement.cost = #h} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = "stablehlo.negate"(%3, %w) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1, %4 : tensor<4x4xf32>, tensor<4x4xf32>
}
