// What no plan of latency can have, and what only these have.
// RUN: split-file %s %t

//--- empty.mlir
// RUN: placement-opt %t/empty.mlir --device-place="objective=" --verify-diagnostics
// expected-error@below {{device-place: objective is empty; it must be "throughput" or "latency"}}
module {
  func.func @f() { return }
}

//--- gpipe.mlir
// RUN: placement-opt %t/gpipe.mlir --device-place="objective=latency schedule=gpipe" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{latency is asked for together with the schedule gpipe, but one sample passes by calls, which transfer and compute in turn and have no schedule; leave it out}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- duplex.mlir
// RUN: placement-opt %t/duplex.mlir --device-place="objective=latency comm=full-duplex" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{latency is asked for together with full-duplex communication}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- microbatches.mlir
// RUN: placement-opt %t/microbatches.mlir --device-place="objective=latency microbatches=4" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{latency is asked for together with microbatches, but one sample passes by calls, which transfer and compute in turn and have no schedule; leave it out}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- all.mlir
// RUN: placement-opt %t/all.mlir --device-place="objective=latency schedule=gpipe microbatches=4" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{latency is asked for together with the schedule gpipe}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- ranked.mlir
// RUN: placement-opt %t/ranked.mlir --device-place="objective=latency alternatives=2" --verify-diagnostics
// expected-error@below {{device-place: alternatives are ranked for the objective throughput only; leave out alternatives}}
module {
  func.func @f() { return }
}

//--- taken.mlir
// RUN: placement-opt %t/taken.mlir --device-place="objective=latency alternative=1" --verify-diagnostics
// expected-error@below {{device-place: alternatives are ranked for the objective throughput only; leave out alternative}}
module {
  func.func @f() { return }
}

//--- pieces.mlir
// RUN: placement-opt %t/pieces.mlir --device-place="objective=latency contiguous=false" --verify-diagnostics
// expected-error@below {{device-place: contiguous=false allows a device several pieces, which for the objective latency need subgraphs-per-device=2 or more}}
module {
  func.func @f() { return }
}

//--- many.mlir
// RUN: placement-opt %t/many.mlir --device-place="objective=latency subgraphs-per-device=65" --verify-diagnostics
// expected-error@below {{device-place: subgraphs-per-device is 65; give at most 64}}
module {
  func.func @f() { return }
}

//--- words.mlir
// RUN: placement-opt %t/words.mlir --device-place="objective=latency cores=all" --verify-diagnostics
// expected-error@below {{device-place: cores is "all"; give a number from 1 to 1048576, "machine" or "unlimited"}}
module {
  func.func @f() { return }
}

//--- none.mlir
// RUN: placement-opt %t/none.mlir --device-place="objective=latency cores=0" --verify-diagnostics
// expected-error@below {{device-place: cores is "0"; give a number from 1 to 1048576, "machine" or "unlimited"}}
module {
  func.func @f() { return }
}

//--- cores.mlir
// RUN: placement-opt %t/cores.mlir --device-place="cores=4" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{device-place: @f: a number of cores is given, but the objective is throughput, which has none; leave it out, or ask for latency}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- unlimited.mlir
// RUN: placement-opt %t/unlimited.mlir --device-place="cores=unlimited" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{device-place: @f: a number of cores is given, but the objective is throughput}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- subgraphs.mlir
// RUN: placement-opt %t/subgraphs.mlir --device-place="subgraphs-per-device=2" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{device-place: @f: a number of subgraphs per device is given, but the objective is throughput}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- engine.mlir
// RUN: placement-opt %t/engine.mlir --device-place="objective=latency algorithm=contiguous" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
// expected-error@+1 {{algorithm "contiguous" cannot solve this problem with these options: it knows the objective throughput only, but the problem asks for latency}}
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

//--- pin.mlir
// Pins to a host kind name cores, as many as there are.
// RUN: placement-opt %t/pin.mlir --device-place="objective=latency cores=3" --verify-diagnostics
placement.machine @m {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9>
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 2.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is pinned on device 3 of kind "cpu", but machine @m has 3 of them, counted from 0}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.pin = #placement.pin<"cpu", 3>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
