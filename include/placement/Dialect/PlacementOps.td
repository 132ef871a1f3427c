//===- PlacementOps.td - Operations of the placement dialect  -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTOPS_TD
#define PLACEMENT_DIALECT_PLACEMENTOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "placement/Dialect/PlacementAttrs.td"

class Placement_Op<string mnemonic, list<Trait> traits = []>
    : Op<Placement_Dialect, mnemonic, traits>;

def Placement_LocationAttr
    : AnyAttrOf<[Placement_DeviceAttr, Placement_HostAttr], "device or host">;

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

def Placement_DeviceKindOp : Placement_Op<"device_kind", [
    HasParent<"::placement::MachineOp">]> {
  let summary = "A number of interchangeable devices of a machine.";
  let description = [{
    `memory` is in bytes; without it the devices have no limit. Without a `link`
    moving values to and from the devices is free. The `roofline` prices
    operations for which no measured time is known.

    For the objective latency `host` says whether operations on the kind run one
    by one out of host memory, each as soon as its inputs are there, or, with
    `false`, as pieces that are called whole. Without it a kind is a host kind if
    it has no link. A kind with a link is none.

    ```mlir
    placement.device_kind "acc" count 4 memory 85899345920
        link <bandwidth = 6.4e10, latency = 5.0>
        roofline <peak = {f32 = 6.69e13 : f64}, bandwidth = 3.35e12>
    placement.device_kind "cpu" count 1 host true
    ```
  }];
  let arguments = (ins
    StrAttr:$kind, I64Attr:$count, OptionalAttr<I64Attr>:$memory,
    OptionalAttr<Placement_LinkAttr>:$link,
    OptionalAttr<Placement_RooflineAttr>:$roofline,
    OptionalAttr<BoolAttr>:$host);
  let assemblyFormat = [{
    $kind `count` $count (`memory` $memory^)? (`link` $link^)?
    (`roofline` $roofline^)? (`host` $host^)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether operations run one by one out of host memory under latency.
    bool isHost() { return getHost().value_or(!getLinkAttr()); }
  }];
}

def Placement_MachineOp : Placement_Op<"machine", [
    Symbol, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments]> {
  let summary = "A fleet of devices.";
  let description = [{
    Lists the kinds of devices of a machine, each once. Every device has its own
    memory and one link to a common fabric or host (a star). Their order is the
    order of kinds everywhere else.

    ```mlir
    placement.machine @fleet {
      placement.device_kind "acc" count 4 memory 85899345920
          link <bandwidth = 6.4e10, latency = 5.0>
      placement.device_kind "cpu" count 1
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    ($sym_visibility^)? $sym_name attr-dict-with-keyword $body
  }];
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name)>];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The kinds in their order.
    auto getKinds() {
      return getBody().front().getOps<::placement::DeviceKindOp>();
    }
    /// The kind of that name, or null.
    ::placement::DeviceKindOp lookupKind(::llvm::StringRef name);
    /// The position of that kind, or none.
    std::optional<unsigned> lookupKindIndex(::llvm::StringRef name);
    /// The names of all kinds, quoted and separated by commas, for messages.
    std::string getKindList();
  }];
}

//===----------------------------------------------------------------------===//
// Transfer
//===----------------------------------------------------------------------===//

def Placement_TransferOp : Placement_Op<"transfer", [
    Pure, SameOperandsAndResultType]> {
  let summary = "Moves a value to another device, or to or from the host.";
  let description = [{
    The result is the value as seen at the destination. A transfer to the place
    that a transfer came from folds away.

    ```mlir
    %1 = placement.transfer %0 from <@fleet, "acc", 0> to <@fleet, "acc", 1>
        : tensor<4x8xf32>
    %2 = placement.transfer %1 from <@fleet, "acc", 1> to host
        : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins AnyType:$value, Placement_LocationAttr:$from,
                       Placement_LocationAttr:$to);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    $value `from` custom<Location>($from) `to` custom<Location>($to)
    attr-dict `:` type($value)
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

#endif // PLACEMENT_DIALECT_PLACEMENTOPS_TD
