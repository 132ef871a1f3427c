//===- IREEDevices.cpp - What devices are called in IREE ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IREEDevices.h"

#include "IREEOps.h"
#include "mlir/IR/SymbolTable.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace placement {

/// "acc:0", as in the options.
static std::string getKey(DeviceAttr device) {
  return (device.getKind().getValue() + ":" + Twine(device.getIndex())).str();
}

/// Splits "acc:0" at its last colon; none unless a number follows.
static std::optional<std::pair<StringRef, int64_t>> splitKey(StringRef key) {
  auto [kind, digits] = key.rsplit(':');
  int64_t index = 0;
  if (digits.empty() || kind.empty() || !llvm::isDigit(digits.front()) ||
      digits.getAsInteger(10, index))
    return std::nullopt;
  return std::pair(kind, index);
}

/// A name that is a symbol without quotes and fits a command line.
static bool isPlainName(StringRef name) {
  return !name.empty() && (llvm::isAlpha(name.front()) || name[0] == '_') &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// `<kind>_<index>`, with an underscore for what cannot stand in a name.
static std::string getDefaultName(DeviceAttr device) {
  std::string name =
      (device.getKind().getValue() + "_" + Twine(device.getIndex())).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  if (llvm::isDigit(name.front()))
    name.insert(name.begin(), '_');
  return name;
}

/// Reads "local" or "local[2]".
static LogicalResult parseTarget(StringRef text, std::string &target,
                                 int64_t &ordinal) {
  auto [name, rest] = text.split('[');
  ordinal = 0;
  if (rest.data() != text.end() && text.contains('[') &&
      (!rest.consume_back("]") || rest.empty() || !llvm::isDigit(rest[0]) ||
       rest.getAsInteger(10, ordinal)))
    return failure();
  if (name.empty() || !llvm::all_of(name, [](char c) {
        return llvm::isAlnum(c) || c == '-' || c == '_';
      }))
    return failure();
  target = name.str();
  return success();
}

InFlightDiagnostic IREEDevices::emitError() { return driver.emitError(); }

FailureOr<IREEDevices> IREEDevices::create(const StageProgram &program,
                                           IREEDeviceOptions options) {
  IREEDevices devices;
  devices.driver = program.driver;
  devices.from = options.from;
  if (failed(devices.collect(program, options.host)) ||
      failed(devices.applyNames(options.names)) ||
      failed(devices.applyTargets(options.targets)) ||
      failed(devices.checkNames(devices.driver->getParentOfType<ModuleOp>())))
    return failure();
  devices.setAffinities();
  return devices;
}

LogicalResult IREEDevices::collect(const StageProgram &program,
                                   StringRef hostName) {
  llvm::DenseSet<DeviceAttr> seen;
  auto add = [&](DeviceAttr device) {
    if (seen.insert(device).second)
      entries.push_back({device, getDefaultName(device), {}, 0});
  };
  for (const StageProgram::Stage &stage : program.stages)
    add(stage.device);
  if (entries.empty())
    return emitError() << "@" << driver.getSymName()
                       << " calls no stage: there is nothing to compile";
  if (hostName.empty())
    return success();
  if (failed(checkKey("host", hostName, /*mustHaveIndex=*/true)))
    return failure();
  auto [kind, index] = *splitKey(hostName);
  host = DeviceAttr::get(program.machine,
                         StringAttr::get(driver.getContext(), kind), index);
  add(host);
  return success();
}

/// Whether the key of an option, KIND or KIND:INDEX, means something on the
/// machine. Without a machine in the module any kind may be meant.
LogicalResult IREEDevices::checkKey(StringRef option, StringRef key,
                                    bool mustHaveIndex) {
  auto split = splitKey(key);
  if (key.empty() || (mustHaveIndex && !split))
    return emitError() << "option '" << option << "': '" << key
                       << "' is no device; write "
                       << (mustHaveIndex ? "KIND:INDEX" : "KIND or KIND:INDEX");
  FlatSymbolRefAttr name = entries.front().device.getMachine();
  auto machine = SymbolTable::lookupNearestSymbolFrom<MachineOp>(driver, name);
  if (!machine)
    return success();
  DeviceKindOp kind = machine.lookupKind(split ? split->first : key);
  if (!kind)
    return emitError() << "option '" << option << "': machine @"
                       << name.getValue() << " has no kind '"
                       << (split ? split->first : key)
                       << "'; its kinds are: " << machine.getKindList();
  if (split && split->second >= static_cast<int64_t>(kind.getCount()))
    return emitError() << "option '" << option << "': machine @"
                       << name.getValue() << " has " << kind.getCount()
                       << " devices of kind '" << split->first << "', and no '"
                       << key << "'";
  return success();
}

LogicalResult IREEDevices::applyNames(ArrayRef<std::string> options) {
  llvm::StringMap<StringRef> names;
  for (StringRef option : options) {
    auto [key, name] = option.split('=');
    if (failed(checkKey("names", key, /*mustHaveIndex=*/true)))
      return failure();
    if (!isPlainName(name))
      return emitError() << "option 'names': '" << name << "' cannot name '"
                         << key << "'; use letters, digits and underscores";
    if (!names.try_emplace(key, name).second)
      return emitError() << "option 'names' names '" << key << "' twice";
  }
  for (Entry &entry : entries)
    if (auto it = names.find(getKey(entry.device)); it != names.end())
      entry.name = it->second.str();
  return success();
}

LogicalResult IREEDevices::applyTargets(ArrayRef<std::string> options) {
  if (from == IREEDevicesFrom::Flags) {
    if (options.empty())
      return success();
    return emitError() << "option 'targets' is for devices=module; with "
                          "devices=flags the compiler is told by "
                          "--iree-hal-target-device=NAME=TARGET";
  }
  llvm::StringMap<std::pair<std::string, int64_t>> targets;
  for (StringRef option : options) {
    auto [key, text] = option.split('=');
    if (failed(checkKey("targets", key, /*mustHaveIndex=*/false)))
      return failure();
    std::pair<std::string, int64_t> target;
    if (failed(parseTarget(text, target.first, target.second)))
      return emitError() << "option 'targets': '" << text << "' for '" << key
                         << "' is no device of IREE; write TARGET or "
                            "TARGET[ORDINAL], as in local[0]";
    if (!targets.try_emplace(key, target).second)
      return emitError() << "option 'targets' has '" << key << "' twice";
  }
  llvm::StringMap<const Entry *> users;
  for (Entry &entry : entries) {
    StringRef kind = entry.device.getKind().getValue();
    auto it = targets.find(getKey(entry.device));
    bool byKind = it == targets.end();
    if (byKind)
      it = targets.find(kind);
    if (it == targets.end())
      return emitError() << "device " << getKey(entry.device)
                         << " has no target in IREE; name one with "
                            "targets="
                         << kind << "=TARGET, as in " << kind << "=local[0]";
    entry.target = it->second.first;
    entry.ordinal = it->second.second + (byKind ? entry.device.getIndex() : 0);
    const Entry *&user =
        users[entry.target + "[" + std::to_string(entry.ordinal) + "]"];
    if (user)
      return emitError() << "devices " << getKey(user->device) << " and "
                         << getKey(entry.device) << " would both be "
                         << entry.target << "[" << entry.ordinal
                         << "]; give each its own in option 'targets'";
    user = &entry;
  }
  return success();
}

LogicalResult IREEDevices::checkNames(ModuleOp module) {
  llvm::StringMap<const Entry *> users;
  SymbolTable symbols(module);
  for (const Entry &entry : entries) {
    const Entry *&user = users[entry.name];
    if (user)
      return emitError() << "devices " << getKey(user->device) << " and "
                         << getKey(entry.device) << " are both called '"
                         << entry.name << "'; rename one with option 'names'";
    user = &entry;
    Operation *symbol = symbols.lookup(entry.name);
    if (symbol && !isa_and_present<PlacementDialect>(symbol->getDialect()))
      return emitError() << "device " << getKey(entry.device)
                         << " cannot be called '" << entry.name << "', as a '"
                         << symbol->getName()
                         << "' already is; rename it with option 'names'";
  }
  return success();
}

void IREEDevices::setAffinities() {
  MLIRContext *context = driver.getContext();
  auto hal = StringAttr::get(context, "hal");
  StringRef word = from == IREEDevicesFrom::Flags ? "promise" : "affinity";
  for (const Entry &entry : entries)
    affinities[entry.device] =
        OpaqueAttr::get(hal, ("device." + word + "<@" + entry.name + ">").str(),
                        NoneType::get(context));
}

void IREEDevices::declare(ModuleOp module) const {
  if (from == IREEDevicesFrom::Flags)
    return;
  MLIRContext *context = module.getContext();
  auto hal = StringAttr::get(context, "hal");
  Type type = OpaqueType::get(hal, "device");
  auto builder = OpBuilder::atBlockBegin(module.getBody());
  for (const Entry &entry : entries) {
    std::string alias;
    llvm::raw_string_ostream(alias)
        << "device.alias<\"" << entry.target << "\"[" << entry.ordinal << "]>";
    OperationState state(module.getLoc(), iree::kGlobalName);
    state.propertiesAttr = builder.getDictionaryAttr(
        {builder.getNamedAttr("sym_name", builder.getStringAttr(entry.name)),
         builder.getNamedAttr("sym_visibility",
                              builder.getStringAttr("private")),
         builder.getNamedAttr("type", TypeAttr::get(type)),
         builder.getNamedAttr("initial_value",
                              OpaqueAttr::get(hal, alias, type))});
    builder.create(state);
  }
}

} // namespace placement
