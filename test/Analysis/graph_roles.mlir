// Which arguments are weights.
// RUN: placement-opt %s --split-input-file --device-place -verify-diagnostics | FileCheck %s

// Without any role: those of integer elements are activations.
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// CHECK-LABEL: func.func @integers
// CHECK-SAME:    tensor<4xf32> {placement.role = "weight"}
// CHECK-SAME:    tensor<4xi32> {placement.role = "activation"}
// CHECK-SAME:    index {placement.role = "activation"}
// CHECK-SAME:    tensor<4xf32> {placement.role = "weight"}
// expected-remark@+3 {{without placement.role, arguments 1, 2 count as activations and arguments 0, 3 count as weights}}
// expected-remark@+2 {{placed 1 operation in 1 stage}}
// expected-remark@+1 {{bottleneck}}
func.func @integers(%w: tensor<4xf32>, %ids: tensor<4xi32>, %n: index, %v: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "test.op"(%w, %ids, %n, %v) {placement.cost = #c} : (tensor<4xf32>, tensor<4xi32>, index, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Where there are none, the last argument.
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// CHECK-LABEL: func.func @last
// CHECK-COUNT-4: placement.role = "weight"
// CHECK-SAME:    placement.role = "activation"
// expected-remark@+3 {{without placement.role, argument 4 counts as activation and arguments 0-3 count as weights}}
// expected-remark@+2 {{placed}}
// expected-remark@+1 {{bottleneck}}
func.func @last(%a: f32, %b: f32, %c: f32, %d: f32, %x: f32) -> f32 {
  %0 = "test.op"(%a, %b, %c, %d, %x) {placement.cost = #c} : (f32, f32, f32, f32, f32) -> f32
  return %0 : f32
}

// -----

// A role decides; the last argument is a weight where there is an activation.
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// CHECK-LABEL: func.func @some
// CHECK-SAME:    placement.role = "activation"
// CHECK-SAME:    placement.role = "weight"
// expected-remark@+3 {{without placement.role, argument 1 counts as weight}}
// expected-remark@+2 {{placed}}
// expected-remark@+1 {{bottleneck}}
func.func @some(%x: f32 {placement.role = "activation"}, %w: f32) -> f32 {
  %0 = "test.op"(%w, %x) {placement.cost = #c} : (f32, f32) -> f32
  return %0 : f32
}

// -----

// All given: nothing to say.
placement.machine @m { placement.device_kind "acc" count 1 }
#c = #placement.cost<times = {acc = 1.0 : f64}, output = 16, source = "test">
// expected-remark@+2 {{placed}}
// expected-remark@+1 {{bottleneck}}
func.func @all(%w: i32 {placement.role = "weight"}, %x: f32 {placement.role = "activation"}) -> f32 {
  %0 = "test.op"(%w, %x) {placement.cost = #c} : (i32, f32) -> f32
  return %0 : f32
}
