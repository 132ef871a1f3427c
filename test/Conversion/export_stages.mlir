// RUN: split-file %s %t

// Values are numbered by the driver's arguments and the results of its calls,
// transferred ones keep their number; the weight @w is used by two stages, the
// argument %y only passes through.

// RUN: placement-opt %t/skip.mlir --placement-export-stages=directory=%t/skip.out -o %t/same.mlir
// RUN: FileCheck %s --check-prefix=SKIP --input-file=%t/skip.out/program.json
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/stage-program.schema.json %t/skip.out/program.json
// SKIP:      "version": 1,
// SKIP-NEXT: "function": "main",
// SKIP-NEXT: "machine": "fleet",
// SKIP-NEXT: "values": [
// SKIP:        "id": 0,
// SKIP-NEXT:   "shape": [
// SKIP-NEXT:     4
// SKIP-NEXT:   ],
// SKIP-NEXT:   "dtype": "f32",
// SKIP-NEXT:   "bytes": 16
// SKIP:        "id": 2,
// SKIP-NEXT:   "shape": [],
// SKIP-NEXT:   "dtype": "i1",
// SKIP-NEXT:   "bytes": 1
// SKIP:        "id": 3,
// SKIP:        "dtype": "complex<f32>",
// SKIP-NEXT:   "bytes": 32
// SKIP:        "id": 5
// SKIP-NOT:    "id": 6
// SKIP:      "arguments": [
// SKIP:        "value": 0,
// SKIP-NEXT:   "role": "weight"
// SKIP:        "value": 1,
// SKIP-NEXT:   "role": "activation"
// SKIP:      "stages": [
// SKIP:        "stage": 0,
// SKIP-NEXT:   "device": {
// SKIP-NEXT:     "kind": "acc",
// SKIP-NEXT:     "index": 1
// SKIP:        "stage": 1,
// SKIP:      "calls": [
// SKIP:        "function": "main_stage0",
// SKIP-NEXT:   "stage": 0,
// SKIP-NEXT:   "phase": null,
// SKIP-NEXT:   "operands": [
// SKIP-NEXT:     0,
// SKIP-NEXT:     1
// SKIP-NEXT:   ],
// SKIP-NEXT:   "results": [
// SKIP-NEXT:     4
// SKIP-NEXT:   ]
// SKIP:        "function": "main_stage1",
// SKIP:        "operands": [
// SKIP-NEXT:     0,
// SKIP-NEXT:     4
// SKIP-NEXT:   ],
// SKIP-NEXT:   "results": [
// SKIP-NEXT:     5
// SKIP:      "transfers": [
// SKIP:        "value": 1,
// SKIP-NEXT:   "from": "host",
// SKIP-NEXT:   "to": {
// SKIP-NEXT:     "kind": "acc",
// SKIP-NEXT:     "index": 1
// SKIP:        "value": 4,
// SKIP-NEXT:   "from": {
// SKIP:        "to": {
// SKIP:          "index": 0
// SKIP:      "results": [
// SKIP-NEXT:   5,
// SKIP-NEXT:   2,
// SKIP-NEXT:   4,
// SKIP-NEXT:   0
// SKIP-NEXT: ]

// Each stage is a module: what it refers to comes along, also by names in
// attributes of dialects that are not registered, and nothing else. Placement,
// donation and sharding are gone, other attributes are not.

// RUN: FileCheck %s --check-prefix=STAGE0 --input-file=%t/skip.out/main_stage0.mlir
// STAGE0:     "builtin.module"() ({
// STAGE0-NOT: placement.
// STAGE0-NOT: sharding
// STAGE0-NOT: buffer_donor
// STAGE0-NOT: num_partitions
// STAGE0:     "func.func"() <{arg_attrs = [{}, {foo.kept}]
// STAGE0-SAME: sym_name = "main"}>
// STAGE0-NOT: sym_visibility
// STAGE0:     "func.call"(%{{.*}}) <{callee = @helper}>
// STAGE0:     sym_name = "helper", sym_visibility = "private"
// STAGE0:     "foo.mesh"() {sym_name = "mesh"}
// STAGE0:     sym_name = "leaf", sym_visibility = "private"
// STAGE0-NOT: sym_name
// STAGE0:     }) {foo.module, mhlo.num_replicas = 1 : i32} : () -> ()

// RUN: FileCheck %s --check-prefix=STAGE1 --input-file=%t/skip.out/main_stage1.mlir
// STAGE1:     sym_name = "main"}>
// STAGE1-NOT: sharding
// STAGE1:     %[[C:.*]] = "stablehlo.composite"({{.*}}) <{decomposition = @part}>
// STAGE1:     "func.return"(%[[C]])
// STAGE1:     sym_name = "part"
// STAGE1-NOT: sym_name

// The module itself is left as it was.
// RUN: placement-opt %t/skip.mlir -o %t/before.mlir
// RUN: diff %t/before.mlir %t/same.mlir

// Nothing but these files is left behind, and an existing folder is used.
// RUN: placement-opt %t/skip.mlir --placement-export-stages=directory=%t/skip.out -o /dev/null
// RUN: ls -A %t/skip.out | FileCheck %s --check-prefix=FILES
// FILES:      main_stage0.mlir
// FILES-NEXT: main_stage1.mlir
// FILES-NEXT: program.json
// FILES-NOT:  {{.}}

// In training a stage has two functions, with their phase.
// RUN: placement-opt %t/training.mlir --placement-insert-transfers --placement-outline-stages --placement-export-stages=directory=%t/training.out -o /dev/null
// RUN: FileCheck %s --check-prefix=TRAINING --input-file=%t/training.out/program.json
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/stage-program.schema.json %t/training.out/program.json
// TRAINING:      "calls": [
// TRAINING:        "function": "step_stage0",
// TRAINING-NEXT:   "stage": 0,
// TRAINING-NEXT:   "phase": "forward",
// TRAINING:        "function": "step_stage0_backward",
// TRAINING-NEXT:   "stage": 0,
// TRAINING-NEXT:   "phase": "backward",

// A driver without stages is a program, too.
// RUN: placement-opt %t/empty.mlir --placement-export-stages=directory=%t/empty.out -o /dev/null
// RUN: FileCheck %s --check-prefix=EMPTY --input-file=%t/empty.out/program.json
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/stage-program.schema.json %t/empty.out/program.json
// EMPTY: "machine": null,
// EMPTY: "stages": [],
// EMPTY: "calls": [],
// EMPTY: "results": [
// EMPTY-NEXT: 0

//--- skip.mlir
#d0 = #placement.device<@fleet, "acc", 1>
#d1 = #placement.device<@fleet, "acc", 0>
module attributes {foo.module, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  placement.machine @fleet {
    placement.device_kind "acc" count 2
  }
  func.func @main(%w: tensor<4xf32> {placement.role = "weight"},
                  %x: tensor<4xf32> {placement.role = "activation"},
                  %y: tensor<i1> {placement.role = "activation"},
                  %z: tensor<4xcomplex<f32>> {placement.role = "activation"})
      -> (tensor<4xf32>, tensor<i1>, tensor<4xf32>, tensor<4xf32>) {
    %x0 = placement.transfer %x from host to <@fleet, "acc", 1> : tensor<4xf32>
    %a = call @main_stage0(%w, %x0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %a1 = placement.transfer %a from <@fleet, "acc", 1> to <@fleet, "acc", 0> : tensor<4xf32>
    %b = call @main_stage1(%w, %a1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %bh = placement.transfer %b from <@fleet, "acc", 0> to host : tensor<4xf32>
    %ah = placement.transfer %a from <@fleet, "acc", 1> to host : tensor<4xf32>
    return %bh, %y, %ah, %w : tensor<4xf32>, tensor<i1>, tensor<4xf32>, tensor<4xf32>
  }
  func.func private @main_stage0(%w: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true},
                                 %x: tensor<4xf32> {foo.kept, placement.role = "activation", mhlo.sharding = "{replicated}"})
      -> tensor<4xf32> attributes {placement.device = #d0, placement.stage = 0 : i64} {
    %0 = call @helper(%w) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = "stablehlo.add"(%0, %x) {mesh = #foo<mesh@mesh>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @main_stage1(%w: tensor<4xf32> {placement.role = "weight"},
                                 %x: tensor<4xf32> {placement.role = "activation"})
      -> tensor<4xf32> attributes {placement.device = #d1, placement.stage = 1 : i64} {
    %0 = "stablehlo.add"(%w, %x) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %1 = "stablehlo.composite"(%0) <{decomposition = @part}> {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
    %2 = "sdy.sharding_constraint"(%1) <{sharding = #sdy.sharding<@mesh, [{"x"}]>}> {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
    return %2 : tensor<4xf32>
  }
  func.func private @part(tensor<4xf32>) -> tensor<4xf32>
  func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> attributes {no_inline} {
    %0 = "foo.uses"(%x) {callee = @leaf} : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @leaf(tensor<4xf32>) -> tensor<4xf32>
  func.func private @unused(tensor<4xf32>) -> tensor<4xf32>
  "foo.mesh"() {sym_name = "mesh"} : () -> ()
}

//--- training.mlir
#d0 = #placement.device<@fleet, "acc", 0>
func.func @step(%w0: tensor<4xf32> {placement.role = "weight"}, %x: tensor<4xf32>) -> tensor<4xf32> {
  %a = "stablehlo.multiply"(%w0, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g0 = "stablehlo.multiply"(%x, %a) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g0 : tensor<4xf32>
}

//--- empty.mlir
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
