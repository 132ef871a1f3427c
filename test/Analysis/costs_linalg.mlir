// RUN: placement-opt %s --split-input-file --placement-annotate-costs --verify-diagnostics | FileCheck %s
// Work of structured ops: iteration space times body, whatever the name.

placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64, bf16 = 4.0e12 : f64}, bandwidth = 1.0e15>
}
// CHECK-LABEL: func.func @products
// expected-remark@+1 {{by source: roofline 9}}
func.func @products(%a: tensor<10x20xf32>, %b: tensor<20x30xf32>, %v: tensor<20xf32>,
                    %h: tensor<10x20xbf16>, %g: tensor<20x30xbf16>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<10x30xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<10x30xf32>) -> tensor<10x30xf32>
  // The fill is not read again.
  // CHECK: linalg.matmul {{.*}}flops = 12000, bytes = 4400, source
  %0 = linalg.matmul ins(%a, %b : tensor<10x20xf32>, tensor<20x30xf32>)
                     outs(%z : tensor<10x30xf32>) -> tensor<10x30xf32>
  // An accumulator is.
  // CHECK: linalg.matmul {{.*}}flops = 12000, bytes = 5600, source
  %1 = linalg.matmul ins(%a, %b : tensor<10x20xf32>, tensor<20x30xf32>)
                     outs(%0 : tensor<10x30xf32>) -> tensor<10x30xf32>
  // Conversions in a body are part of the multiplication, which runs at the
  // rate of what is multiplied: 12000 / 4e12.
  // CHECK: linalg.matmul {{.*}}acc = 3.000000e-03 : f64{{.*}}flops = 12000, bytes = 2800, source
  %2 = linalg.matmul ins(%h, %g : tensor<10x20xbf16>, tensor<20x30xbf16>)
                     outs(%z : tensor<10x30xf32>) -> tensor<10x30xf32>
  // Conversions alone count.
  // CHECK: linalg.generic
  // CHECK: flops = 200, bytes = 1200, source
  %e2 = tensor.empty() : tensor<10x20xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%h : tensor<10x20xbf16>) outs(%e2 : tensor<10x20xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %w = arith.extf %in : bf16 to f32
    linalg.yield %w : f32
  } -> tensor<10x20xf32>
  // CHECK: linalg.softmax {{.*}}flops = 800, bytes = 2400, source
  %4 = linalg.softmax dimension(1) ins(%a : tensor<10x20xf32>) outs(%e2 : tensor<10x20xf32>) -> tensor<10x20xf32>
  return
}

// -----

// Taps on padding are no work; docs/CostModels.md. 4x4 in, 3x3 window, padded by
// one: 10 pairs in each dimension. 2 * 10 * 10 * 2 * 5 = 2000 flops.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @padding
// expected-remark@+1 {{by source: roofline 13}}
func.func @padding(%x: tensor<1x4x4x2xf32>, %k: tensor<3x3x2x5xf32>, %z: tensor<1x4x4x5xf32>,
                   %p: tensor<1x4x4x2xf32>, %w: tensor<3x3xf32>, %zh: tensor<1x7x7x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %0 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  // CHECK: linalg.conv_2d_nhwc_hwcf {{.*}}flops = 2000,
  %1 = linalg.conv_2d_nhwc_hwcf ins(%0, %k : tensor<1x6x6x2xf32>, tensor<3x3x2x5xf32>)
                                outs(%z : tensor<1x4x4x5xf32>) -> tensor<1x4x4x5xf32>
  // Ones are no padding: 2 * 16 * 9 * 2 * 5.
  %2 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %one : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  // CHECK: linalg.conv_2d_nhwc_hwcf {{.*}}flops = 2880,
  %3 = linalg.conv_2d_nhwc_hwcf ins(%2, %k : tensor<1x6x6x2xf32>, tensor<3x3x2x5xf32>)
                                outs(%z : tensor<1x4x4x5xf32>) -> tensor<1x4x4x5xf32>
  // A maximum does not care for minus infinity: 10 * 10 * 2.
  %4 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %low : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  // CHECK: linalg.pooling_nhwc_max {{.*}}flops = 200,
  %5 = linalg.pooling_nhwc_max ins(%4, %w : tensor<1x6x6x2xf32>, tensor<3x3xf32>)
                               outs(%p : tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  // Holes between elements (a transposed convolution by two, one around): of
  // 9 positions, 2, 4, 6 and 8 are elements... seven outputs of three taps see
  // 10 of them.
  %e = tensor.empty() : tensor<1x9x9x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x9x9x2xf32>) -> tensor<1x9x9x2xf32>
  %6 = tensor.insert_slice %x into %f[0, 1, 1, 0] [1, 4, 4, 2] [1, 2, 2, 1] : tensor<1x4x4x2xf32> into tensor<1x9x9x2xf32>
  // CHECK: linalg.conv_2d_nhwc_hwcf {{.*}}flops = 2000,
  %7 = linalg.conv_2d_nhwc_hwcf ins(%6, %k : tensor<1x9x9x2xf32>, tensor<3x3x2x5xf32>)
                                outs(%zh : tensor<1x7x7x5xf32>) -> tensor<1x7x7x5xf32>
  return
}

// -----

// Elements that a body picks count once each; addresses are free.
placement.machine @m {
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// CHECK-LABEL: func.func @gather
// expected-remark@+1 {{by source: roofline 2, fallback 1}}
func.func @gather(%table: tensor<1000x8xf32>, %i: tensor<4xi32>, %d: tensor<?x8xf32>, %o: tensor<8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  // 128 written, 128 of the table, the indices.
  // CHECK: linalg.generic
  // CHECK: output = 128, bytes = 272, source
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x8xf32>) {
  ^bb0(%out: f32):
    %r = linalg.index 0 : index
    %c = linalg.index 1 : index
    %t = tensor.extract %i[%r] : tensor<4xi32>
    %u = arith.index_cast %t : i32 to index
    %v = tensor.extract %table[%u, %c] : tensor<1000x8xf32>
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  // A dynamic loop is one iteration.
  // expected-remark@+2 {{the cost of 'linalg.reduce' is an estimate: a dynamic dimension counts as 1}}
  // CHECK: flops = 8, {{.*}}source = "fallback"
  %1 = linalg.reduce ins(%d : tensor<?x8xf32>) outs(%o : tensor<8xf32>) dimensions = [0]
    (%in: f32, %acc: f32) {
      %s = arith.addf %in, %acc : f32
      linalg.yield %s : f32
    }
  return
}
