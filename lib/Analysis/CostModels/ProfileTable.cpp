//===- ProfileTable.cpp - Measured times by signature -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/ProfileTable.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

using namespace mlir;

namespace placement {

/// Reads one file. Every check ends in `fail`, which emits the one error.
class ProfileParser {
public:
  ProfileParser(StringRef name, MachineOp machine, Location loc)
      : name(name), machine(machine), loc(loc) {}

  FailureOr<ProfileTable> parse(StringRef text) {
    llvm::Expected<llvm::json::Value> root = llvm::json::parse(text);
    if (!root) {
      // "[line:column, byte=n]: reason" of the library, as file:line:column.
      std::string reason = llvm::toString(root.takeError());
      StringRef rest = reason;
      if (rest.consume_front("[")) {
        StringRef position = rest.take_until([](char c) { return c == ','; });
        StringRef message = rest.split("]: ").second;
        emitError(loc) << "profile '" << name << "':" << position
                       << ": not JSON: " << message;
      } else {
        emitError(loc) << "profile '" << name << "': not JSON: " << reason;
      }
      return failure();
    }
    if (failed(parseRoot(*root)))
      return failure();
    return std::move(table);
  }

private:
  LogicalResult fail(const Twine &element, const Twine &rule) {
    return emitError(loc) << "profile '" << name << "': "
                          << (element.isTriviallyEmpty() ? "" : element + ": ")
                          << rule;
  }

  LogicalResult parseRoot(const llvm::json::Value &root) {
    const llvm::json::Object *object = root.getAsObject();
    if (!object)
      return fail("", "must be an object with 'version' and 'entries'");
    for (const auto &[key, value] : *object)
      if (key != "version" && key != "entries" && key != "info")
        return fail("", "unknown key '" + StringRef(key) +
                            "': the keys are 'version', 'entries' and 'info'");
    if (!object->get("version"))
      return fail("version", "missing: must be 1");
    if (object->getInteger("version") != 1)
      return fail("version", "must be 1, the only version there is");
    const llvm::json::Array *entries = object->getArray("entries");
    if (!entries)
      return fail("entries", "must be an array");
    for (auto [index, entry] : llvm::enumerate(*entries))
      if (failed(parseEntry(entry, index)))
        return failure();
    return success();
  }

  LogicalResult parseEntry(const llvm::json::Value &value, size_t index) {
    std::string element = ("entries[" + Twine(index) + "]").str();
    const llvm::json::Object *entry = value.getAsObject();
    if (!entry)
      return fail(element, "must be an object with 'signature' and 'times'");
    for (const auto &[key, field] : *entry)
      if (key != "signature" && key != "times" && key != "info")
        return fail(element, "unknown key '" + StringRef(key) +
                                 "': the keys are 'signature', 'times' and "
                                 "'info'");
    std::optional<StringRef> signature = entry->getString("signature");
    if (!signature || signature->empty())
      return fail(element + ".signature", "must be a string, not empty");
    const llvm::json::Object *times = entry->getObject("times");
    if (!times)
      return fail(element + ".times",
                  "must be an object of microseconds by device kind");
    SmallVector<OptionalTime, 2> parsed(llvm::range_size(machine.getKinds()));
    for (const auto &[kind, time] : *times)
      if (failed(parseTime(element, kind, time, parsed)))
        return failure();
    if (!table.times.try_emplace(*signature, std::move(parsed)).second)
      return fail(element + ".signature",
                  "stands in an earlier entry already: '" + *signature + "'");
    return success();
  }

  LogicalResult parseTime(StringRef entry, StringRef kind,
                          const llvm::json::Value &value,
                          MutableArrayRef<OptionalTime> times) {
    std::string element = (entry + ".times." + kind).str();
    std::optional<unsigned> index = machine.lookupKindIndex(kind);
    if (!index)
      return fail(element, "machine @" + machine.getSymName() +
                               " has no such device kind, but " +
                               machine.getKindList());
    if (value.kind() == llvm::json::Value::Null) {
      times[*index] = kUnsupportedTime;
      return success();
    }
    std::optional<double> time = value.getAsNumber();
    if (!time || !std::isfinite(*time) || *time < 0)
      return fail(element, "must be microseconds, finite and not negative, or "
                           "null where the kind cannot run the operation");
    times[*index] = *time;
    return success();
  }

  StringRef name;
  MachineOp machine;
  Location loc;
  ProfileTable table;
};

FailureOr<ProfileTable> ProfileTable::parse(StringRef text, StringRef name,
                                            MachineOp machine, Location loc) {
  return ProfileParser(name, machine, loc).parse(text);
}

FailureOr<ProfileTable> ProfileTable::load(StringRef path, MachineOp machine,
                                           Location loc) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer) {
    emitError(loc) << "profile '" << path
                   << "': cannot be read: " << buffer.getError().message();
    return failure();
  }
  return parse((*buffer)->getBuffer(), path, machine, loc);
}

} // namespace placement
