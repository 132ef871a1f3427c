//===- Progress.h - What a running search shows --------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_PROGRESS_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_PROGRESS_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"
#include "placement/Solver/Search/Observer.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace placement::tool {

/// Shows incumbent, bound, gap, source and elapsed time on standard error: on
/// a terminal one line that is repainted, elsewhere one line for each better
/// plan and at most one in five seconds for better bounds. Beside that it
/// writes every event to a log, one JSON object a line.
class Progress final : public solver::Observer {
public:
  /// `log` may be null; it is not closed.
  Progress(const solver::Instance &instance, bool quiet, std::FILE *log);
  ~Progress() override;

  void onIncumbent(solver::Time value, std::string_view source) override;
  void onBound(solver::Time bound, std::string_view source) override;
  void onClaim(solver::Time bound, std::string_view claimant) override;
  void onPhase(std::string_view text) override;
  void onFigure(std::string_view name, uint64_t value) override;

  /// Takes the line off the terminal; nothing is shown afterwards.
  void finish();
  /// The last event of the log.
  void logEnd(const solver::Plan &plan);

private:
  using Clock = std::chrono::steady_clock;

  double elapsed() const;
  /// `incumbent 28.1  bound 27.5  gap 2.2 %  prefix-dp  0.1 s`.
  std::string line() const;
  void show(bool important);
  void repaintUntilFinished();
  void logEvent(const char *kind);

  const solver::Instance &instance;
  std::FILE *log;
  const bool quiet, terminal;
  const Clock::time_point start = Clock::now();

  std::mutex mutex; // Guards what follows.
  std::optional<solver::Time> value, bound, claim;
  std::string source, phase;
  Clock::time_point lastLine = start;
  bool painted = false, finished = false;
  std::condition_variable wake;
  std::thread painter;
};

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_PROGRESS_H
