// RUN: placement-opt %s --canonicalize | FileCheck %s

// There and back again is where the value was.
// CHECK-LABEL: func.func @round_trip
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    return %[[X]]
func.func @round_trip(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = placement.transfer %x from host to <@m, "acc", 0> : tensor<4xf32>
  %1 = placement.transfer %0 from <@m, "acc", 0> to host : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A way through another device costs two transfers, and was meant.
// CHECK-LABEL: func.func @onward
// CHECK-COUNT-2: placement.transfer
func.func @onward(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = placement.transfer %x from host to <@m, "acc", 0> : tensor<4xf32>
  %1 = placement.transfer %0 from <@m, "acc", 0> to <@m, "acc", 1> : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A transfer that nobody reads moves nothing.
// CHECK-LABEL: func.func @unused
// CHECK-NEXT:    return
func.func @unused(%x: tensor<4xf32>) {
  %0 = placement.transfer %x from host to <@m, "acc", 0> : tensor<4xf32>
  return
}
