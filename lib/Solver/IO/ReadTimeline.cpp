//===- ReadTimeline.cpp - The times that a plan's file states -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadTimeline.h"

#include <limits>

namespace placement::solver {

namespace {

class TimelineReader {
public:
  TimelineReader(const Instance &instance, const IdMap &ids)
      : instance(instance), ids(ids) {}

  bool readEntry(JsonElement from, const JsonPath &at, TimelineEntry &entry) {
    enum : uint8_t {
      Stage,
      Kind,
      Index,
      Node,
      Start,
      Finish,
      In,
      Compute,
      Out
    };
    constexpr int64_t kMost = std::numeric_limits<uint32_t>::max() - 1;
    simdjson::dom::object object;
    std::string_view kind;
    int64_t stage = 0, index = 0;
    if (!readObject(from, at, object, error) ||
        !fields.readStrict(object, at, error) ||
        !fields.require(Stage, at, "the number of the stage", error) ||
        !fields.require(Kind, at, "the kind of the device", error) ||
        !fields.require(Index, at, "the number of the device", error) ||
        !readInteger(fields[Stage], at.field("stage"), 0, kMost, stage,
                     error) ||
        !readString(fields[Kind], at.field("kind"), kind, error) ||
        !findKind(kind, at.field("kind"), entry.device.kind) ||
        !readInteger(fields[Index], at.field("index"), 0, kMost, index,
                     error) ||
        (fields.has(Node) &&
         !readNodeId(fields[Node], at.field("node"), ids,
                     "the instance has no node with this id; does the plan "
                     "belong to another instance?",
                     entry.node, error)))
      return false;
    entry.stage = static_cast<uint32_t>(stage);
    entry.device.index = static_cast<uint32_t>(index);
    return readTime(Start, at, entry.exactStart) &&
           readTime(Finish, at, entry.exactFinish) &&
           readTime(In, at, entry.exactIn) &&
           readTime(Compute, at, entry.exactCompute) &&
           readTime(Out, at, entry.exactOut);
  }

  std::optional<Error> error;

private:
  bool readTime(size_t field, const JsonPath &at, double &to) {
    return fields.require(field, at, "a time", error) &&
           readFigure(fields[field], at.field(fields.name(field)), to, error);
  }

  bool findKind(std::string_view name, const JsonPath &at, KindId &kind) {
    for (kind = 0; kind < instance.numKinds(); ++kind)
      if (instance.machine().kinds[kind].name == name)
        return true;
    error = at.error("is \"" + std::string(name) +
                     "\", a kind that the machine of the instance does not "
                     "have");
    return false;
  }

  const Instance &instance;
  const IdMap &ids;
  FieldTable<9> fields{{"stage", "kind", "index", "node", "start", "finish",
                        "in", "compute", "out"}};
};

} // namespace

std::optional<Error> readTimeline(JsonElement from, const JsonPath &path,
                                  const Instance &instance, const IdMap &ids,
                                  std::vector<TimelineEntry> &timeline) {
  TimelineReader reader(instance, ids);
  simdjson::dom::array list;
  if (!readArray(from, path, list, reader.error))
    return reader.error;
  for (JsonElement element : list) {
    TimelineEntry entry;
    entry.node = kNone;
    if (!reader.readEntry(element, path.at(timeline.size()), entry))
      return reader.error;
    timeline.push_back(entry);
  }
  return std::nullopt;
}

} // namespace placement::solver
