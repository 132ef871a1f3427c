//===- MachineReader.cpp - Device kinds from JSON -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstanceReaders.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/Model/ElementTypes.h"

namespace placement::solver {

bool readVersion(JsonElement from, const JsonPath &path,
                 std::optional<Error> &error) {
  int64_t version = 0;
  if (!readInteger(from, path, 1, INT64_MAX, version, error))
    return false;
  if (version == 1)
    return true;
  error = path.error("is " + std::to_string(version) +
                     ", which is newer than this program; it reads version 1");
  return false;
}

double microsecondsPer(std::string_view unit) {
  return unit == "s"    ? 1e6
         : unit == "ms" ? 1e3
         : unit == "us" ? 1
         : unit == "ns" ? 1e-3
                        : 0;
}

namespace {

constexpr double kMicrosecondsPerSecond = 1e6;

/// Reads the device kinds of instances and machine files.
class KindsReader {
public:
  KindsReader(std::string_view timeUnit, bool machineFile)
      : timeUnit(timeUnit), machineFile(machineFile) {}

  bool read(JsonElement from, const JsonPath &path,
            std::vector<DeviceKind> &kinds) {
    // A bit for each kind is kept while names are looked up.
    constexpr size_t kMostKinds = 64;
    simdjson::dom::array list;
    if (!readArray(from, path, list, error))
      return false;
    for (JsonElement element : list) {
      JsonPath at = path.at(kinds.size());
      DeviceKind kind;
      if (kinds.size() == kMostKinds) {
        error = path.error("has more than 64 device kinds; merge equal ones");
        return false;
      }
      if (!readKind(element, at, kind))
        return false;
      for (size_t j = 0; j < kinds.size(); ++j)
        if (kinds[j].name == kind.name) {
          error = at.field("name").error("is \"" + kind.name + "\", as kinds[" +
                                         std::to_string(j) +
                                         "] has it already; merge the two");
          return false;
        }
      kinds.push_back(std::move(kind));
    }
    return true;
  }

  std::optional<Error> error;

private:
  bool readKind(JsonElement from, const JsonPath &at, DeviceKind &kind) {
    enum : uint8_t { Name, Count, Memory, Link, Roofline, Host };
    simdjson::dom::object object;
    std::string_view name;
    int64_t count = 0;
    bool host = false;
    if (!readObject(from, at, object, error) ||
        !fields.readStrict(object, at, error) ||
        !fields.require(Name, at, "the name of the kind", error) ||
        !fields.require(Count, at, "the number of devices", error) ||
        !readString(fields[Name], at.field("name"), name, error) ||
        !readInteger(fields[Count], at.field("count"), machineFile ? 1 : 0,
                     kMostDevices, count, error) ||
        (fields.has(Memory) &&
         !readBytes(fields[Memory], at.field("memory"), kind.memory, error)) ||
        (fields.has(Link) && !readLink(fields[Link], at.field("link"), kind)) ||
        (fields.has(Host) &&
         !readFlag(fields[Host], at.field("host"), host, error)))
      return false;
    if (fields.has(Host))
      kind.host = host;
    if (name.empty()) {
      error = at.field("name").error("is empty; give the kind a name");
      return false;
    }
    if (fields.has(Roofline)) {
      if (machineFile)
        return readRoofline(fields[Roofline], at.field("roofline"));
      error = at.field("roofline")
                  .error("has no meaning in an instance, whose "
                         "times are given; remove it");
      return false;
    }
    kind.name = name;
    kind.count = static_cast<uint32_t>(count);
    return true;
  }

  bool readRate(JsonElement from, const JsonPath &at, double &to) {
    if (!readFigure(from, at, to, error))
      return false;
    if (to > 0)
      return true;
    error = at.error("is 0; it must be above zero");
    return false;
  }

  bool readLink(JsonElement from, const JsonPath &at, DeviceKind &kind) {
    FieldTable<2> names({"bandwidth", "latency"});
    simdjson::dom::object object;
    double bandwidth = 0, latency = 0;
    if (!readObject(from, at, object, error) ||
        !names.readStrict(object, at, error) ||
        !names.require(0, at, "bytes per second", error) ||
        !readRate(names[0], at.field("bandwidth"), bandwidth) ||
        (names.has(1) &&
         !readFigure(names[1], at.field("latency"), latency, error)))
      return false;
    double unit = microsecondsPer(timeUnit);
    if (unit == 0) {
      error = at.error("is given in bytes per second and microseconds, which "
                       "needs a timeUnit of \"s\", \"ms\", \"us\" or "
                       "\"ns\", not \"" +
                       std::string(timeUnit) + "\"");
      return false;
    }
    kind.latency = latency / unit;
    kind.bandwidth = bandwidth * (unit / kMicrosecondsPerSecond);
    return true;
  }

  /// Prices ops in the compiler; the solver only sees to it that it is sound.
  bool readRoofline(JsonElement from, const JsonPath &at) {
    FieldTable<3> names({"peak", "bandwidth", "launch"});
    simdjson::dom::object object, peak;
    double figure = 0;
    if (!readObject(from, at, object, error) ||
        !names.readStrict(object, at, error) ||
        !names.require(0, at, "operations per second by element type", error) ||
        !names.require(1, at, "bytes per second", error) ||
        !readObject(names[0], at.field("peak"), peak, error) ||
        !readRate(names[1], at.field("bandwidth"), figure) ||
        (names.has(2) &&
         !readFigure(names[2], at.field("launch"), figure, error)))
      return false;
    size_t types = 0;
    for (simdjson::dom::key_value_pair type : peak) {
      ++types;
      if (!isElementTypeName(type.key)) {
        error = at.field("peak").field(type.key).error(
            "is no element type; " + std::string(kElementTypeRule));
        return false;
      }
      if (!readRate(type.value, at.field("peak").field(type.key), figure))
        return false;
    }
    if (types > 0)
      return true;
    error = at.field("peak").error("is empty; give at least one element type");
    return false;
  }

  static constexpr int64_t kMostDevices = int64_t(1) << 20;
  std::string_view timeUnit;
  bool machineFile;
  FieldTable<6> fields{{"name", "count", "memory", "link", "roofline", "host"}};
};

} // namespace

std::optional<Error> readKinds(JsonElement list, const JsonPath &path,
                               std::string_view timeUnit,
                               std::vector<DeviceKind> &kinds) {
  KindsReader reader(timeUnit, /*machineFile=*/false);
  reader.read(list, path, kinds);
  return std::move(reader.error);
}

Result<Machine> readMachine(std::string_view json,
                            const std::string &fileName) {
  JsonText text;
  if (std::optional<Error> error = text.parse(json, false, fileName))
    return *error;
  enum : uint8_t { Version, Name, Kinds };
  FieldTable<3> fields({"version", "name", "kinds"});
  JsonPath path = JsonPath::file(fileName);
  std::optional<Error> error;
  simdjson::dom::object root;
  std::string_view name;
  if (!readObject(text.root(), path, root, error))
    return *error;
  // The version first: another one may have other fields.
  JsonElement version;
  if (root["version"].get(version) == simdjson::SUCCESS &&
      !readVersion(version, path.field("version"), error))
    return *error;
  if (!fields.readStrict(root, path, error) ||
      !fields.require(Name, path, "a name for the machine", error) ||
      !fields.require(Kinds, path, "the list of device kinds", error) ||
      !readString(fields[Name], path.field("name"), name, error))
    return *error;
  Machine machine;
  machine.name = name;
  KindsReader reader("us", /*machineFile=*/true);
  if (!reader.read(fields[Kinds], path.field("kinds"), machine.kinds))
    return *reader.error;
  if (machine.kinds.empty())
    return path.field("kinds").error(
        "is empty; give at least one kind of device");
  return machine;
}

} // namespace placement::solver
