//===- ProfileTable.h - Measured times by signature -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_PROFILETABLE_H
#define PLACEMENT_ANALYSIS_PROFILETABLE_H

#include "placement/Analysis/CostModel.h"

#include "llvm/ADT/StringMap.h"

namespace placement {

/// A profile file in memory: times by op signature (OpSignature.h), one for
/// each kind of a machine. The format is docs/formats/profile.schema.json.
class ProfileTable {
public:
  /// Reads the file for the kinds of `machine`. On a file that can't be read,
  /// isn't JSON, breaks the format or names another kind, emits one error at
  /// `loc` that names file, element and rule, and fails.
  static mlir::FailureOr<ProfileTable>
  load(llvm::StringRef path, MachineOp machine, mlir::Location loc);

  /// Times of a signature in the machine's order of kinds: none where the file
  /// says nothing, kUnsupportedTime where it says null. Empty for an unknown
  /// signature.
  llvm::ArrayRef<OptionalTime> lookup(llvm::StringRef signature) const {
    auto it = times.find(signature);
    return it == times.end() ? llvm::ArrayRef<OptionalTime>() : it->second;
  }
  size_t size() const { return times.size(); }

private:
  llvm::StringMap<llvm::SmallVector<OptionalTime, 2>> times;
};

} // namespace placement

#endif // PLACEMENT_ANALYSIS_PROFILETABLE_H
