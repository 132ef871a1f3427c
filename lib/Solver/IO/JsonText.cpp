//===- JsonText.cpp - Text to a JSON tree ---------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JsonText.h"

namespace placement::solver {

std::optional<Error> JsonText::parse(std::string_view text, bool padded,
                                     const std::string &fileName) {
  // Some editors put a byte order mark in front; it carries nothing.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark))
    text.remove_prefix(kByteOrderMark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return Error{fileName + ": is empty; it must hold one JSON object"};

  simdjson::error_code code =
      parser.parse(text.data(), text.size(), /*realloc_if_needed=*/!padded)
          .get(top);
  if (code == simdjson::SUCCESS)
    return std::nullopt;
  return diagnoseJson(text, fileName, simdjson::error_message(code));
}

} // namespace placement::solver
