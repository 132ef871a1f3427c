//===- ProblemPasses.td - Passes on problems as IR --------------*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_PROBLEMPASSES_TD
#define PLACEMENT_TRANSFORMS_PROBLEMPASSES_TD

include "mlir/Pass/PassBase.td"
include "placement/Transforms/PassOptions.td"

//===----------------------------------------------------------------------===//
// Problems as IR
//===----------------------------------------------------------------------===//

def SolveProblemPass : Pass<"placement-solve-problem", "::mlir::ModuleOp"> {
  let summary = "Solve every placement.problem of a module";
  let description = [{
    Writes the answer of each problem as its `placement.solution`, in place of
    one that is there. An infeasible problem is an answer too, not a failure.
    Every answer has passed the independent checker. `objective`, `comm`,
    `schedule`, `microbatches`, `subgraphs-per-device` and `cores` change the
    problem itself before it is solved.

    The pass fails when a problem is malformed, when the algorithm cannot take
    it, or, with `require-optimal`, when an answer is not proven optimal.
  }];
  let options = [
    Option<"objective", "objective", "std::string", /*default=*/"",
           "throughput or latency; as the problem says when empty">,
    Option<"algorithm", "algorithm", "std::string", /*default=*/"\"auto\"",
           "Name of a solver (see --placement-list-solvers)">,
    Option<"contiguous", "contiguous", "bool", /*default=*/"true",
           "One stage on a device, and data never flows back">,
    Option<"maxStages", "max-stages", "uint32_t", /*default=*/"0",
           "At most this many stages; 0 for as many as there are devices">,
    Option<"gap", "gap", "double", /*default=*/"0.0",
           "Stop when value and bound are this close, relative to the value">,
    Option<"timeLimit", "time-limit", "double",
           /*default=*/"std::numeric_limits<double>::infinity()",
           "Seconds after which to stop with the best answer so far">,
    Option<"workLimit", "work-limit", "uint64_t",
           /*default=*/"std::numeric_limits<uint64_t>::max()",
           "Steps of the search after which to stop with the best answer so far: "
           "unlike time-limit it gives the same answer on every machine">,
    Option<"memoryLimit", "memory-limit", "uint64_t",
           /*default=*/"uint64_t(2) << 30",
           "Bytes that the tables of the search may take">,
    Option<"requireOptimal", "require-optimal", "bool", /*default=*/"false",
           "Fail when an answer is not proven optimal">
  ] # LoadModelOptions;
}

def CheckProblemPass : Pass<"placement-check-problem", "::mlir::ModuleOp"> {
  let summary = "Check the given solutions of all problems of a module";
  let description = [{
    Recomputes value and feasibility of each `placement.solution` from its
    problem alone, without a solver: every node in one stage, supported there,
    pins, groups, memory, number of devices and, unless the solution says
    `noncontiguous`, the order of stages; of a problem of latency the number of
    pieces of each device in place of that, and that nothing waits in a circle. Claims are compared too: value, bound,
    fingerprint, and that an optimal solution has no gap.

    The pass changes nothing and fails on the first problem that is malformed or
    whose solution breaks a rule; the error names node and rule, and notes name
    the further ones.
  }];
}

def ExportProblemPass : Pass<"placement-export-problem", "::mlir::ModuleOp"> {
  let summary = "Write a placement.problem as an instance in JSON";
  let description = [{
    Writes a problem in the format that `placement-solve` reads
    (docs/Formats.md): nodes, nets with their prices, weights, order and
    machine. The solution is left out; `placement-solve` finds one. Reading the
    file gives a problem with the same fingerprint.

    With `device-place{dump-problem}` before it, this turns a function into an
    instance for other tools. Changes nothing in the module.
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"",
           "File to write; \"-\" for standard output">,
    Option<"problem", "problem", "std::string", /*default=*/"",
           "Name of the problem; the only one when empty">
  ];
}

#endif // PLACEMENT_TRANSFORMS_PROBLEMPASSES_TD
