//===- SolveThread.h - A solve that Python can stop ----------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_SOLVETHREAD_H
#define PLACEMENT_PYTHON_SRC_SOLVETHREAD_H

#include "placement/Solver/Search/Solve.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace placement::python {

/// One report of a search; placement.Event in Python.
struct Event {
  std::string kind;
  double seconds = 0;
  std::optional<double> value;
  std::string text;
};

/// Runs one solve in a thread of its own, so that the caller's thread can look
/// at signals meanwhile. Events wait here until the caller takes them: Python
/// is never called from the solving thread. The destructor cancels the solve
/// and waits for its end, which takes the search's own reaction time (tens of
/// milliseconds).
class SolveThread : private solver::Observer {
public:
  /// `instance` outlives this object. Events are kept only when `observed`.
  SolveThread(const solver::Instance &instance, solver::SolveOptions options,
              std::optional<solver::Assignment> warmStart, bool observed);
  ~SolveThread() override;
  SolveThread(const SolveThread &) = delete;
  SolveThread &operator=(const SolveThread &) = delete;

  /// Waits for events, the end or the limit. Moves the events so far into
  /// `events` and returns whether the search still runs. Call without the GIL.
  bool wait(std::chrono::milliseconds limit, std::vector<Event> &events);
  /// Asks the search to stop.
  void cancel() { cancelled.store(true, std::memory_order_relaxed); }
  /// The answer, once `wait` returned false. Throws what the solver threw.
  solver::Result<solver::Plan> finish();

private:
  void run();
  void add(const char *kind, std::optional<double> value,
           std::string_view text);
  void onIncumbent(solver::Time value, std::string_view source) override;
  void onBound(solver::Time bound, std::string_view source) override;
  void onClaim(solver::Time bound, std::string_view claimant) override;
  void onPhase(std::string_view text) override;
  void onFigure(std::string_view name, uint64_t value) override;

  const solver::Instance &instance;
  solver::SolveOptions options;
  std::optional<solver::Assignment> warmStart;
  bool observed;
  const std::chrono::steady_clock::time_point start =
      std::chrono::steady_clock::now();
  std::atomic<bool> cancelled = false;
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Event> waiting;
  bool ended = false;
  std::optional<solver::Result<solver::Plan>> answer;
  std::exception_ptr failure;
  std::thread thread;
};

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_SOLVETHREAD_H
