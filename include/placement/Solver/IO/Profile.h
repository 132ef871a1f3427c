//===- Profile.h - Measured times of operations from a file -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_PROFILE_H
#define PLACEMENT_SOLVER_IO_PROFILE_H

#include "placement/Solver/Model/Result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace placement::solver {

/// Times of one operation signature, as the file has them.
struct ProfileEntry {
  std::string signature;
  /// Device kind and microseconds; none where the kind cannot run it.
  std::vector<std::pair<std::string, std::optional<double>>> times;
};

/// A profile file: entries in file order, signatures unique.
struct Profile {
  std::vector<ProfileEntry> entries;
};

/// Reads a profile (docs/formats/profile.schema.json). `fileName` is for
/// messages. Linear in the size of the text.
Result<Profile> readProfile(std::string_view json, const std::string &fileName);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_PROFILE_H
