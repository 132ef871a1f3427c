//===- OptionValues.h - Numbers on the command line -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H

#include "placement/Solver/IO/ComparisonWriter.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Names with commas between; false if one is empty.
bool parseNames(std::string_view text, std::vector<std::string> &to);

/// `text`, `markdown`, `csv` or `json`.
std::optional<solver::ComparisonFormat> parseFormat(std::string_view text);
/// The format that the end of a file's name stands for; text for any other.
solver::ComparisonFormat formatOfFile(std::string_view path);

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONVALUES_H
