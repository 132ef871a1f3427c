//===- PlacementOps.cpp - Verifiers and folders of operations -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/PlacementOps.h"

#include "Assembly.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace placement;

#define GET_OP_CLASSES
#include "placement/Dialect/PlacementOps.cpp.inc"

//===----------------------------------------------------------------------===//
// MachineOp
//===----------------------------------------------------------------------===//

void MachineOp::build(OpBuilder &builder, OperationState &state,
                      StringRef name) {
  state.addAttribute(getSymNameAttrName(state.name),
                     builder.getStringAttr(name));
  state.addRegion()->emplaceBlock();
}

LogicalResult MachineOp::verifyRegions() {
  llvm::SmallPtrSet<Attribute, 4> seen;
  for (Operation &op : getBody().front()) {
    auto kind = dyn_cast<DeviceKindOp>(op);
    if (!kind)
      return op.emitOpError() << "must not stand in a machine, which holds "
                                 "only placement.device_kind";
    if (!seen.insert(kind.getKindAttr()).second)
      return kind.emitOpError() << "repeats kind '" << kind.getKind()
                                << "' of machine @" << getSymName();
  }
  if (seen.empty())
    return emitOpError() << "needs at least one placement.device_kind";
  return success();
}

DeviceKindOp MachineOp::lookupKind(StringRef name) {
  for (DeviceKindOp kind : getKinds())
    if (kind.getKind() == name)
      return kind;
  return {};
}

std::optional<unsigned> MachineOp::lookupKindIndex(StringRef name) {
  for (auto [index, kind] : llvm::enumerate(getKinds()))
    if (kind.getKind() == name)
      return index;
  return std::nullopt;
}

std::string MachineOp::getKindList() {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(getKinds(), os, [&](DeviceKindOp kind) {
    os << '\'' << kind.getKind() << '\'';
  });
  return text;
}

//===----------------------------------------------------------------------===//
// DeviceKindOp
//===----------------------------------------------------------------------===//

LogicalResult DeviceKindOp::verify() {
  // The solver's own limit.
  constexpr int64_t kMaxCount = int64_t(1) << 20;
  if (getKind().empty())
    return emitOpError() << "needs a name that is not empty";
  auto count = static_cast<int64_t>(getCount());
  if (count < 1 || count > kMaxCount)
    return emitOpError() << "of kind '" << getKind()
                         << "' needs a count from 1 "
                         << "to " << kMaxCount << ", but has " << count;
  if (getMemory() && static_cast<int64_t>(*getMemory()) < 0)
    return emitOpError() << "of kind '" << getKind()
                         << "' must not have negative memory, but has "
                         << static_cast<int64_t>(*getMemory());
  if (getLinkAttr() && getHost().value_or(false))
    return emitOpError()
           << "of kind '" << getKind()
           << "' has a link, which a host kind must not have: its "
              "operations pay no transfers; remove one of them";
  return success();
}

//===----------------------------------------------------------------------===//
// TransferOp
//===----------------------------------------------------------------------===//

LogicalResult TransferOp::verify() {
  if (getFrom() == getTo())
    return emitOpError() << "moves a value from " << getFrom()
                         << " to where it is already";
  return success();
}

OpFoldResult TransferOp::fold(FoldAdaptor) {
  // There and back again is where the value was.
  auto outward = getValue().getDefiningOp<TransferOp>();
  if (outward && outward.getTo() == getFrom() && outward.getFrom() == getTo())
    return outward.getValue();
  return {};
}
