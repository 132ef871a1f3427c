// What cannot be read as a placement problem.
// RUN: placement-opt %s --split-input-file --device-place=respect-existing --verify-diagnostics

placement.machine @m { placement.device_kind "acc" count 2 }
// expected-error@+1 {{@nothing has no operation to place}}
func.func @nothing(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// The copy of the constant that the second operation uses runs nowhere that
// the operation itself runs.
placement.machine @m {
  placement.device_kind "acc" count 2
  placement.device_kind "npu" count 2
}
#acc = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#npu = #placement.cost<times = {npu = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-note@+1 {{'stablehlo.constant' is used, which has times {npu = 1.000000e+00 : f64}}}
  %k = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> {placement.cost = #npu} : () -> tensor<4xf32>
  %0 = "stablehlo.tanh"(%x) {placement.cost = #acc} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{no device of machine @m can run 'stablehlo.add' together with the constants and weight-only operations that it uses: they have no kind in common}}
  %1 = "stablehlo.add"(%0, %k) {placement.cost = #acc} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-note@+1 {{the backward operation is here}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.phase = #placement.phase<backward>} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{'stablehlo.exponential' is marked as forward but uses a result of the backward 'stablehlo.tanh'; mark it as backward or remove its placement.phase}}
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c, placement.phase = #placement.phase<forward>} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-note@+1 {{the earlier operation is here}}
  %0 = "test.print"(%x) {placement.cost = #c, placement.phase = #placement.phase<backward>} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{'stablehlo.rng' has side effects, so it must follow the backward 'test.print', which has some too; but a forward operation cannot wait for a backward one; mark it as backward with placement.phase}}
  %1 = "stablehlo.rng"(%x, %x) {placement.cost = #c} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64, cpu = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is pinned on kind "gpu", which machine @m does not have; it has 'acc', 'cpu'}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.pin = #placement.pin<"gpu">} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is pinned on device 2 of kind "acc", but machine @m has 2 of them, counted from 0}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.pin = #placement.pin<"acc", 2>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is pinned on kind "cpu", which cannot run it: its placement.cost (or that of a constant it uses) has no time for that kind}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.pin = #placement.pin<"cpu">} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' has a device of machine @other, but the function is placed on @m; remove the device or give that machine}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.device = #placement.device<@other, "acc", 0>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is pinned to #placement.pin<"acc", 0> but has #placement.device<@m, "acc", 1>, which is to be respected; remove one}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.pin = #placement.pin<"acc", 0>, placement.device = #placement.device<@m, "acc", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m { placement.device_kind "acc" count 2 }
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
func.func @f(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.tanh' is placed on kind "npu", which machine @m does not have; it has 'acc'}}
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.device = #placement.device<@m, "npu", 1>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
