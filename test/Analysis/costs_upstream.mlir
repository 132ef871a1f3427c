// RUN: placement-opt %s --split-input-file --placement-annotate-costs --verify-diagnostics | FileCheck %s
// Work of arith, math, complex, tensor, scf and placement ops.

placement.machine @m {
  placement.device_kind "acc" count 2
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @elementwise
// expected-remark@+1 {{by source: roofline 9}}
func.func @elementwise(%x: tensor<4xf32>, %i: tensor<4xindex>, %n: tensor<4xi32>, %c: tensor<4xcomplex<f32>>, %p: tensor<4xi1>) {
  // CHECK: arith.select {{.*}}flops = 4, bytes = 36, source
  %0 = arith.select %p, %x, %x : tensor<4xi1>, tensor<4xf32>
  // CHECK: arith.muli {{.*}}flops = 4, bytes = 32, source
  %1 = arith.muli %n, %n : tensor<4xi32>
  // Addresses are no work.
  // CHECK: arith.addi {{.*}}times = {acc = 0.000000e+00 : f64}, output = 32, source
  %2 = arith.addi %i, %i : tensor<4xindex>
  // CHECK: arith.index_cast {{.*}}times = {acc = 0.000000e+00 : f64}, output = 32, source
  %3 = arith.index_cast %n : tensor<4xi32> to tensor<4xindex>
  // CHECK: math.fma {{.*}}flops = 8, bytes = 32, source
  %4 = math.fma %x, %x, %x : tensor<4xf32>
  // CHECK: math.absf {{.*}}flops = 4,
  %5 = math.absf %x : tensor<4xf32>
  // CHECK: math.tanh {{.*}}output = 16, bytes = 32, source
  %6 = math.tanh %x : tensor<4xf32>
  %s = complex.constant [0.1 : f32, 1.0 : f32] : complex<f32>
  // CHECK: complex.add {{.*}}flops = 1,
  %7 = complex.add %s, %s : complex<f32>
  return
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 2
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @tensors
// expected-remark@+1 {{by source: roofline 15}}
func.func @tensors(%x: tensor<4x8xf32>, %i: tensor<2x1xindex>, %u: tensor<2x1x8xf32>) {
  %c0 = arith.constant 0 : index
  // Views are free.
  // CHECK: tensor.expand_shape {{.*}}output = 128, source
  %0 = tensor.expand_shape %x [[0], [1, 2]] output_shape [4, 2, 4] : tensor<4x8xf32> into tensor<4x2x4xf32>
  // CHECK: tensor.collapse_shape {{.*}}output = 128, source
  %1 = tensor.collapse_shape %x [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  // CHECK: tensor.dim {{.*}}output = 8, source
  %2 = tensor.dim %x, %c0 : tensor<4x8xf32>
  // CHECK: tensor.extract {{.*}}output = 4, bytes = 8, source
  %3 = tensor.extract %x[%c0, %c0] : tensor<4x8xf32>
  // CHECK: tensor.extract_slice {{.*}}output = 8, bytes = 16, source
  %4 = tensor.extract_slice %x[0, 0] [1, 2] [1, 1] : tensor<4x8xf32> to tensor<1x2xf32>
  // CHECK: tensor.insert_slice {{.*}}output = 128, bytes = 16, source
  %5 = tensor.insert_slice %4 into %x[0, 0] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<4x8xf32>
  // CHECK: tensor.insert {{.*}}output = 128, bytes = 8, source
  %6 = tensor.insert %3 into %x[%c0, %c0] : tensor<4x8xf32>
  // CHECK: tensor.concat {{.*}}output = 256, bytes = 384, source
  %7 = tensor.concat dim(0) %x, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
  // CHECK: tensor.gather {{.*}}output = 64, bytes = 144, source
  %8 = tensor.gather %x[%i] gather_dims([0]) : (tensor<4x8xf32>, tensor<2x1xindex>) -> tensor<2x1x8xf32>
  // CHECK: tensor.scatter {{.*}}output = 128, bytes = 144, source
  %9 = tensor.scatter %u into %x[%i] scatter_dims([0]) unique : (tensor<2x1x8xf32>, tensor<4x8xf32>, tensor<2x1xindex>) -> tensor<4x8xf32>
  // CHECK: tensor.splat {{.*}}output = 16, bytes = 20, source
  %10 = tensor.splat %3 : tensor<4xf32>
  // CHECK: tensor.generate
  // CHECK: output = 16, flops = 4, bytes = 16, source
  %11 = tensor.generate {
  ^bb0(%j: index):
    %k = arith.addf %3, %3 : f32
    tensor.yield %k : f32
  } : tensor<4xf32>
  // CHECK: tensor.pad
  // CHECK: output = 160, bytes = 288, source
  %12 = tensor.pad %x low[1, 0] high[0, 0] {
  ^bb0(%j: index, %k: index):
    tensor.yield %3 : f32
  } : tensor<4x8xf32> to tensor<5x8xf32>
  // Links price transfers, not devices.
  // CHECK: placement.transfer
  // CHECK-SAME: times = {acc = 0.000000e+00 : f64}, output = 128, source
  %13 = placement.transfer %x from <@m, "acc", 0> to <@m, "acc", 1> : tensor<4x8xf32>
  return
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 2
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @control_flow
// expected-remark@+1 {{by source: roofline 9, fallback 2}}
func.func @control_flow(%x: tensor<4xf32>, %p: i1, %n: index) {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %c3 = arith.constant 3 : index
  // Four times four adds.
  // CHECK: scf.for
  // CHECK: output = 16, transient = 16, flops = 16, bytes = 128, source = "roofline"
  %0 = scf.for %i = %c0 to %c10 step %c3 iter_args(%v = %x) -> tensor<4xf32> {
    %s = arith.addf %v, %v : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  // CHECK: scf.for
  // CHECK: flops = 4, {{.*}}source = "fallback"
  // expected-remark@+1 {{the cost of 'scf.for' is an estimate: the trip count is not constant: one iteration counts}}
  %1 = scf.for %i = %c0 to %n step %c3 iter_args(%v = %x) -> tensor<4xf32> {
    %s = arith.addf %v, %v : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  // CHECK: scf.for
  // CHECK: output = 16, transient = 16, source = "roofline"
  %2 = scf.for %i = %c10 to %c0 step %c3 iter_args(%v = %x) -> tensor<4xf32> {
    %s = arith.addf %v, %v : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  // CHECK: scf.if
  // CHECK: flops = 4, bytes = 32, source = "roofline"
  %3 = scf.if %p -> tensor<4xf32> {
    %s = arith.addf %x, %x : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  // CHECK: scf.while
  // CHECK: flops = 4, {{.*}}source = "fallback"
  // expected-remark@+1 {{the cost of 'scf.while' is an estimate}}
  %4 = scf.while (%v = %x) : (tensor<4xf32>) -> tensor<4xf32> {
    scf.condition(%p) %v : tensor<4xf32>
  } do {
  ^bb0(%v: tensor<4xf32>):
    %s = arith.addf %v, %v : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  // CHECK: scf.index_switch
  // CHECK: flops = 4, bytes = 32, source = "roofline"
  %5 = scf.index_switch %n -> tensor<4xf32>
  case 1 {
    %s = arith.addf %x, %x : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  default {
    scf.yield %x : tensor<4xf32>
  }
  // Three by four slices.
  // CHECK: scf.forall
  // CHECK: flops = 12, bytes = 288, source = "roofline"
  %6 = scf.forall (%i, %j) in (3, 4) shared_outs(%o = %x) -> tensor<4xf32> {
    %e = tensor.extract_slice %o[%j] [1] [1] : tensor<4xf32> to tensor<1xf32>
    %s = arith.addf %e, %e : tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%j] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  // CHECK: scf.execute_region
  // CHECK: flops = 4, bytes = 32, source = "roofline"
  %7 = scf.execute_region -> tensor<4xf32> {
    %s = arith.addf %x, %x : tensor<4xf32>
    scf.yield %s : tensor<4xf32>
  }
  return
}
