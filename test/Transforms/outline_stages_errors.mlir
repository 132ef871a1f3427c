// RUN: placement-opt %s --split-input-file --placement-outline-stages --verify-diagnostics

// expected-error@+1 {{there is no public function with a body to place; the module defines no function}}
module {
}

// -----

func.func @unplaced(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op is not placed: it has no placement.device; run device-place first}}
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Each kind of missing transfer: of an argument, between devices, of a result.

func.func @argument(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op needs its operands at #placement.device<@fleet, "acc", 0>, but one is at #placement.host; run placement-insert-transfers first}}
  %0 = "stablehlo.negate"(%x) {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @between() {
  %0 = "stablehlo.iota"() {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} : () -> tensor<4xf32>
  // expected-error@+1 {{'stablehlo.negate' op needs its operands at #placement.device<@fleet, "acc", 1>, but one is at #placement.device<@fleet, "acc", 0>; run placement-insert-transfers first}}
  %1 = "stablehlo.negate"(%0) {placement.device = #placement.device<@fleet, "acc", 1>, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @result() -> tensor<4xf32> {
  %0 = "stablehlo.iota"() {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} : () -> tensor<4xf32>
  // expected-error@+1 {{'func.return' op needs its operands at #placement.host, but one is at #placement.device<@fleet, "acc", 0>; run placement-insert-transfers first}}
  return %0 : tensor<4xf32>
}

// -----

func.func @region(%x: f32) {
  %0 = "foo.make"() {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} : () -> f32
  // expected-error@+1 {{'foo.region' op needs its operands at #placement.device<@fleet, "acc", 1>, but one is at #placement.device<@fleet, "acc", 0>; run placement-insert-transfers first}}
  "foo.region"() ({
    "foo.inner"(%0) : (f32) -> ()
  }) {placement.device = #placement.device<@fleet, "acc", 1>, placement.stage = 1 : i64} : () -> ()
  return
}

// -----

// What placement-outline-stages made has its transfers and stages already.
func.func @outlined(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{@outlined is outlined: it calls the stage function @outlined_stage0, so there is nothing for placement-outline-stages to do; give it the module from before placement-outline-stages}}
  %0 = call @outlined_stage0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// expected-note@+1 {{the stage function is here}}
func.func private @outlined_stage0(%x: tensor<4xf32>) -> tensor<4xf32> attributes {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} {
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
