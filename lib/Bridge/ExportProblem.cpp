//===- ExportProblem.cpp - From the solver core to problems as IR ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ProblemIO.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace placement;

namespace {

/// Creates the parts of one problem. Kind names are made once.
class ProblemWriter {
public:
  ProblemWriter(OpBuilder &builder, Location loc,
                const solver::Instance &instance)
      : builder(builder), loc(loc), instance(instance), data(instance.data()) {
    for (const solver::DeviceKind &kind : data.machine.kinds)
      kinds.push_back(builder.getStringAttr(kind.name));
  }

  void writeNode(solver::NodeId node);
  void writeNet(solver::NetId net);
  void writeWeight(uint32_t weight);

private:
  /// The entries of one row of a table of times, less those that say nothing.
  DictionaryAttr times(const double *row, double absent) {
    SmallVector<NamedAttribute> entries;
    for (auto [index, kind] : llvm::enumerate(kinds))
      if (row[index] != absent)
        entries.emplace_back(kind, builder.getF64FloatAttr(row[index]));
    return builder.getDictionaryAttr(entries);
  }
  /// An absent attribute stands for zero.
  FloatAttr bytes(double value) {
    return value == 0 ? FloatAttr() : builder.getF64FloatAttr(value);
  }
  UnitAttr flag(bool value) {
    return value ? builder.getUnitAttr() : UnitAttr();
  }
  DenseI64ArrayAttr ids(std::span<const uint32_t> nodes) {
    SmallVector<int64_t> list;
    list.reserve(nodes.size());
    for (uint32_t node : nodes)
      list.push_back(data.nodeIds[node]);
    return builder.getDenseI64ArrayAttr(list);
  }

  OpBuilder &builder;
  Location loc;
  const solver::Instance &instance;
  const solver::InstanceData &data;
  SmallVector<StringAttr> kinds;
};

} // namespace

void ProblemWriter::writeNode(solver::NodeId node) {
  StringAttr name;
  if (!data.nodeNames.empty() && !data.nodeNames[node].empty())
    name = builder.getStringAttr(data.nodeNames[node]);
  IntegerAttr group;
  if (data.group[node] != solver::kNone)
    group = builder.getI64IntegerAttr(data.group[node]);
  PinAttr pin;
  if (data.pinKind[node] != solver::kNone) {
    int64_t index = data.pinIndex[node] == solver::kNone
                        ? -1
                        : static_cast<int64_t>(data.pinIndex[node]);
    pin = PinAttr::get(kinds[data.pinKind[node]], index);
  }
  NodeOp::create(
      builder, loc, builder.getI64IntegerAttr(data.nodeIds[node]), name,
      times(&data.time[node * kinds.size()],
            std::numeric_limits<double>::infinity()),
      bytes(data.size[node]), bytes(data.stash[node]),
      bytes(data.transient[node]), flag(data.backward[node]), group, pin);
}

void ProblemWriter::writeNet(solver::NetId net) {
  bool fromHost = data.netProducer[net] == solver::kNone;
  IntegerAttr producer;
  if (!fromHost)
    producer = builder.getI64IntegerAttr(data.nodeIds[data.netProducer[net]]);
  DictionaryAttr cost = times(&data.netCost[net * kinds.size()], 0);
  NetOp::create(builder, loc, producer, ids(instance.consumers(net)),
                flag(!fromHost && instance.onHost(net)),
                cost.empty() ? DictionaryAttr() : cost,
                data.netBytes.empty() ? FloatAttr()
                                      : bytes(data.netBytes[net]));
}

void ProblemWriter::writeWeight(uint32_t weight) {
  WeightOp::create(builder, loc,
                   builder.getF64FloatAttr(data.weightBytes[weight]),
                   ids(instance.weightUsers(weight)));
}

static InFlight toInFlight(solver::InFlight inFlight) {
  switch (inFlight) {
  case solver::InFlight::Single:
    return InFlight::Single;
  case solver::InFlight::SuffixStages:
    return InFlight::SuffixStages;
  case solver::InFlight::All:
    return InFlight::All;
  }
  llvm_unreachable("unknown stashes in flight");
}

static Communication toCommunication(solver::Communication communication) {
  switch (communication) {
  case solver::Communication::Sequential:
    return Communication::Sequential;
  case solver::Communication::HalfDuplex:
    return Communication::HalfDuplex;
  case solver::Communication::FullDuplex:
    return Communication::FullDuplex;
  }
  llvm_unreachable("unknown communication");
}

static Schedule toSchedule(solver::Schedule schedule) {
  return schedule == solver::Schedule::GPipe ? Schedule::GPipe
                                             : Schedule::OneForwardOneBackward;
}

static Objective toObjective(solver::Objective objective) {
  return objective == solver::Objective::Latency ? Objective::Latency
                                                 : Objective::Throughput;
}

/// Absent where it is one, as it is when nothing else is said.
static IntegerAttr makeSubgraphs(Builder builder,
                                 const solver::InstanceData &data) {
  return data.piecesPerDevice == 1
             ? IntegerAttr()
             : builder.getI64IntegerAttr(data.piecesPerDevice);
}

static IntegerAttr makeCores(Builder builder,
                             const solver::InstanceData &data) {
  return data.cores ? builder.getI64IntegerAttr(*data.cores) : IntegerAttr();
}

ProblemOp placement::emitProblem(OpBuilder &builder, Location loc,
                                 const solver::Instance &instance,
                                 StringRef name, FlatSymbolRefAttr machine) {
  const solver::InstanceData &data = instance.data();
  MLIRContext *context = builder.getContext();
  auto problem = ProblemOp::create(
      builder, loc, builder.getStringAttr(name), machine,
      builder.getStringAttr(data.timeUnit),
      InFlightAttr::get(context, toInFlight(data.inFlight)),
      data.microbatches ? builder.getI64IntegerAttr(data.microbatches)
                        : IntegerAttr(),
      CommunicationAttr::get(context, toCommunication(data.communication)),
      ScheduleAttr::get(context, toSchedule(data.schedule)),
      ObjectiveAttr::get(context, toObjective(data.objective)),
      makeSubgraphs(builder, data), makeCores(builder, data));
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&problem.getBody());
  ProblemWriter writer(builder, loc, instance);
  for (solver::NodeId node = 0; node < instance.numNodes(); ++node)
    writer.writeNode(node);
  for (solver::NetId net = 0; net < instance.numNets(); ++net)
    writer.writeNet(net);
  for (uint32_t weight = 0; weight < instance.numWeights(); ++weight)
    writer.writeWeight(weight);
  for (auto [first, second] : data.orderEdges)
    OrderOp::create(builder, loc, data.nodeIds[first], data.nodeIds[second]);
  return problem;
}

void placement::writeLoadModel(ProblemOp problem,
                               const solver::Instance &instance) {
  const solver::InstanceData &data = instance.data();
  problem.setInFlight(toInFlight(data.inFlight));
  problem.setCommunication(toCommunication(data.communication));
  problem.setSchedule(toSchedule(data.schedule));
  if (data.microbatches)
    problem.setMicrobatches(data.microbatches);
  else
    problem.removeMicrobatchesAttr();
  problem.setObjective(toObjective(data.objective));
  Builder builder(problem.getContext());
  problem.setSubgraphsPerDeviceAttr(makeSubgraphs(builder, data));
  problem.setCoresAttr(makeCores(builder, data));
}

static SolutionStatus toStatus(solver::Status status) {
  switch (status) {
  case solver::Status::Optimal:
    return SolutionStatus::Optimal;
  case solver::Status::Feasible:
    return SolutionStatus::Feasible;
  case solver::Status::Infeasible:
    return SolutionStatus::Infeasible;
  case solver::Status::Unknown:
    return SolutionStatus::Unknown;
  }
  return SolutionStatus::Unknown;
}

/// The stages as a list of pieces, each with its nodes in program order, or by
/// rank where the assignment has ranks.
static ArrayAttr makePieces(Builder &builder, const solver::Instance &instance,
                            const solver::Assignment &assignment) {
  const solver::InstanceData &data = instance.data();
  SmallVector<uint32_t> order =
      llvm::to_vector(llvm::seq<uint32_t>(0, instance.numNodes()));
  if (!assignment.rank.empty())
    llvm::sort(order, [&](uint32_t lhs, uint32_t rhs) {
      return std::pair(assignment.rank[lhs], lhs) <
             std::pair(assignment.rank[rhs], rhs);
    });
  std::vector<SmallVector<int64_t>> nodes(assignment.stages.size());
  for (uint32_t node : order)
    nodes[assignment.stageOf[node]].push_back(data.nodeIds[node]);
  SmallVector<Attribute> pieces;
  for (auto [device, ids] : llvm::zip_equal(assignment.stages, nodes))
    pieces.push_back(PieceAttr::get(
        builder.getContext(),
        builder.getStringAttr(data.machine.kinds[device.kind].name),
        device.index, ids));
  return builder.getArrayAttr(pieces);
}

SolutionOp placement::emitSolution(ProblemOp problem,
                                   const solver::Instance &instance,
                                   const solver::Plan &plan, bool contiguous) {
  if (SolutionOp old = problem.getSolution())
    old.erase();
  OpBuilder builder = OpBuilder::atBlockEnd(&problem.getBody().front());
  FloatAttr value, bound;
  ArrayAttr stages;
  double planBound = instance.toSourceTime(plan.bound);
  if (plan.hasAssignment()) {
    value = builder.getF64FloatAttr(plan.exactValue);
    stages = makePieces(builder, instance, plan.assignment);
    // The value is in the source's own numbers, the bound in scaled integers:
    // where they meet in integers, they are the same here too.
    planBound = plan.bound >= plan.value ? plan.exactValue
                                         : std::min(planBound, plan.exactValue);
  }
  if (plan.proof != solver::Proof::None &&
      plan.status != solver::Status::Infeasible)
    bound = builder.getF64FloatAttr(planBound);
  ArrayAttr explanation;
  if (!plan.explanation.empty())
    explanation = builder.getStrArrayAttr(SmallVector<StringRef>(
        plan.explanation.begin(), plan.explanation.end()));
  return SolutionOp::create(
      builder, problem.getLoc(),
      SolutionStatusAttr::get(builder.getContext(), toStatus(plan.status)),
      value, bound, builder.getStringAttr(solver::toString(plan.proof)),
      builder.getStringAttr(solver::toString(plan.stop)),
      builder.getStringAttr(plan.algorithm),
      builder.getStringAttr(plan.fingerprint),
      contiguous ? UnitAttr() : builder.getUnitAttr(), stages, explanation);
}
