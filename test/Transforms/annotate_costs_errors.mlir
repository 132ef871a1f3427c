// RUN: placement-opt %s --split-input-file --placement-annotate-costs --verify-diagnostics

// Every kind needs a price.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
  placement.device_kind "npu" count 1
}
func.func @no_roofline(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.constant dense<1.0> : tensor<4xf32>
  // expected-error@+1 {{no cost model prices this operation on device kind 'npu' of machine @m: give the kind a roofline with a peak for 'f32' or 'default', or the operation an entry in a profile or a 'placement.cost'}}
  %1 = arith.addf %x, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// No arithmetic, so no peak is missing.
placement.machine @m {
  placement.device_kind "npu" count 1
}
func.func @no_roofline_for_moves(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{no cost model prices this operation on device kind 'npu' of machine @m: give the kind a roofline, or}}
  %0 = "stablehlo.reverse"(%x) <{dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

placement.machine @m {
  placement.device_kind "npu" count 1 roofline <peak = {}, bandwidth = 1.0e12>
}
func.func @no_peak(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{no cost model prices this operation on device kind 'npu'}}
  %1 = arith.addf %x, %x : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
func.func @user_cost_elsewhere(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'placement.cost' gives no time for any device kind of machine @m ('acc', 'cpu'): add one, or remove the attribute to have the operation priced}}
  %0 = arith.addf %x, %x {placement.cost = #placement.cost<
    times = {tpu = 1.0}, source = "user">} : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error@+1 {{there are several public functions}}
module {
  func.func @a() { return }
  func.func @b() { return }
}
