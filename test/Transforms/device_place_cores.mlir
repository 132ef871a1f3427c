// Bounded cores: the devices of a host kind are its cores, each of which runs
// one operation at a time, in the order of stages and of the function.

// RUN: placement-opt %s --device-place="objective=latency cores=2 dump-problem" -verify-diagnostics -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: placement-opt %t.mlir --placement-verify --placement-check-problem | diff %t.mlir -
// RUN: placement-opt %t.mlir --device-place="objective=latency cores=2 dump-problem" 2>/dev/null | diff %t.mlir -
// RUN: placement-opt %t.mlir --placement-insert-transfers --placement-outline-stages --placement-verify -o %t.outlined.mlir
// RUN: FileCheck %s --check-prefix=OUTLINED < %t.outlined.mlir
// RUN: placement-opt %t.mlir --device-place="objective=latency cores=2 respect-existing" --placement-verify -o /dev/null 2>/dev/null

// As many as the machine has, which is one; and any number.
// RUN: placement-opt %s --device-place="objective=latency cores=machine" --placement-verify 2>/dev/null | FileCheck %s --check-prefix=MACHINE
// RUN: placement-opt %s --device-place="objective=latency cores=unlimited" --placement-verify 2>/dev/null | FileCheck %s --check-prefix=WIDE

// Another core, or a core that the plan does not have, is another plan.
// RUN: sed 's/"cpu", 1>/"cpu", 2>/' %t.mlir > %t.core.mlir
// RUN: not placement-opt %t.core.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=CORE
// CORE: error: 'math.{{.*}}' is on #placement.device<@host, "cpu", 2>, but the plan has 2 cores of that kind, counted from 0
// RUN: sed 's/, cores = 2 : i64//' %t.mlir > %t.none.mlir
// RUN: not placement-opt %t.none.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: 'math.{{.*}}' is on #placement.device<@host, "cpu", 1>, but without a number of cores all operations of a host kind are on its device 0
// RUN: sed 's/, cores = 2 : i64/, cores = 1 : i64/; s/"cpu", 1>/"cpu", 0>/' %t.mlir > %t.one.mlir
// RUN: not placement-opt %t.one.mlir --placement-verify 2>&1 | FileCheck %s --check-prefix=FINGERPRINT
// FINGERPRINT: error: the plan of @main is not about the function as it is now

// More cores than the machine has devices of the kind: exporters take each for a
// device of its own.
// RUN: placement-opt %s --placement-pipeline="objective=latency cores=3" 2>/dev/null -o %t.three.mlir
// RUN: placement-opt %t.three.mlir --convert-placement-to-iree=form=program | FileCheck %s --check-prefix=IREE
// RUN: placement-opt %t.three.mlir --convert-placement-to-mpmd=form=fragment-calls | FileCheck %s --check-prefix=MPMD
// RUN: placement-opt %t.three.mlir --placement-export-stages=directory=%t.stages -o /dev/null
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.stages/program.json
// IREE: cpu_2
// MPMD: mesh_name = "cpu2"
// JSON: "index": 2
// JSON-NOT: "concurrent"

placement.machine @host {
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {cpu = 10.0 : f64}, output = 4, source = "test">
#d = #placement.cost<times = {cpu = 1.0 : f64}, output = 4, source = "test">

// CHECK-LABEL: func.func @main
// CHECK-SAME:    value = 21.0,{{.*}} subgraphs_per_device = 1 : i64, cores = 2 : i64, starts
// CHECK:       placement.problem @main_problem machine(@host) objective latency cores 2 {
// MACHINE:       value = 41.0,{{.*}} cores = "machine", starts
// WIDE:          value = 11.0,{{.*}} subgraphs_per_device = 1 : i64, starts

// The driver calls the runs of both cores.
// OUTLINED: placement.transfer %{{.*}} from <@host, "cpu", {{[01]}}> to <@host, "cpu", {{[01]}}>

// expected-remark@+4 {{placed 5 operations on the host: 21 us for one sample, }}
// expected-remark@+3 {{operations run one by one on the host kind 'cpu' (2 cores); machine @host has no other: give a kind a link, or say host false, to have calls there}}
// expected-remark-re@+2 {{a sample waits for {{[23]}} operations on cpu until 21 us}}
// Any number at once would take 11 us.
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = math.exp %x {placement.cost = #c} : tensor<4xf32>
  %1 = math.tanh %x {placement.cost = #c} : tensor<4xf32>
  %2 = math.sin %x {placement.cost = #c} : tensor<4xf32>
  %3 = math.cos %x {placement.cost = #c} : tensor<4xf32>
  %4 = "test.join"(%0, %1, %2, %3) {placement.cost = #d} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}
