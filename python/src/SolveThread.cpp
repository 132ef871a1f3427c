//===- SolveThread.cpp - A solve that Python can stop ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SolveThread.h"

#include "placement/Solver/IO/Writers.h"

namespace placement::python {

using namespace solver;

SolveThread::SolveThread(const Instance &instance, SolveOptions options,
                         std::optional<Assignment> warmStart, bool observed)
    : instance(instance), options(std::move(options)),
      warmStart(std::move(warmStart)), observed(observed) {
  this->options.cancel = &cancelled;
  thread = std::thread([this] { run(); });
}

SolveThread::~SolveThread() {
  cancel();
  thread.join();
}

void SolveThread::run() {
  // Memory can end anywhere; the exception goes to the caller's thread.
  try {
    answer.emplace(solve(instance, options, observed ? this : nullptr,
                         warmStart ? &*warmStart : nullptr));
  } catch (...) {
    failure = std::current_exception();
  }
  std::lock_guard<std::mutex> lock(mutex);
  ended = true;
  wake.notify_all();
}

bool SolveThread::wait(std::chrono::milliseconds limit,
                       std::vector<Event> &events) {
  std::unique_lock<std::mutex> lock(mutex);
  wake.wait_for(lock, limit, [this] { return ended || !waiting.empty(); });
  events.swap(waiting);
  return !ended;
}

Result<Plan> SolveThread::finish() {
  if (failure)
    std::rethrow_exception(failure);
  return std::move(*answer);
}

void SolveThread::add(const char *kind, std::optional<double> value,
                      std::string_view text) {
  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  std::lock_guard<std::mutex> lock(mutex);
  waiting.push_back({kind, seconds, value, std::string(text)});
  wake.notify_all();
}

void SolveThread::onIncumbent(Time value, std::string_view source) {
  add("incumbent", instance.toSourceTime(value), source);
}

void SolveThread::onBound(Time bound, std::string_view source) {
  add("bound", statedBound(instance, bound), source);
}

void SolveThread::onClaim(Time bound, std::string_view claimant) {
  add("claim", statedBound(instance, bound), claimant);
}

void SolveThread::onPhase(std::string_view text) {
  add("phase", std::nullopt, text);
}

void SolveThread::onFigure(std::string_view name, uint64_t value) {
  add("figure", static_cast<double>(value), name);
}

} // namespace placement::python
