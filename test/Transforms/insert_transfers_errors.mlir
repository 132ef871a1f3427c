// RUN: placement-opt %s --split-input-file --placement-insert-transfers --verify-diagnostics

// expected-error@+1 {{there is no public function with a body to place; the module defines no function}}
module {
}

// -----

func.func @no_device(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op is not placed: it has no placement.device; run device-place first}}
  %0 = "stablehlo.negate"(%x) {placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @no_stage(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op is not placed: it has no placement.stage; run device-place first}}
  %0 = "stablehlo.negate"(%x) {placement.device = #placement.device<@fleet, "acc", 0>} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @two_devices(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note@+1 {{first operation of the stage}}
  %0 = "stablehlo.negate"(%x) {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 7 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{'stablehlo.negate' op puts stage 7 on #placement.device<@fleet, "acc", 1>, but the stage is also on #placement.device<@fleet, "acc", 0>}}
  %1 = "stablehlo.negate"(%0) {placement.device = #placement.device<@fleet, "acc", 1>, placement.stage = 7 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

func.func @buffer() {
  %0 = "foo.alloc"() {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} : () -> memref<4xf32>
  // expected-error@+1 {{'foo.fill' op runs on #placement.device<@fleet, "acc", 1> but uses a buffer of #placement.device<@fleet, "acc", 0>; buffers cannot be sent, place the program before bufferization}}
  "foo.fill"(%0) {placement.device = #placement.device<@fleet, "acc", 1>, placement.stage = 1 : i64} : (memref<4xf32>) -> ()
  return
}

// -----

func.func @wrong_transfer(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'placement.transfer' op moves a value from #placement.device<@fleet, "acc", 1>, but it is at #placement.host}}
  %0 = placement.transfer %x from <@fleet, "acc", 1> to host : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// What placement-outline-stages made has its transfers and stages already.
func.func @outlined(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{@outlined is outlined: it calls the stage function @outlined_stage0, so there is nothing for placement-insert-transfers to do; give it the module from before placement-outline-stages}}
  %0 = call @outlined_stage0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// expected-note@+1 {{the stage function is here}}
func.func private @outlined_stage0(%x: tensor<4xf32>) -> tensor<4xf32> attributes {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} {
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
