//===- WriteInstance.cpp - An instance in our own format ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstanceReaders.h"

#include "placement/Solver/IO/JsonWriter.h"
#include "placement/Solver/IO/Writers.h"

#include <cmath>

namespace placement::solver {

namespace {

using Layout = JsonWriter::Layout;

class InstanceWriter {
public:
  explicit InstanceWriter(const Instance &instance)
      : instance(instance), data(instance.data()) {}

  std::string write(std::string_view comment) {
    json.beginObject().field("version", 1);
    if (!comment.empty())
      json.field("comment", comment);
    json.field("timeUnit", std::string_view(data.timeUnit));
    json.field("inFlight", toString(data.inFlight));
    if (data.inFlight == InFlight::All)
      json.field("microbatches", data.microbatches);
    if (data.communication != Communication::Sequential)
      json.field("communication", toString(data.communication));
    if (data.schedule != Schedule::OneForwardOneBackward)
      json.field("schedule", toString(data.schedule));
    if (instance.isLatency())
      writeLatency();
    writeMachine();
    writeNodes();
    writeNets();
    writeWeights();
    writeOrder();
    json.endObject();
    return json.take();
  }

private:
  void writeLatency() {
    json.field("objective", toString(data.objective));
    if (data.piecesPerDevice != 1)
      json.field("subgraphsPerDevice", data.piecesPerDevice);
    if (data.cores == CoreLimit(kMachineCores))
      json.field("cores", "machine");
    else if (data.cores)
      json.field("cores", *data.cores);
  }

  /// Whether the kind would be taken for something else if nothing were said.
  bool tellsHost(KindId k) const {
    bool host = data.machine.kinds[k].bandwidth == 0;
    for (NetId n = 0; n < data.numNets(); ++n)
      host = host && data.netCost[n * data.numKinds() + k] == 0;
    return host != instance.isHost(k);
  }

  void writeMachine() {
    json.key("machine").beginObject();
    if (!data.machine.name.empty())
      json.field("name", std::string_view(data.machine.name));
    json.key("kinds").beginArray();
    for (const DeviceKind &kind : data.machine.kinds) {
      json.beginObject(Layout::Inline)
          .field("name", std::string_view(kind.name))
          .field("count", kind.count);
      if (kind.memory != kUnlimitedBytes)
        json.field("memory", kind.memory);
      // Links are told in bytes per second and microseconds, which has no
      // meaning in an unknown unit. They have priced the nets already; without
      // a bandwidth the latency has no effect.
      double unit = microsecondsPer(data.timeUnit);
      if (unit > 0 && kind.bandwidth > 0)
        json.key("link")
            .beginObject(Layout::Inline)
            .field("bandwidth", kind.bandwidth / (unit / 1e6))
            .field("latency", kind.latency * unit)
            .endObject();
      if (KindId k = &kind - data.machine.kinds.data(); tellsHost(k))
        json.field("host", instance.isHost(k));
      json.endObject();
    }
    json.endArray().endObject();
  }

  /// Skips values for which `skip` holds.
  template <typename Skip>
  void writeByKind(std::string_view name, const double *values, Skip skip) {
    json.key(name).beginObject(Layout::Inline);
    for (size_t k = 0; k < data.numKinds(); ++k)
      if (!skip(values[k]))
        json.field(data.machine.kinds[k].name, values[k]);
    json.endObject();
  }

  void writeNodes() {
    json.key("nodes").beginArray();
    for (NodeId v = 0; v < data.numNodes(); ++v) {
      json.beginObject(Layout::Inline).field("id", data.nodeIds[v]);
      if (v < data.nodeNames.size() && !data.nodeNames[v].empty())
        json.field("name", std::string_view(data.nodeNames[v]));
      writeByKind("times", &data.time[v * data.numKinds()],
                  [](double time) { return std::isinf(time); });
      if (data.size[v] != 0)
        json.field("size", data.size[v]);
      if (data.stash[v] != 0)
        json.field("stash", data.stash[v]);
      if (data.transient[v] != 0)
        json.field("transient", data.transient[v]);
      if (data.backward[v])
        json.field("backward", true);
      if (data.group[v] != kNone)
        json.field("group", data.group[v]);
      if (data.pinKind[v] != kNone) {
        json.key("pin")
            .beginObject(Layout::Inline)
            .field("kind",
                   std::string_view(data.machine.kinds[data.pinKind[v]].name));
        if (data.pinIndex[v] != kNone)
          json.field("index", data.pinIndex[v]);
        json.endObject();
      }
      json.endObject();
    }
    json.endArray();
  }

  void writeIds(std::string_view name, const std::vector<uint32_t> &nodes,
                size_t from, size_t to) {
    json.key(name).beginArray(Layout::Inline);
    for (size_t i = from; i < to; ++i)
      json.value(data.nodeIds[nodes[i]]);
    json.endArray();
  }

  void writeNets() {
    json.key("nets").beginArray();
    for (NetId n = 0; n < data.numNets(); ++n) {
      json.beginObject(Layout::Inline);
      if (data.netProducer[n] != kNone)
        json.field("producer", data.nodeIds[data.netProducer[n]]);
      writeIds("consumers", data.netConsumers, data.netBegin[n],
               data.netBegin[n + 1]);
      if (data.netOnHost[n])
        json.field("host", true);
      if (!data.netBytes.empty())
        json.field("bytes", data.netBytes[n]);
      // Always stated, so that nothing is priced a second time.
      writeByKind("cost", &data.netCost[n * data.numKinds()],
                  [](double cost) { return cost == 0; });
      json.endObject();
    }
    json.endArray();
  }

  void writeWeights() {
    if (data.weightBytes.empty())
      return;
    json.key("weights").beginArray();
    for (size_t w = 0; w < data.weightBytes.size(); ++w) {
      json.beginObject(Layout::Inline).field("bytes", data.weightBytes[w]);
      writeIds("users", data.weightUsers, data.weightBegin[w],
               data.weightBegin[w + 1]);
      json.endObject();
    }
    json.endArray();
  }

  void writeOrder() {
    if (data.orderEdges.empty())
      return;
    json.key("order").beginArray();
    for (auto [first, second] : data.orderEdges)
      json.beginArray(Layout::Inline)
          .value(data.nodeIds[first])
          .value(data.nodeIds[second])
          .endArray();
    json.endArray();
  }

  const Instance &instance;
  const InstanceData &data;
  JsonWriter json;
};

} // namespace

std::string writeInstanceJson(const Instance &instance,
                              std::string_view comment) {
  return InstanceWriter(instance).write(comment);
}

} // namespace placement::solver
