//===- PlacementAttrs.td - Attributes of the placement dialect  -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTATTRS_TD
#define PLACEMENT_DIALECT_PLACEMENTATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "placement/Dialect/PlacementDialect.td"

class Placement_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Placement_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

// A double that survives printing: shortest digits that read back the same.
class Placement_Double<string desc>
    : AttrOrTypeParameter<"::placement::Double", desc, "double"> {
  let parser = "::placement::parseDouble($_parser)";
  let printer = "::placement::printDouble($_printer, $_self)";
}
class Placement_DefaultDouble<string desc> : Placement_Double<desc> {
  let defaultValue = "0.0";
}

class Placement_Doubles<string desc>
    : OptionalArrayRefParameter<"::placement::Double", desc> {
  let parser = "::placement::parseDoubles($_parser)";
  let printer = "::placement::printDoubles($_printer, $_self)";
}

//===----------------------------------------------------------------------===//
// Where an operation runs
//===----------------------------------------------------------------------===//

def Placement_DeviceAttr : Placement_Attr<"Device", "device"> {
  let summary = "One device of a machine.";
  let description = [{
    Names a machine by symbol, one of its kinds, and a device of that kind,
    counted from zero. The machine need not exist yet; `placement-verify`
    resolves the name.

    ```mlir
    #placement.device<@fleet, "acc", 0>
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::FlatSymbolRefAttr", "symbol of the machine">:$machine,
    AttrParameter<"::mlir::StringAttr", "kind of device">:$kind,
    AttrParameter<"int64_t", "index among the devices of the kind">:$index);
  let builders = [
    AttrBuilderWithInferredContext<(ins
        "::mlir::FlatSymbolRefAttr":$machine, "::mlir::StringAttr":$kind,
        "int64_t":$index), [{
      return $_get(machine.getContext(), machine, kind, index);
    }]>,
    AttrBuilder<(ins "::llvm::StringRef":$machine, "::llvm::StringRef":$kind,
        "int64_t":$index), [{
      return $_get($_ctxt, ::mlir::FlatSymbolRefAttr::get($_ctxt, machine),
                   ::mlir::StringAttr::get($_ctxt, kind), index);
    }]>];
  let assemblyFormat = "`<` $machine `,` $kind `,` $index `>`";
  let genVerifyDecl = 1;
}

def Placement_HostAttr : Placement_Attr<"Host", "host"> {
  let summary = "The host, outside the chain of stages.";
  let description = [{
    Where activation arguments come from and where results go. It is a place of
    values only: no operation runs there. A `cpu` kind of a machine is
    something else, namely a device.
  }];
  let assemblyFormat = "";
}

def Placement_PinAttr : Placement_Attr<"Pin", "pin"> {
  let summary = "A request that an operation run on a kind of device, or on one device.";
  let description = [{
    ```mlir
    #placement.pin<"acc">     // any device of the kind
    #placement.pin<"acc", 1>  // this very device
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::StringAttr", "kind of device">:$kind,
    DefaultValuedParameter<"int64_t", "-1",
        "index among the devices of the kind; -1 for any">:$index);
  let builders = [
    AttrBuilderWithInferredContext<(ins "::mlir::StringAttr":$kind,
        CArg<"int64_t", "-1">:$index), [{
      return $_get(kind.getContext(), kind, index);
    }]>];
  let assemblyFormat = "`<` $kind (`,` $index^)? `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// True when one device is asked for, not only a kind.
    bool hasIndex() const { return getIndex() >= 0; }
  }];
}

def Placement_Phase : I32EnumAttr<"Phase", "pass of a training step", [
    I32EnumAttrCase<"Forward", 0, "forward">,
    I32EnumAttrCase<"Backward", 1, "backward">]> {
  let cppNamespace = "::placement";
  let genSpecializedAttr = 0;
}

def Placement_PhaseAttr : EnumAttr<Placement_Dialect, Placement_Phase, "phase"> {
  let summary = "The pass of a training step that an operation belongs to.";
  let description = [{
    ```mlir
    #placement.phase<backward>
    ```
  }];
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// What an operation costs
//===----------------------------------------------------------------------===//

def Placement_CostAttr : Placement_Attr<"Cost", "cost"> {
  let summary = "What an operation costs on each kind of device.";
  let description = [{
    `times` maps a kind of device to microseconds; a kind that is absent cannot
    run the operation. All other fields are optional and zero when absent:

    - `output`: bytes of all results together;
    - `weight`: bytes of a constant that the operation itself holds;
    - `stash`: result bytes kept for the backward pass (zero in inference);
    - `transient`: bytes in use only while the operation runs;
    - `flops`, `bytes`: the work that was counted, for the roofline.

    `source` says which model priced it.

    ```mlir
    #placement.cost<times = {acc = 1.5 : f64, cpu = 20.0 : f64}, output = 4096,
                    flops = 123, bytes = 456, source = "roofline">
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::DictionaryAttr",
        "microseconds for each kind of device">:$times,
    DefaultValuedParameter<"int64_t", "0", "bytes of all results">:$output,
    DefaultValuedParameter<"int64_t", "0", "bytes of a held constant">:$weight,
    DefaultValuedParameter<"int64_t", "0",
        "result bytes kept for the backward pass">:$stash,
    DefaultValuedParameter<"int64_t", "0",
        "bytes in use only while it runs">:$transient,
    DefaultValuedParameter<"int64_t", "0",
        "floating-point operations">:$flops,
    DefaultValuedParameter<"int64_t", "0", "bytes read and written">:$bytes,
    AttrParameter<"::mlir::StringAttr", "model that priced it">:$source);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Microseconds on a kind of device; none when it cannot run there.
    std::optional<double> getTime(::mlir::StringRef kind) const;
  }];
}

//===----------------------------------------------------------------------===//
// What a plan claims
//===----------------------------------------------------------------------===//

def Placement_PlanAttr : Placement_Attr<"Plan", "plan"> {
  let summary = "What a plan claims: value, bound, status and whose word it is.";
  let description = [{
    The certificate of a placed function, which `placement-verify` recomputes.

    - `objective`: `"throughput"` or `"latency"`;
    - `status`: `"optimal"` or `"feasible"`, never softened;
    - `proof`: `"certified"`, `"engine"`, `"claimed"` or `"none"`: who vouches
      for the bound;
    - `value`, `bound`: in `unit`, and `gap` = (value - bound) / value;
    - `stages`: how many there are; an operation's `placement.stage` is below;
    - `machine`: symbol of the machine;
    - `algorithm`: what found the plan;
    - `fingerprint`: of the instance (graph, costs, machine), so that "optimal"
      does not outlive an edit;
    - `claimant`: the general solver whose word the bound is, exactly where
      `proof` is `"claimed"`. Such a plan is never `"optimal"`;
    - `contiguous`: absent or `true` where each device has one stage and data
      flows to later stages only. `false` where a device may have several
      stages, its pieces: stages are numbered in an order of calls all the same,
      and value, bound and status are those among all such plans;
    - `communication` (`"half-duplex"` or `"full-duplex"`) and `schedule`
      (`"gpipe"`): what the value is, where it is not the largest load of both
      passes together with transfers before and after the work. `microbatches`
      says how many samples' stashes a stage keeps under `"gpipe"`, where it
      keeps any;
    - `subgraphs_per_device`, exactly where `objective` is `"latency"`: how many
      stages a device may have at most, each of them one call. Stages of host
      kinds are not counted: they group operations that start one by one;
    - `cores`: on how many cores the operations of a host kind run, or
      `"machine"` for as many as there are devices of the kind. Absent where
      nothing on the host waits for a core;
    - `starts`, `finishes`: under latency when each stage runs, in `unit` from
      the start of the sample. A stage of a host starts with the first of its
      operations and has ended with the last.
  }];
  let parameters = (ins
    AttrParameter<"::mlir::StringAttr", "what was minimised">:$objective,
    AttrParameter<"::mlir::StringAttr", "optimal or feasible">:$status,
    AttrParameter<"::mlir::StringAttr", "who vouches for the bound">:$proof,
    Placement_Double<"objective value">:$value,
    Placement_Double<"proven lower bound">:$bound,
    Placement_Double<"relative distance of value and bound">:$gap,
    AttrParameter<"::mlir::StringAttr", "unit of value and bound">:$unit,
    AttrParameter<"int64_t", "number of stages">:$stages,
    AttrParameter<"::mlir::FlatSymbolRefAttr", "symbol of the machine">:$machine,
    AttrParameter<"::mlir::StringAttr", "what found the plan">:$algorithm,
    AttrParameter<"::mlir::StringAttr", "of the instance">:$fingerprint,
    OptionalParameter<"::mlir::StringAttr",
        "general solver that claims the bound">:$claimant,
    OptionalParameter<"::mlir::BoolAttr",
        "whether each device has one stage">:$contiguous,
    OptionalParameter<"::mlir::StringAttr",
        "how transfers share time with work">:$communication,
    OptionalParameter<"::mlir::StringAttr",
        "how passes are interleaved">:$schedule,
    OptionalParameter<"::mlir::IntegerAttr",
        "samples whose stashes a stage keeps">:$microbatches,
    OptionalParameter<"::mlir::IntegerAttr",
        "stages that a device may have">:$subgraphs_per_device,
    OptionalParameter<"::mlir::Attribute",
        "cores of each host kind">:$cores,
    Placement_Doubles<"when each stage starts">:$starts,
    Placement_Doubles<"when each stage has ended">:$finishes);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Whether each device has one stage and data flows to later ones only.
    bool isContiguous() const {
      return !getContiguous() || getContiguous().getValue();
    }
    /// Whether the value is the time from the start to the end of one sample.
    bool isLatency() const { return getObjective() == "latency"; }
  }];
}

//===----------------------------------------------------------------------===//
// What a kind of device can do
//===----------------------------------------------------------------------===//

def Placement_LinkAttr : Placement_Attr<"Link", "link"> {
  let summary = "A device's link to the common fabric or host.";
  let description = [{
    Moving a value costs `latency + bytes / bandwidth`, paid once by the sender
    and once by each receiver. `bandwidth` is in bytes per second, `latency` in
    microseconds.

    ```mlir
    #placement.link<bandwidth = 6.4e10, latency = 5.0>
    ```
  }];
  let parameters = (ins
    Placement_Double<"bytes per second">:$bandwidth,
    Placement_DefaultDouble<"microseconds per value">:$latency);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Microseconds to move a value of this many bytes over the link.
    double getTransferTime(double bytes) const;
  }];
}

def Placement_RooflineAttr : Placement_Attr<"Roofline", "roofline"> {
  let summary = "Peak rates of a kind of device.";
  let description = [{
    `peak` maps an element type, spelt as in IR, to operations per second; the
    key `default` stands for every other type. `bandwidth` is that of the
    device's own memory in bytes per second; `launch` is a fixed cost of each
    operation in microseconds.

    ```mlir
    #placement.roofline<peak = {f32 = 6.69e13 : f64, bf16 = 9.894e14 : f64},
                        bandwidth = 3.35e12>
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::DictionaryAttr",
        "operations per second by element type">:$peak,
    Placement_Double<"bytes per second of the memory">:$bandwidth,
    Placement_DefaultDouble<"microseconds per operation">:$launch);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Operations per second for an element type spelt as in IR, with the key
    /// `default` as fallback; none when neither is given.
    std::optional<double> getPeak(::mlir::StringRef elementType) const;
  }];
}

#endif // PLACEMENT_DIALECT_PLACEMENTATTRS_TD
