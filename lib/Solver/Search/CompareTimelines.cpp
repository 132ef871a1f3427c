//===- CompareTimelines.cpp - A stated timeline against the true ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompareTimelines.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace placement::solver {

namespace {

constexpr size_t kMostSentences = 20;
/// Of the whole latency: sums of doubles in another order differ by less.
constexpr double kTolerance = 1e-9;

class Comparing {
public:
  Comparing(const Instance &instance, std::span<const TimelineEntry> truth)
      : instance(instance) {
    for (const TimelineEntry &entry : truth)
      tolerance = std::max(tolerance, entry.exactFinish * kTolerance);
  }

  std::vector<std::string> compare(std::span<const TimelineEntry> stated,
                                   std::span<const TimelineEntry> truth) {
    std::vector<TimelineEntry> first = sorted(stated), second = sorted(truth);
    auto s = first.begin();
    auto t = second.begin();
    while (s != first.end() || t != second.end()) {
      if (t == second.end() || (s != first.end() && key(*s) < key(*t))) {
        bool twice = s != first.begin() && key(*s) == key(*(s - 1));
        say("the timeline has " + name(*s) +
            (twice ? " twice" : ", which the plan does not have"));
        ++s;
      } else if (s == first.end() || key(*t) < key(*s)) {
        say("the timeline lacks " + name(*t));
        ++t;
      } else {
        compareEntries(*s++, *t++);
      }
    }
    return std::move(sentences);
  }

private:
  static std::tuple<uint32_t, uint32_t> key(const TimelineEntry &entry) {
    // A node of a host is known by its number, whatever stage it is in.
    return {entry.node, entry.isPiece() ? entry.stage : 0};
  }

  static std::vector<TimelineEntry> sorted(std::span<const TimelineEntry> all) {
    std::vector<TimelineEntry> entries(all.begin(), all.end());
    auto order = [](const TimelineEntry &entry) {
      return std::tuple(key(entry), entry.exactStart, entry.exactFinish);
    };
    std::sort(entries.begin(), entries.end(),
              [&](const TimelineEntry &a, const TimelineEntry &b) {
                return order(a) < order(b);
              });
    return entries;
  }

  std::string name(const TimelineEntry &entry) const {
    return entry.isPiece() ? "stage " + std::to_string(entry.stage)
                           : describeNode(instance.data(), entry.node);
  }

  void say(std::string sentence) {
    if (sentences.size() < kMostSentences)
      sentences.push_back(std::move(sentence));
  }

  void compareEntries(const TimelineEntry &stated, const TimelineEntry &truth) {
    if (stated.device != truth.device)
      return say("the timeline has " + name(truth) + " on " +
                 describeDevice(instance.machine(), stated.device) +
                 ", but it is on " +
                 describeDevice(instance.machine(), truth.device));
    if (stated.stage != truth.stage)
      return say("the timeline has " + name(truth) + " in stage " +
                 std::to_string(stated.stage) + ", but it is in stage " +
                 std::to_string(truth.stage));
    auto differs = [&](const char *what, double said, double is) {
      // Written so that a number that is none differs.
      if (std::fabs(said - is) <= tolerance)
        return false;
      say("the timeline says that " + name(truth) + " " + what + " " +
          describeNumber(said) + ", but it " + what + " " + describeNumber(is));
      return true;
    };
    // One sentence an entry is enough.
    (void)(differs("starts at", stated.exactStart, truth.exactStart) ||
           differs("receives for", stated.exactIn, truth.exactIn) ||
           differs("computes for", stated.exactCompute, truth.exactCompute) ||
           differs("sends for", stated.exactOut, truth.exactOut) ||
           differs("ends at", stated.exactFinish, truth.exactFinish));
  }

  const Instance &instance;
  double tolerance = 0;
  std::vector<std::string> sentences;
};

} // namespace

std::vector<std::string>
compareTimelines(const Instance &instance,
                 std::span<const TimelineEntry> stated,
                 std::span<const TimelineEntry> truth) {
  return Comparing(instance, truth).compare(stated, truth);
}

} // namespace placement::solver
