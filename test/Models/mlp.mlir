// Six layers of a perceptron on 256 samples at once, small enough to read.
// Weights are arguments; `placement.role` tells them from the activation.

func.func @main(
    %x: tensor<256x1024xf32> {placement.role = "activation"},
    %w0: tensor<1024x4096xf32> {placement.role = "weight"},
    %w1: tensor<4096x4096xf32> {placement.role = "weight"},
    %w2: tensor<4096x1024xf32> {placement.role = "weight"},
    %w3: tensor<1024x4096xf32> {placement.role = "weight"},
    %w4: tensor<4096x1024xf32> {placement.role = "weight"},
    %w5: tensor<1024x1024xf32> {placement.role = "weight"})
    -> tensor<256x1024xf32> {
  %0 = "stablehlo.dot"(%x, %w0) : (tensor<256x1024xf32>, tensor<1024x4096xf32>) -> tensor<256x4096xf32>
  %1 = "stablehlo.tanh"(%0) : (tensor<256x4096xf32>) -> tensor<256x4096xf32>
  %2 = "stablehlo.dot"(%1, %w1) : (tensor<256x4096xf32>, tensor<4096x4096xf32>) -> tensor<256x4096xf32>
  %3 = "stablehlo.tanh"(%2) : (tensor<256x4096xf32>) -> tensor<256x4096xf32>
  %4 = "stablehlo.dot"(%3, %w2) : (tensor<256x4096xf32>, tensor<4096x1024xf32>) -> tensor<256x1024xf32>
  %5 = "stablehlo.tanh"(%4) : (tensor<256x1024xf32>) -> tensor<256x1024xf32>
  %6 = "stablehlo.dot"(%5, %w3) : (tensor<256x1024xf32>, tensor<1024x4096xf32>) -> tensor<256x4096xf32>
  %7 = "stablehlo.tanh"(%6) : (tensor<256x4096xf32>) -> tensor<256x4096xf32>
  %8 = "stablehlo.dot"(%7, %w4) : (tensor<256x4096xf32>, tensor<4096x1024xf32>) -> tensor<256x1024xf32>
  %9 = "stablehlo.tanh"(%8) : (tensor<256x1024xf32>) -> tensor<256x1024xf32>
  %10 = "stablehlo.dot"(%9, %w5) : (tensor<256x1024xf32>, tensor<1024x1024xf32>) -> tensor<256x1024xf32>
  return %10 : tensor<256x1024xf32>
}
