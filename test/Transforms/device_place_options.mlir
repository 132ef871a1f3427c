// Each option of device-place does what it says.

// RUN: placement-opt %s --device-place='function=chain machine=fleet' 2>/dev/null | FileCheck %s --check-prefix=TWO
// TWO: status = "optimal"
// TWO-SAME: value = 21.0
// TWO-SAME: stages = 2, machine = @fleet

// RUN: placement-opt %s --device-place='function=chain machine=fleet max-stages=1' 2>/dev/null | FileCheck %s --check-prefix=ONE
// ONE: value = 40.0
// ONE-SAME: stages = 1

// RUN: placement-opt %s --device-place='function=chain machine=fleet algorithm=one-device' 2>/dev/null | FileCheck %s --check-prefix=DEVICE
// DEVICE: status = "feasible"
// DEVICE-SAME: proof = "none", value = 40.0, bound = 0.0, gap = 1.0
// DEVICE-SAME: stages = 1, machine = @fleet, algorithm = "one-device"

// RUN: placement-opt %s --device-place='function=chain machine=small' 2>/dev/null | FileCheck %s --check-prefix=SMALL
// SMALL: value = 40.0
// SMALL-SAME: machine = @small
// SMALL: placement.device = #placement.device<@small, "acc", 0>

// Times given by the user are kept, so no profile or roofline is asked; the
// same holds for a machine from a file.
// RUN: echo '{"version": 1, "name": "filed", "kinds": [{"name": "acc", "count": 4, "memory": 1000000}]}' > %t.json
// RUN: placement-opt %s --device-place='function=chain machine-file=%t.json' 2>/dev/null | FileCheck %s --check-prefix=FILE
// FILE: value = 10.0
// FILE-SAME: stages = 4, machine = @filed
// RUN: placement-opt %s --device-place='function=chain machine-file=%t.json dot-file=%t.dot' -o /dev/null 2>/dev/null
// RUN: FileCheck %s --check-prefix=DOT --input-file=%t.dot
// DOT-COUNT-4: label="1 operation\n

// A gap of all is reached by any plan with any bound.
// RUN: placement-opt %s --device-place='function=chain machine=fleet gap=1.0 require-optimal=false contiguous=true objective=throughput algorithm=auto phase=auto time-limit=60 work-limit=1000000' -o /dev/null 2>&1 | FileCheck %s --check-prefix=GAP
// GAP: placed 4 operations {{.*}}(stopped inside the asked gap)

// RUN: placement-opt %s --device-place='function=chain machine=fleet work-limit=1' -o /dev/null 2>&1 | FileCheck %s --check-prefix=WORK
// WORK: placed 4 operations {{.*}}(stopped by the time or work limit)

// RUN: placement-opt %s --device-place='function=chain machine=fleet require-optimal' -o /dev/null 2>/dev/null

// Devices that operations have are kept, as pins that stay in the IR; without
// the option they are replaced.
// RUN: placement-opt %s --device-place='function=kept machine=fleet respect-existing' 2>/dev/null | FileCheck %s --check-prefix=KEPT
// RUN: placement-opt %s --device-place='function=kept machine=fleet respect-existing' 2>/dev/null | placement-opt --placement-verify=function=kept -o /dev/null
// RUN: placement-opt %s --device-place='function=kept machine=fleet' 2>/dev/null | FileCheck %s --check-prefix=REPLACED
// KEPT-LABEL: func.func @kept
// KEPT-SAME:    value = 31.0
// KEPT: "stablehlo.tanh"{{.*}}placement.device = #placement.device<@fleet, "acc", 1>, placement.pin = #placement.pin<"acc", 1>, placement.stage = 0
// KEPT: "stablehlo.exponential"{{.*}}placement.device = #placement.device<@fleet, "acc", 0>, placement.pin = #placement.pin<"acc", 0>, placement.stage = 1
// KEPT: "stablehlo.tanh"{{.*}}placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 1
// REPLACED-LABEL: func.func @kept
// REPLACED-SAME:    value = 21.0
// REPLACED-NOT: placement.pin

// The problem stands beside its program, once.
// RUN: placement-opt %s --device-place='function=chain machine=fleet dump-problem' --device-place='function=chain machine=fleet dump-problem' --placement-check-problem 2>/dev/null | FileCheck %s --check-prefix=DUMP
// DUMP: placement.problem @chain_problem machine(@fleet)
// DUMP: placement.solution optimal value 21 
// DUMP-NOT: placement.problem

// What is fed by weights alone goes with its user, unless a pin holds it.
// RUN: placement-opt %s --device-place='function=attached machine=fleet respect-existing' 2>/dev/null | FileCheck %s --check-prefix=ATTACHED
// ATTACHED-LABEL: func.func @attached
// ATTACHED: "stablehlo.transpose"{{.*}}placement.device = #placement.device<@fleet, "acc", 0>
// ATTACHED: "stablehlo.reshape"{{.*}}placement.device = #placement.device<@fleet, "acc", 1>

placement.machine @small {
  placement.device_kind "acc" count 1
}
// Named last, and alone with a link: transfers take 1 us.
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 0.5>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 500, source = "test">
func.func @attached(%w: tensor<4xf32> {placement.role = "weight"}, %x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.transpose"(%w) {placement.cost = #c, placement.device = #placement.device<@fleet, "acc", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%x, %0) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.reshape"(%w) {placement.cost = #c, placement.pin = #placement.pin<"acc", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.add"(%1, %2) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
func.func @chain(%x: tensor<4xf32> {placement.role = "weight"}, %y: tensor<0xf32> {placement.role = "activation"}) {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.colocate = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.exponential"(%1) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.tanh"(%2) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
func.func @kept(%x: tensor<4xf32> {placement.role = "weight"}, %y: tensor<0xf32> {placement.role = "activation"}) {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.colocate = "a", placement.device = #placement.device<@fleet, "acc", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c, placement.device = #placement.device<@fleet, "acc", 0>} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.tanh"(%1) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.tanh"(%2) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
