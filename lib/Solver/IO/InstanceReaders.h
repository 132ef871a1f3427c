//===- InstanceReaders.h - One function for each format ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_INSTANCEREADERS_H
#define PLACEMENT_LIB_SOLVER_IO_INSTANCEREADERS_H

#include "Fields.h"

#include "placement/Solver/Model/InstanceData.h"

namespace placement::solver {

/// The published DPO format; fills `data` but for its source.
std::optional<Error> readDpoInstance(simdjson::dom::object root,
                                     const JsonPath &path, InstanceData &data);

/// Our own format, docs/formats/instance.schema.json.
std::optional<Error> readOwnInstance(simdjson::dom::object root,
                                     const JsonPath &path, InstanceData &data);

/// The nets, weights and order edges of our own format, once nodes are known.
struct OwnNets {
  std::optional<JsonElement> nets, weights, order;
};
std::optional<Error> readOwnNets(const OwnNets &lists, const JsonPath &path,
                                 InstanceData &data);

/// The device kinds of an instance; link figures become the instance's unit.
std::optional<Error> readKinds(JsonElement list, const JsonPath &path,
                               std::string_view timeUnit,
                               std::vector<DeviceKind> &kinds);

/// Microseconds in one `s`, `ms`, `us` or `ns`; zero for any other unit.
double microsecondsPer(std::string_view unit);

/// True for the `version` that this program writes; else an error.
bool readVersion(JsonElement from, const JsonPath &path,
                 std::optional<Error> &error);

/// Numbers of a kind-by-name object such as `{"acc": 1.5, "cpu": 20}`, into
/// `values[kind]`; kinds that are not named keep what `values` holds.
bool readByKind(JsonElement from, const JsonPath &path, const Machine &machine,
                std::span<double> values, std::optional<Error> &error);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_INSTANCEREADERS_H
