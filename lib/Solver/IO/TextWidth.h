//===- TextWidth.h - Columns that a text takes ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_TEXTWIDTH_H
#define PLACEMENT_LIB_SOLVER_IO_TEXTWIDTH_H

#include <algorithm>
#include <cstddef>
#include <string>

namespace placement::solver {

/// Whether a byte of UTF-8 goes on with the character before.
inline bool continuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Columns that a UTF-8 text takes, where no character is wide.
inline size_t textWidth(const std::string &text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !continuesCharacter(c); }));
}

/// The text, or where it is longer than `width` (at least 1) its beginning and
/// a `~`. No character is cut in two.
inline std::string fitText(std::string text, size_t width) {
  if (textWidth(text) <= width)
    return text;
  size_t end = 0;
  for (size_t columns = 0; end < text.size(); ++end)
    if (!continuesCharacter(text[end]) && columns++ == width - 1)
      break;
  text.resize(end);
  return text + '~';
}

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_TEXTWIDTH_H
