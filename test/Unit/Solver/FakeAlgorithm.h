//===- FakeAlgorithm.h - Algorithms that answer at will ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_FAKEALGORITHM_H
#define PLACEMENT_TEST_UNIT_SOLVER_FAKEALGORITHM_H

#include "Builder.h"

#include "placement/Solver/Search/Algorithm.h"

#include <functional>

namespace placement::solver::test {

using Answer = std::function<Outcome(const Instance &, const SolveOptions &,
                                     const Assignment *, Observer &)>;

/// Answers whatever a test wants.
class Fake : public Algorithm {
public:
  explicit Fake(Answer answer, const char *name = "fake")
      : answer(std::move(answer)), ownName(name) {}
  std::string_view name() const override { return ownName; }
  std::string_view description() const override { return "for tests"; }
  std::string unsupportedReason(const Instance &,
                                const SolveOptions &options) const override {
    return options.contiguous && answer ? "" : "it is a fake";
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    return answer(instance, options, warmStart, observer);
  }

private:
  Answer answer;
  const char *ownName;
};

/// Four nodes in a row on two accelerators and a CPU; {0, 1} | {2, 3} has
/// loads 4 and 8.
inline Builder row() {
  Builder b = Builder::accAndCpu(2, 1, 100);
  b.data.timeUnit = "us";
  for (double time : {1, 2, 3, 4})
    b.node({time, 10 * time}, 10);
  for (uint32_t v = 0; v < 3; ++v)
    b.net(v, {v + 1}, {1, 0});
  return b;
}

/// One unit of time of `row`.
inline const Time kUnit = Time(1) << 40;

inline std::string joined(const Plan &plan) {
  std::string text;
  for (const std::string &sentence : plan.explanation)
    text += sentence + "\n";
  return text;
}

inline void expectContains(const std::string &text, const std::string &part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_FAKEALGORITHM_H
