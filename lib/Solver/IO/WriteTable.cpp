//===- WriteTable.cpp - A plan as a table for people ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyTable.h"

#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace placement::solver {

namespace {

constexpr const char *kReset = "\033[0m";
constexpr const char *kBold = "\033[1m";
constexpr const char *kRed = "\033[31m";
constexpr const char *kGreen = "\033[32m";
constexpr const char *kYellow = "\033[33m";

const char *describeStop(Stop stop) {
  switch (stop) {
  case Stop::Finished:
    return "the search is finished";
  case Stop::Gap:
    return "stopped inside the asked gap";
  case Stop::Time:
    return "stopped by the time limit";
  case Stop::Memory:
    return "stopped by the memory limit";
  case Stop::Cancelled:
    return "stopped on request";
  }
  return "stopped";
}

class TableWriter {
public:
  TableWriter(const Instance &instance, const Plan &plan, bool colour)
      : instance(instance), plan(plan), colour(colour) {}

  std::string write() {
    paint(headlineColour(), headline());
    out += '\n';
    out += printableText(describeMachine()) + '\n';
    if (instance.isLatency())
      out += printableText(describeLatencyModel(instance)) + '\n';
    if (instance.isLatency())
      out += writeLatencyTables(instance, plan, colour);
    else if (!plan.loads.empty())
      writeRows();
    if (!plan.alternatives.empty())
      writeAlternatives();
    if (!plan.explanation.empty())
      out += '\n';
    for (const std::string &sentence : plan.explanation)
      out += printableText(sentence) + '\n';
    return std::move(out);
  }

  /// The answer in one line: value, bound, gap and who vouches for them.
  std::string headline() const { return printableText(answer()); }

private:
  /// Cells of one line; all lines of a table have equally many.
  using Row = std::vector<std::string>;

  const char *headlineColour() const {
    switch (plan.status) {
    case Status::Optimal:
      return kGreen;
    case Status::Feasible:
      return kYellow;
    default:
      return kRed;
    }
  }

  std::string quantity(double value) const {
    std::string text = describeNumber(value);
    if (instance.data().timeUnit != "unit")
      text += " " + instance.data().timeUnit;
    return text;
  }

  static std::string percent(double share) {
    if (!std::isfinite(share))
      return "-";
    char text[32];
    double gap = 100 * share;
    std::snprintf(text, sizeof text, gap > 0 && gap < 0.01 ? "%.2g" : "%.4g",
                  gap);
    return std::string(text) + " %";
  }

  std::string answer() const {
    std::string bound = describeNumber(statedBound(instance, plan));
    if (!plan.hasAssignment()) {
      if (plan.status == Status::Infeasible)
        return "infeasible: proved that no plan keeps all rules";
      return std::string("no plan found; ") + describeStop(plan.stop) +
             (plan.proof != Proof::None ? " (bound " + bound + ")" : "");
    }
    std::string text =
        quantity(plan.exactValue) +
        (instance.isLatency() ? " for one sample; " : " per sample; ");
    if (plan.status == Status::Infeasible)
      return text + "not a valid plan, it breaks the rules below";
    std::string proven =
        "(bound " + bound + ", gap " + percent(plan.gap()) + ")";
    if (plan.status == Status::Optimal)
      return text + "proved optimal " + proven;
    if (plan.algorithm == "evaluate")
      return text + "a given plan, evaluated as it is";
    if (plan.proof == Proof::None)
      return text + "no bound proved; " + describeStop(plan.stop);
    if (plan.proof == Proof::Claimed)
      return text + describeClaim() + "; " + describeStop(plan.stop);
    return text + "not proved optimal " + proven + "; " +
           describeStop(plan.stop);
  }

  /// A claim and, apart from it, what is proved.
  std::string describeClaim() const {
    std::string claim = "(bound " +
                        describeNumber(statedBound(instance, plan)) + ", gap " +
                        percent(plan.gap()) + ")";
    std::string text =
        plan.gap() == 0
            ? "optimal by the word of " + plan.claimant + ", not checked"
            : "within " + claim + " by the word of " + plan.claimant +
                  ", not checked";
    return text + "; proved: bound " +
           describeNumber(statedProvenBound(instance, plan)) + ", gap " +
           percent(plan.provenGap());
  }

  std::string describeMachine() const {
    std::string text;
    uint64_t devices = 0, used = 0;
    for (const DeviceKind &kind : instance.machine().kinds) {
      text += (text.empty() ? "" : ", ") + std::to_string(kind.count) + " " +
              kind.name;
      if (kind.memory != kUnlimitedBytes)
        text += " of " + describeBytes(kind.memory);
    }
    // Hosts of latency have cores, of which a plan takes what it needs.
    auto counts = [&](KindId kind) {
      return !instance.isLatency() || !instance.isHost(kind);
    };
    for (KindId k = 0; k < instance.numKinds(); ++k)
      devices += counts(k) ? instance.machine().kinds[k].count : 0;
    for (const DeviceLoad &load : plan.loads)
      used += counts(load.device.kind) ? 1 : 0;
    return std::to_string(instance.numNodes()) + " nodes on " + text + "; " +
           std::to_string(used) + " of " + std::to_string(devices) +
           " devices used" + describeModel();
  }

  /// Said only where it is not what everybody expects.
  std::string describeModel() const {
    std::string text;
    if (instance.communication() != Communication::Sequential)
      text += std::string("; ") + toString(instance.communication()) +
              " communication";
    if (instance.schedule() != Schedule::OneForwardOneBackward)
      text += std::string("; schedule ") + toString(instance.schedule());
    return text;
  }

  void writeRows() {
    std::vector<uint32_t> sizes(plan.assignment.stages.size(), 0);
    for (uint32_t stage : plan.assignment.stageOf)
      ++sizes[stage];
    bool gpipe = instance.schedule() == Schedule::GPipe;
    Time worst = 0, worstForward = 0, worstBackward = 0;
    for (const DeviceLoad &load : plan.loads) {
      worst = std::max(worst, load.load);
      worstForward = std::max(worstForward, load.forward);
      worstBackward = std::max(worstBackward, load.backward);
    }

    std::vector<Row> rows = {
        {"stage", "device", "nodes", "compute", "in", "out"}};
    if (gpipe)
      rows[0].insert(rows[0].end(), {"forward", "backward"});
    rows[0].insert(rows[0].end(),
                   {"load", "share of the bottleneck", "memory"});
    for (const DeviceLoad &load : plan.loads) {
      std::string stages;
      uint64_t nodes = 0;
      for (uint32_t s = 0; s < plan.assignment.stages.size(); ++s) {
        if (plan.assignment.stages[s] != load.device)
          continue;
        stages += (stages.empty() ? "" : ",") + std::to_string(s);
        nodes += sizes[s];
      }
      Bytes limit = instance.machine().kinds[load.device.kind].memory;
      std::string memory = describeBytes(load.memory);
      if (limit != kUnlimitedBytes)
        memory += " of " + describeBytes(limit);
      Row row = {stages,
                 describeDevice(instance.machine(), load.device),
                 std::to_string(nodes),
                 describeNumber(load.exactCompute),
                 describeNumber(load.exactIn),
                 describeNumber(load.exactOut)};
      if (gpipe)
        row.insert(row.end(), {describeNumber(load.exactForward),
                               describeNumber(load.exactBackward)});
      row.insert(row.end(), {describeNumber(load.exactLoad),
                             bar(load.load, worst), memory});
      rows.push_back(std::move(row));
    }
    // Names, bars and memory to the left, numbers to the right. Under GPipe
    // whoever is slowest in one of the passes holds up the rest.
    size_t bars = rows[0].size() - 2;
    writeTable(
        rows, [&](size_t column) { return column == 1 || column >= bars; },
        [&](size_t row) {
          const DeviceLoad &load = plan.loads[row];
          return gpipe ? load.forward == worstForward ||
                             load.backward == worstBackward
                       : load.load == worst;
        });
  }

  /// One line for each alternative: its value and where it cuts.
  void writeAlternatives() {
    std::vector<Row> rows = {
        {"rank", "value", "above the best", "stages", "nodes of the stages"}};
    for (size_t rank = 0; rank < plan.alternatives.size(); ++rank) {
      const Alternative &alternative = plan.alternatives[rank];
      rows.push_back({std::to_string(rank),
                      describeNumber(alternative.exactValue),
                      percent(alternative.distance(plan)),
                      std::to_string(alternative.assignment.stages.size()),
                      describeCuts(alternative.assignment)});
    }
    writeTable(
        rows, [](size_t column) { return column == 4; },
        [](size_t) { return false; });
    if (!plan.alternativesExact)
      out += "Plans that belong in this list may be missing.\n";
  }

  /// `acc:0 12 | acc:1 8`: the numbers of nodes of the first stages.
  std::string describeCuts(const Assignment &assignment) const {
    constexpr size_t kMostStages = 8;
    std::vector<uint32_t> sizes(assignment.stages.size(), 0);
    for (uint32_t stage : assignment.stageOf)
      ++sizes[stage];
    std::string text;
    for (size_t s = 0; s < sizes.size(); ++s) {
      if (s == kMostStages)
        return text + " | ...";
      text += (s ? " | " : "") +
              describeDevice(instance.machine(), assignment.stages[s]) + " " +
              std::to_string(sizes[s]);
    }
    return text;
  }

  /// A heading and rows, each column as wide as its widest cell.
  template <typename IsLeft, typename IsBottleneck>
  void writeTable(const std::vector<Row> &rows, IsLeft isLeft,
                  IsBottleneck isBottleneck) {
    std::vector<size_t> widths(rows.front().size(), 0);
    for (const Row &row : rows)
      for (size_t c = 0; c < row.size(); ++c)
        widths[c] = std::max(widths[c], row[c].size());

    out += '\n';
    for (size_t r = 0; r < rows.size(); ++r) {
      bool bottleneck = r > 0 && isBottleneck(r - 1);
      std::string line;
      for (size_t c = 0; c < widths.size(); ++c) {
        std::string space(widths[c] - rows[r][c].size(), ' ');
        line += isLeft(c) ? rows[r][c] + space : space + rows[r][c];
        line += "  ";
      }
      if (bottleneck)
        line += "<- bottleneck";
      line.erase(line.find_last_not_of(' ') + 1);
      paint(r == 0 ? kBold : bottleneck ? kRed : nullptr, line);
      out += '\n';
    }
  }

  static std::string bar(Time load, Time worst) {
    constexpr double kWidth = 24;
    double share =
        worst > 0 ? static_cast<double>(load) / static_cast<double>(worst) : 0;
    return std::string(static_cast<size_t>(std::lround(share * kWidth)), '#');
  }

  void paint(const char *sequence, const std::string &text) {
    if (colour && sequence)
      out += sequence + text + kReset;
    else
      out += text;
  }

  const Instance &instance;
  const Plan &plan;
  bool colour;
  std::string out;
};

} // namespace

std::string printableText(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (unsigned char c : text) {
    if (c >= 0x20 && c != 0x7f) {
      result += static_cast<char>(c);
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02X", c);
    result += escape;
  }
  return result;
}

std::string writePlanSummary(const Instance &instance, const Plan &plan) {
  std::string text =
      TableWriter(instance, plan, /*colour=*/false).headline() + '\n';
  if (!plan.timeline.empty())
    text += describeTimeline(instance, plan) + '\n';
  return text;
}

std::string writePlanTable(const Instance &instance, const Plan &plan,
                           bool colour) {
  return TableWriter(instance, plan, colour).write();
}

} // namespace placement::solver
