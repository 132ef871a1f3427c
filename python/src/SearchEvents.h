//===- SearchEvents.h - What a search reports to Python ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_SEARCHEVENTS_H
#define PLACEMENT_PYTHON_SRC_SEARCHEVENTS_H

#include "BackgroundWork.h"

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Search/Observer.h"

namespace placement::python {

/// Keeps the reports of a search for the caller. Both objects outlive it.
class SearchEvents final : public solver::Observer {
public:
  SearchEvents(const solver::Instance &instance, BackgroundWork &work)
      : instance(instance), work(work) {}

  void onIncumbent(solver::Time value, std::string_view source) override;
  void onBound(solver::Time bound, std::string_view source) override;
  void onClaim(solver::Time bound, std::string_view claimant) override;
  void onPhase(std::string_view text) override;
  void onFigure(std::string_view name, uint64_t value) override;

private:
  const solver::Instance &instance;
  BackgroundWork &work;
};

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_SEARCHEVENTS_H
