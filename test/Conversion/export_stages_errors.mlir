// RUN: placement-opt %s --split-input-file --placement-export-stages=directory=%t.out --verify-diagnostics
// RUN: not ls %t.out

// Not outlined at all.

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op in @main is neither a call of a stage nor a transfer; run placement-outline-stages (or all of placement-pipeline) first}}
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A call of something that is no stage.

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'func.call' op in @main is neither a call of a stage nor a transfer}}
  %0 = call @helper(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @helper(tensor<4xf32>) -> tensor<4xf32>

// -----

// Without roles nobody knows what is a weight.

// expected-error@+1 {{argument 0 of @main has no placement.role; run placement-insert-transfers first}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// Values that no host array can hold.

// expected-error@+1 {{argument 0 of @main has type 'tensor<?xf32>'; stages hand over tensors of static shape and of integers, floats or complex numbers only}}
func.func @main(%x: tensor<?xf32> {placement.role = "activation"}) {
  return
}

// -----

func.func @main() {
  // expected-error@+1 {{result 0 of the call of @s has type '!stablehlo.token'}}
  %0 = call @s() : () -> !stablehlo.token
  return
}
func.func private @s() -> !stablehlo.token attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  %0 = "stablehlo.after_all"() : () -> !stablehlo.token
  return %0 : !stablehlo.token
}

// -----

// More bytes than can be counted.

// expected-error@+1 {{argument 0 of @main has type 'tensor<4611686018427387904xf32>'}}
func.func @main(%x: tensor<4611686018427387904xf32> {placement.role = "activation"}) {
  return
}

// -----

// One stage on two devices.

func.func @main() {
  call @s() : () -> ()
  call @t() : () -> ()
  return
}
// expected-note@+1 {{@s is on #placement.device<@m, "acc", 0>}}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}
// expected-error@+1 {{stage 0 is on two devices: @t on #placement.device<@m, "acc", 1>}}
func.func private @t() attributes {placement.device = #placement.device<@m, "acc", 1>, placement.stage = 0 : i64} {
  return
}

// -----

// What is called @main in its module can be reached by no other name.

func.func @driver() {
  call @s() : () -> ()
  return
}
// expected-error@+1 {{@s cannot be a module of its own, in which it is called @main: it refers to itself}}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  call @t() : () -> ()
  return
}
func.func private @t() {
  call @s() : () -> ()
  return
}

// -----

func.func @driver() {
  call @s() : () -> ()
  return
}
// expected-error@+1 {{it refers to another symbol of that name}}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  call @main() : () -> ()
  return
}
func.func private @main()

// -----

// Names that no file can have.

func.func @driver() {
  call @"../s"() : () -> ()
  return
}
// expected-error@+1 {{the name of @../s cannot be that of a file}}
func.func private @"../s"() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}
