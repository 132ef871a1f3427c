// RUN: placement-opt %s --split-input-file --placement-verify-iree --verify-diagnostics

// What IREE would compile without a word to something else.

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
func.func @good(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  %0 = call @stage0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "flow.tensor.transfer"(%0) <{target = #b}> : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @stage1(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
func.func private @stage0(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  return %x : tensor<4xf32>
}
func.func private @stage1(%x: tensor<4xf32> {iree.abi.affinity = #b}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  return %x : tensor<4xf32>
}
func.func @not_ours(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{no public function says where its arguments and results are (iree.abi.affinity); run convert-placement-to-iree first}}
module {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
// expected-note@+1 {{the value is made here}}
func.func @argument(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  // expected-error@+1 {{'func.call' op takes operand 0 on #hal.device.promise<@b>, but it is on #hal.device.promise<@a>, and no flow.tensor.transfer moves it}}
  %0 = call @stage(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @stage(%x: tensor<4xf32> {iree.abi.affinity = #b}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
func.func @between(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  // expected-note@+1 {{the value is made here}}
  %0 = call @stage0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{takes operand 0 on #hal.device.promise<@b>, but it is on #hal.device.promise<@a>}}
  %1 = call @stage1(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @stage0(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  return %x : tensor<4xf32>
}
func.func private @stage1(%x: tensor<4xf32> {iree.abi.affinity = #b}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
func.func @result(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  // expected-note@+1 {{the value is made here}}
  %0 = call @stage(%x) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{takes result 0 on #hal.device.promise<@b>, but it is on #hal.device.promise<@a>}}
  return %0 : tensor<4xf32>
}
func.func private @stage(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
// expected-error@+1 {{result 0 of @nowhere has no iree.abi.affinity}}
func.func @nowhere(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
// expected-error@+1 {{stage @split is on #hal.device.promise<@a>, but its result 0 is on #hal.device.promise<@b>}}
func.func @split(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #b}) {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
#b = #hal.device.promise<@b>
func.func @inside(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  // expected-error@+1 {{'flow.tensor.transfer' op moves a value to #hal.device.promise<@b> within a stage on #hal.device.promise<@a>}}
  %0 = "flow.tensor.transfer"(%x) <{target = #b}> : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

#a = #hal.device.promise<@a>
func.func @foreign(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  %0 = call @stage(%x) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{'stablehlo.sine' op in @foreign is neither a transfer nor a call of a stage with devices}}
  %1 = "stablehlo.sine"(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @stage(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  return %x : tensor<4xf32>
}

// -----

#a = #hal.device.affinity<@a>
// expected-error@+1 {{argument 0 of @undeclared is on #hal.device.affinity<@a>, but the module has no util.global @a}}
func.func @undeclared(%x: tensor<4xf32> {iree.abi.affinity = #a}) -> (tensor<4xf32> {iree.abi.affinity = #a}) {
  return %x : tensor<4xf32>
}
