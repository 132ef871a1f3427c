//===- GraphBuilder.cpp - From IR to a placement problem ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attachment.h"
#include "BackwardJoins.h"
#include "FlatBody.h"
#include "Groups.h"
#include "Phases.h"

#include "placement/Analysis/OpKnowledge.h"
#include "placement/Analysis/PlacementGraph.h"
#include "placement/Dialect/Names.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;

namespace placement {

using namespace graph;

/// Bytes as the solver core reads them; above 2^53 they are rounded.
static double toBytes(int64_t bytes) { return static_cast<double>(bytes); }

namespace {

class GraphBuilder {
public:
  GraphBuilder(func::FuncOp function, MachineOp machine,
               const GraphOptions &options)
      : options(options), body(flatten(function, options.outlined)),
        roles(findRoles(function)), attachment(attach(body, roles)) {
    result.function = function;
    result.machine = machine;
    for (DeviceKindOp kind : machine.getKinds()) {
      kindNames.push_back(kind.getKindAttr());
      kindOps.push_back(kind);
    }
  }

  FailureOr<PlacementGraph> run() {
    if (attachment.numNodes() == 0)
      return emitError(result.function.getLoc())
             << "@" << result.function.getSymName()
             << " has no operation to place";
    if (failed(findPhases()))
      return failure();
    result.training = options.step == StepKind::Training ||
                      llvm::is_contained(backward, uint8_t(1));

    addMachine();
    addMaps();
    addNets();
    if (failed(addCosts()) || failed(addPins()))
      return failure();
    BackwardJoins joins = joinNodes();
    FailureOr<Groups> groups =
        groupNodes(body, attachment, backward, joins.partner);
    if (failed(groups))
      return failure();
    data().backward = std::move(backward);
    data().group = std::move(groups->groupOf);
    data().orderEdges = std::move(groups->orderEdges);
    addWeights(joins.isUpdated);
    return std::move(result);
  }

private:
  solver::InstanceData &data() { return result.data; }
  Operation *opOf(uint32_t node) const {
    return body.ops[attachment.opOfNode[node]];
  }

  LogicalResult findPhases() {
    if (options.step == StepKind::Inference) {
      backward.assign(attachment.numNodes(), 0);
      return success();
    }
    FailureOr<std::vector<uint8_t>> phases = findBackward(body, attachment);
    if (failed(phases))
      return failure();
    backward = std::move(*phases);
    return success();
  }

  void addMachine() {
    data().source = "@" + result.function.getSymName().str();
    data().timeUnit = "us";
    data().machine.name = result.machine.getSymName().str();
    data().inFlight = result.training ? solver::InFlight::SuffixStages
                                      : solver::InFlight::Single;
    for (DeviceKindOp kind : kindOps) {
      solver::DeviceKind out;
      out.name = kind.getKind().str();
      out.count = static_cast<uint32_t>(
          std::min<uint64_t>(kind.getCount(), solver::kNone - 1));
      if (std::optional<uint64_t> memory = kind.getMemory())
        out.memory = static_cast<solver::Bytes>(*memory);
      if (LinkAttr link = kind.getLinkAttr()) {
        out.latency = link.getLatency();
        out.bandwidth = link.getBandwidth() / 1e6;
      }
      out.host = kind.getHost();
      data().machine.kinds.push_back(std::move(out));
    }
  }

  void addMaps() {
    uint32_t numNodes = attachment.numNodes();
    result.nodes.reserve(numNodes);
    data().nodeIds.resize(numNodes);
    data().nodeNames.resize(numNodes);
    for (uint32_t node = 0; node < numNodes; ++node) {
      result.nodes.push_back(opOf(node));
      data().nodeIds[node] = node;
      data().nodeNames[node] = opOf(node)->getName().getStringRef().str();
    }
    for (uint32_t op = 0; op < body.numOps(); ++op)
      if (attachment.kindOf[op] != Attachment::Kind::Node)
        result.attached.push_back(body.ops[op]);
    result.defaultActivations = roles.defaultActivations;
    result.defaultWeights = roles.defaultWeights;
  }

  //===--------------------------------------------------------------------===//
  // Nets
  //===--------------------------------------------------------------------===//

  /// One net for each value that a node makes or the host gives and that a node
  /// or the host takes.
  void addNets() {
    usersOfValue = attachment.inputs.transposed(body.numValues());
    for (uint32_t value = 0; value < body.numValues(); ++value) {
      uint32_t producer = body.producer[value];
      uint32_t node =
          producer == kNoIndex ? solver::kNone : attachment.nodeOfOp[producer];
      ArrayRef<uint32_t> users = usersOfValue[value];
      bool isResult = node != solver::kNone && body.returned[value];
      if (users.empty() && !isResult)
        continue;
      result.netValues.push_back(body.values[value]);
      data().netProducer.push_back(node);
      data().netConsumers.insert(data().netConsumers.end(), users.begin(),
                                 users.end());
      data().netBegin.push_back(data().netConsumers.size());
      data().netOnHost.push_back(isResult || node == solver::kNone);
      double bytes = bytesOfValue(value);
      data().netBytes.push_back(bytes);
      for (DeviceKindOp kind : kindOps)
        data().netCost.push_back(
            kind.getLinkAttr() ? kind.getLinkAttr().getTransferTime(bytes) : 0);
    }
  }

  /// The bytes of one value. Where a cost gives another total for all results
  /// than their types, each gets its part of that.
  double bytesOfValue(uint32_t value) const {
    double bytes = toBytes(bytesOfOrAssumed(body.values[value].getType()));
    uint32_t producer = body.producer[value];
    CostAttr cost =
        producer == kNoIndex ? CostAttr() : costOf(body.ops[producer]);
    if (!cost)
      return bytes;
    double total = 0;
    for (uint32_t other = body.firstResult[producer];
         other < body.firstResult[producer + 1]; ++other)
      total += toBytes(bytesOfOrAssumed(body.values[other].getType()));
    double output = toBytes(cost.getOutput());
    if (total == output)
      return bytes;
    return total > 0 ? bytes / total * output
                     : output / body.ops[producer]->getNumResults();
  }

  //===--------------------------------------------------------------------===//
  // Costs
  //===--------------------------------------------------------------------===//

  static CostAttr costOf(Operation *op) {
    return dyn_cast_or_null<CostAttr>(op->getDiscardableAttr(kCostAttrName));
  }

  LogicalResult addCosts() {
    for (uint32_t op = 0; op < body.numOps(); ++op)
      if (!costOf(body.ops[op]))
        return body.ops[op]->emitError()
               << "'" << body.ops[op]->getName() << "' has no " << kCostAttrName
               << "; run placement-annotate-costs first";

    uint32_t numNodes = attachment.numNodes();
    size_t kinds = kindNames.size();
    data().time.assign(numNodes * kinds, 0);
    data().size.assign(numNodes, 0);
    data().transient.assign(numNodes, 0);
    for (uint32_t node = 0; node < numNodes; ++node) {
      double *times = data().time.data() + node * kinds;
      CostAttr cost = costOf(opOf(node));
      addTimes(cost, times);
      if (attachment.kindOf[attachment.opOfNode[node]] ==
          Attachment::Kind::Node)
        data().size[node] = toBytes(cost.getWeight());
      data().transient[node] = toBytes(cost.getTransient());
      // A node pays for its copies: their work is repeated beside it, and their
      // results live as long as it runs.
      for (uint32_t copy : attachment.copies[node]) {
        CostAttr copyCost = costOf(body.ops[copy]);
        addTimes(copyCost, times);
        data().transient[node] += toBytes(copyCost.getTransient());
        if (attachment.kindOf[copy] != Attachment::Kind::Weight)
          data().transient[node] += toBytes(copyCost.getOutput());
      }
      if (llvm::all_of(ArrayRef(times, kinds), [](double time) {
            return time == std::numeric_limits<double>::infinity();
          }))
        return emitUnsupported(node);
    }
    if (result.training)
      addStashes();
    return success();
  }

  void addTimes(CostAttr cost, double *times) const {
    DictionaryAttr given = cost.getTimes();
    for (size_t kind = 0; kind < kindNames.size(); ++kind) {
      auto time = dyn_cast_or_null<FloatAttr>(given.get(kindNames[kind]));
      times[kind] += time ? time.getValueAsDouble()
                          : std::numeric_limits<double>::infinity();
    }
  }

  /// A node runs on no kind of the machine, of itself or with its copies.
  LogicalResult emitUnsupported(uint32_t node) {
    Operation *op = opOf(node);
    InFlightDiagnostic diagnostic = op->emitError()
                                    << "no device of machine @"
                                    << result.machine.getSymName()
                                    << " can run '" << op->getName() << "'";
    if (attachment.copies[node].empty())
      return diagnostic << ": its " << kCostAttrName
                        << " has a time for none of "
                        << result.machine.getKindList();
    diagnostic << " together with the constants and weight-only operations "
                  "that it uses: they have no kind in common";
    for (uint32_t copy : attachment.copies[node])
      diagnostic.attachNote(body.ops[copy]->getLoc())
          << "'" << body.ops[copy]->getName() << "' is used, which has times "
          << costOf(body.ops[copy]).getTimes();
    return diagnostic;
  }

  /// A value of the forward pass that a backward node uses is kept by the node
  /// that made it; one from the host by the first backward node that uses it.
  void addStashes() {
    data().stash.assign(attachment.numNodes(), 0);
    for (size_t net = 0; net < result.netValues.size(); ++net) {
      uint32_t node = data().netProducer[net];
      if (node != solver::kNone && backward[node])
        continue;
      for (uint32_t i = data().netBegin[net]; i < data().netBegin[net + 1]; ++i)
        if (uint32_t user = data().netConsumers[i]; backward[user]) {
          data().stash[node == solver::kNone ? user : node] +=
              data().netBytes[net];
          break;
        }
    }
    for (uint32_t node = 0; node < attachment.numNodes(); ++node)
      if (int64_t stash = costOf(opOf(node)).getStash())
        data().stash[node] = toBytes(stash);
  }

  //===--------------------------------------------------------------------===//
  // Pins
  //===--------------------------------------------------------------------===//

  LogicalResult addPins() {
    data().pinKind.assign(attachment.numNodes(), solver::kNone);
    data().pinIndex.assign(attachment.numNodes(), solver::kNone);
    for (uint32_t node = 0; node < attachment.numNodes(); ++node) {
      Operation *op = opOf(node);
      auto pin =
          dyn_cast_or_null<PinAttr>(op->getDiscardableAttr(kPinAttrName));
      if (pin && failed(setPin(node, pin.getKind(), pin.getIndex(), "pinned")))
        return failure();
      if (!options.devicesArePins ||
          attachment.kindOf[attachment.opOfNode[node]] !=
              Attachment::Kind::Node)
        continue;
      auto device =
          dyn_cast_or_null<DeviceAttr>(op->getDiscardableAttr(kDeviceAttrName));
      if (!device)
        continue;
      if (device.getMachine().getAttr() != result.machine.getSymNameAttr())
        return op->emitError()
               << "'" << op->getName() << "' has a device of machine "
               << device.getMachine() << ", but the function is placed on @"
               << result.machine.getSymName()
               << "; remove the device or give that machine";
      if (pin && (pin.getKind() != device.getKind() ||
                  (pin.hasIndex() && pin.getIndex() != device.getIndex())))
        return op->emitError() << "'" << op->getName() << "' is pinned to "
                               << pin << " but has " << device
                               << ", which is to be respected; remove one";
      if (failed(setPin(node, device.getKind(), device.getIndex(), "placed")))
        return failure();
      result.keptNodes.push_back(node);
    }
    return success();
  }

  LogicalResult setPin(uint32_t node, StringAttr kind, int64_t index,
                       StringRef verb) {
    Operation *op = opOf(node);
    auto it = llvm::find(kindNames, kind);
    if (it == kindNames.end())
      return op->emitError()
             << "'" << op->getName() << "' is " << verb << " on kind " << kind
             << ", which machine @" << result.machine.getSymName()
             << " does not have; it has " << result.machine.getKindList();
    size_t number = it - kindNames.begin();
    auto count =
        static_cast<int64_t>(options.coresOfHosts && kindOps[number].isHost()
                                 ? *options.coresOfHosts
                                 : kindOps[number].getCount());
    if (index >= count)
      return op->emitError() << "'" << op->getName() << "' is " << verb
                             << " on device " << index << " of kind " << kind
                             << ", but machine @" << result.machine.getSymName()
                             << " has " << count << " of them, counted from 0";
    if (data().time[node * kindNames.size() + number] ==
        std::numeric_limits<double>::infinity())
      return op->emitError()
             << "'" << op->getName() << "' is " << verb << " on kind " << kind
             << ", which cannot run it: its " << kCostAttrName
             << " (or that of a constant it uses) has no time for that kind";
    data().pinKind[node] = number;
    if (index >= 0)
      data().pinIndex[node] = index;
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Training
  //===--------------------------------------------------------------------===//

  BackwardJoins joinNodes() {
    if (result.training && !options.outlined)
      return joinBackward(body, attachment, backward);
    BackwardJoins none;
    none.partner.assign(attachment.numNodes(), kNoIndex);
    none.isUpdated.assign(attachment.weights.size(), 0);
    return none;
  }

  /// In training a weight takes its bytes again for its gradient: every weight
  /// with an update in the function or, where there is none at all, every one
  /// of floating point that a forward node uses.
  void addWeights(ArrayRef<uint8_t> isUpdated) {
    Rows users = attachment.weightsOfNode.transposed(attachment.weights.size());
    bool hasUpdates = llvm::is_contained(isUpdated, uint8_t(1));
    for (uint32_t weight = 0; weight < users.size(); ++weight) {
      const WeightSource &source = attachment.weights[weight];
      bool isTrained =
          hasUpdates ? isUpdated[weight]
                     : isa<BlockArgument>(source.value) &&
                           isa<FloatType>(
                               getElementTypeOrSelf(source.value.getType())) &&
                           llvm::any_of(users[weight], [&](uint32_t user) {
                             return !data().backward[user];
                           });
      double copies = result.training && isTrained ? 2 : 1;
      data().weightBytes.push_back(copies * toBytes(source.bytes));
      data().weightUsers.insert(data().weightUsers.end(), users[weight].begin(),
                                users[weight].end());
      data().weightBegin.push_back(data().weightUsers.size());
    }
  }

  GraphOptions options;
  FlatBody body;
  Roles roles;
  Attachment attachment;
  SmallVector<StringAttr> kindNames;
  SmallVector<DeviceKindOp> kindOps;
  std::vector<uint8_t> backward;
  Rows usersOfValue;
  PlacementGraph result;
};

} // namespace

FailureOr<PlacementGraph> buildPlacementGraph(func::FuncOp function,
                                              MachineOp machine,
                                              const GraphOptions &options) {
  return GraphBuilder(function, machine, options).run();
}

} // namespace placement
