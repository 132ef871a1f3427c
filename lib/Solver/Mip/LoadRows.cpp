//===- LoadRows.cpp - Loads and memory of one place as rows ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/LoadRows.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::mip {

namespace {

/// Uses of one group add up; the load is the largest of the groups.
uint8_t groupOf(Communication communication, Use use) {
  switch (communication) {
  case Communication::Sequential:
    return 0;
  case Communication::HalfDuplex:
    return use == kCompute ? 1 : 0;
  case Communication::FullDuplex:
    return use;
  }
  return 0;
}

class PaymentAdder {
public:
  PaymentAdder(DefiningModel &model, const FlatProblem &problem,
               const Place &place)
      : model(model), problem(problem), place(place) {}

  std::vector<Payment> run(bool directed) {
    for (uint32_t n = 0; n < problem.nets.size(); ++n) {
      if (!costsHere(n))
        continue;
      here.clear();
      bool someAway = false;
      for (ClassId c : problem.members[n])
        if (place.x[c] == kAbsent)
          someAway = true;
        else
          here.push_back(c);
      if (here.empty())
        continue;
      if (directed)
        addDirected(n, someAway);
      else
        addUndirected(n, someAway || problem.nets[n].host);
    }
    return std::move(payments);
  }

private:
  bool costsHere(uint32_t n) const {
    for (const Place::Kind &kind : place.kinds)
      if (problem.netCost[n * problem.numKinds + kind.kind] > 0)
        return true;
    return false;
  }

  Column x(ClassId c) const { return place.x[c]; }

  /// A Boolean that is one as soon as one of the classes is here, but not
  /// `unless`.
  Column anyOf(const std::vector<ClassId> &classes, Column unless) {
    if (classes.size() == 1 && unless == kAbsent)
      return x(classes[0]);
    Column y = model.least(0, 1);
    for (ClassId c : classes) {
      std::vector<Term> terms = {{x(c), 1}};
      if (unless != kAbsent)
        terms.push_back({unless, -1});
      model.atLeast(y, std::move(terms));
    }
    return y;
  }

  /// Whoever holds some pins but not all pays, as sender or receiver.
  void addUndirected(uint32_t n, bool neverAll) {
    if (neverAll) {
      payments.push_back({n, kIn, anyOf(here, kAbsent)});
      return;
    }
    if (here.size() == 2) {
      Column y = model.least(0, 1);
      model.atLeast(y, {{x(here[0]), 1}, {x(here[1]), -1}});
      model.atLeast(y, {{x(here[1]), 1}, {x(here[0]), -1}});
      payments.push_back({n, kIn, y});
      return;
    }
    Column some = anyOf(here, kAbsent);
    Column all = model.greatest(0, 1);
    for (ClassId c : here)
      model.atMost(all, {{x(c), 1}});
    // Their difference as one Boolean: solvers that propagate see that it is
    // never negative.
    Column y = model.least(0, 1);
    model.atLeast(y, {{some, 1}, {all, -1}});
    payments.push_back({n, kIn, y});
  }

  void addDirected(uint32_t n, bool someAway) {
    const FlatNet &net = problem.nets[n];
    Column sender = net.producer == kNone ? kAbsent : x(net.producer);
    std::vector<ClassId> receivers;
    for (ClassId c : here)
      if (c != net.producer)
        receivers.push_back(c);
    if (sender != kAbsent) {
      if (someAway || net.host) {
        payments.push_back({n, kOut, sender});
      } else {
        Column y = model.least(0, 1);
        for (ClassId c : receivers)
          model.atLeast(y, {{sender, 1}, {x(c), -1}});
        payments.push_back({n, kOut, y});
      }
    }
    if (!receivers.empty())
      payments.push_back({n, kIn, anyOf(receivers, sender)});
  }

  DefiningModel &model;
  const FlatProblem &problem;
  const Place &place;
  std::vector<ClassId> here;
  std::vector<Payment> payments;
};

} // namespace

std::vector<Payment> addPayments(DefiningModel &model,
                                 const FlatProblem &problem,
                                 Communication communication,
                                 const Place &place) {
  return PaymentAdder(model, problem, place)
      .run(communication == Communication::FullDuplex);
}

void addLoads(DefiningModel &model, const FlatProblem &problem,
              Communication communication, const TimeScale &scale,
              const Place &place, std::span<const Payment> payments,
              const Targets &targets) {
  size_t numKinds = problem.numKinds;
  std::vector<std::pair<Column, Time>> sums;
  std::vector<Term> terms;
  // One row for each kind, pass and group of uses.
  for (auto [kind, condition] : place.kinds)
    for (Pass pass : {kForwardPass, kBackwardPass})
      for (uint8_t group = 0; group < kNumUses; ++group) {
        sums.clear();
        for (ClassId c = 0; c < problem.numClasses; ++c) {
          if (place.x[c] == kAbsent || !problem.supports(c, kind))
            continue;
          Time sum = 0;
          for (Use use : {kIn, kCompute, kOut})
            if (groupOf(communication, use) == group)
              sum += problem.cost[use][pass][c * numKinds + kind];
          if (sum > 0)
            sums.push_back({place.x[c], sum});
        }
        terms.clear();
        for (const Payment &payment : payments) {
          Time cost = problem.netCost[payment.net * numKinds + kind];
          if (cost == 0 || groupOf(communication, payment.use) != group ||
              problem.nets[payment.net].pass != pass)
            continue;
          sums.push_back({payment.paid, cost});
        }
        // A variable can stand for a class and for its nets.
        std::sort(sums.begin(), sums.end());
        for (size_t i = 0; i < sums.size();) {
          Column column = sums[i].first;
          Time sum = 0;
          for (; i < sums.size() && sums[i].first == column; ++i)
            sum += sums[i].second;
          if (int64_t whole = scale.coefficient(sum))
            terms.push_back({column, whole});
        }
        if (terms.empty())
          continue;
        Column target = targets[pass];
        if (target != kAbsent)
          model.atLeast(target, terms, condition);
        else if (condition == kAbsent)
          model.linear.addRow(external::kNoLower, scale.scaledLimit(), terms);
        else
          model.linear.addRowIf(condition, true, external::kNoLower,
                                scale.scaledLimit(), terms);
      }
}

void addMemory(DefiningModel &model, const FlatProblem &problem,
               const Place &place, uint32_t later, int64_t limit) {
  bool binds = false;
  for (const Place::Kind &kind : place.kinds)
    binds |= problem.memory[kind.kind] != kUnlimitedBytes;
  if (!binds)
    return;
  Bytes largest = 0;
  for (const Place::Kind &kind : place.kinds)
    if (problem.memory[kind.kind] != kUnlimitedBytes)
      largest = std::max(largest, problem.memory[kind.kind]);
  Bytes divisor = std::max<Bytes>(1, largest / limit);
  // More than any memory is as good as much more.
  auto scaled = [&](__int128 bytes) {
    __int128 most = largest / divisor + 1;
    return static_cast<int64_t>(std::min(bytes / divisor, most));
  };
  std::vector<Term> terms;
  Bytes mostTransient = 0;
  for (ClassId c = 0; c < problem.numClasses; ++c) {
    if (place.x[c] == kAbsent)
      continue;
    __int128 bytes =
        problem.size[c] + static_cast<__int128>(problem.stash[c]) * later;
    if (int64_t whole = scaled(bytes))
      terms.push_back({place.x[c], whole});
    mostTransient = std::max(mostTransient, problem.transient[c]);
  }
  // The columns of weights and transients are new, so no term repeats.
  for (size_t w = 0; w < problem.users.size(); ++w) {
    int64_t whole = scaled(problem.weightBytes[w]);
    if (!whole)
      continue;
    Column held = kAbsent;
    for (ClassId c : problem.users[w])
      if (place.x[c] != kAbsent) {
        if (held == kAbsent)
          held = model.least(0, 1);
        model.atLeast(held, {{place.x[c], 1}});
      }
    if (held != kAbsent)
      terms.push_back({held, whole});
  }
  if (int64_t most = scaled(mostTransient)) {
    Column transient = model.least(0, most);
    for (ClassId c = 0; c < problem.numClasses; ++c)
      if (int64_t whole = scaled(problem.transient[c]);
          whole && place.x[c] != kAbsent)
        model.atLeast(transient, {{place.x[c], whole}});
    terms.push_back({transient, 1});
  }
  if (terms.empty())
    return;
  for (auto [kind, condition] : place.kinds) {
    if (problem.memory[kind] == kUnlimitedBytes)
      continue;
    int64_t most = problem.memory[kind] / divisor;
    if (condition == kAbsent)
      model.linear.addRow(external::kNoLower, most, terms);
    else
      model.linear.addRowIf(condition, true, external::kNoLower, most, terms);
  }
}

bool fits(const FlatProblem &problem, Communication communication, Time limit,
          ClassId c, KindId k) {
  if (!problem.supports(c, k))
    return false;
  for (Pass pass : {kForwardPass, kBackwardPass}) {
    std::array<Time, kNumUses> sums = {};
    for (Use use : {kIn, kCompute, kOut})
      sums[groupOf(communication, use)] +=
          problem.cost[use][pass][c * problem.numKinds + k];
    for (Time sum : sums)
      if (sum > limit)
        return false;
  }
  // Sums of bytes stay below 2^61.
  return problem.memory[k] == kUnlimitedBytes ||
         problem.size[c] + problem.stash[c] + problem.transient[c] <=
             problem.memory[k];
}

} // namespace placement::solver::mip
