//===- PlacementProblemOps.td - Placement problems as IR - -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTPROBLEMOPS_TD
#define PLACEMENT_DIALECT_PLACEMENTPROBLEMOPS_TD

include "placement/Dialect/PlacementOps.td"

// Plain enumerations, since the printer of a dialect attribute that is only a
// keyword puts two blanks before it.
def Placement_InFlight : I32EnumAttr<"InFlight", "how much stash a stage holds", [
    I32EnumAttrCase<"Single", 0, "single">,
    I32EnumAttrCase<"SuffixStages", 1, "suffix_stages">,
    I32EnumAttrCase<"All", 2, "all">]> {
  let cppNamespace = "::placement";
}

def Placement_Communication : I32EnumAttr<"Communication", "how transfers share time with work", [
    I32EnumAttrCase<"Sequential", 0, "sequential">,
    I32EnumAttrCase<"HalfDuplex", 1, "half_duplex">,
    I32EnumAttrCase<"FullDuplex", 2, "full_duplex">]> {
  let cppNamespace = "::placement";
}

def Placement_Schedule : I32EnumAttr<"Schedule", "how passes are interleaved", [
    I32EnumAttrCase<"OneForwardOneBackward", 0, "one_f_one_b">,
    I32EnumAttrCase<"GPipe", 1, "gpipe">]> {
  let cppNamespace = "::placement";
}

def Placement_Objective : I32EnumAttr<"Objective", "what is minimised", [
    I32EnumAttrCase<"Throughput", 0, "throughput">,
    I32EnumAttrCase<"Latency", 1, "latency">]> {
  let cppNamespace = "::placement";
}

def Placement_PieceAttr : Placement_Attr<"Piece", "piece"> {
  let summary = "One stage of a solution: a device and the nodes on it.";
  let description = [{
    ```mlir
    #placement.piece<"acc", 0, [0, 1, 2]>
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::StringAttr", "kind of device">:$kind,
    AttrParameter<"int64_t", "index among the devices of the kind">:$index,
    OptionalArrayRefParameter<"int64_t", "ids of the nodes">:$nodes);
  let assemblyFormat = "`<` $kind `,` $index `,` `[` (`]`) : ($nodes^ `]`)? `>`";
  let genVerifyDecl = 1;
}

def Placement_ProblemOp : Placement_Op<"problem", [
    Symbol, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A placement problem, with or without a solution.";
  let description = [{
    The instance that a solver sees, apart from any program: nodes, values
    (nets), shared weights, order constraints, and at most one solution. Nodes
    are named by the ids of their source, in program order. Times are in `unit`
    (microseconds when it is absent). `in_flight` says how much of a node's stash
    a stage holds: `single` none (inference, and sizes that hold everything),
    `suffix_stages` one for itself and one for each stage after it (1F1B).

    `objective latency` asks for the time of one sample (docs/Solvers.md,
    "Latency"), with at most `subgraphs_per_device` pieces on a device (1 when it
    is absent) and `cores` for each host kind: a number, `machine` for its
    devices of the kind, no limit when it is absent.

    `placement-solve-problem` solves every problem of a module;
    `placement-check-problem` checks the given solutions without a solver.

    ```mlir
    placement.problem @two_layers machine(@fleet) {
      placement.node 0 "embed" time {acc = 1.5, cpu = 20.0} size 4096
      placement.node 1 "head" time {acc = 2.5} pin <"acc", 1>
      placement.net host -> [0] cost {acc = 0.25}
      placement.net 0 -> [1] cost {acc = 0.5} bytes 512
      placement.net 1 -> [host] cost {acc = 0.25}
      placement.weight 65536 used_by [0, 1]
      placement.solution feasible value 3.25
          stages [#placement.piece<"acc", 0, [0]>,
                  #placement.piece<"acc", 1, [1]>]
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$machine,
    DefaultValuedStrAttr<StrAttr, "us">:$unit,
    DefaultValuedAttr<Placement_InFlight, "InFlight::Single">:$in_flight,
    OptionalAttr<I64Attr>:$microbatches,
    DefaultValuedAttr<Placement_Communication,
                      "Communication::Sequential">:$communication,
    DefaultValuedAttr<Placement_Schedule,
                      "Schedule::OneForwardOneBackward">:$schedule,
    DefaultValuedAttr<Placement_Objective,
                      "Objective::Throughput">:$objective,
    OptionalAttr<I64Attr>:$subgraphs_per_device, OptionalAttr<I64Attr>:$cores);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `machine` `(` $machine `)` (`unit` $unit^)?
    (`in_flight` $in_flight^)? (`microbatches` $microbatches^)?
    (`communication` $communication^)? (`schedule` $schedule^)?
    (`objective` $objective^)? (`subgraphs_per_device` $subgraphs_per_device^)?
    (`cores` custom<Cores>($cores)^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The solution, or null.
    ::placement::SolutionOp getSolution();
  }];
}

class Placement_ProblemPartOp<string mnemonic>
    : Placement_Op<mnemonic, [HasParent<"::placement::ProblemOp">]>;

def Placement_NodeOp : Placement_ProblemPartOp<"node"> {
  let summary = "An operator of a problem.";
  let description = [{
    `time` maps kinds of devices to times; a kind that is absent cannot run the
    node. `size` always counts on the node's device, `stash` once for each
    sample in flight, `transient` only while the node runs; all are bytes and
    zero when absent. Nodes with the same `group` share a device.

    ```mlir
    placement.node 7 "relu.grad" time {acc = 0.5} stash 1024 backward group 3
        pin <"acc", 0>
    ```
  }];
  let arguments = (ins
    I64Attr:$id, OptionalAttr<StrAttr>:$name, DictionaryAttr:$time,
    OptionalAttr<F64Attr>:$size, OptionalAttr<F64Attr>:$stash,
    OptionalAttr<F64Attr>:$transient, UnitAttr:$backward,
    OptionalAttr<I64Attr>:$group, OptionalAttr<Placement_PinAttr>:$pin);
  let assemblyFormat = [{
    $id ($name^)? `time` custom<Times>($time)
    (`size` custom<Number>($size)^)? (`stash` custom<Number>($stash)^)?
    (`transient` custom<Number>($transient)^)? (`backward` $backward^)?
    (`group` $group^)? (`pin` $pin^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Placement_NetOp : Placement_ProblemPartOp<"net"> {
  let summary = "A value of a problem: its producer and its consumers.";
  let description = [{
    The producer is a node or the host, and the host may be among the consumers.
    `cost` maps kinds of devices to the time that one device pays when the net
    crosses its boundary; a kind that is absent pays nothing. `bytes` is for
    reports only.

    ```mlir
    placement.net 0 -> [1, 2, host] cost {acc = 0.5} bytes 512
    ```
  }];
  let arguments = (ins
    OptionalAttr<I64Attr>:$producer, DenseI64ArrayAttr:$consumers,
    UnitAttr:$to_host, OptionalAttr<DictionaryAttr>:$cost,
    OptionalAttr<F64Attr>:$bytes);
  let assemblyFormat = [{
    custom<Producer>($producer) `->` custom<Consumers>($consumers, $to_host)
    (`cost` custom<Times>($cost)^)? (`bytes` custom<Number>($bytes)^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Placement_WeightOp : Placement_ProblemPartOp<"weight"> {
  let summary = "Bytes that count once on each device that uses them.";
  let description = [{
    ```mlir
    placement.weight 65536 used_by [0, 1]
    ```
  }];
  let arguments = (ins F64Attr:$bytes, DenseI64ArrayAttr:$users);
  let assemblyFormat = "custom<Number>($bytes) `used_by` $users attr-dict";
  let hasVerifier = 1;
}

def Placement_OrderOp : Placement_ProblemPartOp<"order"> {
  let summary = "One node before another, beside what the nets say.";
  let description = [{
    ```mlir
    placement.order 0 before 3
    ```
  }];
  let arguments = (ins I64Attr:$first, I64Attr:$second);
  let assemblyFormat = "$first `before` $second attr-dict";
}

def Placement_SolutionStatus
    : I32EnumAttr<"SolutionStatus", "what is known about the answer", [
    I32EnumAttrCase<"Optimal", 0, "optimal">,
    I32EnumAttrCase<"Feasible", 1, "feasible">,
    I32EnumAttrCase<"Infeasible", 2, "infeasible">,
    I32EnumAttrCase<"Unknown", 3, "unknown">]> {
  let cppNamespace = "::placement";
}

def Placement_SolutionOp : Placement_ProblemPartOp<"solution"> {
  let summary = "The answer to a problem, or a claim to be checked.";
  let description = [{
    An ordered list of stages, each on one device, which together hold every
    node once; the largest load, or the latency, is the `value`. Nodes on a core
    of a host are listed in the order in which they run there. Everything else is what the
    writer claims. An infeasible or unknown answer has no stages. A solution is
    contiguous, that is each device has one stage and data flows only to equal
    or later stages, unless it says `noncontiguous`.

    ```mlir
    placement.solution optimal value 3.25 bound 3.25 proof "engine"
        algorithm "contiguous" stages [#placement.piece<"acc", 0, [0, 1]>]
    placement.solution infeasible proof "engine" explanation ["no room"]
    ```
  }];
  let arguments = (ins
    Placement_SolutionStatus:$status, OptionalAttr<F64Attr>:$value,
    OptionalAttr<F64Attr>:$bound, OptionalAttr<StrAttr>:$proof,
    OptionalAttr<StrAttr>:$stop, OptionalAttr<StrAttr>:$algorithm,
    OptionalAttr<StrAttr>:$fingerprint, UnitAttr:$noncontiguous,
    OptionalAttr<TypedArrayAttrBase<Placement_PieceAttr, "list of pieces">>:$stages,
    OptionalAttr<StrArrayAttr>:$explanation);
  let assemblyFormat = [{
    $status (`value` custom<Number>($value)^)?
    (`bound` custom<Number>($bound)^)? (`proof` $proof^)? (`stop` $stop^)?
    (`algorithm` $algorithm^)? (`fingerprint` $fingerprint^)?
    (`noncontiguous` $noncontiguous^)? (`stages` $stages^)?
    (`explanation` $explanation^)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // PLACEMENT_DIALECT_PLACEMENTPROBLEMOPS_TD
