//===- Pipelines.cpp - Named pipelines ------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "placement/Transforms/Passes.h"

using namespace mlir;
using namespace placement;

namespace {

/// The options of device-place, under the same names; those that other passes
/// share go to them, too.
struct PlacementPipelineOptions
    : public PassPipelineOptions<PlacementPipelineOptions> {
  const DevicePlacePassOptions defaults;

  Option<std::string> objective{*this, "objective",
                                llvm::cl::desc("What to minimise"),
                                llvm::cl::init(defaults.objective)};
  Option<std::string> machine{
      *this, "machine",
      llvm::cl::desc("Machine: a symbol of the module or a preset"),
      llvm::cl::init(defaults.machine)};
  Option<std::string> machineFile{
      *this, "machine-file", llvm::cl::desc("File that describes the machine"),
      llvm::cl::init(defaults.machineFile)};
  Option<std::string> profile{
      *this, "profile",
      llvm::cl::desc("File of measured times by operation signature"),
      llvm::cl::init(defaults.profile)};
  Option<std::string> algorithm{*this, "algorithm",
                                llvm::cl::desc("Algorithm by name"),
                                llvm::cl::init(defaults.algorithm)};
  Option<bool> contiguous{
      *this, "contiguous",
      llvm::cl::desc("One stage a device, data flows to later stages only"),
      llvm::cl::init(defaults.contiguous)};
  Option<StepKind> step{
      *this, "phase", llvm::cl::desc("Rules of memory and order"),
      llvm::cl::init(defaults.step),
      llvm::cl::values(
          clEnumValN(StepKind::Automatic, "auto",
                     "training if some operation is backward, else inference"),
          clEnumValN(StepKind::Inference, "inference",
                     "every operation is forward"),
          clEnumValN(StepKind::Training, "training",
                     "weights come with gradients, stages keep stashes"))};
  Option<unsigned> maxStages{
      *this, "max-stages",
      llvm::cl::desc("At most this many stages; 0 for one for each device"),
      llvm::cl::init(defaults.maxStages)};
  Option<double> gap{*this, "gap",
                     llvm::cl::desc("Stop when value and bound are this close"),
                     llvm::cl::init(defaults.gap)};
  Option<double> timeLimit{
      *this, "time-limit",
      llvm::cl::desc("Seconds after which the best plan so far is taken"),
      llvm::cl::init(defaults.timeLimit)};
  Option<uint64_t> workLimit{
      *this, "work-limit",
      llvm::cl::desc(
          "Steps of the search after which the best plan so far is taken"),
      llvm::cl::init(defaults.workLimit)};
  Option<uint64_t> memoryLimit{
      *this, "memory-limit",
      llvm::cl::desc("Bytes that the tables of the search may take"),
      llvm::cl::init(defaults.memoryLimit)};
  Option<unsigned> alternatives{
      *this, "alternatives",
      llvm::cl::desc("Rank this many plans with different cuts"),
      llvm::cl::init(defaults.alternatives)};
  Option<unsigned> alternative{
      *this, "alternative",
      llvm::cl::desc("Take the plan of this rank instead of the best, 0"),
      llvm::cl::init(defaults.alternative)};
  Option<std::string> function{
      *this, "function",
      llvm::cl::desc("Function to be placed; the only public one when empty"),
      llvm::cl::init(defaults.function)};
  Option<bool> requireOptimal{
      *this, "require-optimal",
      llvm::cl::desc("Fail unless the plan is proven optimal"),
      llvm::cl::init(defaults.requireOptimal)};
  Option<bool> respectExisting{
      *this, "respect-existing",
      llvm::cl::desc("Operations that have a device keep it"),
      llvm::cl::init(defaults.respectExisting)};
  Option<std::string> dotFile{
      *this, "dot-file",
      llvm::cl::desc("Write the stages and what passes between them here"),
      llvm::cl::init(defaults.dotFile)};
  Option<std::string> traceFile{
      *this, "trace-file",
      llvm::cl::desc("With objective=latency, write the timeline here as a "
                     "Chrome trace"),
      llvm::cl::init(defaults.traceFile)};
  Option<bool> dumpProblem{
      *this, "dump-problem",
      llvm::cl::desc("Add the problem and its solution to the module"),
      llvm::cl::init(defaults.dumpProblem)};
  Option<std::string> communication{
      *this, "comm",
      llvm::cl::desc("How transfers share a device's time with its work"),
      llvm::cl::init(defaults.communication)};
  Option<std::string> schedule{
      *this, "schedule",
      llvm::cl::desc("How the passes of a step are interleaved"),
      llvm::cl::init(defaults.schedule)};
  Option<uint32_t> microbatches{
      *this, "microbatches",
      llvm::cl::desc("Samples of a step whose stashes each stage keeps"),
      llvm::cl::init(defaults.microbatches)};
  Option<uint32_t> subgraphsPerDevice{
      *this, "subgraphs-per-device",
      llvm::cl::desc("Under latency: pieces that a device may run"),
      llvm::cl::init(defaults.subgraphsPerDevice)};
  Option<std::string> cores{
      *this, "cores",
      llvm::cl::desc("Under latency: operations that a host runs at once"),
      llvm::cl::init(defaults.cores)};
};

} // namespace

static void buildPlacementPipeline(OpPassManager &manager,
                                   const PlacementPipelineOptions &options) {
  const std::string &function = options.function;
  manager.addPass(createInlinePass({.function = function}));
  manager.addPass(createAnnotateCostsPass({.function = function,
                                           .machine = options.machine,
                                           .machineFile = options.machineFile,
                                           .profile = options.profile}));
  DevicePlacePassOptions place;
  place.objective = options.objective;
  place.machine = options.machine;
  place.machineFile = options.machineFile;
  place.profile = options.profile;
  place.algorithm = options.algorithm;
  place.contiguous = options.contiguous;
  place.step = options.step;
  place.maxStages = options.maxStages;
  place.gap = options.gap;
  place.timeLimit = options.timeLimit;
  place.workLimit = options.workLimit;
  place.memoryLimit = options.memoryLimit;
  place.alternatives = options.alternatives;
  place.alternative = options.alternative;
  place.function = function;
  place.requireOptimal = options.requireOptimal;
  place.respectExisting = options.respectExisting;
  place.dotFile = options.dotFile;
  place.traceFile = options.traceFile;
  place.dumpProblem = options.dumpProblem;
  place.communication = options.communication;
  place.schedule = options.schedule;
  place.microbatches = options.microbatches;
  place.subgraphsPerDevice = options.subgraphsPerDevice;
  place.cores = options.cores;
  manager.addPass(createDevicePlacePass(place));
  manager.addPass(createVerifyPlacementPass({.function = function}));
  manager.addPass(createInsertTransfersPass({.function = function}));
  manager.addPass(createOutlineStagesPass({.function = function}));
}

void placement::registerPlacementPipelines() {
  PassPipelineRegistration<PlacementPipelineOptions>(
      "placement-pipeline",
      "Inline, price, place, verify, insert transfers and outline stages; "
      "takes the options of device-place",
      buildPlacementPipeline);
}
