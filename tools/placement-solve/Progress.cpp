//===- Progress.cpp - What a running search shows -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include "placement/Solver/IO/JsonWriter.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <sys/resource.h>
#include <unistd.h>

namespace placement::tool {

using namespace solver;

namespace {

/// Fast solves paint nothing, slow ones move ten times in a second.
constexpr std::chrono::milliseconds kRepaint(100);
constexpr std::chrono::seconds kQuietTime(5);

double gapOf(Time value, Time bound) {
  return value > bound
             ? static_cast<double>(value - bound) / static_cast<double>(value)
             : 0;
}

} // namespace

Progress::Progress(const Instance &instance, bool quiet, std::FILE *log)
    : instance(instance), log(log), quiet(quiet),
      terminal(!quiet && ::isatty(STDERR_FILENO) == 1) {
  if (terminal)
    painter = std::thread([this] { repaintUntilFinished(); });
}

Progress::~Progress() { finish(); }

double Progress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Progress::onIncumbent(Time newValue, std::string_view newSource) {
  std::lock_guard<std::mutex> lock(mutex);
  if (value && newValue >= *value)
    return;
  value = newValue;
  source = newSource;
  logEvent("incumbent");
  show(true);
}

void Progress::onBound(Time newBound, std::string_view newSource) {
  std::lock_guard<std::mutex> lock(mutex);
  if (bound && newBound <= *bound)
    return;
  bound = newBound;
  source = newSource;
  logEvent("bound");
  show(false);
}

void Progress::onClaim(Time newClaim, std::string_view claimant) {
  std::lock_guard<std::mutex> lock(mutex);
  if (claim && newClaim <= *claim)
    return;
  claim = newClaim;
  source = claimant;
  logEvent("claim");
  show(false);
}

void Progress::onPhase(std::string_view text) {
  std::lock_guard<std::mutex> lock(mutex);
  phase = text;
  if (log) {
    JsonWriter json;
    json.beginObject(JsonWriter::Layout::Inline)
        .field("t", elapsed())
        .field("kind", "phase")
        .field("text", text)
        .endObject();
    std::fputs(json.take().c_str(), log);
    std::fflush(log);
  }
}

void Progress::onFigure(std::string_view name, uint64_t figure) {
  std::lock_guard<std::mutex> lock(mutex);
  if (log) {
    JsonWriter json;
    json.beginObject(JsonWriter::Layout::Inline)
        .field("t", elapsed())
        .field("kind", "figure")
        .field("name", name)
        .field("value", figure)
        .endObject();
    std::fputs(json.take().c_str(), log);
  }
}

void Progress::logEvent(const char *kind) {
  if (!log)
    return;
  JsonWriter json;
  json.beginObject(JsonWriter::Layout::Inline)
      .field("t", elapsed())
      .field("kind", kind);
  if (value)
    json.field("value", instance.toSourceTime(*value));
  if (bound)
    json.field("bound", statedBound(instance, *bound));
  if (value && bound)
    json.field("gap", gapOf(*value, *bound));
  if (claim)
    json.field("claim", statedBound(instance, *claim));
  json.field("source", std::string_view(source)).endObject();
  std::fputs(json.take().c_str(), log);
  std::fflush(log);
}

void Progress::logEnd(const Plan &plan) {
  if (!log)
    return;
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  JsonWriter json;
  json.beginObject(JsonWriter::Layout::Inline)
      .field("t", elapsed())
      .field("kind", "end")
      .field("status", toString(plan.status))
      .field("stop", toString(plan.stop))
      .field("proof", toString(plan.proof));
  if (plan.hasAssignment())
    json.field("value", plan.exactValue)
        .field("bound", statedBound(instance, plan))
        .field("gap", plan.gap());
  json.field("source", std::string_view(plan.algorithm))
      .field("userSeconds",
             static_cast<double>(usage.ru_utime.tv_sec) +
                 static_cast<double>(usage.ru_utime.tv_usec) * 1e-6)
      .field("peakBytes", static_cast<int64_t>(usage.ru_maxrss) * 1024)
      .endObject();
  std::fputs(json.take().c_str(), log);
  std::fflush(log);
}

std::string Progress::line() const {
  auto number = [](double value) { return describeNumber(value); };
  std::string text =
      "incumbent " + (value ? number(instance.toSourceTime(*value)) : "none") +
      "  bound " + (bound ? number(statedBound(instance, *bound)) : "none");
  if (value && bound) {
    char gap[32];
    std::snprintf(gap, sizeof gap, "  gap %.3g %%",
                  100 * gapOf(*value, *bound));
    text += gap;
  }
  if (claim && (!bound || *claim > *bound))
    text += "  claimed " + number(statedBound(instance, *claim));
  if (!source.empty())
    text += "  by " + source;
  char time[32];
  std::snprintf(time, sizeof time, "  %.3g s", elapsed());
  return text + time;
}

void Progress::show(bool important) {
  // The painter shows the state soon; here only lines for files and pipes.
  if (quiet || terminal || finished)
    return;
  Clock::time_point now = Clock::now();
  if (!important && now - lastLine < kQuietTime)
    return;
  lastLine = now;
  std::fprintf(stderr, "%s\n", line().c_str());
}

void Progress::repaintUntilFinished() {
  std::unique_lock<std::mutex> lock(mutex);
  while (!wake.wait_for(lock, kRepaint, [this] { return finished; })) {
    std::string text = line();
    if (!phase.empty())
      text += "  " + phase;
    // A line that wraps could not be painted over.
    constexpr size_t kWidth = 79;
    text.resize(std::min(text.size(), kWidth));
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    painted = true;
  }
}

void Progress::finish() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (finished)
      return;
    finished = true;
  }
  wake.notify_all();
  if (painter.joinable())
    painter.join();
  if (painted)
    std::fputs("\r\033[K", stderr);
}

} // namespace placement::tool
