//===- OwnNetsReader.cpp - Our own format: nets, weights, order -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IdMap.h"
#include "InstanceReaders.h"

namespace placement::solver {

namespace {

class NetsReader {
public:
  NetsReader(const JsonPath &path, InstanceData &data)
      : path(path), data(data) {}

  bool read(const OwnNets &lists) {
    return buildIds() && (!lists.nets || readNets(*lists.nets)) &&
           (!lists.weights || readWeights(*lists.weights)) &&
           (!lists.order || readOrder(*lists.order));
  }

  std::optional<Error> error;

private:
  bool buildIds() {
    auto twice = ids.build(data.nodeIds);
    if (!twice)
      return true;
    JsonPath list = path.field("nodes");
    error = list.at(twice->second)
                .field("id")
                .error("is " + std::to_string(data.nodeIds[twice->first]) +
                       ", as nodes[" + std::to_string(twice->first) +
                       "] has it already; ids must be unique");
    return false;
  }

  bool readNode(JsonElement from, const JsonPath &at, NodeId &to) {
    return readNodeId(from, at, ids,
                      "no node has this id; name a node of the file", to,
                      error);
  }

  bool readNodeList(JsonElement from, const JsonPath &at,
                    std::vector<uint32_t> &to) {
    simdjson::dom::array list;
    if (!readArray(from, at, list, error))
      return false;
    size_t index = 0;
    for (JsonElement element : list) {
      NodeId node = kNone;
      if (!readNode(element, at.at(index++), node))
        return false;
      to.push_back(node);
    }
    return true;
  }

  bool readNets(JsonElement from) {
    enum : uint8_t { Producer, Consumers, Host, HoldsBytes, Cost };
    FieldTable<5> fields({"producer", "consumers", "host", "bytes", "cost"});
    JsonPath listPath = path.field("nets");
    simdjson::dom::array list;
    if (!readArray(from, listPath, list, error))
      return false;
    size_t kinds = data.numKinds();
    for (JsonElement element : list) {
      size_t index = data.numNets();
      JsonPath at = listPath.at(index);
      simdjson::dom::object object;
      NodeId producer = kNone;
      bool host = false;
      if (!readObject(element, at, object, error) ||
          !fields.readStrict(object, at, error) ||
          !fields.require(Consumers, at, "the ids of the consumers", error) ||
          (fields.has(Producer) &&
           !readNode(fields[Producer], at.field("producer"), producer)) ||
          !readNodeList(fields[Consumers], at.field("consumers"),
                        data.netConsumers) ||
          (fields.has(Host) &&
           !readFlag(fields[Host], at.field("host"), host, error)))
        return false;
      if (producer == kNone && fields.has(Host) && !host) {
        error = at.field("host").error(
            "is false, but a net without a producer comes from the host; "
            "remove the field or name a producer");
        return false;
      }
      double bytes = 0;
      if (fields.has(HoldsBytes)) {
        if (!readFigure(fields[HoldsBytes], at.field("bytes"), bytes, error))
          return false;
        data.netBytes.resize(index);
        data.netBytes.push_back(bytes);
      }
      data.netCost.resize(data.netCost.size() + kinds);
      std::span<double> costs = std::span(data.netCost).last(kinds);
      if (fields.has(Cost)) {
        if (!readByKind(fields[Cost], at.field("cost"), data.machine, costs,
                        error))
          return false;
      } else if (fields.has(HoldsBytes)) {
        for (size_t k = 0; k < kinds; ++k)
          costs[k] = data.machine.kinds[k].transferTime(bytes);
      } else {
        error = at.error("has neither 'cost' nor 'bytes'; give the time of a "
                         "transfer by kind, or bytes that the kinds' links "
                         "price");
        return false;
      }
      data.netProducer.push_back(producer);
      data.netBegin.push_back(static_cast<uint32_t>(data.netConsumers.size()));
      data.netOnHost.push_back(host || producer == kNone);
    }
    if (!data.netBytes.empty())
      data.netBytes.resize(data.numNets());
    return true;
  }

  bool readWeights(JsonElement from) {
    FieldTable<2> fields({"bytes", "users"});
    JsonPath listPath = path.field("weights");
    simdjson::dom::array list;
    if (!readArray(from, listPath, list, error))
      return false;
    for (JsonElement element : list) {
      JsonPath at = listPath.at(data.weightBytes.size());
      simdjson::dom::object object;
      double bytes = 0;
      if (!readObject(element, at, object, error) ||
          !fields.readStrict(object, at, error) ||
          !fields.require(0, at, "the bytes of the weight", error) ||
          !fields.require(1, at, "the ids of the nodes that use it", error) ||
          !readFigure(fields[0], at.field("bytes"), bytes, error) ||
          !readNodeList(fields[1], at.field("users"), data.weightUsers))
        return false;
      data.weightBytes.push_back(bytes);
      data.weightBegin.push_back(
          static_cast<uint32_t>(data.weightUsers.size()));
    }
    return true;
  }

  bool readOrder(JsonElement from) {
    JsonPath listPath = path.field("order");
    simdjson::dom::array list;
    if (!readArray(from, listPath, list, error))
      return false;
    for (JsonElement element : list) {
      JsonPath at = listPath.at(data.orderEdges.size());
      std::vector<uint32_t> pair;
      if (!readNodeList(element, at, pair))
        return false;
      if (pair.size() != 2) {
        error = at.error("has " + std::to_string(pair.size()) +
                         " entries; give the id that comes first and the id "
                         "that comes after it");
        return false;
      }
      data.orderEdges.emplace_back(pair[0], pair[1]);
    }
    return true;
  }

  const JsonPath &path;
  InstanceData &data;
  IdMap ids;
};

} // namespace

std::optional<Error> readOwnNets(const OwnNets &lists, const JsonPath &path,
                                 InstanceData &data) {
  NetsReader reader(path, data);
  reader.read(lists);
  return std::move(reader.error);
}

} // namespace placement::solver
