// The fastest single sample: devices with a link run calls, kinds without one
// are hosts, whose operations run one by one.

// RUN: placement-opt %s --device-place="objective=latency subgraphs-per-device=2 dump-problem dot-file=%t.dot" -verify-diagnostics -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=DOT < %t.dot
// RUN: placement-opt %t.mlir --placement-verify --placement-check-problem | diff %t.mlir -
// Running it on its own output changes nothing.
// RUN: placement-opt %t.mlir --device-place="objective=latency subgraphs-per-device=2 dump-problem" 2>/dev/null | diff %t.mlir -
// Every device may be kept: the plan is the same, under pins.
// RUN: placement-opt %t.mlir --device-place="objective=latency subgraphs-per-device=2 respect-existing" --placement-verify 2>/dev/null | FileCheck %s --check-prefix=KEPT

// The timeline can be looked at.
// RUN: placement-opt %s --device-place="objective=latency subgraphs-per-device=2 trace-file=%t.json" -o /dev/null 2>/dev/null
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/trace.schema.json %t.json
// RUN: FileCheck %s --check-prefix=TRACE < %t.json
// TRACE: "timeUnit": "us", "microsecondsPerUnit": 10, "latency": 33.384
// TRACE: {"ph": "M", "name": "process_name", "pid": 1, "tid": 1, "args": {"name": "acc:0"}}
// TRACE: {"ph": "X", "name": "piece 0", "pid": 1

// With one call a device something takes longer.
// RUN: placement-opt %s --device-place=objective=latency --placement-verify 2>/dev/null | FileCheck %s --check-prefix=ONE

// A value between two calls of one device goes by way of the host, and each
// call receives for itself. Stages are called in their order.
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-verify -o %t.sent.mlir
// RUN: placement-opt %t.sent.mlir --placement-insert-transfers | diff %t.sent.mlir -
// RUN: placement-opt %t.sent.mlir --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: FileCheck %s --check-prefix=OUTLINED < %t.outlined.mlir
// RUN: placement-opt %t.outlined.mlir --device-place="objective=latency subgraphs-per-device=2" --placement-verify 2>/dev/null | FileCheck %s
// The pipeline takes the same options.
// RUN: placement-opt %s --placement-pipeline="objective=latency subgraphs-per-device=2" 2>/dev/null | FileCheck %s --check-prefix=OUTLINED

// The problem can be solved again in the IR, and elsewhere.
// RUN: placement-opt %t.mlir --placement-export-problem=file=%t.json -o /dev/null
// RUN: placement-solve %t.json --quiet -o - | FileCheck %s --check-prefix=SOLVED
// SOLVED: "kind": "latency"
// RUN: placement-opt %t.mlir --placement-solve-problem --placement-check-problem | FileCheck %s --check-prefix=AGAIN
// RUN: placement-opt %t.mlir --placement-solve-problem="subgraphs-per-device=1" --placement-check-problem | FileCheck %s --check-prefix=FEWER

// Other compilers take the module as it is.
// RUN: placement-opt %t.outlined.mlir --convert-placement-to-iree=form=program -o /dev/null
// RUN: placement-opt %t.outlined.mlir --convert-placement-to-mpmd=form=named-computations -o /dev/null

// What a runtime has to know of the order of calls.
// RUN: placement-opt %t.outlined.mlir --placement-export-stages=directory=%t.stages -o /dev/null
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.stages/program.json
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/stage-program.schema.json %t.stages/program.json
// JSON:      "stages": [
// JSON:      "kind": "cpu",
// JSON-NEXT: "index": 0
// JSON-NEXT: },
// JSON-NEXT: "concurrent": true,
// JSON-NEXT: "start": 13.192,
// JSON-NEXT: "finish": 20.192

// Times that the plan cannot have are an error.
// RUN: sed 's/starts = \[0.0, 13.192/starts = [0.0, 13.0/' %t.mlir > %t.times.mlir
// RUN: not placement-opt %t.times.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=TIMES
// TIMES: error: the plan of @main claims that stage 1 runs from 13 to 20.192 us, but it runs from 13.192 to 20.192 us; run device-place again
// RUN: sed 's/value = 33.384/value = 33.5/' %t.mlir > %t.value.mlir
// RUN: not placement-opt %t.value.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: the plan of @main claims 33.5 us, but what ends last ends after 33.384 us; operations were moved since; run device-place again
// VALUE: note: stage 0 on acc:0 runs from 0 to 13.192 us
// VALUE: note: stage 2 on acc:0 runs from 20.192 to 33.384 us
// More pieces than the plan allows break a rule.
// RUN: sed 's/subgraphs_per_device = 2 : i64/subgraphs_per_device = 1 : i64/' %t.outlined.mlir > %t.pieces.mlir
// RUN: not placement-opt %t.pieces.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=PIECES
// PIECES: error: the placement of @main breaks a rule: {{.*}}acc:0 {{.*}}2 pieces

placement.machine @fleet {
  placement.device_kind "acc" count 1 link <bandwidth = 1.0e9, latency = 1.0>
  placement.device_kind "cpu" count 1
}
#any = #placement.cost<times = {acc = 5.0 : f64, cpu = 50.0 : f64}, output = 64, source = "test">
#host = #placement.cost<times = {cpu = 7.0 : f64}, output = 64, source = "test">

// CHECK-LABEL: func.func @main
// CHECK-SAME:    placement.plan = #placement.plan<objective = "latency", status = "{{optimal|feasible}}", proof = "engine", value = 33.384, {{.*}} unit = "us", stages = 3, machine = @fleet, algorithm = "latency", fingerprint = "{{[0-9a-f]*}}", subgraphs_per_device = 2 : i64, starts = [0.0, 13.192, 20.192], finishes = [13.192, 20.192, 33.384{{[0-9]*}}]>
// CHECK:         "stablehlo.tanh"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0
// CHECK:         "stablehlo.exponential"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0
// CHECK:         "custom.gather"{{.*}} placement.device = #placement.device<@fleet, "cpu", 0>, placement.stage = 1
// CHECK:         "stablehlo.add"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 2
// CHECK:         "stablehlo.negate"{{.*}} placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 2
// CHECK:       placement.problem @main_problem machine(@fleet) objective latency subgraphs_per_device 2 {
// CHECK:         placement.solution {{optimal|feasible}} value 33.384 {{.*}} stages [#placement.piece<"acc", 0, [0, 1]>, #placement.piece<"cpu", 0, [2]>, #placement.piece<"acc", 0, [3, 4]>]

// KEPT: value = 33.384,
// KEPT: "stablehlo.tanh"{{.*}} placement.pin = #placement.pin<"acc", 0>
// KEPT: "custom.gather"{{.*}} placement.pin = #placement.pin<"cpu", 0>

// ONE: value = 120.192{{0*1?}},{{.*}}subgraphs_per_device = 1 : i64, starts

// OUTLINED-LABEL: func.func @main
// OUTLINED-NEXT:    %[[X:.*]] = placement.transfer %{{.*}} from host to <@fleet, "acc", 0>
// OUTLINED-NEXT:    %[[A:.*]]:2 = call @main_stage0(%[[X]])
// OUTLINED-NEXT:    %[[B:.*]] = placement.transfer %[[A]]#1 from <@fleet, "acc", 0> to <@fleet, "cpu", 0>
// OUTLINED-NEXT:    %[[C:.*]] = call @main_stage1(%[[B]])
// OUTLINED-NEXT:    %[[D:.*]] = placement.transfer %[[A]]#0 from <@fleet, "acc", 0> to host
// OUTLINED-NEXT:    %[[E:.*]] = placement.transfer %[[D]] from host to <@fleet, "acc", 0>
// OUTLINED-NEXT:    %[[F:.*]] = placement.transfer %[[C]] from <@fleet, "cpu", 0> to <@fleet, "acc", 0>
// OUTLINED-NEXT:    %[[G:.*]] = call @main_stage2(%[[E]], %[[F]])
// OUTLINED-NEXT:    %[[H:.*]] = placement.transfer %[[G]] from <@fleet, "acc", 0> to host
// OUTLINED-NEXT:    return %[[H]]
// OUTLINED:       func.func private @main_stage0(
// OUTLINED:       func.func private @main_stage1(
// OUTLINED-SAME:    placement.device = #placement.device<@fleet, "cpu", 0>
// OUTLINED:       func.func private @main_stage2(

// DOT: label="stages 0, 2 on acc:0\n
// DOT: stage0 -> stage2 [label="tensor<4x4xf32>\n64 bytes"];

// AGAIN: placement.solution {{optimal|feasible}} value 33.384
// FEWER: objective latency {
// FEWER: placement.solution {{optimal|feasible}} value 120.192

// expected-remark@+4 {{placed 5 operations in 2 calls on 1 device and 1 on the host: 33.38 us for one sample, }}
// expected-remark@+3 {{operations run one by one on the host kind 'cpu' (any number at once); cores=machine or a number limits that}}
// expected-remark@+2 {{a sample waits for stage 0 (acc:0) until 13.19 us, 1.064 of it in, 2.128 of it out, then 1 operation on cpu until 20.19 us, then stage 2 (acc:0) until 33.38 us, 2.128 of it in, 1.064 of it out}}
// The tanh is needed again by the second call.
func.func @main(%x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #any} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #any} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "custom.gather"(%1) {placement.cost = #host} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{stage 2 is back on acc:0, after stage 0; it takes 1 value of 64 bytes from stage 1 (cpu:0)}}
  %3 = "stablehlo.add"(%2, %0) {placement.cost = #any} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = "stablehlo.negate"(%3) {placement.cost = #any} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}
