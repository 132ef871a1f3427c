//===- DevicePlace.cpp - Place a function on a machine, with proof --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DevicePlaceRemarks.h"
#include "DevicePlaceWriter.h"
#include "HostOrder.h"
#include "LoadModelOptions.h"
#include "RemarkText.h"
#include "StageDot.h"
#include "Transfers.h"

#include "placement/Analysis/EntryFunction.h"
#include "placement/Analysis/PlacementInterfaces.h"
#include "placement/Bridge/ProblemIO.h"
#include "placement/Bridge/ResolveMachine.h"
#include "placement/Dialect/Names.h"
#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Search/Solve.h"
#include "placement/Transforms/AnnotateCosts.h"
#include "placement/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

namespace placement {
#define GEN_PASS_DEF_DEVICEPLACEPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

/// The notes of a plan under an error.
static InFlightDiagnostic &attachExplanation(InFlightDiagnostic &diagnostic,
                                             const solver::Plan &plan) {
  for (const std::string &sentence : plan.explanation)
    diagnostic.attachNote() << sentence;
  return diagnostic;
}

/// Drops what an earlier placement put between operations: transfers, and the
/// places of arguments and results.
static void dropTransfers(func::FuncOp function) {
  removeTransfers(function);
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    function.removeArgAttr(i, kDeviceAttrName);
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    function.removeResultAttr(
        i, StringAttr::get(function.getContext(), kDeviceAttrName));
}

/// Writes the devices that operations keep as pins, so that the plan's claim
/// can be checked from the IR.
static void writePins(const PlacementGraph &graph) {
  for (uint32_t node : graph.keptNodes) {
    Operation *op = graph.nodes[node];
    auto device = op->getAttrOfType<DeviceAttr>(kDeviceAttrName);
    op->setDiscardableAttr(kPinAttrName,
                           PinAttr::get(device.getKind(), device.getIndex()));
  }
}

/// Puts the problem and its solution at the end of the module, in place of
/// those of an earlier run.
static LogicalResult writeProblem(const PlacementGraph &graph,
                                  const solver::Instance &instance,
                                  const solver::Plan &plan, bool contiguous) {
  func::FuncOp function = graph.function;
  auto module = function->getParentOfType<ModuleOp>();
  std::string name = (function.getSymName() + "_problem").str();
  if (Operation *symbol = SymbolTable::lookupSymbolIn(module, name)) {
    if (!isa<ProblemOp>(symbol))
      return emitError(symbol->getLoc())
             << "dump-problem needs the name @" << name
             << ", which this symbol has; rename it";
    symbol->erase();
  }
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  ProblemOp problem = emitProblem(
      builder, function.getLoc(), instance, name,
      FlatSymbolRefAttr::get(MachineOp(graph.machine).getSymNameAttr()));
  emitSolution(problem, instance, plan, contiguous);
  return success();
}

/// The timeline as a Chrome trace; standard output for `-`.
static LogicalResult writeTraceFile(func::FuncOp function,
                                    const solver::Instance &instance,
                                    const solver::Plan &plan, StringRef path) {
  llvm::Error error =
      llvm::writeToOutput(path, [&](raw_ostream &os) -> llvm::Error {
        os << solver::writeTrace(instance, plan);
        return llvm::Error::success();
      });
  if (!error)
    return success();
  return emitError(function.getLoc())
         << "cannot write trace-file '" << path
         << "': " << llvm::toString(std::move(error));
}

/// What to do for more than the search has found.
static StringRef adviceAfter(solver::Stop stop) {
  switch (stop) {
  case solver::Stop::Finished:
    return "choose another algorithm";
  case solver::Stop::Memory:
    return "raise memory-limit, or choose another algorithm";
  case solver::Stop::Gap:
    return "lower gap";
  case solver::Stop::Time:
  case solver::Stop::Cancelled:
    return "raise time-limit or work-limit, or choose another algorithm";
  }
  llvm_unreachable("unknown reason to stop");
}

namespace {

struct DevicePlacePass
    : public placement::impl::DevicePlacePassBase<DevicePlacePass> {
  using DevicePlacePassBase::DevicePlacePassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    DevicePlacePassBase::getDependentDialects(registry);
    // So that operations can be priced in any program that runs the pass.
    registerWorkModels(registry);
  }

  void runOnOperation() override {
    if (failed(checkOptions()) || failed(place()))
      signalPassFailure();
  }

private:
  LogicalResult checkOptions() {
    ModuleOp module = getOperation();
    if (objective.empty())
      return emitError(module.getLoc())
             << "device-place: objective is empty; it must be "
             << solver::objectiveNames();
    if (alternatives != 0 && alternative >= alternatives)
      return emitError(module.getLoc())
             << "device-place: alternative=" << alternative.getValue()
             << " is not among alternatives=" << alternatives.getValue()
             << ", which are counted from 0";
    if (alternative >= solver::kMostAlternatives)
      return emitError(module.getLoc())
             << "device-place: alternative=" << alternative.getValue()
             << " is too high; at most " << solver::kMostAlternatives
             << " plans are ranked, counted from 0";
    if (requireOptimal && alternative != 0)
      return emitError(module.getLoc())
             << "device-place: require-optimal allows alternative=0 only, the "
                "best plan, but alternative="
             << alternative.getValue() << " was given";
    if (objective == solver::toString(solver::Objective::Latency))
      return checkLatencyOptions();
    if (!traceFile.empty())
      return emitError(module.getLoc())
             << "device-place: trace-file shows the timeline that plans for "
                "the objective latency have; give objective=latency or leave "
                "it out";
    return success();
  }

  /// What other options mean for a pipeline, they cannot mean for one sample.
  LogicalResult checkLatencyOptions() {
    ModuleOp module = getOperation();
    if (alternatives > 1 || alternative != 0)
      return emitError(module.getLoc())
             << "device-place: alternatives are ranked for the objective "
                "throughput only; leave out "
             << (alternative != 0 ? "alternative" : "alternatives");
    if (!contiguous && subgraphsPerDevice <= 1)
      return emitError(module.getLoc())
             << "device-place: contiguous=false allows a device several "
                "pieces, which for the objective latency need "
                "subgraphs-per-device=2 or more";
    return success();
  }

  /// Inlines calls that are not priced as a whole.
  LogicalResult inlineCalls(func::FuncOp root) {
    if (llvm::none_of(root.getBody().front(), [](Operation &op) {
          return isa<func::CallOp>(op) && !op.hasAttr(kCostAttrName);
        }))
      return success();
    OpPassManager passes(ModuleOp::getOperationName());
    InlinePassOptions options;
    options.function = function;
    passes.addPass(createInlinePass(options));
    return runPipeline(passes, getOperation());
  }

  LogicalResult place() {
    ModuleOp module = getOperation();
    FailureOr<solver::LoadModelOverride> model = readLoadModel(
        {objective.getValue(), communication.getValue(), schedule.getValue(),
         microbatches, subgraphsPerDevice, cores.getValue()},
        [&] { return emitError(module.getLoc()) << "device-place: "; });
    if (failed(model))
      return failure();
    FailureOr<func::FuncOp> root = findEntryFunction(module, function);
    if (failed(root) || failed(inlineCalls(*root)))
      return failure();
    FailureOr<MachineOp> target = resolveMachine(module, machine, machineFile);
    if (failed(target))
      return failure();
    dropTransfers(*root);
    if (failed(updateCosts(*root, *target, profile)))
      return failure();

    GraphOptions graphOptions;
    graphOptions.step = step;
    graphOptions.devicesArePins = respectExisting;
    if (model->objective.cores)
      if (solver::CoreLimit limit = *model->objective.cores;
          limit && *limit != solver::kMachineCores)
        graphOptions.coresOfHosts = limit;
    FailureOr<PlacementGraph> graph =
        buildPlacementGraph(*root, *target, graphOptions);
    if (failed(graph))
      return failure();
    if (std::optional<solver::Error> error =
            solver::applyOverride(*model, graph->data))
      return emitError((*root).getLoc()) << "device-place: " << error->message;
    solver::Result<solver::Instance> instance =
        solver::Instance::create(std::move(graph->data));
    if (!instance)
      return emitError((*root).getLoc()) << instance.error().message;
    remarkRoles(*graph);

    solver::SolveOptions solveOptions;
    solveOptions.algorithm = algorithm;
    solveOptions.contiguous = contiguous;
    solveOptions.timeLimit = timeLimit;
    solveOptions.workLimit = workLimit;
    solveOptions.memoryLimit = memoryLimit;
    solveOptions.alternatives = alternatives;
    if (alternative >= solveOptions.alternatives && alternative != 0)
      solveOptions.alternatives = alternative + 1;
    solveOptions.gap = gap;
    solveOptions.maxStages = maxStages;
    solveOptions.cancel =
        getContext().getLoadedDialect<PlacementDialect>()->getCancelFlag();
    solver::Result<solver::Plan> plan = solver::solve(*instance, solveOptions);
    if (!plan)
      return emitError((*root).getLoc())
             << "device-place: " << plan.error().message;
    if (failed(checkPlan(*root, *instance, *plan)) ||
        failed(takeAlternative(*root, *instance, *plan)))
      return failure();
    orderByStages(*instance, *plan);

    StageTraffic traffic(*instance, plan->assignment);
    if (dumpProblem &&
        failed(writeProblem(*graph, *instance, *plan, contiguous)))
      return failure();
    // Last of what can fail, so that no file of a failed run stays behind.
    if (!traceFile.empty() &&
        failed(writeTraceFile(*root, *instance, *plan, traceFile)))
      return failure();
    if (!dotFile.empty() &&
        failed(writeStageDot(*graph, *instance, *plan, traffic, dotFile)))
      return failure();
    remarkPlan(*graph, *instance, *plan, traffic, contiguous);
    remarkAlternatives(*graph, *plan, alternative);
    writePins(*graph);
    remarkClones(*graph, writePlan(*graph, *instance, *plan, contiguous));
    return success();
  }

  /// Puts the plan of the asked rank in place of the best.
  LogicalResult takeAlternative(func::FuncOp root,
                                const solver::Instance &instance,
                                solver::Plan &plan) {
    if (alternative == 0)
      return success();
    if (alternative >= plan.alternatives.size()) {
      size_t count = plan.alternatives.size();
      InFlightDiagnostic diagnostic =
          emitError(root.getLoc())
          << "device-place: alternative=" << alternative.getValue() << " of @"
          << root.getSymName() << " does not exist: "
          << (plan.alternativesExact ? "there " : "the search found ")
          << (!plan.alternativesExact ? ""
              : count == 1            ? "is "
                                      : "are ")
          << count << (count == 1 ? " plan" : " plans")
          << " with different cuts, counted from 0";
      return attachExplanation(diagnostic, plan);
    }
    plan = solver::planOfAlternative(instance, plan, alternative);
    return success();
  }

  LogicalResult checkPlan(func::FuncOp root, const solver::Instance &instance,
                          const solver::Plan &plan) {
    StringRef name = root.getSymName();
    switch (plan.status) {
    case solver::Status::Optimal:
      return success();
    case solver::Status::Infeasible: {
      InFlightDiagnostic diagnostic =
          emitError(root.getLoc())
          << "no placement of @" << name << " on machine @"
          << instance.machine().name << " is possible";
      return attachExplanation(diagnostic, plan);
    }
    case solver::Status::Unknown: {
      InFlightDiagnostic diagnostic =
          emitError(root.getLoc())
          << "no placement of @" << name
          << " was found, and that none exists was not proven; the search "
             "stopped "
          << describeStop(plan.stop) << "; " << adviceAfter(plan.stop);
      return attachExplanation(diagnostic, plan);
    }
    case solver::Status::Feasible:
      break;
    }
    if (!requireOptimal)
      return success();
    InFlightDiagnostic diagnostic =
        emitError(root.getLoc())
        << "the placement of @" << name
        << " is not proven optimal, as require-optimal asks: "
           "its value is "
        << solver::describeNumber(plan.exactValue) << " us and the bound "
        << solver::describeNumber(instance.toSourceTime(plan.provenBound))
        << " us; the search stopped " << describeStop(plan.stop) << "; "
        << adviceAfter(plan.stop);
    return attachExplanation(diagnostic, plan);
  }
};

} // namespace
