//===- Passes.td - All passes, in the order of the pipeline  -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_PASSES_TD
#define PLACEMENT_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Before the solver
//===----------------------------------------------------------------------===//

def InlinePass : Pass<"placement-inline", "::mlir::ModuleOp"> {
  let summary = "Inline every call into the function to be placed";
  let description = [{
    Front ends outline helpers (jax does it with `relu`, `_where`, `_take`);
    placement sees through them. Every `func.call` in the function to be
    placed is replaced by the body of its callee, and so on through the calls
    of that body, whatever region a call stands in. Private functions that
    nothing refers to any more are erased.

    Operations keep their locations: each is wrapped in a call site of the call
    that it came through. `placement.pin`, `placement.colocate`,
    `placement.phase`, `placement.device` and `placement.stage` on a call go to
    the operations of the body that don't have them.

    A call stays one operation, and a remark says why, when

    - the callee is only declared, has several blocks, or doesn't end in
      `func.return`;
    - the callee calls itself, directly or through others;
    - the call or the callee is marked `no_inline`;
    - the call carries `placement.cost`: it was priced as a whole.

    Unlike upstream's `inline`, the pass knows nothing of the operations in a
    body, so it works on unregistered ones, with regions too. Any symbol
    reference in any attribute or type counts as a use of a function. It takes
    time linear in the IR before and after.

    ```mlir
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %0 = func.call @relu(%x) : (tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    func.func private @relu(%x: tensor<4xf32>) -> tensor<4xf32> {
      %zero = "stablehlo.constant"()
          <{value = dense<0.0> : tensor<4xf32>}> : () -> tensor<4xf32>
      %0 = "stablehlo.maximum"(%x, %zero)
          : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    // becomes
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %zero = "stablehlo.constant"()
          <{value = dense<0.0> : tensor<4xf32>}> : () -> tensor<4xf32>
      %0 = "stablehlo.maximum"(%x, %zero)
          : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">,
    Option<"maxOps", "max-ops", "uint64_t", /*default=*/"1000000",
           "Refuse to make the function larger than this many operations">
  ];
}

#endif // PLACEMENT_TRANSFORMS_PASSES_TD
