//===- faulty.cpp - placement-solve with algorithms that misbehave --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement-solve/Run.h"

#include "placement/Solver/Search/Registry.h"

#include <chrono>
#include <memory>
#include <new>
#include <thread>

using namespace placement::solver;

namespace {

/// Everything on the first device, which may break any rule.
Assignment onOneDevice(const Instance &instance) {
  return {{{0, 0}}, std::vector<uint32_t>(instance.numNodes(), 0)};
}

class Misbehaving : public Algorithm {
public:
  std::string_view description() const override { return "for tests"; }
};

/// Works until it is told to stop, and never gets better.
class Waits final : public Misbehaving {
public:
  explicit Waits(bool hasPlan) : hasPlan(hasPlan) {}
  std::string_view name() const override {
    return hasPlan ? "waits-with-plan" : "waits-without-plan";
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *, Observer &observer) const override {
    Outcome outcome;
    observer.onPhase("waiting");
    observer.onFigure("steps", 3);
    if (hasPlan) {
      outcome.assignment = onOneDevice(instance);
      observer.onIncumbent(Time(8) << instance.timeExponent(), "waits");
    }
    observer.onBound(Time(2) << instance.timeExponent(), "waits");
    outcome.bound = Time(2) << instance.timeExponent();
    outcome.proof = Proof::Engine;
    auto start = std::chrono::steady_clock::now();
    while (!options.cancel->load()) {
      std::chrono::duration<double> elapsed =
          std::chrono::steady_clock::now() - start;
      if (elapsed.count() >= options.timeLimit) {
        outcome.stop = Stop::Time;
        return outcome;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    outcome.stop = Stop::Cancelled;
    return outcome;
  }

private:
  bool hasPlan;
};

/// Claims a bound that its own plan is below.
class Lies final : public Misbehaving {
public:
  std::string_view name() const override { return "lies"; }
  Outcome solve(const Instance &instance, const SolveOptions &,
                const Assignment *, Observer &) const override {
    Outcome outcome;
    outcome.assignment = onOneDevice(instance);
    outcome.bound = Time(1000) << instance.timeExponent();
    outcome.proof = Proof::Engine;
    return outcome;
  }
};

/// Calls a plan optimal that is not.
class Overclaims final : public Misbehaving {
public:
  std::string_view name() const override { return "overclaims"; }
  Outcome solve(const Instance &instance, const SolveOptions &,
                const Assignment *, Observer &) const override {
    Outcome outcome;
    outcome.assignment = onOneDevice(instance);
    outcome.bound = Time(5) << instance.timeExponent();
    outcome.proof = Proof::Engine;
    return outcome;
  }
};

/// Finds nothing and proves nothing.
class GivesUp final : public Misbehaving {
public:
  std::string_view name() const override { return "gives-up"; }
  Outcome solve(const Instance &, const SolveOptions &, const Assignment *,
                Observer &) const override {
    return {};
  }
};

class RunsOutOfMemory final : public Misbehaving {
public:
  std::string_view name() const override { return "runs-out-of-memory"; }
  Outcome solve(const Instance &, const SolveOptions &, const Assignment *,
                Observer &) const override {
    throw std::bad_alloc();
  }
};

} // namespace

int main(int argc, char **argv) {
  Registry &registry = Registry::get();
  registry.add(std::make_unique<Waits>(true));
  registry.add(std::make_unique<Waits>(false));
  registry.add(std::make_unique<Lies>());
  registry.add(std::make_unique<Overclaims>());
  registry.add(std::make_unique<GivesUp>());
  registry.add(std::make_unique<RunsOutOfMemory>());
  return placement::tool::run(argc, argv);
}
