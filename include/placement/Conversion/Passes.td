//===- Passes.td - From placed programs to other forms -----*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_PASSES_TD
#define PLACEMENT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExportStagesPass : Pass<"placement-export-stages", "::mlir::ModuleOp"> {
  let summary = "Write each stage as a module of its own, and who calls it when";
  let description = [{
    Takes a module as placement-outline-stages leaves it and writes into
    `directory`, which is made if need be:

    - `<function>.mlir` for each stage function: a module in which that function
      is public and called `main`, and all that it refers to. What
      speaks of other stages or devices is gone: attributes of this dialect,
      donations, shardings.
    - `program.json`, the stage program: values, arguments, stages, calls,
      transfers and results (docs/Formats.md). It is written last, so whoever
      finds it finds the rest.

    Every file is written under another name first and then renamed. Values that
    stages hand over must be tensors of static shape whose elements are integers,
    floats or complex numbers. Anything in the driver but calls of stages,
    transfers and the return is an error. Linear.

    ```mlir
    func.func public @main(%x: tensor<8xf32> {placement.role = "activation"}) ... {
      %0 = placement.transfer %x from host to <@quad, "acc", 0> : tensor<8xf32>
      %1 = call @main_stage0(%0) : (tensor<8xf32>) -> tensor<8xf32>
      ...
    ```

    gives `main_stage0.mlir`, ..., and in `program.json`

    ```json
    {"version": 1, "function": "main", "machine": "quad",
     "values": [{"id": 0, "shape": [8], "dtype": "f32", "bytes": 32}, ...],
     "calls": [{"function": "main_stage0", "stage": 0, "phase": null,
                "operands": [0], "results": [1]}, ...], ...}
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "The driver; the only public function when empty">,
    Option<"directory", "directory", "std::string", /*default=*/"",
           "Folder to write to">
  ];
}

def ExportOpsPass : Pass<"placement-export-ops", "::mlir::ModuleOp"> {
  let summary = "Write each distinct operation as a module that can be timed";
  let description = [{
    Profiles are measured with what this pass writes into `directory`, which is
    made if need be. Run placement-inline first.

    - `op_<i>.mlir` for each distinct signature among the top-level operations
      of the function: a module whose public function `main` is one operation
      with that signature. Its operands are arguments, constants are copied in,
      regions and what they refer to come along.
    - `group_<i>.mlir` with `groups`: a heavy operation (it does more than one
      arithmetic operation for each element that it touches) with the light
      ones that follow on it before the next heavy one. Compilers fuse light
      operations, so what one costs is seen in a group and not alone.
    - `ops.json`, written last: `operations` with `signature`, `count`, `timing`
      and, where there is one, its `work`, the name of its `module` and the
      `arguments` of that with shape, type, bytes and role; `groups` with their `operations` by
      number. `timing` is `light`, `heavy`, `free` for constants and what is
      made of them, or `unmeasured` for what has side effects or values that are
      no arrays of static shape; the latter two have no module.

    Nothing in the module is changed. Linear.

    ```mlir
    func.func @main(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> tensor<4x8xf32> {
      %0 = "stablehlo.dot_general"(%x, %w) ...
      %1 = "stablehlo.tanh"(%0) : (tensor<4x8xf32>) -> tensor<4x8xf32>
      return %1 : tensor<4x8xf32>
    }
    ```

    gives `op_0.mlir` with the product, `op_1.mlir` with the tanh, and
    `group_0.mlir` with both.
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">,
    Option<"directory", "directory", "std::string", /*default=*/"",
           "Folder to write to">,
    Option<"groups", "groups", "bool", /*default=*/"true",
           "Write groups, too">
  ];
}

def ConvertPlacementToMPMDPass
    : Pass<"convert-placement-to-mpmd", "::mlir::ModuleOp"> {
  let summary = "Turn an outlined program into one of Shardy MPMD";
  let description = [{
    Takes a module as placement-outline-stages leaves it. Each device with a
    stage becomes a mesh, named by kind and index, in the order of stages; its
    shape is one axis "x" of size 1 unless `mesh-shape` says otherwise, as in
    `mesh-shape=acc:x=2/y=4,cpu:x=1`. The `form` is where the program enters
    Shardy's pipeline:

    - `fragment-calls`: behind its export, ready for the lowering to IFRT.
      Calls of stages become `mpmd.fragment_call`, transfers `mpmd.transfer`;
      stages get a `mesh_shape`, the driver a `topology`. Shardings
      (`sdy.sharding`) of the driver's arguments and results become part of
      their types.
    - `fragments`: before sharding propagation. Bodies of stages are regions of
      `mpmd.fragment`, with `stage_id` and `call_counter`.
    - `named-computations`: before the import. Regions of
      `mpmd.named_computation` on plain tensors; which mesh each is assigned to
      stands in the attribute `mpmd_assignment` of the driver, spelt as options
      of Shardy's passes, and in `assignment-file`, as JSON with the arguments of
      its Python entry.

    Forward and backward calls of a stage have the same origin, transposed once
    for backward. Further pieces of a stage have an origin of their own and no
    stage id, because Shardy allows a mesh one fragment for a stage and phase.

    A mesh is where a value is; there is no host. So an argument is on the mesh
    of its first user from the start, a result stays where it is made, and
    transfers from and to the host vanish. An argument that other meshes use,
    too, is sent to them in each call; a remark names it. A stage that could
    have the buffer of a donated argument gives it back if one of these
    transfers or the return still needs it. Attributes of arguments and results
    stay, except those of this dialect, of which nothing is left in the module.

    An error is what has no place in MPMD: a value that is used away from its
    device without a transfer, a driver without stages, a sharding along an axis
    that the mesh does not have. Nothing has changed then. Linear; nothing is
    copied, and nothing of Shardy is linked.

    ```mlir
    func.func @main(%x: tensor<8xf32> {placement.role = "activation"}) -> ... {
      %0 = placement.transfer %x from host to <@quad, "acc", 0> : tensor<8xf32>
      %1 = call @main_stage0(%0) : (tensor<8xf32>) -> tensor<8xf32>
      %2 = placement.transfer %1 from <@quad, "acc", 0> to <@quad, "acc", 1>
          : tensor<8xf32>
      ...
    // becomes
    func.func @main(%x: !mpmd.mesh_tensor<"acc0", tensor<8xf32>>) -> ...
        attributes {topology = #mpmd.topology<<"acc0" : <["x"=1]>>,
                                              <"acc1" : <["x"=1]>>>} {
      %0 = "mpmd.fragment_call"(%x) <{callee = @main_stage0, mesh_name = "acc0",
                                      origin = [#mpmd.user_origin<"stage0">]}>
          : (!mpmd.mesh_tensor<"acc0", tensor<8xf32>>)
          -> !mpmd.mesh_tensor<"acc0", tensor<8xf32>>
      %1 = "mpmd.transfer"(%0) : (!mpmd.mesh_tensor<"acc0", tensor<8xf32>>)
          -> !mpmd.mesh_tensor<"acc1", tensor<8xf32>>
      ...
    ```
  }];
  let options = [
    Option<"form", "form", "::placement::MPMDForm",
           /*default=*/"::placement::MPMDForm::FragmentCalls",
           "Where in Shardy's pipeline the program enters",
           [{::llvm::cl::values(
             clEnumValN(::placement::MPMDForm::FragmentCalls, "fragment-calls",
               "calls of functions on meshes, behind Shardy's export"),
             clEnumValN(::placement::MPMDForm::Fragments, "fragments",
               "regions on meshes, before Shardy's sharding propagation"),
             clEnumValN(::placement::MPMDForm::NamedComputations,
               "named-computations",
               "named regions with an assignment, before Shardy's import"))}]>,
    ListOption<"meshShape", "mesh-shape", "std::string",
               "Shapes of meshes by kind of device, "
               "[kind:]axis=size[/axis=size...],...">,
    Option<"assignmentFile", "assignment-file", "std::string", /*default=*/"",
           "File for the assignment of named computations; standard output "
           "when `-`">,
    Option<"function", "function", "std::string", /*default=*/"",
           "The driver; the only public function when empty">
  ];
}

def ConvertPlacementToIREEPass
    : Pass<"convert-placement-to-iree", "::mlir::ModuleOp"> {
  let summary = "Turn an outlined module into one for IREE's compiler";
  let description = [{
    Takes a module as placement-outline-stages leaves it and says in IREE's own
    words what runs where. Nothing of this dialect is left. No part of IREE is
    needed for that: its operations are written in generic form and its
    attributes as text, so print the result with `--mlir-print-op-generic`,
    which every version of MLIR reads.

    Forms:

    - `program`: the driver stays the entry point. Each argument says where it
      is handed in and each result where it is left (`iree.abi.affinity`), and
      every use on another device goes through a `flow.tensor.transfer`, one for
      each value and device. An argument is handed in where it is used first, a
      result is left where it is made; with `host=KIND:INDEX` all activations
      and results are on that device instead.
    - `stages`: each stage function is an entry point of its own, with arguments
      and results on its device; the driver is gone, and whoever calls the
      stages moves the values.

    Devices are called `<kind>_<index>` or as `names` says. How IREE learns of
    them:

    - `flags`: they are promised (`#hal.device.promise<@acc_0>`), and the
      compiler is given `--iree-hal-target-device=acc_0=local[0]` for each.
    - `module`: they are globals of the module, and the compiler needs no such
      flag. `targets` maps each kind to a device of IREE: with `acc=local[0]`
      device acc:i is the i-th local one, with `acc:1=hip[0]` acc:1 is that one.

    IREE follows values from transfers on and merges what is computed alike, so
    operations of one stage may end up on the device of another, or on none,
    without a diagnostic. Therefore stages are not inlined (`no_inline`,
    `noinline`); constants, and what is computed from constants alone, are held
    apart where stages on different devices have them in common
    (`util.optimization_barrier` and a transfer to their own device); and in the
    program form each stage ends with a transfer to its own device.

    Donated arguments (`tf.aliasing_output`) stay donated in the program form
    where argument and result are on one device. Shardings are dropped: a stage
    runs on one device. The result is checked as placement-verify-iree does.
    Linear.

    ```mlir
    func.func @main(
        %w: tensor<8x8xf32> {iree.abi.affinity = #hal.device.promise<@acc_1>},
        %x: tensor<8x8xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>})
        -> (tensor<8x8xf32> {iree.abi.affinity = #hal.device.promise<@acc_1>}) {
      %0 = call @main_stage0(%x) : (tensor<8x8xf32>) -> tensor<8x8xf32>
      %1 = "flow.tensor.transfer"(%0) <{target = #hal.device.promise<@acc_1>}>
          : (tensor<8x8xf32>) -> tensor<8x8xf32>
      %2 = call @main_stage1(%w, %1)
          : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
      return %2 : tensor<8x8xf32>
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "The driver; the only public function when empty">,
    Option<"form", "form", "::placement::IREEForm",
           /*default=*/"::placement::IREEForm::Program",
           "What can be called", [{::llvm::cl::values(
             clEnumValN(::placement::IREEForm::Program, "program",
               "the whole function"),
             clEnumValN(::placement::IREEForm::Stages, "stages",
               "each stage"))}]>,
    Option<"devices", "devices", "::placement::IREEDevicesFrom",
           /*default=*/"::placement::IREEDevicesFrom::Flags",
           "How IREE learns of the devices", [{::llvm::cl::values(
             clEnumValN(::placement::IREEDevicesFrom::Flags, "flags",
               "from --iree-hal-target-device=NAME=..."),
             clEnumValN(::placement::IREEDevicesFrom::Module, "module",
               "from globals of the module"))}]>,
    ListOption<"names", "names", "std::string",
               "Names of devices: KIND:INDEX=NAME,...">,
    ListOption<"targets", "targets", "std::string",
               "With devices=module, IREE's device for each kind or device: "
               "KIND=TARGET[ORDINAL],... or KIND:INDEX=TARGET[ORDINAL],...">,
    Option<"host", "host", "std::string", /*default=*/"",
           "Device KIND:INDEX where activations arrive and results are left; "
           "empty for where each is used first and made">,
    Option<"donate", "donate", "bool", /*default=*/"true",
           "In the program form, arguments stay donated; without, the caller "
           "keeps them">
  ];
}

def VerifyIREEPass : Pass<"placement-verify-iree", "::mlir::ModuleOp"> {
  let summary = "Check that a module for IREE moves values where they are used";
  let description = [{
    IREE takes a value on the wrong device without a word and puts the
    operations that use it wherever it likes. This pass reads a module as
    convert-placement-to-iree makes it and checks that

    - every argument and result of an entry point has a device, and so have
      those of the stages that it calls, one for each stage;
    - every operand of a stage, and every result, is on the device where it is
      used: made there, handed in there, or moved there by a
      `flow.tensor.transfer`;
    - a stage moves nothing to other devices;
    - devices that are globals are there.

    Changes nothing. Linear.
  }];
}

#endif // PLACEMENT_CONVERSION_PASSES_TD
