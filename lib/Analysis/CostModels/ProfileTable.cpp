//===- ProfileTable.cpp - Measured times by signature -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/ProfileTable.h"

#include "placement/Solver/IO/Profile.h"
#include "placement/Solver/IO/Readers.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace placement {

FailureOr<ProfileTable> ProfileTable::load(StringRef path, MachineOp machine,
                                           Location loc) {
  solver::Result<std::string> text = solver::readFile(path.str());
  if (!text)
    return emitError(loc) << "profile " << text.error().message;
  solver::Result<solver::Profile> profile =
      solver::readProfile(*text, path.str());
  if (!profile)
    return emitError(loc) << "profile " << profile.error().message;

  ProfileTable table;
  auto kinds = machine.getKinds();
  size_t numKinds = std::distance(kinds.begin(), kinds.end());
  for (auto [index, entry] : llvm::enumerate(profile->entries)) {
    SmallVector<OptionalTime, 2> &times = table.times[entry.signature];
    times.resize(numKinds);
    for (const auto &[kind, time] : entry.times) {
      std::optional<unsigned> position = machine.lookupKindIndex(kind);
      if (!position)
        return emitError(loc)
               << "profile " << path << ": entries[" << index << "].times."
               << kind << ": machine @" << machine.getSymName()
               << " has no such device kind, only " << machine.getKindList()
               << "; remove it, or choose the machine that was measured";
      times[*position] = time.value_or(kUnsupportedTime);
    }
  }
  return table;
}

} // namespace placement
