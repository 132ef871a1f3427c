//===- Instance.cpp - Problems from files and arrays ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instance.h"

#include "Arrays.h"
#include "Errors.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Instance.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <tuple>

namespace nb = nanobind;
using namespace placement::solver;

namespace placement::python {

namespace {

/// Name, count, bytes of memory (negative: no limit), latency in time units,
/// bytes per time unit (zero: transfers are free), whether it is a host.
using KindTuple = std::tuple<std::string, uint32_t, int64_t, double, double,
                             std::optional<bool>>;

/// Runs without the GIL what returns a Result, and raises its error.
template <typename Function>
Instance makeInstance(Function &&function) {
  Result<Instance> made = [&] {
    nb::gil_scoped_release release;
    return function();
  }();
  if (!made)
    throwError("InputError", made.error().message);
  return std::move(*made);
}

Instance readFrom(const std::string &path) {
  return makeInstance([&]() -> Result<Instance> {
    Result<std::string> text = readFile(path);
    if (!text)
      return text.error();
    return readInstance(*text, path);
  });
}

Instance parse(const std::string &text, const std::string &source) {
  return makeInstance([&] { return readInstance(text, source); });
}

std::string readText(const std::string &path) {
  Result<std::string> text = readFile(path);
  if (!text)
    throwError("InputError", text.error().message);
  return *text;
}

void checkMachine(const std::string &text, const std::string &source) {
  if (Result<Machine> machine = readMachine(text, source); !machine)
    throwError("InputError", machine.error().message);
}

/// The same problem with what is given of its models of load.
Instance withLoadModel(const Instance &instance,
                       const std::optional<std::string> &communication,
                       const std::optional<std::string> &schedule,
                       std::optional<uint32_t> microbatches) {
  LoadModelOverride given;
  if (communication) {
    given.communication = parseCommunication(*communication);
    if (!given.communication)
      throwError("InputError", "communication: is '" + *communication +
                                   "'; give " + communicationNames());
  }
  if (schedule) {
    given.schedule = parseSchedule(*schedule);
    if (!given.schedule)
      throwError("InputError",
                 "schedule: is '" + *schedule + "'; give " + scheduleNames());
  }
  given.microbatches = microbatches;
  return makeInstance([&]() -> Result<Instance> {
    InstanceData data = instance.data();
    if (std::optional<Error> error = applyOverride(given, data))
      return *error;
    return Instance::create(std::move(data));
  });
}

/// The same problem with another objective. Pieces and cores are those of the
/// problem where they are not given.
Instance withObjective(const Instance &instance, const std::string &objective,
                       std::optional<uint32_t> subgraphsPerDevice,
                       const std::optional<std::string> &cores) {
  LoadModelOverride given;
  given.objective.objective = parseObjective(objective);
  if (!given.objective.objective)
    throwError("InputError",
               "objective: is '" + objective + "'; give " + objectiveNames());
  given.objective.piecesPerDevice = subgraphsPerDevice;
  if (cores) {
    given.objective.cores = parseCores(*cores);
    if (!given.objective.cores)
      throwError("InputError", "cores: is '" + *cores +
                                   "'; give a number from 1 to 2^20, "
                                   "'machine' or 'unlimited'");
  }
  return makeInstance([&]() -> Result<Instance> {
    InstanceData data = instance.data();
    if (std::optional<Error> error = applyOverride(given, data))
      return *error;
    return Instance::create(std::move(data));
  });
}

std::vector<KindTuple> kinds(const Instance &instance) {
  std::vector<KindTuple> list;
  for (const DeviceKind &kind : instance.machine().kinds)
    list.emplace_back(validUtf8(kind.name), kind.count,
                      kind.memory == kUnlimitedBytes ? -1 : kind.memory,
                      kind.latency, kind.bandwidth, kind.host);
  return list;
}

void addKind(InstanceData &data, const KindTuple &tuple) {
  const auto &[name, count, memory, latency, bandwidth, host] = tuple;
  data.machine.kinds.push_back({.name = name,
                                .count = count,
                                .memory = memory < 0 ? kUnlimitedBytes : memory,
                                .latency = latency,
                                .bandwidth = bandwidth,
                                .host = host});
}

/// Pairs from a flat array.
void setOrder(InstanceData &data, const ArrayIn<uint32_t> &flat) {
  data.orderEdges.clear();
  for (size_t i = 0; i + 1 < flat.size(); i += 2)
    data.orderEdges.emplace_back(flat(i), flat(i + 1));
}

nb::list names(const Instance &instance) {
  nb::list list;
  for (const std::string &name : instance.data().nodeNames)
    list.append(validUtf8(name));
  return list;
}

/// One flat array: a method of the builder that sets it, and a property of the
/// instance that shows it.
template <auto Member>
void bindArray(nb::class_<InstanceData> &builder,
               nb::class_<Instance> &instance, const char *name) {
  using Vector =
      std::remove_cvref_t<decltype(std::declval<InstanceData>().*Member)>;
  using T = typename Vector::value_type;
  builder.def(
      name,
      [](InstanceData &data, const ArrayIn<T> &array) {
        data.*Member = toVector(array);
      },
      nb::arg("values"));
  instance.def_prop_ro(name, [](nb::handle self) {
    return view(nb::cast<const Instance &>(self).data().*Member, self);
  });
}

} // namespace

void bindInstance(nb::module_ &module) {
  nb::class_<InstanceData> builder(
      module, "InstanceBuilder",
      "The arrays of an instance to be: placement.Instance fills it.");
  nb::class_<Instance> instance(
      module, "Instance",
      "A validated placement problem: placement.Instance wraps it.");

  builder.def(nb::init<>())
      .def_rw("source", &InstanceData::source)
      .def_rw("time_unit", &InstanceData::timeUnit)
      .def_rw("names", &InstanceData::nodeNames)
      .def_prop_rw(
          "machine_name",
          [](const InstanceData &data) { return data.machine.name; },
          [](InstanceData &data, std::string name) {
            data.machine.name = std::move(name);
          })
      .def("add_kind", addKind, nb::arg("kind"))
      .def("order", setOrder, nb::arg("pairs"))
      .def("keep_stashes",
           [](InstanceData &data) { data.inFlight = InFlight::SuffixStages; })
      .def("build", [](InstanceData &data) {
        return makeInstance([&] { return Instance::create(std::move(data)); });
      });

  instance.def_static("read", readFrom, nb::arg("path"))
      .def_static("parse", parse, nb::arg("text"), nb::arg("source"))
      .def_prop_ro("source",
                   [](const Instance &i) { return validUtf8(i.data().source); })
      .def_prop_ro(
          "time_unit",
          [](const Instance &i) { return validUtf8(i.data().timeUnit); })
      .def_prop_ro(
          "machine_name",
          [](const Instance &i) { return validUtf8(i.machine().name); })
      .def_prop_ro("kinds", kinds)
      .def_prop_ro("names", names)
      .def_prop_ro(
          "in_flight",
          [](const Instance &i) { return toString(i.data().inFlight); })
      .def_prop_ro(
          "communication",
          [](const Instance &i) { return toString(i.communication()); })
      .def_prop_ro("schedule",
                   [](const Instance &i) { return toString(i.schedule()); })
      .def_prop_ro("microbatches",
                   [](const Instance &i) { return i.data().microbatches; })
      .def_prop_ro("objective",
                   [](const Instance &i) { return toString(i.objective()); })
      .def_prop_ro("subgraphs_per_device", &Instance::piecesPerDevice)
      .def_prop_ro("cores",
                   [](const Instance &i) { return toString(i.data().cores); })
      .def_prop_ro("device_counts",
                   [](const Instance &i) {
                     std::vector<uint32_t> counts;
                     for (KindId kind = 0; kind < i.numKinds(); ++kind)
                       counts.push_back(i.numDevices(kind));
                     return counts;
                   })
      .def("with_objective", withObjective, nb::arg("objective"),
           nb::arg("subgraphs_per_device").none(), nb::arg("cores").none())
      .def("with_load_model", withLoadModel, nb::arg("communication").none(),
           nb::arg("schedule").none(), nb::arg("microbatches").none())
      .def_prop_ro("num_nodes", &Instance::numNodes)
      .def_prop_ro("num_nets", &Instance::numNets)
      .def_prop_ro("order",
                   [](const Instance &i) { return i.data().orderEdges; })
      .def("fingerprint", &Instance::fingerprint)
      .def("to_json", [](const Instance &i) {
        nb::gil_scoped_release release;
        return writeInstanceJson(i);
      });

  module.def("read_text", readText, nb::arg("path"));
  module.def("check_machine", checkMachine, nb::arg("text"), nb::arg("source"));

  bindArray<&InstanceData::nodeIds>(builder, instance, "node_ids");
  bindArray<&InstanceData::time>(builder, instance, "times");
  bindArray<&InstanceData::size>(builder, instance, "sizes");
  bindArray<&InstanceData::stash>(builder, instance, "stashes");
  bindArray<&InstanceData::transient>(builder, instance, "transients");
  bindArray<&InstanceData::backward>(builder, instance, "backward");
  bindArray<&InstanceData::group>(builder, instance, "groups");
  bindArray<&InstanceData::pinKind>(builder, instance, "pin_kinds");
  bindArray<&InstanceData::pinIndex>(builder, instance, "pin_indices");
  bindArray<&InstanceData::netProducer>(builder, instance, "net_producers");
  bindArray<&InstanceData::netBegin>(builder, instance, "net_offsets");
  bindArray<&InstanceData::netConsumers>(builder, instance, "net_consumers");
  bindArray<&InstanceData::netOnHost>(builder, instance, "net_on_host");
  bindArray<&InstanceData::netCost>(builder, instance, "net_costs");
  bindArray<&InstanceData::netBytes>(builder, instance, "net_bytes");
  bindArray<&InstanceData::weightBytes>(builder, instance, "weight_bytes");
  bindArray<&InstanceData::weightBegin>(builder, instance, "weight_offsets");
  bindArray<&InstanceData::weightUsers>(builder, instance, "weight_users");
}

} // namespace placement::python
