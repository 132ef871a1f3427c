// A device with several stages, in every form that leaves the project: several
// functions with one device, and nothing is sent between them.
// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages -o %t.mlir
// RUN: placement-opt %t.mlir --convert-placement-to-iree --placement-verify-iree | FileCheck %s --check-prefix=IREE
// RUN: placement-opt %t.mlir --convert-placement-to-iree=form=stages | FileCheck %s --check-prefix=STAGES
// RUN: placement-opt %t.mlir --convert-placement-to-mpmd=form=fragment-calls | FileCheck %s --check-prefix=CALLS
// RUN: placement-opt %t.mlir --convert-placement-to-mpmd=form=fragments | FileCheck %s --check-prefix=FRAGMENTS
// RUN: placement-opt %t.mlir --convert-placement-to-mpmd=form=named-computations | FileCheck %s --check-prefix=NAMED
// RUN: placement-opt %t.mlir --placement-export-stages=directory=%t.out -o /dev/null
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.out/program.json
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/stage-program.schema.json %t.out/program.json

// The check of the module for IREE is awake: stage 2 taken for one of the other
// device does not get its operands there, nor leave its result there.
// RUN: placement-opt %t.mlir --convert-placement-to-iree -o %t.iree.mlir
// RUN: sed '/@main_stage2(%arg/ s/acc_0/acc_1/g' %t.iree.mlir > %t.wrong.mlir
// RUN: not placement-opt %t.wrong.mlir --placement-verify-iree 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: error: 'flow.tensor.transfer' op moves a value to #hal.device.promise<@acc_0> within a stage on #hal.device.promise<@acc_1>

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>

// IREE-LABEL: func.func @main(
// IREE-NEXT:    %[[A:.*]] = call @main_stage0(
// IREE-NEXT:    %[[B:.*]] = "flow.tensor.transfer"(%[[A]]) <{target = #hal.device.promise<@acc_1>}>
// IREE-NEXT:    %[[C:.*]] = call @main_stage1(%[[B]])
// IREE-NEXT:    %[[D:.*]] = "flow.tensor.transfer"(%[[C]]) <{target = #hal.device.promise<@acc_0>}>
// IREE-NEXT:    %[[E:.*]] = call @main_stage2(%{{.*}}, %[[A]], %[[D]])
// IREE:       func.func private @main_stage0({{.*}}@acc_0
// IREE:       func.func private @main_stage1({{.*}}@acc_1
// IREE:       func.func private @main_stage2({{.*}}@acc_0

// STAGES:     func.func @main_stage0({{.*}}@acc_0
// STAGES:     func.func @main_stage1({{.*}}@acc_1
// STAGES:     func.func @main_stage2({{.*}}@acc_0

// CALLS-LABEL: func.func @main(
// CALLS-SAME:    topology = #mpmd.topology<<"acc0" : <["x"=1]>>, <"acc1" : <["x"=1]>>>
// CALLS-NEXT:    %[[A:.*]] = "mpmd.fragment_call"({{.*}}callee = @main_stage0, mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0">]
// CALLS-NEXT:    %[[B:.*]] = "mpmd.transfer"(%[[A]])
// CALLS-NEXT:    %[[C:.*]] = "mpmd.fragment_call"(%[[B]]) <{callee = @main_stage1, mesh_name = "acc1"
// CALLS-NEXT:    %[[D:.*]] = "mpmd.transfer"(%[[C]])
// CALLS-NEXT:    "mpmd.fragment_call"(%{{.*}}, %[[A]], %[[D]]) <{callee = @main_stage2, mesh_name = "acc0", origin = [#mpmd.user_origin<"stage2">]
// CALLS-NOT:     mpmd.transfer

// FRAGMENTS:   mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0">], stage_id = 0
// FRAGMENTS:   mesh_name = "acc1", origin = [#mpmd.user_origin<"stage1">], stage_id = 1
// FRAGMENTS:   mesh_name = "acc0", origin = [#mpmd.user_origin<"stage2">], stage_id = 2

// NAMED:       computations = "stage0@acc0/0,stage1@acc1/1,stage2@acc0/2", inputs = "0@acc0,1@acc0", outputs = "0@acc0"

// JSON:      "stages": [
// JSON:        "stage": 0,
// JSON:        "index": 0
// JSON:        "stage": 1,
// JSON:        "index": 1
// JSON:        "stage": 2,
// JSON:        "index": 0
// JSON:      "calls": [
// JSON:        "function": "main_stage0",
// JSON:        "function": "main_stage1",
// JSON:        "function": "main_stage2",
// JSON-NEXT:   "stage": 2,

placement.machine @fleet { placement.device_kind "acc" count 2 }
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}, %w: tensor<4xf32> {placement.role = "weight"}) -> tensor<4xf32> {
  %0 = "stablehlo.add"(%x, %w) {placement.device = #d0, placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.device = #d1, placement.stage = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.multiply"(%1, %0) {placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.add"(%2, %w) {placement.device = #d0, placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
