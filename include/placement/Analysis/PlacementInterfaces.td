//===- PlacementInterfaces.td - Op interfaces -------------*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_TD
#define PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_TD

include "mlir/IR/OpBase.td"

def WorkOpInterface : OpInterface<"WorkOpInterface"> {
  let description = [{
    Tells how much work an operation is, independent of any device: floating
    point operations, transcendental functions, bytes read and written.
    Dialects of other projects implement it by external models
    (`lib/Analysis/ExternalModels`, one file a dialect); an operation without
    it, and unknown by name, is priced by the bytes it moves.
  }];
  let cppNamespace = "::placement";
  let methods = [
    InterfaceMethod<
      /*desc=*/[{
        Returns the work of executing the operation once, whole: for an
        operation with regions, all executions of its regions that one
        execution of the operation makes.

        Counts follow XLA's HloCostAnalysis: a multiply-add is two flops, an
        elementwise operation one an element, integer arithmetic counts as
        floating point, and arithmetic on `index` (addresses) is free.
        Whatever the operation doesn't tell (dynamic shapes, trip counts) is
        assumed with `counter.assume`, which ends up in a remark. Must not
        modify the IR and must take time linear in the operation's size.
      }],
      /*retTy=*/"::placement::Work",
      /*methodName=*/"countWork",
      /*args=*/(ins "::placement::WorkCounter &":$counter)>
  ];
}

#endif // PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_TD
