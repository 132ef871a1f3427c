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
include "placement/Transforms/PassOptions.td"

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

    Pure operations whose results nobody uses are erased, as every compiler
    behind will do: they would be paid for, and each is a sink that a search
    has to put somewhere. A remark says how many there were.

    On an outlined module the pass goes back: the stage functions return into
    the driver, and its transfers, which belong to a placement that is about to
    be replaced, are dropped.

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

def SetRolesPass : Pass<"placement-set-roles", "::mlir::ModuleOp"> {
  let summary = "Say which arguments of the function are weights";
  let description = [{
    Writes `placement.role` on every argument of the function: `"weight"` on
    those that are listed, `"activation"` on the others. For programs whose
    front end did not; without roles, placement goes by the types of the
    arguments.

    ```mlir
    // placement-opt --placement-set-roles=weights=1
    func.func @main(%x: tensor<4xf32> {placement.role = "activation"},
                    %w: tensor<4xf32> {placement.role = "weight"})
    ```
  }];
  let options = [
    ListOption<"weights", "weights", "uint64_t",
               "Numbers of the arguments that are weights, from zero">,
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">
  ];
}

def AnnotateCostsPass
    : Pass<"placement-annotate-costs", "::mlir::ModuleOp"> {
  let summary = "Price every operation of the function on every device kind";
  let description = [{
    Writes `placement.cost` on each top-level operation of the function to be
    placed: microseconds on each kind of device of the machine, bytes of its
    results, work counted, and which model priced it. An operation with regions
    is priced whole. The models are asked in this order; for each kind the
    first that knows decides, and `source` names those that were needed:

    - a cost that is already there, if its source is none of the names below:
      a user wrote it, and it is kept as it is;
    - `profile`: the entry of the profile file for the operation's signature;
    - `roofline`: work divided by the peak rates and bandwidth of the kind;
    - `fallback`: the same, where the work is a guess (unknown operation,
      dynamic shape); a remark says which and why.

    Running the pass again changes nothing, unless machine or profile changed.
    A remark on the function sums up. Takes time linear in the size of the
    function.

    ```mlir
    %0 = linalg.matmul
           ins(%x, %w : tensor<8x512xf32>, tensor<512x512xf32>)
           outs(%z : tensor<8x512xf32>) -> tensor<8x512xf32>
    // becomes, with its operands
    %0 = linalg.matmul {
           placement.cost = #placement.cost<
             times = {acc = 0.32286567164179107 : f64}, output = 16384,
             flops = 4194304, bytes = 1081344, source = "roofline">} ...
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">,
    Option<"machine", "machine", "std::string", /*default=*/"",
           "Symbol of a machine in the module, or a preset">,
    Option<"machineFile", "machine-file", "std::string", /*default=*/"",
           "File that describes the machine">,
    Option<"profile", "profile", "std::string", /*default=*/"",
           "File of measured times by operation signature">
  ];
  let dependentDialects = ["::placement::PlacementDialect"];
}

def PrintOpSignaturesPass
    : Pass<"placement-print-op-signatures", "::mlir::ModuleOp"> {
  let summary = "Write an empty profile with the signature of every operation";
  let description = [{
    Writes a profile file with one entry for each distinct signature among the
    top-level operations of the function, in order of first appearance, to be
    filled with measured times: `times` is empty, `info.count` says how many
    operations share the signature. `placement-annotate-costs` accepts the file
    as it is.
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">,
    Option<"file", "file", "std::string", /*default=*/"\"-\"",
           "File to write; standard output when `-`">
  ];
}

//===----------------------------------------------------------------------===//
// The solver
//===----------------------------------------------------------------------===//

def DevicePlacePass : Pass<"device-place", "::mlir::ModuleOp"> {
  let summary = "Place a function on a machine, with proof";
  let description = [{
    Reads the function as a placement problem, solves it, and writes the answer
    into the IR: `placement.device` and `placement.stage` on every operation,
    and `placement.plan`, with the value, the proven bound and the fingerprint
    of the problem, on the function. docs/IRToInstance.md says what a function
    means as a problem.

    What is missing is done first: calls without `placement.cost` are inlined as
    by `placement-inline`, operations are priced as by
    `placement-annotate-costs`, transfers of an earlier placement are dropped.
    Costs given by a user are kept. So are measured ones where no `profile` is
    given, unless the machine has a kind that was not priced then.

    Operations fed only by weights and constants are cloned, so that each stage
    has its own, and nothing is sent that a stage can make for itself.

    Remarks tell the value and the bottleneck, why each cut lies where it does,
    what was cloned and which arguments were taken to be weights. `dot-file`
    draws the stages for Graphviz; with `objective=latency`, `trace-file` writes
    the timeline as a Chrome trace (docs/Formats.md, "Traces").

    When the time limit stops the search, its best plan is written with status
    `feasible` and its gap; `require-optimal` makes that an error. An infeasible
    problem is an error with the reasons as notes. The same input gives the same
    output, and running the pass on its own output changes nothing.

    With `contiguous=false` a device may hold any operations. What it holds is cut
    into pieces that can be called one after the other, few in all
    (docs/Solvers.md, "Pieces"), and each piece is a stage: `placement.stage`
    counts them in an order of calls, `placement.device` may repeat, and the plan
    says `contiguous = false`. Remarks tell where a device is entered again in
    place of why each cut lies where it does. `max-stages` limits the devices in
    use then, and `alternatives` are for contiguous plans.

    `comm` and `schedule` say what the load of a device and the value of the plan
    are (docs/Solvers.md, "Models of load"); the plan and a dumped problem name
    what is not the default. Under `schedule=gpipe` each stage of a training step
    keeps the stashes of all samples of a step, whose number `microbatches` says.

    `objective=latency` asks for the fastest single sample (docs/Solvers.md,
    "Latency"). A device with a link then runs at most `subgraphs-per-device`
    stages, each as one call. Kinds without a link are hosts: their operations
    run one by one, each as soon as its inputs are there, `cores` of them at
    once. Stages are numbered in an order of calls, and those of a host group
    what can be called together without waiting for anything more. In a training
    step they have no phases. Remarks tell what a sample waits for in place of
    the bottleneck.

    `alternatives` ranks that many plans with different cuts (docs/Solvers.md),
    and `alternative` writes another than the best of them, for those who measure
    several: its status is `feasible`, with its gap.

    With `respect-existing`, operations that have a `placement.device` keep it:
    it is written as `placement.pin`, too, so that the IR tells what the plan is
    optimal under. Those fed only by weights and constants go with their users
    all the same; to hold one, give it a `placement.pin`.

    ```mlir
    // placement-opt --device-place
    func.func @main(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>)
        -> tensor<64x64xf32>
        attributes {placement.plan = #placement.plan<
          objective = "throughput", status = "optimal", proof = "engine", ...>} {
      %0 = "stablehlo.dot_general"(%x, %w) ... {
          placement.device = #placement.device<@fleet, "acc", 0>,
          placement.stage = 0 : i64} : ...
    ```
  }];
  let options = [
    Option<"objective", "objective", "std::string", /*default=*/"\"throughput\"",
           "What to minimise: throughput (time for each sample of a pipeline) or "
           "latency (time of one sample)">,
    Option<"machine", "machine", "std::string", /*default=*/"",
           "Machine to place on: a symbol of the module or a preset">,
    Option<"machineFile", "machine-file", "std::string", /*default=*/"",
           "File with a machine description">,
    Option<"profile", "profile", "std::string", /*default=*/"",
           "File with measured times by operation signature">,
    Option<"algorithm", "algorithm", "std::string", /*default=*/"\"auto\"",
           "Algorithm by name">,
    Option<"contiguous", "contiguous", "bool", /*default=*/"true",
           "One stage on each device, and data flows to later stages only; with "
           "false a device may have any operations, in several stages">,
    Option<"step", "phase", "::placement::StepKind",
           /*default=*/"::placement::StepKind::Automatic",
           "Rules of memory and order", [{::llvm::cl::values(
             clEnumValN(::placement::StepKind::Automatic, "auto",
               "training if some operation is backward, else inference"),
             clEnumValN(::placement::StepKind::Inference, "inference",
               "every operation is forward"),
             clEnumValN(::placement::StepKind::Training, "training",
               "weights come with gradients, and stages keep stashes"))}]>,
    Option<"maxStages", "max-stages", "unsigned", /*default=*/"0",
           "At most this many stages; 0 for one for each device">,
    Option<"gap", "gap", "double", /*default=*/"0.0",
           "Stop when value and bound are this close, relative to the value">,
    Option<"timeLimit", "time-limit", "double",
           /*default=*/"::std::numeric_limits<double>::infinity()",
           "Seconds after which the best plan so far is taken">,
    Option<"workLimit", "work-limit", "uint64_t", /*default=*/"200000000",
           "Steps of the search after which the best plan so far is taken: "
           "unlike time-limit it gives the same plan on every machine">,
    Option<"memoryLimit", "memory-limit", "uint64_t",
           /*default=*/"uint64_t(2) << 30",
           "Bytes that the tables of the search may take; the best plan so far "
           "is taken when they would be more">,
    Option<"alternatives", "alternatives", "unsigned", /*default=*/"0",
           "Rank this many plans with different cuts, and tell of each; at most "
           "1000">,
    Option<"alternative", "alternative", "unsigned", /*default=*/"0",
           "Take the plan of this rank instead of the best, which is 0">,
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be placed; the only public one when empty">,
    Option<"requireOptimal", "require-optimal", "bool", /*default=*/"false",
           "Fail unless the plan is proven optimal">,
    Option<"respectExisting", "respect-existing", "bool", /*default=*/"false",
           "Operations that have a device keep it">,
    Option<"dotFile", "dot-file", "std::string", /*default=*/"",
           "Write the stages and what passes between them to this file">,
    Option<"traceFile", "trace-file", "std::string", /*default=*/"",
           "With objective=latency, write the timeline to this file as a Chrome "
           "trace">,
    Option<"dumpProblem", "dump-problem", "bool", /*default=*/"false",
           "Add the problem with its solution to the module, as "
           "placement.problem @<function>_problem">
  ] # LoadModelOptions;
  let dependentDialects = ["::placement::PlacementDialect"];
}

def VerifyPlacementPass : Pass<"placement-verify", "::mlir::ModuleOp"> {
  let summary = "Check a placed function and what its plan claims";
  let description = [{
    The gate before export. From the IR alone it checks that

    - every operation has a device and a stage, devices name a kind and index
      that the machine of the plan has, stages count from zero without a hole,
      and each has one device, of its own unless the plan says `contiguous =
      false`;
    - every operand comes from the same or an earlier stage (backward
      operations follow their forward ones), or is an argument;
    - pins, colocation, memory and the order of side effects hold;
    - the load of every device, recomputed from the costs, gives the value of
      the plan, and the problem has the plan's fingerprint;
    - where there are transfers, every use on another device has one, from and
      to the right places.

    After `placement-outline-stages` the stage functions are read in place of
    their calls. All of the above is checked but for the fingerprint, which
    depends on the order of operations in one function, and for which forward
    operation a backward one joins.

    Changes nothing.
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Function to be checked; the only public one when empty">
  ];
}

//===----------------------------------------------------------------------===//
// After the solver
//===----------------------------------------------------------------------===//

def InsertTransfersPass
    : Pass<"placement-insert-transfers", "::mlir::ModuleOp"> {
  let summary = "Move values between the devices of a placed function";
  let description = [{
    In a function whose operations carry `placement.device` and
    `placement.stage`, each use of a value away from its place gets a
    `placement.transfer`:

    - an activation argument comes from `#placement.host`, and results go to it;
    - a weight (`placement.role = "weight"`) is on each device that uses it, and
      never moves;
    - there is one transfer for each value and destination, right before the
      first use there. From device to device it goes directly, also past the
      stages between: the machine is a star, where each device pays its own link
      once, so that handing values on from stage to stage would only cost more;
    - what the regions of an operation capture counts as its operands.

    Each argument and result then says where it starts or ends
    (`placement.device`) and each argument what it is (`placement.role`); a
    weight on several devices has no device of its own. Transfers carry neither
    device nor stage: they belong to the driver. The pass checks its result, and
    running it twice changes nothing. It takes linear time.

    ```mlir
    %1 = math.exp %0 {placement.device = #placement.device<@fleet, "acc", 0>,
                      placement.stage = 0 : i64} : tensor<8xf32>
    %2 = math.exp %1 {placement.device = #placement.device<@fleet, "acc", 1>,
                      placement.stage = 1 : i64} : tensor<8xf32>
    // becomes
    %1 = math.exp %0 {...} : tensor<8xf32>
    %2 = placement.transfer %1 from <@fleet, "acc", 0> to <@fleet, "acc", 1>
        : tensor<8xf32>
    %3 = math.exp %2 {...} : tensor<8xf32>
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Placed function; the only public one when empty">
  ];
  let dependentDialects = ["::placement::PlacementDialect"];
}

def OutlineStagesPass : Pass<"placement-outline-stages", "::mlir::ModuleOp"> {
  let summary = "Move the stages of a placed function into functions of their own";
  let description = [{
    Entry: a placed function after `placement-insert-transfers`. Its operations
    move into private functions, one for each stage, and the function becomes
    the driver: it keeps its name, type, attributes and location, and holds
    nothing but transfers and calls of the stages in order.

    `@main_stage<k>` carries `placement.device`, `placement.stage` and
    `placement.microbatch` (one call runs one microbatch). In a training step
    (some operation has `placement.phase = #placement.phase<backward>`) a stage
    is two functions, `@main_stage<k>` and `@main_stage<k>_backward`, told apart
    by `placement.phase`; the driver calls the forward ones upward, then the
    backward ones downward, and what a backward function needs of its forward
    function (the stash) goes from call to call as a value. Where a stage cannot
    run in one go, because operations elsewhere have to run in between, it has
    further pieces `@main_stage<k>_piece<i>`, and a remark says where: no two
    pieces of a stage and phase could be one (given at most 512 pieces). A name
    that is taken gets a suffix.

    - Arguments of a stage: the driver's arguments that it uses, by number, then
      results of other stages in program order. Results: what is used outside,
      in program order.
    - Attributes of the driver's arguments and results go along to the stages
      that take or make these values. A donated argument (`tf.aliasing_output`,
      `jax.buffer_donor`) is donated by the driver as before, and also to the
      last call on a device that takes it, when nothing else needs it and, for
      `tf.aliasing_output`, when that call makes the result.
    - Operations are moved and keep their attributes, locations and, inside a
      stage, order; operations with side effects keep their order throughout.

    The driver's stages follow `placement.stage`, not devices: a device with
    several stages has several functions. It takes linear time.

    ```mlir
    func.func private @main_stage0(
        %w: tensor<8x8xf32> {placement.role = "weight"},
        %x: tensor<8x8xf32> {placement.role = "activation"}) -> tensor<8x8xf32>
        attributes {placement.device = #placement.device<@fleet, "acc", 0>,
                    placement.microbatch, placement.stage = 0 : i64} { ... }

    func.func @main(%w: tensor<8x8xf32> {...}, %x: tensor<8x8xf32> {...})
        -> (tensor<8x8xf32> {...}) attributes {placement.plan = ...} {
      %0 = placement.transfer %x from host to <@fleet, "acc", 0>
          : tensor<8x8xf32>
      %1 = call @main_stage0(%w, %0)
          : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
      %2 = placement.transfer %1 from <@fleet, "acc", 0> to host
          : tensor<8x8xf32>
      return %2 : tensor<8x8xf32>
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"",
           "Placed function; the only public one when empty">
  ];
  let dependentDialects = ["::placement::PlacementDialect"];
}

//===----------------------------------------------------------------------===//
// Away from placement
//===----------------------------------------------------------------------===//

def StripPass : Pass<"placement-strip", "::mlir::ModuleOp"> {
  let summary = "Remove everything of the placement dialect";
  let description = [{
    Drops each attribute whose name begins with `placement.`, replaces each
    `placement.transfer` by its operand, and erases machines and problems. What
    remains is the program for a compiler that has never heard of placement;
    stage functions stay as plain private functions, and `placement-inline`
    before this pass brings the original program back.
  }];
}

include "placement/Transforms/ProblemPasses.td"

#endif // PLACEMENT_TRANSFORMS_PASSES_TD
