//===- LatencyTable.cpp - A plan for latency as tables --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyTable.h"

#include "CriticalSteps.h"
#include "TableDocument.h"
#include "TextWidth.h"

#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Model/TimelineFacts.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace placement::solver {

namespace {

/// Tables for people; PLAN.json has everything.
constexpr size_t kMostPieces = 64;
constexpr size_t kMostSteps = 24;
/// Columns of a name in the last column.
constexpr size_t kMostName = 28;

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", 100 * share);
  return text;
}

std::string counted(uint64_t number, const char *one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

class LatencyTables {
public:
  LatencyTables(const Instance &instance, const Plan &plan)
      : instance(instance), plan(plan), facts(readTimeline(instance, plan)) {}

  std::string write(bool colour) {
    if (plan.timeline.empty())
      return {};
    writePieces();
    writeDevices();
    writeCriticalPath();
    return '\n' + document.text(colour);
  }

private:
  std::string number(Time time) const {
    return describeNumber(instance.toSourceTime(time));
  }

  void writePieces() {
    std::vector<uint32_t> pieces;
    for (uint32_t e = 0; e < plan.timeline.size(); ++e)
      if (plan.timeline[e].isPiece())
        pieces.push_back(e);
    if (pieces.empty())
      return;
    std::vector<uint32_t> sizes(plan.assignment.stages.size(), 0);
    for (uint32_t stage : plan.assignment.stageOf)
      ++sizes[stage];
    DocumentTable table;
    table.heads = {"piece",   "device", "nodes",  "start", "in",
                   "compute", "out",    "finish", "slack"};
    for (size_t i = 0; i < std::min(pieces.size(), kMostPieces); ++i) {
      const TimelineEntry &entry = plan.timeline[pieces[i]];
      Time slack = facts.slack[pieces[i]];
      table.rows.push_back({{std::to_string(entry.stage),
                             describeDevice(instance.machine(), entry.device),
                             std::to_string(sizes[entry.stage]),
                             describeNumber(entry.exactStart), number(entry.in),
                             number(entry.compute), number(entry.out),
                             describeNumber(entry.exactFinish),
                             slack == 0 ? "critical" : number(slack)},
                            slack == 0 ? Emphasis::Bad : Emphasis::None});
    }
    document.table(std::move(table));
    if (pieces.size() > kMostPieces)
      document.note("and " + counted(pieces.size() - kMostPieces, "piece") +
                    " more; the plan's JSON has all");
  }

  void writeDevices() {
    DocumentTable table;
    table.heads = {"device", "runs", "busy", "of the time", "memory"};
    auto add = [&](std::string name, std::string runs, double busy,
                   Bytes memory, KindId kind) {
      bool tooMuch = memory > instance.memoryLimit(kind);
      table.rows.push_back(
          {{std::move(name), std::move(runs), describeNumber(busy), share(busy),
            describeMemory(memory, kind)},
           tooMuch ? Emphasis::Bad : Emphasis::None});
    };
    std::vector<DeviceLoad> loads = plan.loads;
    std::sort(loads.begin(), loads.end(),
              [](const DeviceLoad &a, const DeviceLoad &b) {
                return std::pair(a.device.kind, a.device.index) <
                       std::pair(b.device.kind, b.device.index);
              });
    size_t devices = 0;
    for (const DeviceLoad &load : loads) {
      if (instance.isHost(load.device.kind) || devices++ >= kMostPieces)
        continue;
      size_t pieces = static_cast<size_t>(
          std::count(plan.assignment.stages.begin(),
                     plan.assignment.stages.end(), load.device));
      add(describeDevice(instance.machine(), load.device),
          counted(pieces, "piece"), load.exactLoad, load.memory,
          load.device.kind);
    }
    for (const TimelineFacts::HostWork &host : facts.hosts) {
      Bytes memory = 0;
      for (const DeviceLoad &load : plan.loads)
        if (load.device.kind == host.kind)
          memory += load.memory;
      add(instance.machine().kinds[host.kind].name,
          counted(host.nodes, "node") + ", " + std::to_string(host.width) +
              " at once",
          instance.toSourceTime(host.busy), memory, host.kind);
    }
    document.table(std::move(table));
    if (devices > kMostPieces)
      document.note("and " + counted(devices - kMostPieces, "device") +
                    " more; the plan's JSON has all");
  }

  /// Of the plan's time; a host with several cores may have more than all.
  std::string share(double busy) const {
    double total = instance.toSourceTime(facts.makespan);
    return total > 0 ? percent(busy / total) : "-";
  }

  std::string describeMemory(Bytes used, KindId kind) const {
    Bytes limit = instance.memoryLimit(kind);
    std::string text = describeBytes(used);
    return limit == kUnlimitedBytes ? text
                                    : text + " of " + describeBytes(limit);
  }

  void writeCriticalPath() {
    std::vector<CriticalStep> steps = criticalSteps(instance, plan, facts);
    DocumentTable table;
    table.heads = {"critical path", "start", "takes", "finish", "waits for"};
    for (size_t i = 0; i < steps.size(); ++i) {
      if (steps.size() > kMostSteps && i == kMostSteps / 2) {
        size_t last = steps.size() - kMostSteps / 2;
        Time from = plan.timeline[steps[i].firstEntry].start;
        Time until = plan.timeline[steps[last - 1].lastEntry].finish;
        table.rows.push_back({{"... " + counted(last - i, "step"), number(from),
                               number(until - from), number(until), ""},
                              Emphasis::None});
        i = last;
      }
      const CriticalStep &step = steps[i];
      const TimelineEntry &first = plan.timeline[step.firstEntry];
      const TimelineEntry &last = plan.timeline[step.lastEntry];
      table.rows.push_back(
          {{fitText(describeStep(instance, plan, step), kMostName),
            describeNumber(first.exactStart), number(last.finish - first.start),
            describeNumber(last.exactFinish),
            fitText(step.waitedFor, kMostName)},
           Emphasis::None});
    }
    document.table(std::move(table));
  }

  const Instance &instance;
  const Plan &plan;
  const TimelineFacts facts;
  TableDocument document;
};

} // namespace

std::string writeLatencyTables(const Instance &instance, const Plan &plan,
                               bool colour) {
  return LatencyTables(instance, plan).write(colour);
}

std::string describeLatencyModel(const Instance &instance) {
  std::string calls, hosts;
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    const DeviceKind &kind = instance.machine().kinds[k];
    if (kind.count == 0)
      continue;
    if (!instance.isHost(k)) {
      calls += (calls.empty() ? "" : ", ") + kind.name;
      continue;
    }
    hosts += (hosts.empty() ? "" : ", ") + kind.name + " is a host with ";
    std::optional<uint32_t> cores = instance.cores(k);
    hosts += cores ? counted(*cores, "core") : "any number of cores";
  }
  std::string text = "latency";
  if (!calls.empty())
    text += ": at most " + counted(instance.piecesPerDevice(), "piece") +
            " on each " + calls;
  if (!hosts.empty())
    text += (calls.empty() ? ": " : "; ") + hosts;
  return text;
}

std::string describeTimeline(const Instance &instance, const Plan &plan) {
  TimelineFacts facts = readTimeline(instance, plan);
  if (plan.timeline.empty())
    return {};
  constexpr size_t kMost = 8;
  std::vector<CriticalStep> steps = criticalSteps(instance, plan, facts);
  std::string text = "The critical path is ";
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps.size() > kMost && i == kMost / 2) {
      text += " -> ... (" + counted(steps.size() - kMost, "step") + ")";
      i = steps.size() - kMost / 2;
    }
    text += (i > 0 ? " -> " : "") + describeStep(instance, plan, steps[i]);
  }
  text += ".";
  uint64_t pieces = 0;
  for (const TimelineEntry &entry : plan.timeline)
    pieces += entry.isPiece();
  text += " There are " + counted(pieces, "piece");
  for (const TimelineFacts::HostWork &host : facts.hosts)
    text += " and " + counted(host.nodes, "node") + " on " +
            instance.machine().kinds[host.kind].name + " (" +
            std::to_string(host.width) + " at once)";
  return printableText(text + '.');
}

} // namespace placement::solver
