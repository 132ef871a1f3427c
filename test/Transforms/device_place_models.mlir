// Models of load: the plan names them, placement-verify recomputes under them,
// and problems carry them round.
// RUN: placement-opt %s --device-place='comm=full-duplex schedule=gpipe microbatches=3 dump-problem' 2>%t.remarks | FileCheck %s --check-prefix=GPIPE
// RUN: FileCheck %s --check-prefix=REMARK <%t.remarks
// RUN: placement-opt %s --device-place='comm=half-duplex dump-problem' 2>/dev/null | FileCheck %s --check-prefix=HALF
// RUN: placement-opt %s --device-place='comm=sequential schedule=1f1b' 2>/dev/null | FileCheck %s --check-prefix=DEFAULT

// What was placed passes the gate, before and after it is outlined, and a second
// run changes nothing.
// RUN: placement-opt %s --device-place='comm=full-duplex schedule=gpipe microbatches=3' --placement-verify 2>/dev/null >%t.placed
// RUN: placement-opt %t.placed --device-place='comm=full-duplex schedule=gpipe microbatches=3' 2>/dev/null | diff %t.placed -
// RUN: placement-opt %t.placed --placement-insert-transfers --placement-outline-stages --placement-verify -o /dev/null
// RUN: placement-opt %s --placement-pipeline='comm=half-duplex' -o /dev/null 2>/dev/null
// A plan of another model is not about this function.
// RUN: sed -e 's/communication = "full-duplex", //' %t.placed >%t.other
// RUN: not placement-opt %t.other --placement-verify 2>&1 | FileCheck %s --check-prefix=OTHER

// The file that other tools read says the same.
// RUN: placement-opt %s --device-place='comm=full-duplex schedule=gpipe microbatches=3 dump-problem' --placement-check-problem --placement-export-problem=file=%t.json -o %t.dumped 2>/dev/null
// RUN: FileCheck %s --check-prefix=JSON <%t.json
// RUN: placement-solve %t.json --quiet -o - | FileCheck %s --check-prefix=SOLVED
// Solved again in the IR under another model, it is that problem then.
// RUN: placement-opt %t.dumped --placement-solve-problem='schedule=gpipe comm=sequential microbatches=5' --placement-check-problem | FileCheck %s --check-prefix=AGAIN

// RUN: not placement-opt %s --device-place=comm=duplex -o /dev/null 2>&1 | FileCheck %s --check-prefix=COMM
// RUN: not placement-opt %s --device-place=schedule=GPipe -o /dev/null 2>&1 | FileCheck %s --check-prefix=SCHEDULE
// RUN: not placement-opt %s --device-place=schedule=gpipe -o /dev/null 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not placement-opt %s --device-place=microbatches=2 -o /dev/null 2>&1 | FileCheck %s --check-prefix=ONEF

// GPIPE: placement.plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 30.0, {{.*}}communication = "full-duplex", schedule = "gpipe", microbatches = 3 : i64>
// GPIPE: placement.problem @main_problem machine(@fleet) in_flight all microbatches 3 communication full_duplex schedule gpipe {
// REMARK: remark: placed 4 operations in 2 stages: 30 us for each training step, proven optimal
// REMARK: remark: the forward pass waits for stage 1 (acc:1) with 10 us, the backward pass for stage 0 (acc:0) with 20 us
// REMARK: stage 0 would take 41 us instead of 24 us, and both passes together 41 us instead of 30 us
// HALF: value = 24.0, {{.*}}communication = "half-duplex">
// HALF: placement.problem @main_problem machine(@fleet) in_flight suffix_stages communication half_duplex {
// DEFAULT-NOT: communication
// DEFAULT-NOT: schedule
// OTHER: error: the plan of @main is not about the function as it is now
// JSON: "inFlight": "all",
// JSON-NEXT: "microbatches": 3,
// JSON-NEXT: "communication": "full-duplex",
// JSON-NEXT: "schedule": "gpipe",
// SOLVED: "objective": {"kind": "throughput", "communication": "full-duplex", "schedule": "gpipe", "value": 30,
// AGAIN: placement.problem @main_problem machine(@fleet) in_flight all microbatches 5 schedule gpipe {
// AGAIN: placement.solution optimal value 43
// COMM: error: device-place: comm is "duplex"; it must be "sequential", "half-duplex" or "full-duplex"
// SCHEDULE: error: device-place: schedule is "GPipe"; it must be "1f1b" or "gpipe"
// NUMBER: error: {{.*}}a stage keeps the stashes of later stages, which holds for the schedule 1f1b; under gpipe it keeps those of all microbatches: say how many there are (microbatches)
// ONEF: error: device-place: {{.*}}microbatches are given, but the schedule is 1f1b

placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e6>
}
func.func @main(%x: tensor<3xi8> {placement.role = "activation"}) -> tensor<5xi8> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #placement.cost<times = {acc = 4.0 : f64}, output = 3, source = "test">, placement.colocate = "a"} : (tensor<3xi8>) -> tensor<3xi8>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #placement.cost<times = {acc = 10.0 : f64}, output = 3, source = "test">, placement.colocate = "b"} : (tensor<3xi8>) -> tensor<3xi8>
  %2 = "stablehlo.multiply"(%1, %0) {placement.cost = #placement.cost<times = {acc = 7.0 : f64}, output = 5, source = "test">, placement.colocate = "b", placement.phase = #placement.phase<backward>} : (tensor<3xi8>, tensor<3xi8>) -> tensor<5xi8>
  %3 = "stablehlo.negate"(%2) {placement.cost = #placement.cost<times = {acc = 20.0 : f64}, output = 5, source = "test">, placement.colocate = "a", placement.phase = #placement.phase<backward>} : (tensor<5xi8>) -> tensor<5xi8>
  return %3 : tensor<5xi8>
}
