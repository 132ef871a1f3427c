// RUN: placement-opt %s --split-input-file --placement-annotate-costs --verify-diagnostics | FileCheck %s
// Work of StableHLO ops by name, beyond what test/Integration/xla_costs compares
// with XLA itself.

placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @nothing_and_moves
// expected-remark@+1 {{by source: roofline 10}}
func.func @nothing_and_moves(%x: tensor<4x8xf32>, %i: tensor<2x1xi32>, %s: tensor<i32>) {
  // CHECK: "stablehlo.constant"{{.*}}output = 16, weight = 16, source
  %c = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  // A barrier and a tuple only pass values on.
  // CHECK: "stablehlo.optimization_barrier"{{.*}}output = 128, source
  %b = "stablehlo.optimization_barrier"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: "stablehlo.tuple"{{.*}}output = 144, source
  %t = "stablehlo.tuple"(%x, %c) : (tensor<4x8xf32>, tensor<4xf32>) -> tuple<tensor<4x8xf32>, tensor<4xf32>>
  // CHECK: "stablehlo.transpose"{{.*}}output = 128, bytes = 256, source
  %r = "stablehlo.transpose"(%x) <{permutation = array<i64: 1, 0>}> : (tensor<4x8xf32>) -> tensor<8x4xf32>
  // An operand that is used twice is read once.
  // CHECK: "stablehlo.concatenate"{{.*}}output = 256, bytes = 384, source
  %k = "stablehlo.concatenate"(%x, %x) <{dimension = 0 : i64}> : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
  // Slices, gathers and scatters touch only a part.
  // CHECK: "stablehlo.slice"{{.*}}output = 8, bytes = 16, source
  %l = "stablehlo.slice"(%x) <{start_indices = array<i64: 0, 0>, limit_indices = array<i64: 1, 2>, strides = array<i64: 1, 1>}> : (tensor<4x8xf32>) -> tensor<1x2xf32>
  // CHECK: "stablehlo.dynamic_slice"{{.*}}output = 8, bytes = 24, source
  %d = "stablehlo.dynamic_slice"(%x, %s, %s) <{slice_sizes = array<i64: 1, 2>}> : (tensor<4x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x2xf32>
  // CHECK: "stablehlo.dynamic_update_slice"{{.*}}output = 128, bytes = 24, source
  %u = "stablehlo.dynamic_update_slice"(%x, %l, %s, %s) : (tensor<4x8xf32>, tensor<1x2xf32>, tensor<i32>, tensor<i32>) -> tensor<4x8xf32>
  // CHECK: "stablehlo.gather"{{.*}}output = 64, bytes = 136, source
  %g = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1]>, slice_sizes = array<i64: 1, 8>}> : (tensor<4x8xf32>, tensor<2x1xi32>) -> tensor<2x8xf32>
  // CHECK: "stablehlo.scatter"
  // CHECK: output = 128, flops = 16, bytes = 200, source
  %w = "stablehlo.scatter"(%x, %i, %g) <{scatter_dimension_numbers = #stablehlo.scatter<>}> ({
  ^bb0(%a: tensor<f32>, %v: tensor<f32>):
    %n = "stablehlo.add"(%a, %v) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%n) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<2x1xi32>, tensor<2x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
func.func private @decomposition(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// CHECK-LABEL: func.func @arithmetic
// expected-remark@+1 {{by source: roofline 12, fallback 1}}
func.func @arithmetic(%i: tensor<2x8x3xf32>, %w: tensor<3x5x3xf32>, %a: tensor<3x6x6xf32>, %b: tensor<3x6x2xf32>, %v: tensor<6xf32>, %x: tensor<4xf32>, %k: tensor<2xui64>) {
  // n^3 / 3 for each of the 3 matrices; half is read, half written.
  // CHECK: "stablehlo.cholesky"{{.*}}flops = 216, bytes = 432, source
  %0 = "stablehlo.cholesky"(%a) <{lower = true}> : (tensor<3x6x6xf32>) -> tensor<3x6x6xf32>
  // 2 n^2 m; half of the first operand.
  // CHECK: "stablehlo.triangular_solve"{{.*}}flops = 432, bytes = 504, source
  %1 = "stablehlo.triangular_solve"(%a, %b) <{left_side = true, lower = true}> : (tensor<3x6x6xf32>, tensor<3x6x2xf32>) -> tensor<3x6x2xf32>
  // CHECK: "stablehlo.dot"{{.*}}flops = 12, bytes = 28, source
  %2 = "stablehlo.dot"(%v, %v) : (tensor<6xf32>, tensor<6xf32>) -> tensor<f32>
  // CHECK: "stablehlo.map"
  // CHECK: flops = 12, bytes = 48, source
  %3 = "stablehlo.map"(%v) <{dimensions = array<i64: 0>}> ({
  ^bb0(%e: tensor<f32>):
    %s = "stablehlo.multiply"(%e, %e) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %t = "stablehlo.add"(%s, %e) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<6xf32>) -> tensor<6xf32>
  // n ceil(log2(n)).
  // CHECK: "chlo.top_k"{{.*}}flops = 18, bytes = 40, source
  %4:2 = "chlo.top_k"(%v) <{k = 2 : i64}> : (tensor<6xf32>) -> (tensor<2xf32>, tensor<2xi32>)
  // CHECK: "stablehlo.all_reduce"
  // CHECK: flops = 4, bytes = 32, source
  %5 = "stablehlo.all_reduce"(%x) <{replica_groups = dense<0> : tensor<1x1xi64>}> ({
  ^bb0(%l: tensor<f32>, %r: tensor<f32>):
    %s = "stablehlo.add"(%l, %r) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4xf32>) -> tensor<4xf32>
  // All results are random, at a transcendental an element: no flops.
  // CHECK: "stablehlo.rng_bit_generator"{{.*}}output = 80, bytes = 96, source
  %6:2 = "stablehlo.rng_bit_generator"(%k) <{rng_algorithm = #stablehlo<rng_algorithm DEFAULT>}> : (tensor<2xui64>) -> (tensor<2xui64>, tensor<16xf32>)
  // CHECK: "stablehlo.batch_norm_inference"{{.*}}flops = 16
  %7 = "stablehlo.batch_norm_inference"(%x, %v, %v, %v, %v) <{epsilon = 0.1 : f32, feature_index = 0 : i64}> : (tensor<4xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<4xf32>
  // CHECK: "chlo.erf"{{.*}}output = 16, bytes = 32, source
  %8 = "chlo.erf"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  // The long spelling of a layout: 2 * 3 * 5 * 2 batches * (8 + 7 + 7) taps.
  // CHECK: #stablehlo.conv<raw
  // CHECK: flops = 1320,
  %raw = "stablehlo.convolution"(%i, %w) <{dimension_numbers = #stablehlo.conv<raw
      input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1],
      kernel_input_feature_dimension = 2, kernel_output_feature_dimension = 1, kernel_spatial_dimensions = [0],
      output_batch_dimension = 0, output_feature_dimension = 1, output_spatial_dimensions = [2]>,
      padding = dense<1> : tensor<1x2xi64>}> : (tensor<2x8x3xf32>, tensor<3x5x3xf32>) -> tensor<2x5x8xf32>
  // CHECK: "stablehlo.fft"{{.*}}flops = 64, bytes = 48, source
  %9 = "stablehlo.fft"(%x) <{fft_type = #stablehlo<fft_type RFFT>, fft_length = array<i64: 4>}> : (tensor<4xf32>) -> tensor<4xcomplex<f32>>
  // A composite is its decomposition.
  // CHECK: "stablehlo.composite"{{.*}}transient = 16, flops = 4, bytes = 32, source = "roofline"
  %10 = "stablehlo.composite"(%x) <{decomposition = @decomposition, name = "square"}> : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: "stablehlo.custom_call"{{.*}}bytes = 32, source = "fallback"
  // expected-remark@+1 {{the cost of 'stablehlo.custom_call' is an estimate: its work is unknown}}
  %11 = "stablehlo.custom_call"(%x) <{call_target_name = "f"}> : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// Loops: known trip counts multiply. Branches: the larger one. Values inside
// are transient.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @control_flow
// expected-remark@+1 {{by source: roofline 6, fallback 2}}
func.func @control_flow(%x: tensor<4xf32>, %n: tensor<i32>, %p: tensor<i1>) {
  %zero = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %ten = "stablehlo.constant"() <{value = dense<10> : tensor<i32>}> : () -> tensor<i32>
  %three = "stablehlo.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
  // 0, 3, 6, 9: four times (a compare, an add, four adds).
  // CHECK: "stablehlo.while"
  // CHECK: flops = 24, bytes = 212, source = "roofline"
  %0:2 = "stablehlo.while"(%zero, %x) ({
  ^bb0(%i: tensor<i32>, %v: tensor<4xf32>):
    %c = "stablehlo.compare"(%i, %ten) <{comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    "stablehlo.return"(%c) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<i32>, %v: tensor<4xf32>):
    %j = "stablehlo.add"(%i, %three) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %w = "stablehlo.add"(%v, %v) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    "stablehlo.return"(%j, %w) : (tensor<i32>, tensor<4xf32>) -> ()
  }) : (tensor<i32>, tensor<4xf32>) -> (tensor<i32>, tensor<4xf32>)
  // The bound is carried along; LE runs once more.
  // CHECK: "stablehlo.while"
  // CHECK: flops = 8, bytes = 84, source = "roofline"
  %1:2 = "stablehlo.while"(%zero, %three) ({
  ^bb0(%i: tensor<i32>, %bound: tensor<i32>):
    %c = "stablehlo.compare"(%i, %bound) <{comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    "stablehlo.return"(%c) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<i32>, %bound: tensor<i32>):
    %one = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %j = "stablehlo.add"(%one, %i) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    "stablehlo.return"(%j, %bound) : (tensor<i32>, tensor<i32>) -> ()
  }) : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>)
  // CHECK: "stablehlo.while"
  // CHECK: flops = 2, {{.*}}source = "fallback"
  // expected-remark@+1 {{the cost of 'stablehlo.while' is an estimate (2 operations): the trip count is not constant: one iteration counts}}
  %2 = "stablehlo.while"(%zero) ({
  ^bb0(%i: tensor<i32>):
    %c = "stablehlo.compare"(%i, %n) <{comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    "stablehlo.return"(%c) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<i32>):
    %j = "stablehlo.add"(%i, %three) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    "stablehlo.return"(%j) : (tensor<i32>) -> ()
  }) : (tensor<i32>) -> tensor<i32>
  // Counting down is not understood.
  // CHECK: "stablehlo.while"
  // CHECK: flops = 2, {{.*}}source = "fallback"
  %3 = "stablehlo.while"(%ten) ({
  ^bb0(%i: tensor<i32>):
    %c = "stablehlo.compare"(%i, %zero) <{comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    "stablehlo.return"(%c) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<i32>):
    %j = "stablehlo.subtract"(%i, %three) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    "stablehlo.return"(%j) : (tensor<i32>) -> ()
  }) : (tensor<i32>) -> tensor<i32>
  // CHECK: "stablehlo.if"
  // CHECK: output = 16, transient = 32, flops = 8, bytes = 80, source = "roofline"
  %4 = "stablehlo.if"(%p) ({
    %a = "stablehlo.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %b = "stablehlo.multiply"(%a, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    "stablehlo.return"(%b) : (tensor<4xf32>) -> ()
  }, {
    %a = "stablehlo.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
  }) : (tensor<i1>) -> tensor<4xf32>
  return
}

// -----

// Nothing has verified an op in generic form: what is not as the specification
// says is priced by bytes, said in a remark, and crashes nothing.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// expected-remark@+1 {{0 flops, 0 transcendentals, 17496 bytes accessed; by source: fallback 18}}
func.func @malformed(%x: tensor<4x4xf32>, %w: tensor<4x4x4x4xf32>, %u: tensor<*xf32>) {
  // expected-remark@+1 {{the cost of 'stablehlo.dot_general' is an estimate (3 operations): an attribute is missing or not understood}}
  %0 = "stablehlo.dot_general"(%x, %x) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2]>}> : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.dot_general"(%x, %x) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1, ]>}> : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.dot_general"(%x) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1]>}> : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.convolution' is an estimate (8 operations): an attribute is missing or not understood}}
  %3 = "stablehlo.convolution"(%w, %w) : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %4 = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, f, f]>}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %5 = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, window_strides = array<i64: 0, 1>}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %6 = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, window_strides = array<i64: 1>}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %7 = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 0 : i64}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %8 = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 2, f]x[0, 2, i, o]->[b, 0, 2, f]>}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  %9 = "stablehlo.convolution"(%w, %x) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>}> : (tensor<4x4x4x4xf32>, tensor<4x4xf32>) -> tensor<4x4x4x4xf32>
  %many = "stablehlo.convolution"(%w, %w) <{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, padding = dense<0> : tensor<1000000x1000000xi64>}> : (tensor<4x4x4x4xf32>, tensor<4x4x4x4xf32>) -> tensor<4x4x4x4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.reduce' is an estimate: an attribute is missing}}
  %10 = "stablehlo.reduce"(%x, %x) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.reduce_window' is an estimate: an attribute is missing}}
  %11 = "stablehlo.reduce_window"(%x, %x) ({}) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.while' is an estimate: an attribute is missing}}
  %12 = "stablehlo.while"(%x) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.scatter' is an estimate: an attribute is missing}}
  %13 = "stablehlo.scatter"(%x, %x) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.fft' is an estimate: an attribute is missing}}
  %14 = "stablehlo.fft"(%x) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+2 {{the cost of 'stablehlo.cholesky' is an estimate: an attribute is missing}}
  // expected-remark@+1 {{the cost of 'stablehlo.cholesky' is an estimate: a dynamic dimension counts as 1}}
  %15 = "stablehlo.cholesky"(%u) : (tensor<*xf32>) -> tensor<*xf32>
  // expected-remark@+1 {{the cost of 'stablehlo.select_and_scatter' is an estimate: an attribute is missing}}
  "stablehlo.select_and_scatter"(%x) : (tensor<4x4xf32>) -> ()
  return
}
