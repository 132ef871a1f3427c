// RUN: placement-opt %s --placement-pipeline 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --placement-pipeline='respect-existing=true require-optimal=true' 2>/dev/null | FileCheck %s --check-prefix=KEPT
// RUN: not placement-opt %s --placement-pipeline='phase=training' 2>&1 | FileCheck %s --check-prefix=TRAINING
// RUN: not placement-opt %s --placement-pipeline=gap=-1 2>&1 | FileCheck %s --check-prefix=GAP
// RUN: not placement-opt %s --placement-pipeline=time-limit=-1 2>&1 | FileCheck %s --check-prefix=LIMIT

// Devices of an earlier placement are replaced, unless they are to be kept: then
// they are pins of the new one. In training a weight comes with its gradient and
// fits on neither device.

placement.machine @pair {
  placement.device_kind "acc" count 2 memory 300
      roofline <peak = {default = 1.0e12 : f64}, bandwidth = 1.0e12>
}

// CHECK:     call @main_stage0
// CHECK:     call @main_stage1
// CHECK-NOT: placement.pin

// KEPT:      status = "optimal"
// KEPT:      %[[X:.*]] = placement.transfer {{.*}} from host to <@pair, "acc", 1>
// KEPT-NEXT: call @main_stage0(%[[X]], %{{.*}})
// KEPT-NOT:  call @

// TRAINING:  error: no placement of @main on machine @pair is possible
// GAP:       error: {{.*}}gap is -1
// LIMIT:     error: {{.*}}time-limit is -1

func.func @main(%x: tensor<8x8xf32> {placement.role = "activation"}, %w: tensor<8x8xf32> {placement.role = "weight"})
    -> tensor<8x8xf32> {
  %0 = "stablehlo.add"(%x, %w) {placement.device = #placement.device<@pair, "acc", 1>}
      : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = "stablehlo.negate"(%0) {placement.device = #placement.device<@pair, "acc", 1>}
      : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}
