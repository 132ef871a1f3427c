//===- ReadInstance.cpp - An instance of either format --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/Readers.h"

#include "InstanceReaders.h"

namespace placement::solver {

namespace {

Result<Instance> read(std::string_view json, bool padded,
                      const std::string &fileName,
                      const LoadModelOverride &given) {
  InstanceData data;
  data.source = fileName;
  {
    // The tree is gone before the instance is built: their memory is not held
    // at the same time.
    JsonText text;
    if (std::optional<Error> error = text.parse(json, padded, fileName))
      return *error;
    JsonPath path = JsonPath::file(fileName);
    std::optional<Error> error;
    simdjson::dom::object root;
    if (!readObject(text.root(), path, root, error))
      return *error;
    bool own = root["version"].error() == simdjson::SUCCESS;
    if (!own && root["maxFPGAs"].error() != simdjson::SUCCESS)
      return path.error("is no instance: it has neither 'version' (our format) "
                        "nor 'maxFPGAs' (the published DPO format)");
    error = own ? readOwnInstance(root, path, data)
                : readDpoInstance(root, path, data);
    if (error)
      return *error;
  }
  if (std::optional<Error> error = applyOverride(given, data))
    return *error;
  return Instance::create(std::move(data));
}

} // namespace

Result<Instance> readInstance(std::string_view json,
                              const std::string &fileName,
                              const LoadModelOverride &given) {
  return read(json, /*padded=*/false, fileName, given);
}

Result<Instance> readInstance(const std::string &json,
                              const std::string &fileName,
                              const LoadModelOverride &given) {
  return read(json, json.capacity() - json.size() >= simdjson::SIMDJSON_PADDING,
              fileName, given);
}

} // namespace placement::solver
