// What device-place tells: roles, the plan, its bottleneck, each cut, clones.
// RUN: placement-opt %s --split-input-file --device-place -verify-diagnostics -o /dev/null

placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 1.0>
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
#l = #placement.cost<times = {acc = 9.0 : f64}, output = 64, source = "test">
#k = #placement.cost<times = {acc = 0.5 : f64}, output = 64, source = "test">
// expected-remark@+4 {{without placement.role, argument 1 counts as activation and argument 0 counts as weight}}
// expected-remark@+3 {{placed 3 operations in 2 stages: 22.13 us for each sample, proven optimal}}
// expected-remark@+2 {{the bottleneck is stage 1 (acc:1) with 22.13 us: 20 compute, 1.064 in, 1.064 out}}
// expected-remark@+1 {{cloned 1 operation on weights and constants (1 clone) so that each stage has its own; the biggest is 'stablehlo.transpose' of 64 bytes, with 1 clone}}
func.func @main(%w: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %t = "stablehlo.transpose"(%w) {placement.cost = #k} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = "stablehlo.multiply"(%x, %t) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{cut before 'stablehlo.multiply': 1 value of 64 bytes together, taking 1.064 us of stage 0 (acc:0) and 1.064 us of stage 1 (acc:1); with this operation, too, stage 0 would take 23.13 us instead of 12.63 us, more than the slowest stage now}}
  %1 = "stablehlo.multiply"(%0, %t) {placement.cost = #c} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.multiply"(%1, %t) {placement.cost = #l} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// A training step. What the time is for follows the phases.
placement.machine @fleet {
  placement.device_kind "acc" count 1
}
#c = #placement.cost<times = {acc = 10.0 : f64}, output = 64, source = "test">
// expected-remark@+2 {{placed 1 operation in 1 stage: 10 us for each training step, proven optimal}}
// expected-remark@+1 {{the bottleneck is stage 0 (acc:0) with 10 us: 10 compute, 0 in, 0 out}}
func.func @main(%x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #c, placement.phase = #placement.phase<backward>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

// Where a rule and not the time keeps the operation after a cut out of the stage
// before, the remark names the rule.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 300 link <bandwidth = 1.0e9, latency = 1.0>
  placement.device_kind "cpu" count 1
}
#a = #placement.cost<times = {acc = 1.0 : f64}, output = 64, weight = 200, source = "test">
#c = #placement.cost<times = {cpu = 9.0 : f64}, output = 64, source = "test">
// expected-remark@+2 {{placed 3 operations in 3 stages: 9 us for each sample, proven optimal}}
// expected-remark@+1 {{the bottleneck is stage 2 (cpu:0) with 9 us: 9 compute, 0 in, 0 out}}
func.func @main(%x: tensor<4x4xf32> {placement.role = "activation"}) -> tensor<4x4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #a} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{stage 1 (acc:1); with this operation, too, stage 0 would break a rule: acc:0 needs 400 bytes, but kind "acc" has 300}}
  %1 = "stablehlo.tanh"(%0) {placement.cost = #a} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark@+1 {{stage 2 (cpu:0); with this operation, too, stage 1 would break a rule: node 2 ("stablehlo.tanh") is on acc:1, but kind "acc" does not support it}}
  %2 = "stablehlo.tanh"(%1) {placement.cost = #c} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}
