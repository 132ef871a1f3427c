//===- Greedy.cpp - Devices filled in topological order -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy topological baseline of the DPO paper (appendix F) fills one
// accelerator after the other with the blocks of a topological order, as far as
// memory goes, and leaves to CPUs what is too large for an accelerator or comes
// after the last one. It was published for latency, where filling a device is
// right. For throughput a device also stops at its share of the work that is
// left; all else is as published. Near-linear.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Baselines/LineFiller.h"
#include "Solver/Search/Builtins.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

class Filling {
public:
  explicit Filling(const ClassGraph &line)
      : line(line), filler(line), before(line.numKinds()),
        ranked(rankKinds(line)) {
    for (KindId k = 0; k < line.numKinds(); ++k) {
      left.push_back(line.kinds[k].count);
      before[k].push_back(0);
      for (ClassId c = 0; c < line.numClasses; ++c)
        before[k].push_back(before[k].back() + workOf(c, k));
    }
  }

  /// Fills devices until the line or the devices end.
  void run() {
    while (!filler.complete() && filler.numStages() < line.maxStages) {
      auto kind = std::find_if(ranked.begin(), ranked.end(), [&](KindId k) {
        auto first = [&](ClassId c) { return c == begin(); };
        return left[k] > 0 && filler.fill(k, first) > begin();
      });
      if (kind == ranked.end())
        return;
      filler.take(endOfStage(kind), *kind);
      --left[*kind];
    }
  }

  const LineFiller &result() const { return filler; }

private:
  size_t begin() const { return filler.position(); }

  /// Time on the kind; what it does not take is no work of it.
  Time workOf(ClassId c, KindId k) const {
    Time t = line.timeOf(c, k);
    return t == kUnsupported ? 0 : t;
  }

  size_t endOfStage(std::vector<KindId>::iterator kind) {
    KindId k = *kind;
    uint32_t stagesLeft = line.maxStages - filler.numStages();
    Time work = before[k].back() - before[k][begin()];
    Time share = work / std::min(left[k], stagesLeft);
    return filler.fill(k, [&](ClassId c) {
      // At least one class; and what a faster kind could go on with is left to
      // it.
      if (c == begin())
        return true;
      bool faster = std::any_of(ranked.begin(), kind, [&](KindId f) {
        return left[f] > 0 && stagesLeft > 1 &&
               line.timeOf(c, f) != kUnsupported &&
               line.size[c] <= line.kinds[f].memory;
      });
      return !faster && before[k][c + 1] - before[k][begin()] <= share;
    });
  }

  const ClassGraph &line;
  LineFiller filler;
  /// By kind: work of the first i classes.
  std::vector<std::vector<Time>> before;
  std::vector<uint32_t> left;
  std::vector<KindId> ranked;
};

class Greedy final : public Baseline {
public:
  std::string_view name() const override { return "greedy"; }
  std::string_view description() const override {
    return "a baseline: devices filled one after the other in topological "
           "order, each up to its share of the work and its memory";
  }

private:
  void place(const Problem &problem, Outcome &outcome) const override {
    ClassGraph line = programLine(problem.graph);
    Filling filling(line);
    filling.run();
    const LineFiller &result = filling.result();
    if (!result.complete()) {
      auto next = static_cast<ClassId>(result.position());
      outcome.explanation.push_back(
          "After " + std::to_string(result.numStages()) +
          " stages no device is left that takes " +
          describeNode(problem.instance.data(), someNode(line, next)) +
          "; the method does not go back.");
      return;
    }
    conclude(problem, assignmentOf(problem.instance, line, result.chain()),
             outcome);
  }
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createGreedy() {
  return baselines::byObjective(std::make_unique<baselines::Greedy>(),
                                baselines::createLatencyGreedy());
}

} // namespace placement::solver
