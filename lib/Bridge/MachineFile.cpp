//===- MachineFile.cpp - Machines from JSON files -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/MachineFile.h"

#include "placement/Solver/Model/ElementTypes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

using namespace mlir;
using namespace placement;
namespace json = llvm::json;

namespace {

/// Reads one file. Each method returns failure after one error, whose text
/// begins with the file and the path of the element.
class MachineReader {
public:
  MachineReader(StringRef path, Location loc)
      : path(path), loc(loc), builder(loc.getContext()) {}

  FailureOr<OwningOpRef<MachineOp>> read(const json::Value &root);
  InFlightDiagnostic error(const Twine &element) {
    InFlightDiagnostic diag = emitError(loc) << "machine file '" << path << "'";
    if (!element.isTriviallyEmpty())
      diag << ", " << element.str();
    diag << ": ";
    return diag;
  }

private:
  LogicalResult checkKeys(const json::Object &object, const Twine &element,
                          ArrayRef<StringRef> known);
  LogicalResult readKind(const json::Value &value, const Twine &element,
                         llvm::StringSet<> &names);
  FailureOr<const json::Object *> asObject(const json::Value &value,
                                           const Twine &element);
  FailureOr<std::string> readName(const json::Object &object,
                                  const Twine &element);
  /// A required number above zero.
  FailureOr<double> readRate(const json::Object &object, StringRef key,
                             const Twine &element);
  /// A number that is not negative; zero when absent.
  FailureOr<double> readDelay(const json::Object &object, StringRef key,
                              const Twine &element);
  FailureOr<IntegerAttr> readCount(const json::Object &object,
                                   const Twine &element);
  /// Whole bytes, or a null attribute when absent.
  FailureOr<BoolAttr> readHost(const json::Object &object,
                               const Twine &element);
  FailureOr<IntegerAttr> readMemory(const json::Object &object,
                                    const Twine &element);
  FailureOr<LinkAttr> readLink(const json::Value *value, const Twine &element);
  FailureOr<RooflineAttr> readRoofline(const json::Value *value,
                                       const Twine &element);

  StringRef path;
  Location loc;
  OpBuilder builder;
};

} // namespace

/// The keys in the order of the alphabet: the object itself is a hash table,
/// whose order must not decide which error comes first.
static SmallVector<StringRef> sortedKeys(const json::Object &object) {
  SmallVector<StringRef> keys;
  for (const auto &entry : object)
    keys.push_back(entry.first);
  llvm::sort(keys);
  return keys;
}

LogicalResult MachineReader::checkKeys(const json::Object &object,
                                       const Twine &element,
                                       ArrayRef<StringRef> known) {
  for (StringRef key : sortedKeys(object)) {
    if (llvm::is_contained(known, key))
      continue;
    InFlightDiagnostic diag = error(element);
    diag << "unknown field '" << key << "'; known are ";
    llvm::interleaveComma(known, diag);
    return diag;
  }
  return success();
}

FailureOr<const json::Object *>
MachineReader::asObject(const json::Value &value, const Twine &element) {
  if (const json::Object *object = value.getAsObject())
    return object;
  return error(element) << "must be an object";
}

FailureOr<std::string> MachineReader::readName(const json::Object &object,
                                               const Twine &element) {
  std::optional<StringRef> name = object.getString("name");
  if (!name || name->empty())
    return error(element) << "needs a 'name' that is a string and not empty";
  return name->str();
}

FailureOr<double> MachineReader::readRate(const json::Object &object,
                                          StringRef key, const Twine &element) {
  std::optional<double> rate = object.getNumber(key);
  if (!rate || !std::isfinite(*rate) || *rate <= 0)
    return error(element) << "needs a '" << key
                          << "' that is a number above zero";
  return *rate;
}

FailureOr<double> MachineReader::readDelay(const json::Object &object,
                                           StringRef key,
                                           const Twine &element) {
  if (!object.get(key))
    return 0.0;
  std::optional<double> delay = object.getNumber(key);
  if (!delay || !std::isfinite(*delay) || *delay < 0)
    return error(element) << "'" << key
                          << "' must be a number that is not negative";
  return *delay;
}

FailureOr<IntegerAttr> MachineReader::readCount(const json::Object &object,
                                                const Twine &element) {
  constexpr int64_t kMaxCount = int64_t(1) << 20;
  std::optional<int64_t> count = object.getInteger("count");
  if (!count || *count < 1 || *count > kMaxCount)
    return error(element) << "needs a 'count' that is an integer from 1 to "
                          << kMaxCount;
  return builder.getI64IntegerAttr(*count);
}

FailureOr<IntegerAttr> MachineReader::readMemory(const json::Object &object,
                                                 const Twine &element) {
  if (!object.get("memory"))
    return IntegerAttr();
  // Below this every whole double is an integer that 64 bits hold.
  constexpr double kMax = 9.2e18;
  std::optional<double> bytes = object.getNumber("memory");
  if (!bytes || !std::isfinite(*bytes) || *bytes < 0 || *bytes > kMax)
    return error(element) << "'memory' must be a number of bytes that is not "
                             "negative; leave it out for no limit";
  return builder.getI64IntegerAttr(static_cast<int64_t>(*bytes));
}

FailureOr<LinkAttr> MachineReader::readLink(const json::Value *value,
                                            const Twine &element) {
  if (!value)
    return LinkAttr();
  FailureOr<const json::Object *> object = asObject(*value, element);
  if (failed(object) ||
      failed(checkKeys(**object, element, {"bandwidth", "latency"})))
    return failure();
  FailureOr<double> bandwidth = readRate(**object, "bandwidth", element);
  if (failed(bandwidth))
    return failure();
  FailureOr<double> latency = readDelay(**object, "latency", element);
  if (failed(latency))
    return failure();
  return LinkAttr::get(loc.getContext(), *bandwidth, *latency);
}

FailureOr<RooflineAttr> MachineReader::readRoofline(const json::Value *value,
                                                    const Twine &element) {
  if (!value)
    return RooflineAttr();
  FailureOr<const json::Object *> object = asObject(*value, element);
  if (failed(object) ||
      failed(checkKeys(**object, element, {"peak", "bandwidth", "launch"})))
    return failure();
  const json::Object *peak = (*object)->getObject("peak");
  if (!peak || peak->empty())
    return error(element) << "needs a 'peak' that maps element types to "
                             "operations per second";
  SmallVector<NamedAttribute> rates;
  for (StringRef type : sortedKeys(*peak)) {
    if (type.empty())
      return error(element) << "'peak' has an element type without a name";
    if (!solver::isElementTypeName(type))
      return error(element)
             << "'peak' has '" << type << "', which is no element type; "
             << StringRef(solver::kElementTypeRule);
    FailureOr<double> rate = readRate(*peak, type, element + ".peak");
    if (failed(rate))
      return failure();
    rates.push_back(builder.getNamedAttr(type, builder.getF64FloatAttr(*rate)));
  }
  FailureOr<double> bandwidth = readRate(**object, "bandwidth", element);
  if (failed(bandwidth))
    return failure();
  FailureOr<double> launch = readDelay(**object, "launch", element);
  if (failed(launch))
    return failure();
  return RooflineAttr::get(loc.getContext(), builder.getDictionaryAttr(rates),
                           *bandwidth, *launch);
}

FailureOr<BoolAttr> MachineReader::readHost(const json::Object &object,
                                            const Twine &element) {
  const json::Value *value = object.get("host");
  if (!value)
    return BoolAttr();
  std::optional<bool> host = value->getAsBoolean();
  if (!host)
    return error(element) << "'host' must be true or false";
  if (*host && object.get("link"))
    return error(element) << "is a host kind with a link, but operations of a "
                             "host kind pay no transfers; remove one of them";
  return builder.getBoolAttr(*host);
}

LogicalResult MachineReader::readKind(const json::Value &value,
                                      const Twine &element,
                                      llvm::StringSet<> &names) {
  FailureOr<const json::Object *> object = asObject(value, element);
  if (failed(object) || failed(checkKeys(**object, element,
                                         {"name", "count", "memory", "link",
                                          "roofline", "host"})))
    return failure();
  FailureOr<std::string> name = readName(**object, element);
  if (failed(name))
    return failure();
  if (!names.insert(*name).second)
    return error(element) << "repeats the name '" << *name
                          << "'; give every kind its own";
  FailureOr<IntegerAttr> count = readCount(**object, element);
  if (failed(count))
    return failure();
  FailureOr<IntegerAttr> memory = readMemory(**object, element);
  if (failed(memory))
    return failure();
  FailureOr<LinkAttr> link =
      readLink((*object)->get("link"), element + ".link");
  if (failed(link))
    return failure();
  FailureOr<RooflineAttr> roofline =
      readRoofline((*object)->get("roofline"), element + ".roofline");
  if (failed(roofline))
    return failure();
  FailureOr<BoolAttr> host = readHost(**object, element);
  if (failed(host))
    return failure();
  DeviceKindOp::create(builder, loc, builder.getStringAttr(*name), *count,
                       *memory, *link, *roofline, *host);
  return success();
}

FailureOr<OwningOpRef<MachineOp>> MachineReader::read(const json::Value &root) {
  constexpr size_t kMaxKinds = 64;
  FailureOr<const json::Object *> object = asObject(root, "");
  if (failed(object) ||
      failed(checkKeys(**object, "", {"version", "name", "kinds"})))
    return failure();
  if ((*object)->get("version") && (*object)->getInteger("version") != 1)
    return error("") << "'version' must be 1, the only one this program reads";
  FailureOr<std::string> name = readName(**object, "");
  if (failed(name))
    return failure();
  const json::Array *kinds = (*object)->getArray("kinds");
  if (!kinds || kinds->empty() || kinds->size() > kMaxKinds)
    return error("") << "needs an array 'kinds' with 1 to " << kMaxKinds
                     << " kinds of device";
  OwningOpRef<MachineOp> machine = MachineOp::create(builder, loc, *name);
  builder.setInsertionPointToStart(&machine->getBody().front());
  llvm::StringSet<> names;
  for (auto [index, kind] : llvm::enumerate(*kinds))
    if (failed(readKind(kind, "kinds[" + Twine(index) + "]", names)))
      return failure();
  return machine;
}

/// llvm::json recurses on nested values without a limit; a hostile file must
/// not exhaust the stack. Brackets in strings count too, which only makes the
/// limit stricter for names that consist of them.
static bool isTooDeep(StringRef text) {
  constexpr int kLimit = 64;
  int depth = 0;
  for (char c : text) {
    if (c == '[' || c == '{') {
      if (++depth > kLimit)
        return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

FailureOr<OwningOpRef<MachineOp>>
placement::parseMachineFile(StringRef text, StringRef path, Location loc) {
  MachineReader reader(path, loc);
  if (isTooDeep(text))
    return reader.error("") << "is nested too deep for a machine description";
  llvm::Expected<json::Value> root = json::parse(text);
  if (!root)
    return reader.error("") << llvm::toString(root.takeError());
  return reader.read(*root);
}

FailureOr<OwningOpRef<MachineOp>> placement::readMachineFile(StringRef path,
                                                             Location loc) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return emitError(loc) << "cannot read machine file '" << path
                          << "': " << buffer.getError().message();
  return parseMachineFile((*buffer)->getBuffer(), path, loc);
}
