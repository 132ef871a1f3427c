//===- OwnReader.cpp - Our own instance format: machine and nodes ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IdMap.h"
#include "InstanceReaders.h"

#include <limits>

namespace placement::solver {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kLowestId = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighestId = std::numeric_limits<int64_t>::max();

/// Creates `array` with zeros (or `value`) for all nodes up to `index` when
/// the first node sets it: arrays that no node mentions stay empty.
template <typename T>
void setAt(std::vector<T> &array, size_t index, const T &value,
           const T &filler) {
  array.resize(index, filler);
  array.push_back(value);
}

class OwnReader {
public:
  OwnReader(const JsonPath &path, InstanceData &data)
      : path(path), data(data) {}

  bool read(simdjson::dom::object root) {
    enum : uint8_t {
      Version,
      Comment,
      Unit,
      Flight,
      Fleet,
      Nodes,
      Nets,
      Weights,
      Order,
      Comm,
      Sched,
      Micro,
      Goal,
      Subgraphs,
      Cores
    };
    FieldTable<15> fields({"version", "comment", "timeUnit", "inFlight",
                           "machine", "nodes", "nets", "weights", "order",
                           "communication", "schedule", "microbatches",
                           "objective", "subgraphsPerDevice", "cores"});
    // The version first: another one may have other fields.
    if (!readVersion(root["version"].value_unsafe(), path.field("version"),
                     error) ||
        !fields.readStrict(root, path, error))
      return false;
    std::string_view text;
    if (fields.has(Comment) &&
        !readString(fields[Comment], path.field("comment"), text, error))
      return false;
    if (fields.has(Unit)) {
      if (!readString(fields[Unit], path.field("timeUnit"), text, error))
        return false;
      data.timeUnit = text;
    }
    if ((fields.has(Flight) &&
         !readChoice(fields[Flight], path.field("inFlight"), parseInFlight,
                     inFlightNames(), data.inFlight)) ||
        (fields.has(Comm) &&
         !readChoice(fields[Comm], path.field("communication"),
                     parseCommunication, communicationNames(),
                     data.communication)) ||
        (fields.has(Sched) &&
         !readChoice(fields[Sched], path.field("schedule"), parseSchedule,
                     scheduleNames(), data.schedule)) ||
        (fields.has(Goal) &&
         !readChoice(fields[Goal], path.field("objective"), parseObjective,
                     objectiveNames(), data.objective)) ||
        (fields.has(Cores) && !readCores(fields[Cores], path.field("cores"))))
      return false;
    int64_t subgraphs = 1;
    if (fields.has(Subgraphs) &&
        !readInteger(fields[Subgraphs], path.field("subgraphsPerDevice"), 1,
                     kMostPiecesPerDevice, subgraphs, error))
      return false;
    data.piecesPerDevice = static_cast<uint32_t>(subgraphs);
    int64_t microbatches = 0;
    if (fields.has(Micro)) {
      if (!readInteger(fields[Micro], path.field("microbatches"), 1,
                       kMostMicrobatches, microbatches, error))
        return false;
      data.microbatches = static_cast<uint32_t>(microbatches);
    }
    if (!fields.require(Fleet, path, "the machine with its device kinds",
                        error) ||
        !fields.require(Nodes, path, "the list of nodes", error) ||
        !readMachineObject(fields[Fleet]) || !readNodes(fields[Nodes]))
      return false;
    OwnNets lists;
    if (fields.has(Nets))
      lists.nets = fields[Nets];
    if (fields.has(Weights))
      lists.weights = fields[Weights];
    if (fields.has(Order))
      lists.order = fields[Order];
    error = readOwnNets(lists, path, data);
    return !error;
  }

  std::optional<Error> error;

private:
  /// One of some words; `parse` gives none for any other.
  template <typename Parse, typename ChoiceT>
  bool readChoice(JsonElement from, const JsonPath &at, Parse parse,
                  const char *names, ChoiceT &choice) {
    std::string_view text;
    if (!readString(from, at, text, error))
      return false;
    std::optional<ChoiceT> found = parse(text);
    if (!found) {
      error = at.error("is " + describeJson(from) + "; it must be " + names);
      return false;
    }
    choice = *found;
    return true;
  }

  /// A number, or "machine" or "unlimited".
  bool readCores(JsonElement from, const JsonPath &at) {
    std::string_view text;
    if (from.get(text) == simdjson::SUCCESS &&
        (text == toString(CoreLimit()) ||
         text == toString(CoreLimit(kMachineCores)))) {
      data.cores = *parseCores(text);
      return true;
    }
    int64_t number = 0;
    if (from.is_string()) {
      error = at.error("is " + describeJson(from) +
                       "; it must be a whole number from 1, \"machine\" or "
                       "\"unlimited\"");
      return false;
    }
    if (!readInteger(from, at, 1, kMostCores, number, error))
      return false;
    data.cores = static_cast<uint32_t>(number);
    return true;
  }

  bool readMachineObject(JsonElement from) {
    JsonPath at = path.field("machine");
    FieldTable<2> fields({"name", "kinds"});
    simdjson::dom::object object;
    std::string_view name;
    if (!readObject(from, at, object, error) ||
        !fields.readStrict(object, at, error) ||
        !fields.require(1, at, "the list of device kinds", error) ||
        (fields.has(0) &&
         !readString(fields[0], at.field("name"), name, error)))
      return false;
    data.machine.name = name;
    error = readKinds(fields[1], at.field("kinds"), data.timeUnit,
                      data.machine.kinds);
    return !error;
  }

  bool readNodes(JsonElement from) {
    enum : uint8_t {
      Id,
      Name,
      Times,
      Size,
      Stash,
      Transient,
      Backward,
      Group,
      Pin
    };
    FieldTable<9> fields({"id", "name", "times", "size", "stash", "transient",
                          "backward", "group", "pin"});
    JsonPath listPath = path.field("nodes");
    simdjson::dom::array list;
    if (!readArray(from, listPath, list, error))
      return false;
    size_t kinds = data.numKinds();
    data.nodeIds.reserve(list.size());
    data.time.reserve(list.size() * kinds);
    for (JsonElement element : list) {
      size_t index = data.nodeIds.size();
      JsonPath at = listPath.at(index);
      simdjson::dom::object object;
      int64_t id = 0;
      data.time.resize(data.time.size() + kinds, kInfinity);
      if (!readObject(element, at, object, error) ||
          !fields.readStrict(object, at, error) ||
          !fields.require(Id, at, "a unique whole number", error) ||
          !fields.require(Times, at, "a time for each kind that can run it",
                          error) ||
          !readInteger(fields[Id], at.field("id"), kLowestId, kHighestId, id,
                       error) ||
          !readByKind(fields[Times], at.field("times"), data.machine,
                      std::span(data.time).last(kinds), error) ||
          (fields.has(Size) &&
           !readFigureInto(fields[Size], at.field("size"), data.size, index)) ||
          (fields.has(Stash) &&
           !readFigureInto(fields[Stash], at.field("stash"), data.stash,
                           index)) ||
          (fields.has(Transient) &&
           !readFigureInto(fields[Transient], at.field("transient"),
                           data.transient, index)) ||
          (fields.has(Pin) && !readPin(fields[Pin], at.field("pin"), index)))
        return false;
      data.nodeIds.push_back(id);
      if (fields.has(Name)) {
        std::string_view name;
        if (!readString(fields[Name], at.field("name"), name, error))
          return false;
        setAt(data.nodeNames, index, std::string(name), {});
      }
      if (fields.has(Backward)) {
        bool flag = false;
        if (!readFlag(fields[Backward], at.field("backward"), flag, error))
          return false;
        setAt<uint8_t>(data.backward, index, flag, 0);
      }
      if (fields.has(Group)) {
        int64_t group = 0;
        if (!readInteger(fields[Group], at.field("group"), 0, kNone - 1, group,
                         error))
          return false;
        setAt(data.group, index, static_cast<uint32_t>(group), kNone);
      }
    }
    fillUp();
    return true;
  }

  bool readFigureInto(JsonElement from, const JsonPath &at,
                      std::vector<double> &array, size_t index) {
    double value = 0;
    if (!readFigure(from, at, value, error))
      return false;
    setAt(array, index, value, 0.0);
    return true;
  }

  bool readPin(JsonElement from, const JsonPath &at, size_t index) {
    FieldTable<2> fields({"kind", "index"});
    simdjson::dom::object object;
    std::string_view name;
    if (!readObject(from, at, object, error) ||
        !fields.readStrict(object, at, error) ||
        !fields.require(0, at, "the name of the kind", error) ||
        !readString(fields[0], at.field("kind"), name, error))
      return false;
    uint32_t kind = 0;
    while (kind < data.numKinds() && data.machine.kinds[kind].name != name)
      ++kind;
    if (kind == data.numKinds()) {
      error = at.field("kind").error("is " + describeJson(fields[0]) +
                                     ", which the machine does not have; name "
                                     "one of its kinds");
      return false;
    }
    int64_t device = kNone;
    if (fields.has(1) &&
        !readInteger(fields[1], at.field("index"), 0, kNone - 1, device, error))
      return false;
    setAt(data.pinKind, index, kind, kNone);
    setAt(data.pinIndex, index, static_cast<uint32_t>(device), kNone);
    return true;
  }

  /// Gives every optional array that exists one entry for each node.
  void fillUp() {
    auto fill = [&](auto &array, const auto &filler) {
      if (!array.empty())
        array.resize(data.numNodes(), filler);
    };
    fill(data.nodeNames, std::string());
    fill(data.size, 0.0);
    fill(data.stash, 0.0);
    fill(data.transient, 0.0);
    fill(data.backward, uint8_t(0));
    fill(data.group, kNone);
    fill(data.pinKind, kNone);
    fill(data.pinIndex, kNone);
  }

  const JsonPath &path;
  InstanceData &data;
};

} // namespace

bool readByKind(JsonElement from, const JsonPath &path, const Machine &machine,
                std::span<double> values, std::optional<Error> &error) {
  simdjson::dom::object object;
  if (!readObject(from, path, object, error))
    return false;
  size_t place = 0;
  uint64_t seen = 0;
  for (simdjson::dom::key_value_pair field : object) {
    // Nodes name the kinds in the machine's order, most of the time.
    size_t kind = place++;
    if (kind >= machine.kinds.size() || machine.kinds[kind].name != field.key) {
      kind = 0;
      while (kind < machine.kinds.size() &&
             machine.kinds[kind].name != field.key)
        ++kind;
    }
    if (kind == machine.kinds.size()) {
      std::string list;
      for (const DeviceKind &known : machine.kinds)
        list += (list.empty() ? "" : ", ") + known.name;
      error = path.error("names the kind '" + std::string(field.key) +
                         "', which the machine does not have; its kinds are " +
                         list);
      return false;
    }
    if (seen >> kind & 1) {
      error = path.error("kind '" + std::string(field.key) +
                         "' is given twice; keep one of them");
      return false;
    }
    seen |= uint64_t(1) << kind;
    if (!readFigure(field.value, path.field(field.key), values[kind], error))
      return false;
  }
  return true;
}

std::optional<Error> readOwnInstance(simdjson::dom::object root,
                                     const JsonPath &path, InstanceData &data) {
  OwnReader reader(path, data);
  reader.read(root);
  return std::move(reader.error);
}

} // namespace placement::solver
