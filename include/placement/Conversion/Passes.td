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

#endif // PLACEMENT_CONVERSION_PASSES_TD
