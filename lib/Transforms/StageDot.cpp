//===- StageDot.cpp - Placed stages as a Graphviz graph -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageDot.h"

#include "placement/Solver/Model/Describe.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace placement {

namespace {

/// More values than this between two stages are drawn as one edge.
constexpr size_t kMaxEdges = 4;
/// Operation names listed in a stage.
constexpr size_t kMaxNames = 4;

class DotWriter {
public:
  DotWriter(const PlacementGraph &graph, const solver::Instance &instance,
            const solver::Plan &plan, const StageTraffic &traffic,
            raw_ostream &os)
      : graph(graph), instance(instance), plan(plan), traffic(traffic), os(os) {
  }

  void write() {
    StringRef name = func::FuncOp(graph.function).getSymName();
    os << "digraph " << quote(name) << " {\n"
       << "  rankdir=LR;\n  compound=true;\n"
       << "  node [shape=box, fontname=\"sans-serif\"];\n"
       << "  edge [fontname=\"sans-serif\"];\n"
       << "  labelloc=t;\n  label="
       << quote("@" + name.str() + " on @" +
                MachineOp(graph.machine).getSymName().str() + ": " +
                number(plan.exactValue) + " us, " +
                solver::toString(plan.status))
       << ";\n  host [shape=ellipse];\n";
    numberDevices();
    for (uint32_t device = 0; device < plan.loads.size(); ++device)
      writeDevice(device);
    for (const Flow &flow : traffic.flows())
      writeFlow(flow);
    os << "}\n";
  }

private:
  static std::string number(double value) {
    return solver::describeNumber(value);
  }

  /// A DOT string; `\n` in `text` breaks the line.
  static std::string quote(StringRef text) {
    std::string quoted = "\"";
    for (char c : text) {
      if (c == '\n') {
        quoted += "\\n";
        continue;
      }
      if (c == '"' || c == '\\')
        quoted += '\\';
      quoted += c;
    }
    return quoted + "\"";
  }

  std::string nameOf(uint32_t stage) const {
    return stage == solver::kNone ? "host" : "stage" + std::to_string(stage);
  }

  /// Which entry of `plan.loads` each stage is on.
  void numberDevices() {
    for (const solver::DeviceRef &stage : plan.assignment.stages)
      deviceOf.push_back(llvm::find_if(plan.loads,
                                       [&](const solver::DeviceLoad &load) {
                                         return load.device == stage;
                                       }) -
                         plan.loads.begin());
  }

  /// A load and what it is made of, which adds up with sequential transfers.
  std::string sum(const solver::DeviceLoad &load) const {
    bool adds = instance.communication() == solver::Communication::Sequential;
    std::string text = number(load.exactLoad) + " us";
    if (instance.schedule() == solver::Schedule::GPipe)
      text += " (" + number(load.exactForward) + " forward, " +
              number(load.exactBackward) + " backward)";
    const char *plus = adds ? " + " : ", ";
    return text + (adds ? " = " : ": ") + number(load.exactCompute) +
           " compute" + plus + number(load.exactIn) + " in" + plus +
           number(load.exactOut) + " out";
  }
  /// Whether everything waits for the device, in one of the passes at least.
  bool isBottleneck(const solver::DeviceLoad &load) const {
    auto isMost = [&](auto figure) {
      return llvm::all_of(plan.loads, [&](const solver::DeviceLoad &other) {
        return figure(other) <= figure(load);
      });
    };
    // One sample waits for many devices in turn.
    if (instance.isLatency())
      return false;
    if (instance.schedule() != solver::Schedule::GPipe)
      return load.load == plan.value;
    return isMost([](const solver::DeviceLoad &l) { return l.forward; }) ||
           isMost([](const solver::DeviceLoad &l) { return l.backward; });
  }

  void writeDevice(uint32_t device) {
    const solver::DeviceLoad &load = plan.loads[device];
    SmallVector<uint32_t> stages;
    for (auto [stage, other] : llvm::enumerate(deviceOf))
      if (other == device)
        stages.push_back(stage);
    std::string label = stages.size() == 1 ? "stage " : "stages ";
    for (uint32_t stage : stages)
      label += (stage == stages.front() ? "" : ", ") + std::to_string(stage);
    label += " on " + solver::describeDevice(instance.machine(), load.device) +
             "\n" + sum(load) + "\n" + std::to_string(load.memory) +
             " bytes of memory";
    os << "  subgraph cluster" << device << " {\n    label=" << quote(label)
       << ";\n";
    if (isBottleneck(load))
      os << "    color=red;\n    penwidth=2;\n";
    for (uint32_t stage : stages)
      os << "    " << nameOf(stage) << " [label=" << quote(contents(stage))
         << "];\n";
    os << "  }\n";
  }

  /// The operations of a stage by name, those that take most of its time first.
  std::string contents(uint32_t stage) const {
    struct Kind {
      size_t count = 0;
      double time = 0;
    };
    llvm::MapVector<OperationName, Kind> kinds;
    size_t count = 0;
    solver::KindId device = plan.assignment.stages[stage].kind;
    for (auto [node, op] : llvm::enumerate(graph.nodes)) {
      if (plan.assignment.stageOf[node] != stage)
        continue;
      Kind &kind = kinds[op->getName()];
      ++count;
      ++kind.count;
      kind.time += instance.data().time[node * instance.numKinds() + device];
    }
    auto sorted = kinds.takeVector();
    llvm::sort(sorted, [](const auto &a, const auto &b) {
      if (a.second.time != b.second.time)
        return a.second.time > b.second.time;
      return a.first.getStringRef() < b.first.getStringRef();
    });
    std::string text =
        std::to_string(count) + (count == 1 ? " operation" : " operations");
    for (const auto &[name, kind] : ArrayRef(sorted).take_front(kMaxNames))
      text += "\n" + std::to_string(kind.count) + " x " +
              name.getStringRef().str() + ": " + number(kind.time) + " us";
    if (sorted.size() > kMaxNames)
      text +=
          "\nand " + std::to_string(sorted.size() - kMaxNames) + " more kinds";
    return text;
  }

  bool isOnHost(uint32_t stage) const {
    return instance.isHost(plan.assignment.stages[stage].kind);
  }

  void writeFlow(const Flow &flow) {
    if (flow.nets.size() > kMaxEdges)
      return writeEdge(flow, std::to_string(flow.nets.size()) + " values\n" +
                                 number(flow.bytes) + " bytes");
    for (solver::NetId net : flow.nets) {
      std::string label;
      llvm::raw_string_ostream(label)
          << graph.netValues[net].getType() << "\n"
          << number(instance.data().netBytes[net]) << " bytes";
      writeEdge(flow, label);
    }
  }

  void writeEdge(const Flow &flow, StringRef label) {
    os << "  " << nameOf(flow.from) << " -> " << nameOf(flow.to)
       << " [label=" << quote(label);
    bool leaves = flow.from == solver::kNone || flow.to == solver::kNone ||
                  deviceOf[flow.from] != deviceOf[flow.to];
    // Between two stages of a device nothing is sent, but between two calls of
    // one under latency values go by way of the host.
    if (!leaves && !(instance.isLatency() && !isOnHost(flow.from)))
      os << ", style=dashed";
    if (leaves && flow.from != solver::kNone)
      os << ", ltail=cluster" << deviceOf[flow.from];
    if (leaves && flow.to != solver::kNone)
      os << ", lhead=cluster" << deviceOf[flow.to];
    os << "];\n";
  }

  const PlacementGraph &graph;
  const solver::Instance &instance;
  const solver::Plan &plan;
  const StageTraffic &traffic;
  raw_ostream &os;
  /// By stage.
  SmallVector<uint32_t> deviceOf;
};

} // namespace

LogicalResult writeStageDot(const PlacementGraph &graph,
                            const solver::Instance &instance,
                            const solver::Plan &plan,
                            const StageTraffic &traffic, StringRef path) {
  llvm::Error error =
      llvm::writeToOutput(path, [&](raw_ostream &os) -> llvm::Error {
        DotWriter(graph, instance, plan, traffic, os).write();
        return llvm::Error::success();
      });
  if (!error)
    return success();
  func::FuncOp function = graph.function;
  return emitError(function.getLoc())
         << "cannot write dot-file '" << path
         << "': " << llvm::toString(std::move(error));
}

} // namespace placement
