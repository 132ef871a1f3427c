// RUN: placement-opt %s --split-input-file --placement-annotate-costs --verify-diagnostics | FileCheck %s
// Running twice changes nothing.
// RUN: placement-opt %s --split-input-file --placement-annotate-costs 2>/dev/null > %t
// RUN: placement-opt %t --split-input-file --placement-annotate-costs 2>/dev/null | diff %t -

// A thousand flops a nanosecond, a hundred bytes a nanosecond: 2*8*16*4 = 1024
// flops take 0.001024 us, 896 bytes 0.00896 us.
placement.machine @m {
  placement.device_kind "acc" count 2
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e11>
  placement.device_kind "slow" count 1
      roofline <peak = {f32 = 1.0e9 : f64}, bandwidth = 1.0e9, launch = 2.0>
}
// CHECK-LABEL: func.func @main
// expected-remark@+1 {{priced 5 operations on machine @m: 1024 flops, 32 transcendentals, 1284 bytes accessed; by source: roofline 5}}
func.func @main(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>) -> tensor<8x4xf32> {
  // A constant is free, needs no launch, and holds its bytes.
  // CHECK: arith.constant {placement.cost = #placement.cost<times = {acc = 0.000000e+00 : f64, slow = 0.000000e+00 : f64}, output = 4, weight = 4, source = "roofline">}
  %zero = arith.constant 0.0 : f32
  // CHECK: tensor.empty() {placement.cost = #placement.cost<times = {acc = 0.000000e+00 : f64, slow = 0.000000e+00 : f64}, output = 128, source = "roofline">}
  %e = tensor.empty() : tensor<8x4xf32>
  // CHECK: linalg.fill {{.*}}output = 128, bytes = 132
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  // CHECK: linalg.matmul {placement.cost = #placement.cost<times = {acc = 0.0089600000000000009 : f64, slow = 3.024000e+00 : f64}, output = 128, flops = 1024, bytes = 896, source = "roofline">}
  %0 = linalg.matmul ins(%x, %w : tensor<8x16xf32>, tensor<16x4xf32>)
                     outs(%z : tensor<8x4xf32>) -> tensor<8x4xf32>
  // Transcendentals are no flops.
  // CHECK: math.exp {{.*}}output = 128, bytes = 256, source = "roofline"
  %1 = math.exp %0 : tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// -----

// A user's cost is kept as it is, whatever it says; ours is made anew.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @keeps_user_costs
// expected-remark@+1 {{priced 3 operations on machine @m: 1006 flops, 0 transcendentals, 128 bytes accessed; by source: user 1, measured by hand 1, roofline 1}}
func.func @keeps_user_costs(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: arith.addf {{.*}}times = {acc = 5.000000e-01 : f64}, output = 1, flops = 2, source = "user"
  %0 = arith.addf %x, %x {placement.cost = #placement.cost<
    times = {acc = 0.5}, output = 1, flops = 2, source = "user">} : tensor<4xf32>
  // CHECK: arith.addf {{.*}}times = {acc = 7.000000e+00 : f64, other = 8.000000e+00 : f64}, flops = 1000, bytes = 80, source = "measured by hand"
  %1 = arith.addf %x, %0 {placement.cost = #placement.cost<
    times = {acc = 7.0, other = 8.0}, flops = 1000, bytes = 80,
    source = "measured by hand">} : tensor<4xf32>
  // CHECK: arith.addf {{.*}}times = {acc = 4.800000e-05 : f64}, output = 16, flops = 4, bytes = 48, source = "roofline"
  %2 = arith.addf %0, %1 {placement.cost = #placement.cost<
    times = {acc = 99.0}, source = "profile+roofline">} : tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// What is not known is assumed, and said once for each kind of operation.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
func.func private @external(tensor<4xf32>) -> tensor<4xf32>
// CHECK-LABEL: func.func @assumes
// expected-remark@+1 {{by source: fallback 6, roofline 1}}
func.func @assumes(%x: tensor<4xf32>, %d: tensor<?x4xf32>, %n: tensor<i32>) -> tensor<4xf32> {
  // CHECK: "x.unknown"{{.*}}output = 16, bytes = 32, source = "fallback"
  // expected-remark@+1 {{the cost of 'x.unknown' is an estimate (2 operations): its work is unknown: priced by the bytes of its operands and results}}
  %0 = "x.unknown"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "x.unknown"(%0) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark@+2 {{the cost of 'x.opaque' is an estimate: its work is unknown}}
  // expected-remark@below {{the cost of 'x.opaque' is an estimate: a value of unknown size counts as 0 bytes}}
  %o = "x.opaque"(%1) : (tensor<4xf32>) -> !x.value
  // CHECK: arith.addf {{.*}}output = 16, flops = 4, bytes = 32, source = "fallback"
  // expected-remark@+1 {{the cost of 'arith.addf' is an estimate: a dynamic dimension counts as 1}}
  %2 = arith.addf %d, %d : tensor<?x4xf32>
  // CHECK: call @external{{.*}}output = 16, bytes = 32, source = "fallback"
  // expected-remark@+1 {{the cost of 'func.call' is an estimate: the called function is recursive or has no body}}
  %3 = func.call @external(%1) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.dot_general' is an estimate: an attribute is missing or not understood}}
  %4 = "stablehlo.dot_general"(%3, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  // Bounded dynamism is known.
  // CHECK: "stablehlo.abs"{{.*}}output = 32, flops = 8, bytes = 32, source = "roofline"
  %5 = "stablehlo.abs"() : () -> tensor<?xf32, #stablehlo.bounds<8>>
  return %3 : tensor<4xf32>
}

// -----

// A call that could not be inlined is one node: the work of its callee, which
// is looked into once. Recursion is a guess.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
func.func private @twice(%x: tensor<4xf32>) -> tensor<4xf32> attributes {no_inline} {
  %0 = arith.addf %x, %x : tensor<4xf32>
  %1 = arith.mulf %0, %x : tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @forever(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.addf %x, %x : tensor<4xf32>
  // expected-remark@+1 {{the cost of 'func.call' is an estimate}}
  %1 = func.call @forever(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
// CHECK-LABEL: func.func @calls
// expected-remark@+1 {{by source: roofline 2, fallback 1}}
func.func @calls(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-COUNT-2: call @twice{{.*}}output = 16, transient = 32, flops = 8, bytes = 80, source = "roofline"
  %0 = func.call @twice(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @twice(%0) : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: call @forever{{.*}}flops = 4, {{.*}}source = "fallback"
  %2 = func.call @forever(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Peaks by element type: its own, a quarter of the component's for complex,
// `default`, else the slowest entry. 1000 x 2 * 1000 flops.
placement.machine @m {
  placement.device_kind "a" count 1
      roofline <peak = {f32 = 1.0e12 : f64, bf16 = 4.0e12 : f64, default = 2.0e12 : f64}, bandwidth = 1.0e15>
  placement.device_kind "b" count 1
      roofline <peak = {f32 = 1.0e12 : f64, f64 = 0.5e12 : f64}, bandwidth = 1.0e15>
}
// CHECK-LABEL: func.func @peaks
// expected-remark@+1 {{by source: roofline 4}}
func.func @peaks(%f: tensor<1000x1000xf32>, %h: tensor<1000x1000xbf16>,
                 %i: tensor<1000x1000xi8>, %c: tensor<1000x1000xcomplex<f32>>) {
  // CHECK: times = {a = 2.000000e+03 : f64, b = 2.000000e+03 : f64}
  %0 = "stablehlo.dot"(%f, %f) : (tensor<1000x1000xf32>, tensor<1000x1000xf32>) -> tensor<1000x1000xf32>
  // CHECK: times = {a = 5.000000e+02 : f64, b = 4.000000e+03 : f64}
  %1 = "stablehlo.dot"(%h, %h) : (tensor<1000x1000xbf16>, tensor<1000x1000xbf16>) -> tensor<1000x1000xf32>
  // CHECK: times = {a = 1.000000e+03 : f64, b = 4.000000e+03 : f64}
  %2 = "stablehlo.dot"(%i, %i) : (tensor<1000x1000xi8>, tensor<1000x1000xi8>) -> tensor<1000x1000xi32>
  // CHECK: times = {a = 8.000000e+03 : f64, b = 8.000000e+03 : f64}
  %3 = "stablehlo.dot"(%c, %c) : (tensor<1000x1000xcomplex<f32>>, tensor<1000x1000xcomplex<f32>>) -> tensor<1000x1000xcomplex<f32>>
  return
}

// -----

// One operation, in the singular.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// expected-remark@+1 {{priced 1 operation on machine @m}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: math.exp {{.*}}source = "roofline"
  %0 = math.exp %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
