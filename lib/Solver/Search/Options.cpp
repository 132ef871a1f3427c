//===- Options.cpp - Names of what a solve may be asked for ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Options.h"

#include <utility>

namespace placement::solver {

std::optional<Provers> parseProvers(std::string_view text) {
  constexpr std::pair<std::string_view, Provers> known[] = {
      {"auto", Provers::Auto},
      {"own", Provers::Own},
      {"highs", Provers::Highs},
      {"cpsat", Provers::CpSat},
      {"all", Provers::All}};
  for (auto [name, provers] : known)
    if (name == text)
      return provers;
  return std::nullopt;
}

} // namespace placement::solver
