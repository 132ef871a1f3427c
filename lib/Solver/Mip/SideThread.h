//===- SideThread.h - An engine beside general solvers ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_SIDETHREAD_H
#define PLACEMENT_SOLVER_MIP_SIDETHREAD_H

#include "placement/Solver/Search/Observer.h"

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace placement::solver::mip {

/// How often both sides look at each other.
inline constexpr double kPollSeconds = 0.02;

void pause(double seconds);

/// Hands events on at once, or keeps them while another thread makes them:
/// observers are called from the solving thread only.
class Relay final : public Observer {
public:
  explicit Relay(Observer &to) : to(to) {}

  void onIncumbent(Time value, std::string_view source) override;
  void onBound(Time bound, std::string_view source) override;
  void onPhase(std::string_view text) override;
  void onFigure(std::string_view name, uint64_t value) override;

  void keep(bool value);
  /// Tells what was kept, and returns the best bound of it, zero for none.
  Time deliver();

private:
  struct Event {
    enum Kind : uint8_t { Incumbent, Bound, Phase, Figure } kind;
    Time number;
    std::string text;
  };

  void pass(Event event);
  void tell(const Event &event);

  Observer &to;
  std::mutex mutex; // Guards what follows.
  bool keeping = false;
  std::vector<Event> kept;
};

/// Work in a thread of its own, whose events the relay keeps meanwhile.
class SideThread {
public:
  SideThread(Relay &relay, std::function<void()> work);
  /// Waits for the end of the work, which has to look at limits itself.
  ~SideThread();
  SideThread(const SideThread &) = delete;
  SideThread &operator=(const SideThread &) = delete;

  bool running() const { return !done.load(std::memory_order_acquire); }
  /// Waits for the end and tells what is left; throws what the work threw.
  void finish();

private:
  Relay &relay;
  std::atomic<bool> done = false;
  std::exception_ptr failure;
  std::thread thread;
};

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_SIDETHREAD_H
