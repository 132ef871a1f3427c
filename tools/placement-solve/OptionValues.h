//===- OptionValues.h - Numbers on the command line -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H

#include <charconv>
#include <cstdint>
#include <string_view>

namespace placement::tool {

/// Parses a whole text as a number; false if it is none of that type.
template <typename T>
bool parseNumber(std::string_view text, T &to) {
  auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), to);
  return code == std::errc() && end == text.data() + text.size();
}

/// Bytes from 1 with an optional suffix, in powers of 1024: `512M`, `1.5GiB`.
bool parseBytes(std::string_view text, uint64_t &to);

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H
