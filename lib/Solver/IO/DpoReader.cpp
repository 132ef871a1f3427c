//===- DpoReader.cpp - The published DPO format ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input format of the program published with Tarnawski et al., "Efficient
// Algorithms for Device Placement of DNN Graph Operators" (NeurIPS 2020);
// docs/Formats.md tells how it is understood.
//
//===----------------------------------------------------------------------===//

#include "IdMap.h"
#include "InstanceReaders.h"

#include <algorithm>
#include <limits>

namespace placement::solver {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kLowestId = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighestId = std::numeric_limits<int64_t>::max();

/// The letters of a key in lower case: `color_class` equals `colorClass`.
std::string plainLetters(std::string_view key) {
  std::string letters;
  for (char c : key)
    if (c != '_' && c != '-' && c != ' ')
      letters += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return letters;
}

class DpoReader {
public:
  DpoReader(const JsonPath &path, InstanceData &data)
      : path(path), data(data) {}

  bool read(simdjson::dom::object root) {
    FieldTable<5> fields(
        {"maxSizePerFPGA", "maxFPGAs", "maxCPUs", "nodes", "edges"});
    return fields.read(root, path, error,
                       [&](std::string_view key) {
                         return checkDebugField(fields, path, key);
                       }) &&
           readMachine(fields) && readNodes(fields) && readEdges(fields);
  }

  std::optional<Error> error;

private:
  /// The format allows any further field as debug information. One that only
  /// differs in spelling from a field that counts is surely a mistake.
  template <size_t N>
  static std::optional<Error> checkDebugField(const FieldTable<N> &fields,
                                              const JsonPath &path,
                                              std::string_view key) {
    std::string letters = plainLetters(key);
    for (size_t i = 0; i < N; ++i)
      if (plainLetters(fields.name(i)) == letters)
        return path.error("unknown field '" + std::string(key) + "'; write '" +
                          std::string(fields.name(i)) + "'");
    return std::nullopt;
  }

  bool readMachine(const FieldTable<5> &fields) {
    double capacity = 0;
    int64_t accelerators = 0, cpus = 0, bytes = 0;
    constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
    if (!fields.require(0, path, "the bytes that one accelerator holds",
                        error) ||
        !fields.require(1, path, "the number of accelerators", error) ||
        !fields.require(2, path, "the number of CPUs", error) ||
        !readFigure(fields[0], path.field(fields.name(0)), capacity, error) ||
        !readBytes(fields[0], path.field(fields.name(0)), bytes, error) ||
        !readInteger(fields[1], path.field(fields.name(1)), 0, kMost,
                     accelerators, error) ||
        !readInteger(fields[2], path.field(fields.name(2)), 0, kMost, cpus,
                     error))
      return false;
    if (accelerators > 0) {
      acc = data.machine.kinds.size();
      data.machine.kinds.push_back(
          {"acc", static_cast<uint32_t>(accelerators), bytes});
      data.machine.kinds.back().host = false;
    }
    if (cpus > 0) {
      cpu = data.machine.kinds.size();
      data.machine.kinds.push_back({"cpu", static_cast<uint32_t>(cpus)});
      data.machine.kinds.back().host = true;
    }
    return true;
  }

  bool readNodes(const FieldTable<5> &root) {
    simdjson::dom::array list;
    JsonPath listPath = path.field("nodes");
    if (!root.require(3, path, "the list of nodes", error) ||
        !readArray(root[3], listPath, list, error))
      return false;
    size_t count = list.size(), kinds = data.numKinds();
    data.nodeIds.reserve(count);
    data.time.reserve(count * kinds);
    data.size.reserve(count);
    data.backward.reserve(count);

    FieldTable<9> fields({"name", "id", "supportedOnFpga", "cpuLatency",
                          "fpgaLatency", "isBackwardNode", "colorClass", "size",
                          "layerId"});
    std::vector<int64_t> colors;
    std::vector<uint8_t> coloured;
    colors.reserve(count);
    coloured.reserve(count);
    for (JsonElement element : list) {
      size_t index = data.nodeIds.size();
      JsonPath at = listPath.at(index);
      simdjson::dom::object object;
      int64_t id = 0, color = 0;
      bool supported = false, backward = false;
      double onCpu = 0, onAcc = 0, size = 0;
      if (!readObject(element, at, object, error) ||
          !fields.read(object, at, error,
                       [&](std::string_view key) {
                         return checkDebugField(fields, at, key);
                       }) ||
          !fields.require(1, at, "a unique whole number", error) ||
          !fields.require(2, at, "true or false", error) ||
          !fields.require(3, at, "the time on a CPU", error) ||
          !fields.require(4, at, "the time on an accelerator", error) ||
          !fields.require(5, at, "true or false", error) ||
          !readInteger(fields[1], at.field("id"), kLowestId, kHighestId, id,
                       error) ||
          !readFlag(fields[2], at.field("supportedOnFpga"), supported, error) ||
          !readFigure(fields[3], at.field("cpuLatency"), onCpu, error) ||
          !readFigure(fields[4], at.field("fpgaLatency"), onAcc, error) ||
          !readFlag(fields[5], at.field("isBackwardNode"), backward, error) ||
          (fields.has(6) &&
           !readInteger(fields[6], at.field("colorClass"), kLowestId,
                        kHighestId, color, error)) ||
          (fields.has(7) &&
           !readFigure(fields[7], at.field("size"), size, error)))
        return false;
      if (fields.has(0)) {
        std::string_view name;
        if (!readString(fields[0], at.field("name"), name, error))
          return false;
        data.nodeNames.resize(index);
        data.nodeNames.emplace_back(name);
      }
      data.nodeIds.push_back(id);
      data.time.resize(data.time.size() + kinds);
      if (acc != kNone)
        data.time[index * kinds + acc] = supported ? onAcc : kInfinity;
      if (cpu != kNone)
        data.time[index * kinds + cpu] = onCpu;
      data.size.push_back(size);
      data.backward.push_back(backward);
      colors.push_back(color);
      coloured.push_back(fields.has(6));
    }
    if (!data.nodeNames.empty())
      data.nodeNames.resize(data.numNodes());
    if (auto twice = ids.build(data.nodeIds)) {
      error = listPath.at(twice->second)
                  .field("id")
                  .error("is " + std::to_string(data.nodeIds[twice->first]) +
                         ", as nodes[" + std::to_string(twice->first) +
                         "] has it already; ids must be unique");
      return false;
    }
    setGroups(colors, coloured);
    return true;
  }

  /// Colour classes are any whole numbers: rank them.
  void setGroups(const std::vector<int64_t> &colors,
                 const std::vector<uint8_t> &coloured) {
    data.group.assign(colors.size(), kNone);
    auto fits = [](int64_t color) { return color >= 0 && color < kNone; };
    if (std::all_of(colors.begin(), colors.end(), fits)) {
      for (size_t v = 0; v < colors.size(); ++v)
        if (coloured[v])
          data.group[v] = static_cast<uint32_t>(colors[v]);
      return;
    }
    std::vector<int64_t> ranks(colors);
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    for (size_t v = 0; v < colors.size(); ++v)
      if (coloured[v])
        data.group[v] = static_cast<uint32_t>(
            std::lower_bound(ranks.begin(), ranks.end(), colors[v]) -
            ranks.begin());
  }

  struct Edge {
    NodeId from, to;
  };

  bool readEdges(const FieldTable<5> &root) {
    simdjson::dom::array list;
    JsonPath listPath = path.field("edges");
    if (!root.require(4, path, "the list of edges", error) ||
        !readArray(root[4], listPath, list, error))
      return false;
    std::vector<Edge> edges;
    edges.reserve(list.size());
    // Per source: how many edges leave it, what they cost, which came first.
    std::vector<uint32_t> degree(data.numNodes(), 0), first(data.numNodes());
    std::vector<double> cost(data.numNodes(), 0);

    FieldTable<4> fields({"sourceId", "destId", "cost", "size"});
    for (JsonElement element : list) {
      size_t index = edges.size();
      JsonPath at = listPath.at(index);
      simdjson::dom::object object;
      NodeId from = kNone, to = kNone;
      double price = 0;
      if (!readObject(element, at, object, error) ||
          !fields.read(object, at, error,
                       [&](std::string_view key) {
                         return checkDebugField(fields, at, key);
                       }) ||
          !fields.require(0, at, "the id of the node that it leaves", error) ||
          !fields.require(1, at, "the id of the node that it enters", error) ||
          !fields.require(2, at, "the time to move the source's output",
                          error) ||
          !readNode(fields[0], at.field("sourceId"), from) ||
          !readNode(fields[1], at.field("destId"), to) ||
          !readFigure(fields[2], at.field("cost"), price, error))
        return false;
      if (degree[from]++ == 0) {
        cost[from] = price;
        first[from] = static_cast<uint32_t>(index);
      } else if (cost[from] != price) {
        error = at.field("cost").error(
            "is " + describeJson(fields[2]) + ", but edges[" +
            std::to_string(first[from]) + "] leaves node " +
            std::to_string(data.nodeIds[from]) +
            " too and has another cost; all edges of one node carry the same "
            "output, so give them the same cost");
        return false;
      }
      edges.push_back({from, to});
    }
    buildNets(edges, degree, cost);
    return true;
  }

  bool readNode(JsonElement from, const JsonPath &at, NodeId &to) {
    return readNodeId(from, at, ids,
                      "no node has this id; add the node or remove the edge",
                      to, error);
  }

  /// One net for each node with consumers, in program order.
  void buildNets(const std::vector<Edge> &edges,
                 const std::vector<uint32_t> &degree,
                 const std::vector<double> &cost) {
    size_t kinds = data.numKinds();
    std::vector<uint32_t> next(data.numNodes());
    uint32_t total = 0;
    for (NodeId v = 0; v < data.numNodes(); ++v) {
      next[v] = total;
      total += degree[v];
      if (degree[v] == 0)
        continue;
      data.netProducer.push_back(v);
      data.netBegin.push_back(total);
      data.netCost.resize(data.netCost.size() + kinds);
      // CPUs share the host's memory and pay nothing.
      if (acc != kNone)
        data.netCost[data.netCost.size() - kinds + acc] = cost[v];
    }
    data.netConsumers.resize(total);
    for (Edge edge : edges)
      data.netConsumers[next[edge.from]++] = edge.to;
  }

  const JsonPath &path;
  InstanceData &data;
  IdMap ids;
  /// Kinds exist where the machine has a device of them.
  uint32_t acc = kNone, cpu = kNone;
};

} // namespace

std::optional<Error> readDpoInstance(simdjson::dom::object root,
                                     const JsonPath &path, InstanceData &data) {
  DpoReader reader(path, data);
  reader.read(root);
  return std::move(reader.error);
}

} // namespace placement::solver
