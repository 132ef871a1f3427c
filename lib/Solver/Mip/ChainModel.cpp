//===- ChainModel.cpp - The program of contiguous plans -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/PlacementModel.h"

#include <algorithm>

namespace placement::solver::mip {

namespace {

using contiguous::ClassGraph;

/// The chain has a fixed number of slots, of which any may stay empty. w_cj
/// says that class c is in slot j or a later one, so that order is w_aj <= w_bj
/// for each edge a -> b, and x_cj = w_cj - w_c(j+1) that it is in slot j. Each
/// slot is of one kind. Empty slots are best taken first: stage i of q is in
/// slot (slots - q + i), where exactly as many stages follow as slots do. An
/// empty slot elsewhere only makes memory count stashes too often.
class ChainModel final : public ThroughputModel {
public:
  ChainModel(const Instance &instance, const Question &question,
             uint32_t maxStages)
      : ThroughputModel(instance, question) {
    bool plainLoads = instance.communication() == Communication::Sequential &&
                      instance.schedule() == Schedule::OneForwardOneBackward;
    bool merge = question.contract && plainLoads;
    ClassGraph graph = contiguous::contract(instance, maxStages, merge);
    if (merge)
      graph = contiguous::mergeUnderLimit(
          contiguous::mergeFollowers(std::move(graph)), question.limit);
    flat = flatten(instance, graph.classOf, graph.numClasses);
    uint64_t count = 0;
    for (uint32_t c : flat.count)
      count += c;
    if (maxStages)
      count = std::min<uint64_t>(count, maxStages);
    slots = static_cast<uint32_t>(std::min<uint64_t>(count, flat.numClasses));
  }

  size_t estimatedTerms() const override {
    size_t each = 8 * flat.numClasses + 2 * flat.order.size();
    for (size_t n = 0; n < flat.nets.size(); ++n)
      each += 3 * flat.members[n].size() + 2;
    for (size_t w = 0; w < flat.users.size(); ++w)
      each += 2 * flat.users[w].size() + 1;
    return each * slots;
  }

  void build() override {
    chooseScale();
    addKinds();
    addOrder();
    addPlaces();
    std::vector<Place> places(slots);
    std::vector<std::vector<Payment>> payments(slots);
    for (uint32_t j = 0; j < slots; ++j) {
      for (ClassId c = 0; c < flat.numClasses; ++c)
        places[j].x.push_back(x[c * slots + j]);
      for (size_t i = 0; i < kinds.size(); ++i)
        places[j].kinds.push_back({kinds[i], kindOf(j, i)});
      payments[j] =
          addPayments(model, flat, instance.communication(), places[j]);
    }
    Targets targets = addTargets();
    int64_t bytes = question.resolution ? question.resolution : kUnlimitedBytes;
    for (uint32_t j = 0; j < slots; ++j) {
      addLoads(model, flat, instance.communication(), timeScale, places[j],
               payments[j], targets);
      // With the stash of the stage itself.
      addMemory(model, flat, places[j], slots - j, bytes);
    }
    giveHint();
  }

  std::optional<Assignment>
  decode(std::span<const int64_t> values) const override {
    std::vector<uint32_t> slotOf(flat.numClasses, 0);
    std::vector<uint8_t> used(slots, 0);
    for (ClassId c = 0; c < flat.numClasses; ++c) {
      while (slotOf[c] + 1 < slots && values[w(c, slotOf[c] + 1)] > 0)
        ++slotOf[c];
      used[slotOf[c]] = 1;
    }
    Assignment assignment;
    std::vector<uint32_t> stage(slots, kNone);
    std::vector<std::vector<uint8_t>> taken(flat.numKinds);
    for (KindId k = 0; k < flat.numKinds; ++k)
      taken[k].assign(instance.machine().kinds[k].count, 0);
    for (uint32_t j = 0; j < slots; ++j) {
      if (!used[j])
        continue;
      KindId kind = kinds[0];
      for (size_t i = 0; i < kinds.size(); ++i)
        if (kindOf(j, i) != kAbsent && values[kindOf(j, i)] > 0)
          kind = kinds[i];
      stage[j] = static_cast<uint32_t>(assignment.stages.size());
      assignment.stages.push_back({kind, kNone});
    }
    for (ClassId c = 0; c < flat.numClasses; ++c)
      if (flat.pin[c]) {
        assignment.stages[stage[slotOf[c]]] = *flat.pin[c];
        taken[flat.pin[c]->kind][flat.pin[c]->index] = 1;
      }
    for (DeviceRef &device : assignment.stages) {
      if (device.index != kNone)
        continue;
      auto &of = taken[device.kind];
      auto free = std::find(of.begin(), of.end(), 0);
      if (free == of.end())
        return std::nullopt;
      *free = 1;
      device.index = static_cast<uint32_t>(free - of.begin());
    }
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      assignment.stageOf.push_back(stage[slotOf[flat.classOf[v]]]);
    return assignment;
  }

  std::vector<int64_t> encode(const Assignment &assignment) const override {
    uint32_t stages = static_cast<uint32_t>(assignment.stages.size());
    if (stages > slots)
      return {};
    std::vector<int64_t> values(model.linear.numVariables(), 0);
    if (one != kAbsent)
      values[one] = 1;
    std::vector<uint8_t> seen(flat.numClasses, 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      ClassId c = flat.classOf[v];
      if (seen[c])
        continue;
      seen[c] = 1;
      uint32_t slot = slots - stages + assignment.stageOf[v];
      for (uint32_t j = 1; j <= slot; ++j)
        values[w(c, j)] = 1;
    }
    if (!slotKinds.empty()) {
      std::vector<uint32_t> left = flat.count;
      std::vector<KindId> of(slots, kNone);
      for (uint32_t s = 0; s < stages; ++s) {
        of[slots - stages + s] = assignment.stages[s].kind;
        if (left[assignment.stages[s].kind])
          --left[assignment.stages[s].kind];
      }
      for (uint32_t j = 0; j < slots; ++j)
        for (size_t i = 0; i < kinds.size(); ++i) {
          if (of[j] == kNone && left[kinds[i]]) {
            of[j] = kinds[i];
            --left[kinds[i]];
          }
          values[kindOf(j, i)] = of[j] == kinds[i];
        }
    }
    model.complete(values);
    return values;
  }

private:
  /// Only for slots from the second.
  Column w(ClassId c, uint32_t j) const { return later[c * slots + j]; }
  /// kAbsent where there is one kind alone.
  Column kindOf(uint32_t j, size_t i) const {
    return slotKinds.empty() ? kAbsent : slotKinds[j * kinds.size() + i];
  }

  /// Every slot is of one kind, and no kind has more slots than devices.
  void addKinds() {
    for (KindId k = 0; k < flat.numKinds; ++k)
      if (flat.count[k])
        kinds.push_back(k);
    if (kinds.size() < 2)
      return;
    slotKinds.resize(slots * kinds.size());
    for (Column &column : slotKinds)
      column = model.choice();
    std::vector<Term> terms;
    for (uint32_t j = 0; j < slots; ++j) {
      terms.clear();
      for (size_t i = 0; i < kinds.size(); ++i)
        terms.push_back({kindOf(j, i), 1});
      model.linear.addRow(1, 1, terms);
    }
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (flat.count[kinds[i]] >= slots)
        continue;
      terms.clear();
      for (uint32_t j = 0; j < slots; ++j)
        terms.push_back({kindOf(j, i), 1});
      model.linear.addRow(external::kNoLower, flat.count[kinds[i]], terms);
    }
  }

  void addOrder() {
    later.assign(flat.numClasses * slots, kAbsent);
    for (ClassId c = 0; c < flat.numClasses; ++c)
      for (uint32_t j = 1; j < slots; ++j) {
        later[c * slots + j] = model.choice();
        if (j > 1)
          atMost(w(c, j), w(c, j - 1));
      }
    for (auto [a, b] : flat.order)
      for (uint32_t j = 1; j < slots; ++j)
        atMost(w(a, j), w(b, j));
  }

  void atMost(Column a, Column b) {
    Term terms[] = {{a, 1}, {b, -1}};
    model.linear.addRow(external::kNoLower, 0, terms);
  }

  /// x from w, and on which kinds of slot a class can be.
  void addPlaces() {
    x.assign(flat.numClasses * slots, kAbsent);
    std::vector<Term> terms;
    std::vector<std::vector<Term>> pinnedIn(slots);
    for (ClassId c = 0; c < flat.numClasses; ++c) {
      std::vector<uint8_t> able(kinds.size(), 0);
      for (size_t i = 0; i < kinds.size(); ++i)
        able[i] =
            fits(flat, instance.communication(), question.limit, c, kinds[i]);
      noPlace |= std::find(able.begin(), able.end(), 1) == able.end();
      for (uint32_t j = 0; j < slots; ++j) {
        Column here = model.least(0, 1);
        x[c * slots + j] = here;
        terms.clear();
        if (j > 0)
          terms.push_back({w(c, j), 1});
        if (j + 1 < slots)
          terms.push_back({w(c, j + 1), -1});
        if (j == 0)
          addFirst(here, terms);
        else
          model.atLeast(here, terms);
        // Both sides of the equation.
        int64_t constant = j == 0 ? 1 : 0;
        for (Term &term : terms)
          term.coefficient = -term.coefficient;
        terms.push_back({here, 1});
        model.linear.addRow(external::kNoLower, constant, terms);
        if (flat.pin[c])
          pinnedIn[j].push_back({here, 1});
        if (slotKinds.empty() ||
            std::find(able.begin(), able.end(), 0) == able.end())
          continue;
        terms = {{here, 1}};
        for (size_t i = 0; i < kinds.size(); ++i)
          if (able[i])
            terms.push_back({kindOf(j, i), -1});
        model.linear.addRow(external::kNoLower, 0, terms);
      }
    }
    // Classes pinned to different devices share no slot; those of one device
    // are one class.
    for (const std::vector<Term> &row : pinnedIn)
      if (row.size() > 1)
        model.linear.addRow(external::kNoLower, 1, row);
  }

  /// x_c0 >= 1 - w_c1; the constant is a variable that is always one.
  void addFirst(Column here, std::vector<Term> terms) {
    if (one == kAbsent)
      one = model.linear.addVariable(1, 1);
    terms.push_back({one, 1});
    model.atLeast(here, std::move(terms));
  }

  uint32_t slots = 0;
  /// Kinds with devices.
  std::vector<KindId> kinds;
  std::vector<Column> slotKinds, later, x;
  Column one = kAbsent;
};

} // namespace

std::unique_ptr<ThroughputModel>
modelChain(const Instance &instance, const Question &question,
           uint32_t maxStages, size_t mostTerms, std::string &reason) {
  auto model = std::make_unique<ChainModel>(instance, question, maxStages);
  if (!buildWithin(*model, mostTerms, reason))
    return nullptr;
  return model;
}

} // namespace placement::solver::mip
