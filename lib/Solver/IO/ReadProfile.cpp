//===- ReadProfile.cpp - Measured times of operations from JSON -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/Profile.h"

#include "InstanceReaders.h"

#include <unordered_map>

namespace placement::solver {

namespace {

class ProfileReader {
public:
  bool read(JsonElement root, const JsonPath &path) {
    enum { Version, Entries, Info };
    FieldTable<3> fields({"version", "entries", "info"});
    simdjson::dom::object object;
    simdjson::dom::array entries;
    if (!readObject(root, path, object, error) ||
        !fields.readStrict(object, path, error) ||
        !fields.require(Version, path, "1", error) ||
        !readVersion(fields[Version], path.field("version"), error) ||
        !fields.require(Entries, path, "a list of signatures and times",
                        error) ||
        !readArray(fields[Entries], path.field("entries"), entries, error))
      return false;
    JsonPath list = path.field("entries");
    for (JsonElement entry : entries)
      if (!readEntry(entry, list.at(profile.entries.size())))
        return false;
    return true;
  }

  std::optional<Error> error;
  Profile profile;

private:
  bool readEntry(JsonElement from, const JsonPath &at) {
    enum { Signature, Times, Info };
    simdjson::dom::object object, times;
    std::string_view signature;
    if (!readObject(from, at, object, error) ||
        !entryFields.readStrict(object, at, error) ||
        !entryFields.require(Signature, at, "the operation's signature",
                             error) ||
        !readString(entryFields[Signature], at.field("signature"), signature,
                    error) ||
        !entryFields.require(Times, at, "microseconds by device kind", error) ||
        !readObject(entryFields[Times], at.field("times"), times, error))
      return false;
    if (signature.empty()) {
      error = at.field("signature")
                  .error("is empty; give the operation's "
                         "signature");
      return false;
    }
    auto [place, isNew] =
        indices.try_emplace(std::string(signature), profile.entries.size());
    if (!isNew) {
      error = at.field("signature")
                  .error("is that of entries[" + std::to_string(place->second) +
                         "], too; keep one of them: " + place->first);
      return false;
    }
    ProfileEntry &entry = profile.entries.emplace_back();
    entry.signature = signature;
    return readTimes(times, at.field("times"), entry);
  }

  bool readTimes(simdjson::dom::object times, const JsonPath &at,
                 ProfileEntry &entry) {
    for (simdjson::dom::key_value_pair field : times) {
      for (const auto &[kind, time] : entry.times)
        if (kind == field.key) {
          error =
              at.error("field '" + kind + "' is given twice; keep one of them");
          return false;
        }
      std::optional<double> time;
      if (!field.value.is_null() &&
          !readFigure(field.value, at.field(field.key), time.emplace(), error))
        return false;
      entry.times.emplace_back(field.key, time);
    }
    return true;
  }

  FieldTable<3> entryFields{{"signature", "times", "info"}};
  std::unordered_map<std::string, size_t> indices;
};

} // namespace

Result<Profile> readProfile(std::string_view json,
                            const std::string &fileName) {
  JsonText text;
  if (std::optional<Error> error = text.parse(json, /*padded=*/false, fileName))
    return *error;
  ProfileReader reader;
  if (!reader.read(text.root(), JsonPath::file(fileName)))
    return *reader.error;
  return std::move(reader.profile);
}

} // namespace placement::solver
