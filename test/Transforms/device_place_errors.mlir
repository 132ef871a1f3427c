// What stops device-place, each once.
// RUN: split-file %s %t

//--- objective.mlir
// RUN: placement-opt %t/objective.mlir --device-place=objective=beauty --verify-diagnostics
// expected-error@below {{device-place: objective is "beauty"; it must be "throughput" or "latency"}}
module {
  func.func @f() { return }
}

//--- ranked.mlir
// RUN: placement-opt %t/ranked.mlir --device-place="contiguous=false alternatives=2" --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{"noncontiguous" cannot take it: it makes one plan only}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- phase.mlir
// RUN: not placement-opt %t/phase.mlir --device-place=phase=sideways 2>&1 | FileCheck %t/phase.mlir
// CHECK: Cannot find option named 'sideways'
module {
  func.func @f() { return }
}

//--- algorithm.mlir
// RUN: placement-opt %t/algorithm.mlir --device-place=algorithm=magic --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{device-place: there is no algorithm "magic"; choose one of: auto, }}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- negative.mlir
// RUN: placement-opt %t/negative.mlir --device-place=gap=-1.0 --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{device-place: option gap is -1; it must not be negative}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- several.mlir
// RUN: placement-opt %t/several.mlir --device-place --verify-diagnostics
// expected-error@below {{there are several public functions; choose one to place with the option 'function': @f, @g}}
module {
  func.func @f() { return }
  func.func @g() { return }
}

//--- machine.mlir
// RUN: placement-opt %t/machine.mlir --device-place=machine=nowhere --verify-diagnostics
// expected-error@below {{unknown machine 'nowhere'; it must be a placement.machine symbol or a preset (}}
module {
  func.func @f(%x: f32) -> f32 { return %x : f32 }
}

//--- infeasible.mlir
// RUN: placement-opt %t/infeasible.mlir --device-place --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 2 memory 100 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+2 {{no placement of @f on machine @m is possible}}
// expected-note-re@+1 {{{{.*}}101 bytes{{.*}}}}
func.func @f(%x: tensor<101xi8> {placement.role = "weight"}, %y: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "test.op"(%x, %y) {placement.cost = #c} : (tensor<101xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- optimal.mlir
// RUN: placement-opt %t/optimal.mlir --device-place='require-optimal algorithm=one-device' --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+2 {{the placement of @f is not proven optimal, as require-optimal asks: its value is 1 us and the bound 0 us; the search stopped when the algorithm was done; choose another algorithm}}
// expected-note@+1 {{The bottleneck is acc:0 with 1 us}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- gap.mlir
// RUN: placement-opt %t/gap.mlir --device-place='require-optimal gap=1.0' --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+3 {{the bound 1.5 us; the search stopped inside the asked gap; lower gap}}
// expected-note@+2 {{The bottleneck is}}
// expected-note@+1 {{became}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.tanh"(%1) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

//--- work.mlir
// RUN: not placement-opt %t/work.mlir --device-place=work-limit=0 -o /dev/null 2>&1 | FileCheck %t/work.mlir
// CHECK: error: no placement of @f was found
// CHECK-SAME: the search stopped by the time or work limit; raise time-limit or work-limit
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- dot.mlir
// RUN: placement-opt %t/dot.mlir --device-place=dot-file=%t/no/such/folder/f.dot --verify-diagnostics
// RUN: not ls %t/no
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{cannot write dot-file '}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- trace.mlir
// RUN: placement-opt %t/trace.mlir --device-place='objective=latency trace-file=%t/no/such/folder/f.json' --verify-diagnostics
// RUN: not ls %t/no
// RUN: not placement-opt %t/trace.mlir --device-place=trace-file=%t/f.json 2>&1 | FileCheck %t/trace.mlir --check-prefix=PIPELINE
// PIPELINE: error: device-place: trace-file shows the timeline that plans for the objective latency have; give objective=latency or leave it out
// RUN: not ls %t/f.json
placement.machine @m { placement.device_kind "acc" count 2 host false }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{cannot write trace-file '}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- dump.mlir
// RUN: placement-opt %t/dump.mlir --device-place='dump-problem dot-file=%t/dump.dot' --verify-diagnostics
// RUN: not ls %t/dump.dot
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// expected-error@+1 {{dump-problem needs the name @f_problem, which this symbol has; rename it}}
func.func private @f_problem()

//--- limit.mlir
// RUN: placement-opt %t/limit.mlir --device-place=time-limit=0 --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
// expected-error@+1 {{no placement of @f was found, and that none exists was not proven; the search stopped by the time or work limit; raise time-limit or work-limit, or choose another algorithm}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- overflow.mlir
// RUN: placement-opt %t/overflow.mlir --device-place --verify-diagnostics
placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, transient = 9000000000000000000, source = "test">
// expected-error-re@+1 {{@f: {{.*}}}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
