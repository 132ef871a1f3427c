//===- WriteTrace.cpp - Timelines as Chrome traces ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/JsonWriter.h"
#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Model/TimelineFacts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace placement::solver {

namespace {

using Layout = JsonWriter::Layout;

/// Viewers read microseconds as doubles and cut them to whole nanoseconds, and
/// they drop a slice that overlaps another by one. Eighths of a microsecond are
/// exact in binary, in three decimals and in nanoseconds.
constexpr double kStepsPerMicrosecond = 8;
/// Fewer steps than these would be coarse; the trace is stretched then.
constexpr double kLeastSteps = 1000;
/// Up to here, about a hundred days, a double holds all nanoseconds exactly.
constexpr double kMostSteps = 0x1p46;

/// Microseconds of one unit of the instance. Units without a length are drawn
/// as milliseconds.
double microsecondsOf(const std::string &unit) {
  if (unit == "s")
    return 1e6;
  if (unit == "us")
    return 1;
  if (unit == "ns")
    return 1e-3;
  return 1e3;
}

class TraceWriter {
public:
  TraceWriter(const Instance &instance, const Plan &plan)
      : instance(instance), plan(plan), timeline(plan.timeline),
        facts(readTimeline(instance, plan)) {}

  std::string write() {
    if (timeline.empty())
      return {};
    chooseScale();
    numberProcesses();
    isCritical.assign(timeline.size(), false);
    for (uint32_t e : facts.critical)
      isCritical[e] = true;
    json.beginObject().field("displayTimeUnit", "ms");
    json.key("otherData")
        .beginObject(Layout::Inline)
        .field("format", "placement-trace")
        .field("version", 1)
        .field("source", std::string_view(instance.data().source))
        .field("fingerprint", std::string_view(plan.fingerprint))
        .field("timeUnit", std::string_view(instance.data().timeUnit))
        .field("microsecondsPerUnit", microseconds)
        .field("latency", plan.exactValue)
        .endObject();
    json.key("traceEvents").beginArray();
    writeNames();
    for (uint32_t e = 0; e < timeline.size(); ++e)
      writeSlices(e);
    writeFlows();
    writeMemory();
    writeWidth();
    json.endArray().endObject();
    return json.take();
  }

private:
  /// A process of the trace: a device that runs pieces, or a host kind.
  struct Process {
    DeviceRef device;
    bool host = false;
    std::vector<uint32_t> threads;
  };

  void chooseScale() {
    microseconds = microsecondsOf(instance.data().timeUnit);
    double total = instance.toSourceTime(facts.makespan);
    if (total <= 0)
      return;
    while (total * microseconds * kStepsPerMicrosecond < kLeastSteps)
      microseconds *= 10;
    while (total * microseconds * kStepsPerMicrosecond > kMostSteps)
      microseconds /= 10;
  }

  /// Steps of the trace's clock. Rises with the time, so what does not overlap
  /// in the plan does not overlap here.
  double steps(Time time) const {
    return std::round(instance.toSourceTime(time) * microseconds *
                      kStepsPerMicrosecond);
  }
  double stamp(Time time) const { return steps(time) / kStepsPerMicrosecond; }

  void numberProcesses() {
    std::map<std::pair<KindId, uint32_t>, Process> found;
    for (uint32_t e = 0; e < timeline.size(); ++e) {
      const TimelineEntry &entry = timeline[e];
      bool host = !entry.isPiece();
      Process &process =
          found[{entry.device.kind, host ? 0 : entry.device.index}];
      process.device = entry.device;
      process.host = host;
      process.threads.push_back(facts.lane[e]);
    }
    processOf.resize(timeline.size());
    for (auto &[key, process] : found) {
      std::vector<uint32_t> &threads = process.threads;
      std::sort(threads.begin(), threads.end());
      threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
      numberOf[key] = static_cast<uint32_t>(processes.size()) + 1;
      processes.push_back(std::move(process));
    }
    for (uint32_t e = 0; e < timeline.size(); ++e) {
      DeviceRef device = timeline[e].device;
      processOf[e] =
          numberOf[{device.kind, timeline[e].isPiece() ? device.index : 0}];
    }
  }

  JsonWriter &beginEvent(std::string_view phase, std::string_view name,
                         uint32_t process, uint32_t thread) {
    return json.beginObject(Layout::Inline)
        .field("ph", phase)
        .field("name", name)
        .field("pid", process)
        .field("tid", thread);
  }

  /// Threads are numbered from 1.
  uint32_t threadOf(uint32_t e) const { return facts.lane[e] + 1; }

  void writeNames() {
    auto name = [&](std::string_view what, uint32_t process, uint32_t thread,
                    const std::string &text) {
      beginEvent("M", what, process, thread)
          .key("args")
          .beginObject(Layout::Inline)
          .field("name", std::string_view(text))
          .endObject()
          .endObject();
    };
    auto sort = [&](std::string_view what, uint32_t process, uint32_t thread,
                    uint32_t index) {
      beginEvent("M", what, process, thread)
          .key("args")
          .beginObject(Layout::Inline)
          .field("sort_index", index)
          .endObject()
          .endObject();
    };
    for (uint32_t i = 0; i < processes.size(); ++i) {
      const Process &process = processes[i];
      const DeviceKind &kind = instance.machine().kinds[process.device.kind];
      name("process_name", i + 1, 1,
           process.host ? kind.name
                        : describeDevice(instance.machine(), process.device));
      sort("process_sort_index", i + 1, 1, i);
      bool cores = instance.cores(process.device.kind).has_value();
      for (uint32_t thread : process.threads) {
        name("thread_name", i + 1, thread + 1,
             !process.host
                 ? "pieces"
                 : (cores ? "core " : "lane ") + std::to_string(thread));
        sort("thread_sort_index", i + 1, thread + 1, thread);
      }
    }
  }

  void writeSlice(std::string_view name, std::string_view category, uint32_t e,
                  Time begin, Time end) {
    beginEvent("X", name, processOf[e], threadOf(e))
        .field("cat", category)
        .field("ts", stamp(begin))
        .field("dur", (steps(end) - steps(begin)) / kStepsPerMicrosecond);
  }

  void writeSlices(uint32_t e) {
    const TimelineEntry &entry = timeline[e];
    bool piece = entry.isPiece();
    std::string name = "piece " + std::to_string(entry.stage);
    if (!piece) {
      const InstanceData &data = instance.data();
      bool named = entry.node < data.nodeNames.size() &&
                   !data.nodeNames[entry.node].empty();
      name = named ? data.nodeNames[entry.node]
                   : "node " + std::to_string(data.nodeIds[entry.node]);
    }
    writeSlice(name, piece ? "piece" : "host", e, entry.start, entry.finish);
    json.key("args").beginObject(Layout::Inline).field("stage", entry.stage);
    if (!piece)
      json.field("node", instance.data().nodeIds[entry.node]);
    json.field("start", entry.exactStart)
        .field("finish", entry.exactFinish)
        .field("slack", instance.toSourceTime(facts.slack[e]))
        .field("critical", static_cast<bool>(isCritical[e]))
        .endObject()
        .endObject();
    if (!piece)
      return;
    Time computes = entry.start + entry.in, sends = computes + entry.compute;
    struct Phase {
      const char *name;
      Time begin, end;
    };
    for (const Phase &phase :
         {Phase{"in", entry.start, computes}, Phase{"compute", computes, sends},
          Phase{"out", sends, entry.finish}}) {
      if (steps(phase.end) == steps(phase.begin))
        continue;
      writeSlice(phase.name, "phase", e, phase.begin, phase.end);
      json.endObject();
    }
  }

  /// An arrow from the end of what makes a value to the begin of what needs
  /// it, where a piece is at one of its ends. An arrow needs a slice with some
  /// length to hold on to.
  void writeFlows() {
    uint64_t id = 0;
    auto hasLength = [&](uint32_t e) {
      return steps(timeline[e].finish) > steps(timeline[e].start);
    };
    for (uint32_t to = 0; to < timeline.size(); ++to)
      for (TimelineFacts::Need need : facts.needsOf(to)) {
        uint32_t from = need.entry;
        if (need.net == kNone || !hasLength(from) || !hasLength(to) ||
            (!timeline[from].isPiece() && !timeline[to].isPiece()))
          continue;
        std::string name =
            "value of node " +
            std::to_string(
                instance.data().nodeIds[instance.producer(need.net)]);
        ++id;
        beginEvent("s", name, processOf[from], threadOf(from))
            .field("cat", "value")
            .field("id", id)
            // The last step inside the slice.
            .field("ts",
                   (steps(timeline[from].finish) - 1) / kStepsPerMicrosecond)
            .endObject();
        beginEvent("f", name, processOf[to], threadOf(to))
            .field("cat", "value")
            .field("id", id)
            .field("bp", "e")
            .field("ts", stamp(timeline[to].start))
            .endObject();
      }
  }

  /// What a device holds does not change while a sample runs. All cores of a
  /// host share its memory.
  void writeMemory() {
    std::vector<Bytes> held(processes.size(), 0);
    for (const DeviceLoad &load : plan.loads) {
      bool host = instance.isHost(load.device.kind);
      auto found =
          numberOf.find({load.device.kind, host ? 0 : load.device.index});
      if (found != numberOf.end())
        held[found->second - 1] += load.memory;
    }
    for (uint32_t i = 0; i < processes.size(); ++i)
      for (Time time : {Time(0), facts.makespan})
        beginEvent("C", "memory", i + 1, 1)
            .field("ts", stamp(time))
            .key("args")
            .beginObject(Layout::Inline)
            .field("bytes", held[i])
            .endObject()
            .endObject();
  }

  void writeWidth() {
    std::map<std::pair<uint32_t, Time>, int> changes;
    for (uint32_t e = 0; e < timeline.size(); ++e)
      if (!timeline[e].isPiece()) {
        ++changes[{processOf[e], timeline[e].start}];
        --changes[{processOf[e], timeline[e].finish}];
      }
    int running = 0;
    uint32_t last = kNone;
    for (auto [at, change] : changes) {
      auto [process, time] = at;
      if (process != last)
        running = 0;
      if (change == 0 && process == last)
        continue;
      last = process;
      running += change;
      beginEvent("C", "nodes at once", process, 1)
          .field("ts", stamp(time))
          .key("args")
          .beginObject(Layout::Inline)
          .field("nodes", running)
          .endObject()
          .endObject();
    }
  }

  const Instance &instance;
  const Plan &plan;
  const std::vector<TimelineEntry> &timeline;
  const TimelineFacts facts;
  double microseconds = 1;
  std::vector<Process> processes;
  std::map<std::pair<KindId, uint32_t>, uint32_t> numberOf;
  std::vector<uint32_t> processOf;
  std::vector<bool> isCritical;
  JsonWriter json;
};

} // namespace

std::string writeTrace(const Instance &instance, const Plan &plan) {
  return TraceWriter(instance, plan).write();
}

} // namespace placement::solver
