//===- LoadModelTest.cpp - Communication models and schedules -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

constexpr Communication kCommunications[] = {Communication::Sequential,
                                             Communication::HalfDuplex,
                                             Communication::FullDuplex};
constexpr Schedule kSchedules[] = {Schedule::OneForwardOneBackward,
                                   Schedule::GPipe};
const DeviceRef acc0{0, 0}, acc1{0, 1};

/// Two layers with their backward nodes and a loss of its own backward pass:
/// forward a (4) -> b (10), backward of b (7) -> backward of a (20). The
/// activation costs 3, kept for the backward pass of b too; the gradient 5, the
/// input 2, a result of the backward pass of a 6.
Builder step() {
  Builder b({{"acc", 2}});
  NodeId a = b.node({4}), next = b.node({10});
  b.data.group[a] = 0;
  b.data.group[next] = 1;
  NodeId gradNext = b.backward({7}, 1), gradA = b.backward({20}, 0);
  b.net(kNone, {a, gradA}, {2});
  b.net(a, {next, gradNext}, {3});
  b.net(gradNext, {gradA}, {5});
  b.net(gradA, {}, {6}, /*onHost=*/true);
  b.net(kNone, {gradNext}, {1});
  return b;
}

/// Times of one device, in the source's unit.
void expectDevice(const Instance &instance, const DeviceLoad &load,
                  double forward, double backward, double total) {
  EXPECT_EQ(instance.toSourceTime(load.forward), forward);
  EXPECT_EQ(instance.toSourceTime(load.backward), backward);
  EXPECT_EQ(instance.toSourceTime(load.load), total);
  EXPECT_EQ(load.exactForward, forward);
  EXPECT_EQ(load.exactBackward, backward);
  EXPECT_EQ(load.exactLoad, total);
}

TEST(LoadModel, NamesReadBack) {
  for (Communication one : kCommunications)
    EXPECT_EQ(parseCommunication(toString(one)), one);
  for (Schedule one : kSchedules)
    EXPECT_EQ(parseSchedule(toString(one)), one);
  EXPECT_FALSE(parseCommunication("duplex"));
  EXPECT_FALSE(parseSchedule("GPipe"));
}

/// Device 0: forward in 2, compute 4, out 3; backward in 5, compute 20, out 6.
/// Device 1: forward in 3, compute 10; backward in 1, compute 7, out 5.
TEST(LoadModel, EveryModelOfATrainingStep) {
  struct Expected {
    Communication communication;
    Schedule schedule;
    double forward0, backward0, load0, forward1, backward1, load1, value;
  };
  using enum Communication;
  constexpr Schedule both = Schedule::OneForwardOneBackward;
  constexpr Schedule gpipe = Schedule::GPipe;
  for (const Expected &e : {
           Expected{Sequential, both, 9, 31, 40, 13, 13, 26, 40},
           Expected{HalfDuplex, both, 5, 20, 24, 10, 7, 17, 24},
           Expected{FullDuplex, both, 4, 20, 24, 10, 7, 17, 24},
           Expected{Sequential, gpipe, 9, 31, 40, 13, 13, 26, 44},
           Expected{HalfDuplex, gpipe, 5, 20, 25, 10, 7, 17, 30},
           Expected{FullDuplex, gpipe, 4, 20, 24, 10, 7, 17, 30},
       }) {
    Instance instance =
        step().build().withLoadModel(e.communication, e.schedule);
    CheckReport report =
        check(instance, {{acc0, acc1}, {0, 1, 1, 0}}, /*contiguous=*/true);
    ASSERT_TRUE(report.feasible());
    expectDevice(instance, report.loads[0], e.forward0, e.backward0, e.load0);
    expectDevice(instance, report.loads[1], e.forward1, e.backward1, e.load1);
    EXPECT_EQ(instance.toSourceTime(report.value), e.value);
    EXPECT_EQ(report.exactValue, e.value);
  }
}

TEST(LoadModel, TransfersBelongToTheProducersPass) {
  Instance instance = step().build();
  std::vector<bool> backward;
  for (NetId n = 0; n < instance.numNets(); ++n)
    backward.push_back(instance.isBackwardNet(n));
  EXPECT_EQ(backward, std::vector<bool>({false, false, true, true, true}));
}

/// Each model relaxes the one before it, plan by plan.
TEST(LoadModel, ModelsAreOrdered) {
  Instance base = step().build();
  Assignment plan{{acc0, acc1}, {0, 1, 1, 0}};
  for (Schedule schedule : kSchedules) {
    Time previous = kInfiniteTime;
    for (Communication communication : kCommunications) {
      Time value =
          check(base.withLoadModel(communication, schedule), plan, true).value;
      EXPECT_LE(value, previous);
      previous = value;
      EXPECT_LE(check(base.withLoadModel(communication,
                                         Schedule::OneForwardOneBackward),
                      plan, true)
                    .value,
                value);
    }
  }
}

TEST(LoadModel, FingerprintsDiffer) {
  Instance base = step().build();
  std::vector<std::string> seen;
  for (Communication communication : kCommunications)
    for (Schedule schedule : kSchedules) {
      std::string one =
          base.withLoadModel(communication, schedule).fingerprint();
      EXPECT_EQ(std::count(seen.begin(), seen.end(), one), 0);
      seen.push_back(one);
    }
  EXPECT_EQ(seen.front(), base.fingerprint());
}

TEST(LoadModel, TheBottleneckOfGPipeNamesBothPasses) {
  Instance instance =
      step().build().withLoadModel(Communication::Sequential, Schedule::GPipe);
  Result<Plan> plan =
      evaluate(instance, {{acc0, acc1}, {0, 1, 1, 0}}, /*contiguous=*/true);
  ASSERT_TRUE(bool(plan));
  EXPECT_EQ(plan->explanation.back(),
            "The forward pass waits for acc:1 with 13, the backward pass for "
            "acc:0 with 31.");
}

} // namespace
