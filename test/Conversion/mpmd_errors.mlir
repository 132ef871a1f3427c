// RUN: placement-opt %s --split-input-file --convert-placement-to-mpmd=form=fragments --verify-diagnostics

// Not outlined at all.

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'stablehlo.negate' op in @main is neither a call of a stage nor a transfer; run placement-outline-stages (or all of placement-pipeline) first}}
  %0 = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Converted already.

func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'mpmd.transfer' op in @main is neither a call of a stage nor a transfer}}
  %0 = "mpmd.transfer"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Nothing runs anywhere.

// expected-error@+1 {{@main has no stage, so there is no mesh to put its values on}}
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// A tensor without a shape is on no mesh.

// expected-error@+1 {{argument 0 of @main has type 'tensor<*xf32>'}}
func.func @main(%x: tensor<*xf32> {placement.role = "activation"}) {
  return
}

// -----

// A value of another device is used without a transfer.

func.func @main(%x: tensor<4xf32> {placement.role = "weight"}) -> tensor<4xf32> {
  %0 = call @s(%x) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@+1 {{'func.call' op takes operand 0 on #placement.device<@m, "acc", 1>, but it is on #placement.device<@m, "acc", 0>; run placement-insert-transfers before placement-outline-stages}}
  %1 = call @t(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @s(%x: tensor<4xf32>) -> tensor<4xf32> attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return %x : tensor<4xf32>
}
func.func private @t(%x: tensor<4xf32>) -> tensor<4xf32> attributes {placement.device = #placement.device<@m, "acc", 1>, placement.stage = 1 : i64} {
  return %x : tensor<4xf32>
}

// -----

// So is a batch.

func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'func.call' op takes operand 0 on #placement.device<@m, "acc", 0>, but it is on #placement.host}}
  %0 = call @s(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @s(%x: tensor<4xf32>) -> tensor<4xf32> attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return %x : tensor<4xf32>
}

// -----

// A transfer that starts elsewhere.

func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  // expected-error@+1 {{'placement.transfer' op takes operand 0 on #placement.device<@m, "acc", 0>, but it is on #placement.host}}
  %0 = placement.transfer %x from <@m, "acc", 0> to host : tensor<4xf32>
  call @s() : () -> ()
  return %0 : tensor<4xf32>
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}

// -----

// A transfer to a device that has no stage.

func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) {
  // expected-error@+1 {{'placement.transfer' op moves a value to #placement.device<@m, "acc", 7>, where no stage runs and hence no mesh is}}
  %0 = placement.transfer %x from host to <@m, "acc", 7> : tensor<4xf32>
  call @s() : () -> ()
  return
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}

// -----

// Axes that meshes do not have; those of the mesh itself do not count.

// expected-error@+1 {{argument 1 of @main is sharded along 'data', which mesh 'acc0' does not have; say how many chips the mesh has along it, as in mesh-shape=acc:data=2}}
func.func @main(
    %w: tensor<4xf32> {placement.role = "weight", sdy.sharding = #sdy.sharding<mesh<["other"=1]>, [{"x"}]>},
    %x: tensor<4xf32> {placement.role = "activation", sdy.sharding = #sdy.sharding<@mesh, [{"x", "data":(1)2, ?}]>}) {
  call @s() : () -> ()
  return
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}

// -----

// expected-error@+1 {{result 0 of @main is sharded along 'y', which mesh 'acc0' does not have}}
func.func @main(%w: tensor<4xf32> {placement.role = "weight"}) -> (tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}], replicated={"y"}>}) {
  call @s() : () -> ()
  return %w : tensor<4xf32>
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}

// -----

// A body can be in one place only.

func.func @main() {
  call @s() : () -> ()
  call @s() : () -> ()
  return
}
// expected-error@+1 {{@s is called several times; only form=fragment-calls can say that}}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}

// -----

func.func @main() {
  call @s() : () -> ()
  return
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  return
}
func.func private @other() {
  // expected-error@+1 {{'func.call' op calls the stage @s from outside of @main; only form=fragment-calls keeps it as a function}}
  call @s() : () -> ()
  return
}

// -----

// A body in the driver can call nobody, for no symbol is found from there.

func.func @main() {
  call @s() : () -> ()
  return
}
func.func private @s() attributes {placement.device = #placement.device<@m, "acc", 0>, placement.stage = 0 : i64} {
  // expected-error@+1 {{'func.call' op calls @helper inside of a stage, and only form=fragment-calls keeps stages as functions; inline it (placement-inline) before the module is placed}}
  call @helper() : () -> ()
  return
}
func.func private @helper() {
  return
}
