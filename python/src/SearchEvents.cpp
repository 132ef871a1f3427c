//===- SearchEvents.cpp - What a search reports to Python -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SearchEvents.h"

#include "placement/Solver/IO/Writers.h"

namespace placement::python {

using namespace solver;

void SearchEvents::onIncumbent(Time value, std::string_view source) {
  work.add("incumbent", instance.toSourceTime(value), source);
}

void SearchEvents::onBound(Time bound, std::string_view source) {
  work.add("bound", statedBound(instance, bound), source);
}

void SearchEvents::onClaim(Time bound, std::string_view claimant) {
  work.add("claim", statedBound(instance, bound), claimant);
}

void SearchEvents::onPhase(std::string_view text) {
  work.add("phase", std::nullopt, text);
}

void SearchEvents::onFigure(std::string_view name, uint64_t value) {
  work.add("figure", static_cast<double>(value), name);
}

} // namespace placement::python
