//===- OptionValues.cpp - Numbers on the command line ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptionValues.h"

#include <cmath>

namespace placement::tool {

using solver::ComparisonFormat;

bool parseBytes(std::string_view text, uint64_t &to) {
  std::string_view digits = text;
  size_t end = text.find_first_not_of("0123456789.");
  std::string_view suffix;
  if (end != std::string_view::npos) {
    digits = text.substr(0, end);
    suffix = text.substr(end);
  }
  constexpr std::string_view kLetters = "KMGT";
  int power = 0;
  if (!suffix.empty() && suffix != "B") {
    size_t letter = kLetters.find(suffix.front());
    std::string_view rest = suffix.substr(1);
    if (letter == std::string_view::npos ||
        !(rest.empty() || rest == "B" || rest == "iB"))
      return false;
    power = static_cast<int>(letter) + 1;
  }
  double amount = 0;
  if (!parseNumber(digits, amount))
    return false;
  amount = std::ldexp(amount, 10 * power);
  if (!(amount >= 1 && amount < 0x1p63))
    return false;
  to = static_cast<uint64_t>(amount);
  return true;
}

bool parseNames(std::string_view text, std::vector<std::string> &to) {
  to.clear();
  while (true) {
    size_t comma = text.find(',');
    if (comma == 0 || text.empty())
      return false;
    to.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos)
      return true;
    text.remove_prefix(comma + 1);
  }
}

std::optional<ComparisonFormat> parseFormat(std::string_view text) {
  if (text == "text")
    return ComparisonFormat::Text;
  if (text == "markdown")
    return ComparisonFormat::Markdown;
  if (text == "csv")
    return ComparisonFormat::Csv;
  if (text == "json")
    return ComparisonFormat::Json;
  return std::nullopt;
}

ComparisonFormat formatOfFile(std::string_view path) {
  if (path.ends_with(".md"))
    return ComparisonFormat::Markdown;
  if (path.ends_with(".csv"))
    return ComparisonFormat::Csv;
  if (path.ends_with(".json"))
    return ComparisonFormat::Json;
  return ComparisonFormat::Text;
}

} // namespace placement::tool
