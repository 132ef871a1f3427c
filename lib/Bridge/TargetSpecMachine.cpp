//===- TargetSpecMachine.cpp - Machines from DLTI target specs ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/TargetSpecMachine.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

using namespace mlir;
using namespace placement;

static constexpr StringLiteral kMachineName = "target_system";
static constexpr StringLiteral kPrefix = "placement.";

namespace {
/// What the entries of one device say; null where they say nothing.
struct KindEntries {
  IntegerAttr count, memory;
  LinkAttr link;
  RooflineAttr roofline;
  BoolAttr host;
};
} // namespace

/// An integer of any type as the 64-bit one that the op wants; null when it is
/// none or out of range.
static IntegerAttr toI64(Builder &builder, Attribute value, int64_t least,
                         int64_t most) {
  auto integer = dyn_cast<IntegerAttr>(value);
  if (!integer || !integer.getValue().isSignedIntN(64))
    return {};
  int64_t number = integer.getValue().getSExtValue();
  if (number < least || number > most)
    return {};
  return builder.getI64IntegerAttr(number);
}

static LogicalResult readEntry(ModuleOp module, StringRef device, StringRef key,
                               Attribute value, KindEntries &entries) {
  Builder builder(module.getContext());
  auto wrong = [&](StringRef expected) {
    return emitError(module.getLoc())
           << "entry '" << key << "' of device '" << device
           << "' in dlti.target_system_spec must be " << expected << ", but is "
           << value;
  };
  if (key == "placement.count") {
    entries.count = toI64(builder, value, 1, int64_t(1) << 20);
    return entries.count ? success() : wrong("an integer from 1 to 1048576");
  }
  if (key == "placement.memory") {
    entries.memory = toI64(builder, value, 0, INT64_MAX);
    return entries.memory ? success()
                          : wrong("an integer number of bytes, not negative");
  }
  if (key == "placement.link") {
    entries.link = dyn_cast<LinkAttr>(value);
    return entries.link ? success() : wrong("a #placement.link");
  }
  if (key == "placement.roofline") {
    entries.roofline = dyn_cast<RooflineAttr>(value);
    return entries.roofline ? success() : wrong("a #placement.roofline");
  }
  if (key == "placement.host") {
    entries.host = dyn_cast<BoolAttr>(value);
    return entries.host ? success() : wrong("true or false");
  }
  return emitError(module.getLoc())
         << "unknown entry '" << key << "' of device '" << device
         << "' in dlti.target_system_spec; known are placement.count, "
            "placement.memory, placement.link, placement.roofline, "
            "placement.host";
}

FailureOr<OwningOpRef<MachineOp>>
placement::machineFromTargetSpec(ModuleOp module) {
  TargetSystemSpecInterface spec = module.getTargetSystemSpec();
  if (!spec)
    return OwningOpRef<MachineOp>();
  OpBuilder builder(module.getContext());
  Location loc = module.getLoc();
  OwningOpRef<MachineOp> machine =
      MachineOp::create(builder, loc, kMachineName);
  builder.setInsertionPointToStart(&machine->getBody().front());
  for (DataLayoutEntryInterface device : spec.getEntries()) {
    auto id = dyn_cast<StringAttr>(device.getKey());
    auto entries = dyn_cast<TargetDeviceSpecInterface>(device.getValue());
    if (!id || !entries)
      continue; // The dialect's own verifier refuses it.
    KindEntries kind;
    kind.count = builder.getI64IntegerAttr(1);
    for (DataLayoutEntryInterface entry : entries.getEntries()) {
      auto key = dyn_cast<StringAttr>(entry.getKey());
      if (key && key.getValue().starts_with(kPrefix) &&
          failed(readEntry(module, id, key, entry.getValue(), kind)))
        return failure();
    }
    // The verifier of an operation made here runs late, without the device.
    if (kind.link && kind.host && kind.host.getValue())
      return emitError(loc)
             << "device '" << id.getValue()
             << "' in dlti.target_system_spec is a host with a link, but "
                "operations of a host kind pay no transfers; remove "
                "placement.host or placement.link";
    DeviceKindOp::create(builder, loc, id, kind.count, kind.memory, kind.link,
                         kind.roofline, kind.host);
  }
  return machine;
}
