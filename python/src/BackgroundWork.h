//===- BackgroundWork.h - Work that Python can stop -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_BACKGROUNDWORK_H
#define PLACEMENT_PYTHON_SRC_BACKGROUNDWORK_H

#include <nanobind/nanobind.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace placement::python {

/// One report of running work; placement.Event in Python.
struct Event {
  std::string kind;
  double seconds = 0;
  std::optional<double> value;
  std::string text;
};

/// What the caller wants to hear about, and whether it wants to go on.
struct Callbacks {
  /// Called with each event; None for nobody.
  nanobind::object observer;
  /// Asked whether to stop; None for never.
  nanobind::object cancel;
  /// An interrupt gives the best answer so far instead of KeyboardInterrupt.
  bool keepAnswer = false;
  bool interrupted = false;

  /// Hands events over and looks at signals; false to stop. Throws what the
  /// callbacks raise. Needs the GIL.
  bool poll(const std::vector<Event> &events);
};

/// Runs work in a thread of its own, so that the caller's thread can look at
/// signals meanwhile. Events wait here until the caller takes them: Python is
/// never called from the working thread.
class BackgroundWork {
public:
  BackgroundWork() = default;
  ~BackgroundWork() { end(); }
  BackgroundWork(const BackgroundWork &) = delete;
  BackgroundWork &operator=(const BackgroundWork &) = delete;

  /// Runs the work, once, and serves the callbacks meanwhile. Needs the GIL,
  /// and releases it while it waits. Throws what the work or a callback threw;
  /// the work has ended by then, which takes its own reaction time (tens of
  /// milliseconds for a search).
  void run(Callbacks &callbacks, std::function<void()> work);
  /// For the work: true once it should end.
  const std::atomic<bool> &cancelled() const { return stop; }
  /// For the work: keeps an event for the caller. `value` may be absent.
  void add(const char *kind, std::optional<double> value,
           std::string_view text);

private:
  void start(std::function<void()> work);
  bool wait(std::vector<Event> &events);
  void end();

  const std::chrono::steady_clock::time_point begin =
      std::chrono::steady_clock::now();
  std::atomic<bool> stop = false;
  std::mutex mutex; // Guards what follows.
  std::condition_variable wake;
  std::vector<Event> waiting;
  bool ended = false;
  std::exception_ptr failure;
  std::thread thread;
};

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_BACKGROUNDWORK_H
