//===- VerifyPlacement.cpp - Check a placed function ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlacedFunction.h"
#include "StageTimes.h"
#include "TransferCheck.h"

#include "placement/Analysis/EntryFunction.h"
#include "placement/Dialect/Names.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Transforms/Passes.h"

#include <cmath>

namespace placement {
#define GEN_PASS_DEF_VERIFYPLACEMENTPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

/// Sums over another order of operations may differ by rounding.
constexpr double kRounding = 1e-9;

class Verifier {
public:
  Verifier(func::FuncOp function, PlanAttr plan, MachineOp machine)
      : function(function), plan(plan), machine(machine) {}

  LogicalResult run() {
    FailureOr<PlacedFunction> read =
        PlacedFunction::read(function, machine, plan);
    if (failed(read))
      return failure();
    placed.emplace(std::move(*read));
    if (static_cast<int64_t>(placed->deviceOfStage.size()) != plan.getStages())
      return emitError(function.getLoc())
             << "the plan of " << name() << " has " << plan.getStages()
             << " stages, but its operations are in "
             << placed->deviceOfStage.size() << "; " << kAdvice;
    if (failed(build(StepKind::Automatic)) || failed(checkOperands()) ||
        failed(checkPins()) || failed(checkFingerprint()) ||
        failed(checkLoads()))
      return failure();
    return checkTransfers(*placed, *graph);
  }

private:
  static constexpr StringLiteral kAdvice = "run device-place again";

  std::string name() { return "@" + function.getSymName().str(); }

  /// Reads the problem that the function is now.
  LogicalResult build(StepKind step) {
    GraphOptions options;
    options.step = step;
    options.outlined = placed->outlined;
    if (auto cores = dyn_cast_or_null<IntegerAttr>(plan.getCores()))
      options.coresOfHosts = static_cast<uint32_t>(cores.getInt());
    FailureOr<PlacementGraph> built =
        buildPlacementGraph(function, machine, options);
    if (failed(built))
      return failure();
    graph.emplace(std::move(*built));
    takeModels(graph->data);
    solver::Result<solver::Instance> created =
        solver::Instance::create(std::move(graph->data));
    if (!created)
      return emitError(function.getLoc()) << created.error().message;
    instance.emplace(std::move(*created));
    return success();
  }

  /// The plan says what its value is of.
  void takeModels(solver::InstanceData &data) const {
    if (plan.isLatency()) {
      data.objective = solver::Objective::Latency;
      data.piecesPerDevice =
          static_cast<uint32_t>(plan.getSubgraphsPerDevice().getInt());
      if (auto cores = dyn_cast_or_null<IntegerAttr>(plan.getCores()))
        data.cores = static_cast<uint32_t>(cores.getInt());
      else if (plan.getCores())
        data.cores = solver::kMachineCores;
    }
    if (StringAttr communication = plan.getCommunication())
      data.communication =
          *solver::parseCommunication(communication.getValue());
    if (StringAttr schedule = plan.getSchedule())
      data.schedule = *solver::parseSchedule(schedule.getValue());
    if (data.schedule != solver::Schedule::GPipe)
      return;
    if (IntegerAttr microbatches = plan.getMicrobatches()) {
      data.inFlight = solver::InFlight::All;
      data.microbatches = static_cast<uint32_t>(microbatches.getInt());
    } else {
      // Without their number the plan was made under rules that keep none.
      data.inFlight = solver::InFlight::Single;
    }
  }

  /// Values flow to the same or later stages in the forward pass, under latency
  /// in both, and copies stay where they are used.
  LogicalResult checkOperands() {
    for (Operation *op : graph->attached)
      if (failed(checkCopy(op)))
        return failure();
    for (solver::NetId net = 0; net < instance->numNets(); ++net) {
      uint32_t producer = instance->producer(net);
      if (producer == solver::kNone || isFree(producer))
        continue;
      for (solver::NodeId consumer : instance->consumers(net))
        if (!isFree(consumer) && stageOf(producer) > stageOf(consumer)) {
          InFlightDiagnostic diagnostic =
              graph->nodes[consumer]->emitError()
              << "'" << graph->nodes[consumer]->getName() << "' in stage "
              << stageOf(consumer) << " uses a value of the later stage "
              << stageOf(producer) << "; "
              << (plan.isLatency() ? "stages are called in their order, so "
                                   : "in the forward pass ")
              << "values flow to later stages only";
          diagnostic.attachNote(graph->nodes[producer]->getLoc())
              << "the value is made here";
          return diagnostic;
        }
    }
    return success();
  }

  /// Whether the order of stages says nothing about the node.
  bool isFree(solver::NodeId node) const {
    return !plan.isLatency() && instance->isBackward(node);
  }

  LogicalResult checkCopy(Operation *op) {
    uint32_t stage = placed->stageOf.lookup(op);
    for (Operation *user : placed->usersOf(op))
      if (placed->stageOf.lookup(user) != stage) {
        InFlightDiagnostic diagnostic =
            user->emitError()
            << "'" << user->getName() << "' in stage "
            << placed->stageOf.lookup(user) << " uses '" << op->getName()
            << "' of stage " << stage
            << ", which works on weights and constants only; each stage needs "
               "its own clone of such an operation; "
            << kAdvice;
        diagnostic.attachNote(op->getLoc()) << "the operation is here";
        return diagnostic;
      }
    return success();
  }

  LogicalResult checkPins() {
    for (Operation *op : graph->nodes) {
      auto pin = op->getAttrOfType<PinAttr>(kPinAttrName);
      DeviceAttr device = placed->deviceOfStage[placed->stageOf.lookup(op)];
      if (pin && (pin.getKind() != device.getKind() ||
                  (pin.hasIndex() && pin.getIndex() != device.getIndex() &&
                   hasDevices(device.getKind()))))
        return op->emitError() << "'" << op->getName() << "' is on " << device
                               << ", but it is pinned to " << pin;
    }
    return success();
  }

  /// Under latency a host kind without a number of cores is one place.
  bool hasDevices(StringAttr kind) {
    return !plan.isLatency() || plan.getCores() ||
           !machine.lookupKind(kind.getValue()).isHost();
  }

  /// The plan may have been made under the rules of the other kind of step.
  LogicalResult checkFingerprint() {
    if (placed->outlined)
      return success();
    std::string found = instance->fingerprint();
    if (found == plan.getFingerprint())
      return success();
    if (failed(build(otherStep())))
      return failure();
    if (instance->fingerprint() == plan.getFingerprint())
      return success();
    return emitError(function.getLoc())
           << "the plan of " << name()
           << " is not about the function as it is now: its fingerprint is "
           << plan.getFingerprint() << ", but the function has \"" << found
           << "\"; operations, costs, roles, pins or the machine have changed "
              "since, so that it is no longer "
           << plan.getStatus().getValue() << "; " << kAdvice;
  }

  LogicalResult checkLoads() {
    solver::CheckReport report = recompute();
    // Without a fingerprint, memory alone tells which rules the plan follows.
    if (placed->outlined && !report.feasible()) {
      if (failed(build(otherStep())))
        return failure();
      if (solver::CheckReport other = recompute(); other.feasible())
        report = std::move(other);
    }
    if (!report.feasible()) {
      InFlightDiagnostic diagnostic =
          emitError(function.getLoc())
          << "the placement of " << name()
          << " breaks a rule: " << report.violations.front();
      for (size_t i = 1; i < report.violations.size(); ++i)
        diagnostic.attachNote() << report.violations[i];
      return diagnostic;
    }
    double claimed = plan.getValue();
    if (isSame(report.exactValue, claimed))
      return checkTimes(report);
    using solver::describeNumber;
    InFlightDiagnostic diagnostic =
        emitError(function.getLoc())
        << "the plan of " << name() << " claims " << describeNumber(claimed)
        << " us, but "
        << (plan.isLatency() ? "what ends last ends after "
            : instance->schedule() == solver::Schedule::GPipe
                ? "its slowest passes together take "
            : plan.isContiguous() ? "its slowest stage takes "
                                  : "its slowest device takes ")
        << describeNumber(report.exactValue)
        << " us; operations were moved since; " << kAdvice;
    if (plan.isLatency()) {
      for (const solver::TimelineEntry &entry : report.timeline)
        if (entry.isPiece())
          diagnostic.attachNote()
              << "stage " << entry.stage << " on "
              << solver::describeDevice(instance->machine(), entry.device)
              << " runs from " << describeNumber(entry.exactStart) << " to "
              << describeNumber(entry.exactFinish) << " us";
      return diagnostic;
    }
    for (auto [stage, load] : llvm::enumerate(report.loads))
      diagnostic.attachNote()
          << (plan.isContiguous()
                  ? "stage " + std::to_string(stage)
                  : solver::describeDevice(instance->machine(), load.device))
          << " takes " << describeNumber(load.exactLoad)
          << " us: " << describeNumber(load.exactCompute) << " compute, "
          << describeNumber(load.exactIn) << " in, "
          << describeNumber(load.exactOut) << " out";
    return diagnostic;
  }

  static bool isSame(double lhs, double rhs) {
    return std::fabs(lhs - rhs) <= kRounding * std::max(lhs, rhs);
  }

  /// The times of stages, where the plan says them.
  LogicalResult checkTimes(const solver::CheckReport &report) {
    if (plan.getStarts().empty())
      return success();
    StageTimes times(report.timeline, plan.getStages());
    for (int64_t stage = 0; stage < plan.getStages(); ++stage) {
      double start = plan.getStarts()[stage], end = plan.getFinishes()[stage];
      if (isSame(times.starts[stage], start) &&
          isSame(times.finishes[stage], end))
        continue;
      using solver::describeNumber;
      return emitError(function.getLoc())
             << "the plan of " << name() << " claims that stage " << stage
             << " runs from " << describeNumber(start) << " to "
             << describeNumber(end) << " us, but it runs from "
             << describeNumber(times.starts[stage]) << " to "
             << describeNumber(times.finishes[stage]) << " us; " << kAdvice;
    }
    return success();
  }

  /// The loads, by the definitions of docs/Solvers.md alone. Without the
  /// partners of backward operations their order means nothing; the stages of
  /// forward ones were checked before.
  solver::CheckReport recompute() {
    solver::Assignment assignment;
    for (DeviceAttr device : placed->deviceOfStage)
      assignment.stages.push_back(
          {*machine.lookupKindIndex(device.getKind().getValue()),
           static_cast<uint32_t>(device.getIndex())});
    for (Operation *op : graph->nodes)
      assignment.stageOf.push_back(placed->stageOf.lookup(op));
    return solver::check(*instance, assignment,
                         plan.isContiguous() && !placed->outlined);
  }

  StepKind otherStep() const {
    return graph->training ? StepKind::Inference : StepKind::Training;
  }

  uint32_t stageOf(solver::NodeId node) const {
    return placed->stageOf.lookup(graph->nodes[node]);
  }

  func::FuncOp function;
  PlanAttr plan;
  MachineOp machine;
  std::optional<PlacedFunction> placed;
  std::optional<PlacementGraph> graph;
  std::optional<solver::Instance> instance;
};

struct VerifyPlacementPass
    : public placement::impl::VerifyPlacementPassBase<VerifyPlacementPass> {
  using VerifyPlacementPassBase::VerifyPlacementPassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(verify()))
      signalPassFailure();
  }

private:
  LogicalResult verify() {
    FailureOr<func::FuncOp> root = findEntryFunction(getOperation(), function);
    if (failed(root))
      return failure();
    auto plan = (*root)->getAttrOfType<PlanAttr>(kPlanAttrName);
    if (!plan)
      return emitError((*root).getLoc())
             << "@" << root->getSymName() << " has no " << kPlanAttrName
             << "; run device-place first";
    auto machine = dyn_cast_or_null<MachineOp>(SymbolTable::lookupSymbolIn(
        getOperation(), plan.getMachine().getAttr()));
    if (!machine)
      return emitError((*root).getLoc())
             << "the plan of @" << root->getSymName() << " is for machine "
             << plan.getMachine() << ", which is not in the module";
    return Verifier(*root, plan, machine).run();
  }
};

} // namespace
