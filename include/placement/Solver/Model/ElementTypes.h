//===- ElementTypes.h - Names of the types that tensors hold ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_ELEMENTTYPES_H
#define PLACEMENT_SOLVER_MODEL_ELEMENTTYPES_H

#include <algorithm>
#include <string_view>

namespace placement::solver {

/// What may stand in a roofline's peak rates, for messages.
inline constexpr std::string_view kElementTypeRule =
    "known are f16, f32, f64, f80, f128, bf16, tf32, MLIR's narrow floats such "
    "as f8E4M3FN, integers such as i8, si8 and ui8, index, complex<...> of one "
    "of these, and default";

/// Whether a name is that of an element type as MLIR spells it, or `default`.
/// A peak rate under any other name would never be found, silently.
inline bool isElementTypeName(std::string_view name) {
  constexpr std::string_view known[] = {
      "default",    "index",         "bf16",   "f16",        "tf32",
      "f32",        "f64",           "f80",    "f128",       "f4E2M1FN",
      "f6E2M3FN",   "f6E3M2FN",      "f8E3M4", "f8E4M3",     "f8E4M3FN",
      "f8E4M3FNUZ", "f8E4M3B11FNUZ", "f8E5M2", "f8E5M2FNUZ", "f8E8M0FNU"};
  if (std::find(std::begin(known), std::end(known), name) != std::end(known))
    return true;
  constexpr std::string_view complex = "complex<";
  if (name.starts_with(complex) && name.ends_with('>')) {
    name = name.substr(complex.size(), name.size() - complex.size() - 1);
    return name != "default" && !name.starts_with(complex) &&
           isElementTypeName(name);
  }
  if (name.starts_with('s') || name.starts_with('u'))
    name.remove_prefix(1);
  // Integers: a width without leading zeros, of at most 2^24 - 1 bits.
  return name.size() >= 2 && name.size() <= 9 && name[0] == 'i' &&
         name[1] != '0' &&
         std::all_of(name.begin() + 1, name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_ELEMENTTYPES_H
