//===- BackgroundWork.cpp - Work that Python can stop ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackgroundWork.h"

namespace nb = nanobind;

namespace placement::python {

/// How often signals and the caller's own wish to stop are looked at.
static constexpr std::chrono::milliseconds kPoll(20);

bool Callbacks::poll(const std::vector<Event> &events) {
  if (!observer.is_none())
    for (const Event &event : events)
      observer(event);
  if (PyErr_CheckSignals() != 0) {
    // The second interrupt always goes through.
    if (!keepAnswer || interrupted ||
        !PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))
      throw nb::python_error();
    PyErr_Clear();
    interrupted = true;
  }
  if (interrupted)
    return false;
  return cancel.is_none() || !nb::cast<bool>(nb::bool_(cancel()));
}

/// Cancels the work and waits for its end.
void BackgroundWork::end() {
  stop.store(true, std::memory_order_relaxed);
  if (thread.joinable())
    thread.join();
}

void BackgroundWork::start(std::function<void()> work) {
  thread = std::thread([this, work = std::move(work)] {
    // Memory can end anywhere; the exception goes to the caller's thread.
    std::exception_ptr thrown;
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    std::lock_guard<std::mutex> lock(mutex);
    failure = thrown;
    ended = true;
    wake.notify_all();
  });
}

void BackgroundWork::add(const char *kind, std::optional<double> value,
                         std::string_view text) {
  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  std::lock_guard<std::mutex> lock(mutex);
  waiting.push_back({kind, seconds, value, std::string(text)});
  wake.notify_all();
}

/// Moves the events so far into `events` and returns whether the work runs on.
bool BackgroundWork::wait(std::vector<Event> &events) {
  std::unique_lock<std::mutex> lock(mutex);
  wake.wait_for(lock, kPoll, [this] { return ended || !waiting.empty(); });
  events.swap(waiting);
  return !ended;
}

void BackgroundWork::run(Callbacks &callbacks, std::function<void()> work) {
  start(std::move(work));
  try {
    for (bool running = true; running;) {
      std::vector<Event> events;
      {
        nb::gil_scoped_release release;
        running = wait(events);
      }
      if (!callbacks.poll(events))
        stop.store(true, std::memory_order_relaxed);
    }
  } catch (...) {
    nb::gil_scoped_release release;
    end();
    throw;
  }
  end();
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace placement::python
