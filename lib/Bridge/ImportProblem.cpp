//===- ImportProblem.cpp - From problems as IR to the solver core ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ProblemIO.h"

#include "mlir/IR/Diagnostics.h"
#include "placement/Solver/Model/Describe.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace placement;

namespace {

/// Fills the flat arrays of an instance from the parts of a problem, which the
/// verifier has seen: names of nodes and kinds resolve.
class ProblemReader {
public:
  explicit ProblemReader(MachineOp machine) {
    for (DeviceKindOp kind : machine.getKinds()) {
      kinds.push_back(kind.getKindAttr());
      solver::DeviceKind &entry = data.machine.kinds.emplace_back();
      entry.name = kind.getKind().str();
      entry.count = static_cast<uint32_t>(kind.getCount());
      if (std::optional<uint64_t> memory = kind.getMemory())
        entry.memory = static_cast<solver::Bytes>(*memory);
      entry.host = kind.getHost();
    }
    data.machine.name = machine.getSymName().str();
  }

  void readNode(NodeOp node);
  void readNet(NetOp net);
  void readWeight(WeightOp weight);
  void readOrder(OrderOp order);

  solver::InstanceData data;

private:
  uint32_t kindIndex(StringAttr name) const {
    return llvm::find(kinds, name) - kinds.begin();
  }
  void appendRow(std::vector<double> &table, DictionaryAttr times,
                 double absent) {
    for (StringAttr kind : kinds) {
      auto time = times ? times.getAs<FloatAttr>(kind) : FloatAttr();
      table.push_back(time ? time.getValueAsDouble() : absent);
    }
  }
  static double number(FloatAttr value) {
    return value ? value.getValueAsDouble() : 0;
  }

  SmallVector<StringAttr> kinds;
  llvm::DenseMap<int64_t, uint32_t> indexOf;
};

} // namespace

void ProblemReader::readNode(NodeOp node) {
  auto id = static_cast<int64_t>(node.getId());
  indexOf.try_emplace(id, static_cast<uint32_t>(data.nodeIds.size()));
  data.nodeIds.push_back(id);
  data.nodeNames.push_back(node.getName().value_or("").str());
  appendRow(data.time, node.getTime(), std::numeric_limits<double>::infinity());
  data.size.push_back(number(node.getSizeAttr()));
  data.stash.push_back(number(node.getStashAttr()));
  data.transient.push_back(number(node.getTransientAttr()));
  data.backward.push_back(node.getBackward());
  std::optional<uint64_t> group = node.getGroup();
  data.group.push_back(group ? static_cast<uint32_t>(*group) : solver::kNone);
  PinAttr pin = node.getPinAttr();
  data.pinKind.push_back(pin ? kindIndex(pin.getKind()) : solver::kNone);
  // An index past 32 bits is past any count, as kNone - 1 is.
  data.pinIndex.push_back(pin && pin.hasIndex()
                              ? static_cast<uint32_t>(std::min<int64_t>(
                                    pin.getIndex(), solver::kNone - 1))
                              : solver::kNone);
}

void ProblemReader::readNet(NetOp net) {
  std::optional<uint64_t> producer = net.getProducer();
  data.netProducer.push_back(
      producer ? indexOf.lookup(static_cast<int64_t>(*producer))
               : solver::kNone);
  for (int64_t consumer : net.getConsumers())
    data.netConsumers.push_back(indexOf.lookup(consumer));
  data.netBegin.push_back(static_cast<uint32_t>(data.netConsumers.size()));
  data.netOnHost.push_back(net.getToHost() || !producer);
  appendRow(data.netCost, net.getCostAttr(), 0);
  data.netBytes.push_back(number(net.getBytesAttr()));
}

void ProblemReader::readWeight(WeightOp weight) {
  data.weightBytes.push_back(number(weight.getBytesAttr()));
  for (int64_t user : weight.getUsers())
    data.weightUsers.push_back(indexOf.lookup(user));
  data.weightBegin.push_back(static_cast<uint32_t>(data.weightUsers.size()));
}

void ProblemReader::readOrder(OrderOp order) {
  data.orderEdges.emplace_back(
      indexOf.lookup(static_cast<int64_t>(order.getFirst())),
      indexOf.lookup(static_cast<int64_t>(order.getSecond())));
}

/// Pieces of each device and cores of each host kind, under latency.
static LogicalResult readCalls(ProblemOp problem, solver::InstanceData &data) {
  auto read = [&](StringRef name, IntegerAttr attribute, int64_t least,
                  int64_t most, uint32_t &number) -> LogicalResult {
    if (attribute.getInt() < least || attribute.getInt() > most)
      return problem.emitError()
             << data.source << ": " << name << " is " << attribute.getInt()
             << "; give a number from 1 to " << most;
    number = static_cast<uint32_t>(attribute.getInt());
    return success();
  };
  if (IntegerAttr subgraphs = problem.getSubgraphsPerDeviceAttr())
    if (failed(read("subgraphs_per_device", subgraphs, 1,
                    solver::kMostPiecesPerDevice, data.piecesPerDevice)))
      return failure();
  if (IntegerAttr cores = problem.getCoresAttr()) {
    data.cores = solver::kMachineCores;
    return read("cores", cores, 0, solver::kMostCores, *data.cores);
  }
  return success();
}

/// What loads and values are, and how many stashes count.
static LogicalResult readModels(ProblemOp problem,
                                const solver::LoadModelOverride &given,
                                solver::InstanceData &data) {
  switch (problem.getInFlight()) {
  case InFlight::Single:
    data.inFlight = solver::InFlight::Single;
    break;
  case InFlight::SuffixStages:
    data.inFlight = solver::InFlight::SuffixStages;
    break;
  case InFlight::All:
    data.inFlight = solver::InFlight::All;
    break;
  }
  switch (problem.getCommunication()) {
  case Communication::Sequential:
    data.communication = solver::Communication::Sequential;
    break;
  case Communication::HalfDuplex:
    data.communication = solver::Communication::HalfDuplex;
    break;
  case Communication::FullDuplex:
    data.communication = solver::Communication::FullDuplex;
    break;
  }
  data.schedule = problem.getSchedule() == Schedule::GPipe
                      ? solver::Schedule::GPipe
                      : solver::Schedule::OneForwardOneBackward;
  if (IntegerAttr microbatches = problem.getMicrobatchesAttr()) {
    int64_t number = microbatches.getInt();
    if (number < 1 || number > solver::kMostMicrobatches)
      return problem.emitError() << data.source << ": microbatches is "
                                 << number << "; give a number from 1 to 2^20";
    data.microbatches = static_cast<uint32_t>(number);
  }
  data.objective = problem.getObjective() == Objective::Latency
                       ? solver::Objective::Latency
                       : solver::Objective::Throughput;
  if (failed(readCalls(problem, data)))
    return failure();
  if (std::optional<solver::Error> error = solver::applyOverride(given, data))
    return problem.emitError() << error->message;
  return success();
}

FailureOr<solver::Instance>
placement::importProblem(ProblemOp problem,
                         const solver::LoadModelOverride &given) {
  auto machine = SymbolTable::lookupNearestSymbolFrom<MachineOp>(
      problem, problem.getMachineAttr());
  if (!machine)
    return problem.emitOpError() << "names machine @" << problem.getMachine()
                                 << ", which is not in the module";
  ProblemReader reader(machine);
  reader.data.source = ("problem @" + problem.getSymName()).str();
  reader.data.timeUnit = problem.getUnit().str();
  if (failed(readModels(problem, given, reader.data)))
    return failure();
  // Nets have their costs here, and on a link all of them may be zero.
  if (reader.data.objective == solver::Objective::Latency)
    for (auto [entry, kind] :
         llvm::zip(reader.data.machine.kinds, machine.getKinds()))
      entry.host = kind.isHost();
  // Nodes first: the other parts may stand anywhere and name any of them.
  for (auto node : problem.getOps<NodeOp>())
    reader.readNode(node);
  for (Operation &op : problem.getBody().front()) {
    if (auto net = dyn_cast<NetOp>(op))
      reader.readNet(net);
    else if (auto weight = dyn_cast<WeightOp>(op))
      reader.readWeight(weight);
    else if (auto order = dyn_cast<OrderOp>(op))
      reader.readOrder(order);
  }
  if (llvm::all_of(reader.data.nodeNames,
                   [](const std::string &name) { return name.empty(); }))
    reader.data.nodeNames.clear();
  if (llvm::all_of(reader.data.netBytes,
                   [](double bytes) { return bytes == 0; }))
    reader.data.netBytes.clear();
  solver::Result<solver::Instance> instance =
      solver::Instance::create(std::move(reader.data));
  if (!instance)
    return problem.emitError() << instance.error().message;
  return std::move(*instance);
}

FailureOr<solver::Assignment>
placement::importAssignment(SolutionOp solution,
                            const solver::Instance &instance) {
  const solver::InstanceData &data = instance.data();
  llvm::DenseMap<int64_t, uint32_t> indexOf;
  for (auto [index, id] : llvm::enumerate(data.nodeIds))
    indexOf.try_emplace(id, static_cast<uint32_t>(index));
  solver::Assignment assignment;
  assignment.stageOf.assign(instance.numNodes(), solver::kNone);
  // Nodes of a core run in the order in which they are listed.
  bool hasCores = instance.isLatency() && data.cores;
  if (hasCores)
    assignment.rank.assign(instance.numNodes(), 0);
  uint32_t rank = 0;
  ArrayAttr stages = solution.getStagesAttr();
  if (!stages)
    return solution.emitOpError() << "has no stages";
  for (auto [stage, piece] : llvm::enumerate(stages.getAsRange<PieceAttr>())) {
    auto kind = llvm::find_if(
        data.machine.kinds, [&](const solver::DeviceKind &candidate) {
          return candidate.name == piece.getKind().getValue();
        });
    solver::DeviceRef device;
    device.kind = static_cast<uint32_t>(kind - data.machine.kinds.begin());
    device.index = static_cast<uint32_t>(
        std::min<int64_t>(piece.getIndex(), solver::kNone - 1));
    assignment.stages.push_back(device);
    for (int64_t id : piece.getNodes()) {
      uint32_t node = indexOf.lookup(id);
      if (assignment.stageOf[node] != solver::kNone)
        return solution.emitOpError()
               << "puts " << solver::describeNode(data, node) << " into stage "
               << assignment.stageOf[node] << " and into stage " << stage
               << "; every node belongs to one stage";
      assignment.stageOf[node] = static_cast<uint32_t>(stage);
      if (hasCores)
        assignment.rank[node] = rank++;
    }
  }
  for (auto [node, stage] : llvm::enumerate(assignment.stageOf))
    if (stage == solver::kNone)
      return solution.emitOpError()
             << "leaves out " << solver::describeNode(data, node)
             << "; every node belongs to one stage";
  return assignment;
}
