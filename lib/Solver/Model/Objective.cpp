//===- Objective.cpp - Names of objectives --------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Objective.h"

#include <charconv>

namespace placement::solver {

const char *toString(Objective objective) {
  return objective == Objective::Latency ? "latency" : "throughput";
}

std::optional<Objective> parseObjective(std::string_view text) {
  for (Objective one : {Objective::Throughput, Objective::Latency})
    if (text == toString(one))
      return one;
  return std::nullopt;
}

const char *objectiveNames() { return "\"throughput\" or \"latency\""; }

std::string toString(CoreLimit cores) {
  return !cores                    ? "unlimited"
         : *cores == kMachineCores ? "machine"
                                   : std::to_string(*cores);
}

std::optional<CoreLimit> parseCores(std::string_view text) {
  if (text == "unlimited")
    return CoreLimit();
  if (text == "machine")
    return CoreLimit(kMachineCores);
  uint32_t number = 0;
  const char *begin = text.data(), *end = begin + text.size();
  auto [rest, failure] = std::from_chars(begin, end, number);
  if (failure != std::errc() || rest != end || number < 1 ||
      number > kMostCores)
    return std::nullopt;
  return CoreLimit(number);
}

std::string onlyThroughput(Objective objective) {
  return objective == Objective::Throughput
             ? std::string()
             : "it knows the objective throughput only, but the problem asks "
               "for latency";
}

std::string onlyLatency(Objective objective) {
  return objective == Objective::Latency
             ? std::string()
             : "it knows the objective latency only, but the problem asks for "
               "throughput";
}

} // namespace placement::solver
