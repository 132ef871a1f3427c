//===- SideThread.cpp - An engine beside general solvers ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/SideThread.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace placement::solver::mip {

void pause(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

void Relay::onIncumbent(Time value, std::string_view source) {
  pass({Event::Incumbent, value, std::string(source)});
}

void Relay::onBound(Time bound, std::string_view source) {
  pass({Event::Bound, bound, std::string(source)});
}

void Relay::onPhase(std::string_view text) {
  pass({Event::Phase, 0, std::string(text)});
}

void Relay::onFigure(std::string_view name, uint64_t value) {
  pass({Event::Figure, static_cast<Time>(value), std::string(name)});
}

void Relay::keep(bool value) {
  std::lock_guard<std::mutex> lock(mutex);
  keeping = value;
}

Time Relay::deliver() {
  std::vector<Event> events;
  {
    std::lock_guard<std::mutex> lock(mutex);
    events.swap(kept);
  }
  Time best = 0;
  for (const Event &event : events) {
    tell(event);
    if (event.kind == Event::Bound)
      best = std::max(best, event.number);
  }
  return best;
}

void Relay::pass(Event event) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (keeping) {
      kept.push_back(std::move(event));
      return;
    }
  }
  tell(event);
}

void Relay::tell(const Event &event) {
  switch (event.kind) {
  case Event::Incumbent:
    return to.onIncumbent(event.number, event.text);
  case Event::Bound:
    return to.onBound(event.number, event.text);
  case Event::Phase:
    return to.onPhase(event.text);
  case Event::Figure:
    return to.onFigure(event.text, static_cast<uint64_t>(event.number));
  }
}

SideThread::SideThread(Relay &relay, std::function<void()> work)
    : relay(relay) {
  relay.keep(true);
  thread = std::thread([this, work = std::move(work)] {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    done.store(true, std::memory_order_release);
  });
}

SideThread::~SideThread() {
  thread.join();
  relay.keep(false);
}

void SideThread::finish() {
  while (running())
    pause(kPollSeconds / 4);
  relay.keep(false);
  relay.deliver();
  if (failure)
    std::rethrow_exception(std::exchange(failure, nullptr));
}

} // namespace placement::solver::mip
