// Without any machine: the preset of four accelerators and a host CPU, said in a
// remark, once.
// RUN: placement-opt %s --placement-annotate-costs --placement-annotate-costs --verify-diagnostics | FileCheck %s

// CHECK:      module {
// CHECK-NEXT:   placement.machine @quad {
// CHECK-NEXT:     placement.device_kind "acc" count 4
// CHECK-NEXT:     placement.device_kind "cpu" count 1
// CHECK-NEXT: {{ *}}}{{$}}
// CHECK-NOT:    placement.machine

// expected-remark @below {{no machine is given; placing on the preset 'quad': four accelerators}}
module {
  // expected-remark @below {{priced}}
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = math.exp %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
