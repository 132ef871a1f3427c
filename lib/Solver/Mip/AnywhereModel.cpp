//===- AnywhereModel.cpp - The program of plans with any pieces -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/PlacementModel.h"
#include "Solver/NonContiguous/SlackMerge.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::mip {

namespace {

using contiguous::ClassGraph;
using noncontiguous::DeviceId;
using noncontiguous::DeviceMap;
using noncontiguous::DeviceTable;

/// x_cd says that class c is on device d. Devices of a kind that no pin names
/// are alike: of the classes that the kind can take, by falling load, the i-th
/// (from zero) is only on the first i + 1 of them. Any plan becomes such a one
/// when its devices are numbered in the order of their first classes.
class AnywhereModel final : public ThroughputModel {
public:
  AnywhereModel(const Instance &instance, const Question &question)
      : ThroughputModel(instance, question),
        graph(contiguous::contract(instance, 0, /*ordered=*/false)),
        devices(instance, graph) {
    ClassGraph merged = graph;
    bool plainLoads = instance.communication() == Communication::Sequential &&
                      instance.schedule() == Schedule::OneForwardOneBackward;
    if (question.contract && plainLoads)
      merged = noncontiguous::mergeWithinSlack(
          contiguous::mergeFollowers(std::move(merged)), question.limit);
    flat = flatten(instance, merged.classOf, merged.numClasses);
  }

  size_t estimatedTerms() const override {
    size_t each = flat.numClasses;
    for (size_t n = 0; n < flat.nets.size(); ++n)
      each += 3 * flat.members[n].size() + 2;
    for (size_t w = 0; w < flat.users.size(); ++w)
      each += 2 * flat.users[w].size() + 1;
    return each * devices.size();
  }

  void build() override {
    chooseScale();
    orderDevices();
    addChoices();
    std::vector<Place> places(devices.size());
    std::vector<std::vector<Payment>> payments(devices.size());
    for (DeviceId d = 0; d < devices.size(); ++d) {
      places[d].kinds = {{devices.kind(d), kAbsent}};
      for (ClassId c = 0; c < flat.numClasses; ++c)
        places[d].x.push_back(x(c, d));
      payments[d] =
          addPayments(model, flat, instance.communication(), places[d]);
    }
    Targets targets = addTargets();
    // Whole bytes where coefficients may be large.
    int64_t bytes = question.resolution ? question.resolution : kUnlimitedBytes;
    for (DeviceId d = 0; d < devices.size(); ++d) {
      addLoads(model, flat, instance.communication(), timeScale, places[d],
               payments[d], targets);
      addMemory(model, flat, places[d], /*later=*/0, bytes);
    }
    giveHint();
  }

  std::optional<Assignment>
  decode(std::span<const int64_t> values) const override {
    std::vector<DeviceId> deviceOf(flat.numClasses, kNone);
    for (ClassId c = 0; c < flat.numClasses; ++c)
      for (DeviceId d = 0; d < devices.size(); ++d)
        if (x(c, d) != kAbsent && values[x(c, d)] > 0)
          deviceOf[c] = d;
    DeviceMap placement(graph.numClasses);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      DeviceId d = deviceOf[flat.classOf[v]];
      if (d == kNone)
        return std::nullopt;
      placement[graph.classOf[v]] = d;
    }
    return toAssignment(instance, graph, devices, placement);
  }

  std::vector<int64_t> encode(const Assignment &assignment) const override {
    DeviceMap placement = toDeviceMap(instance, graph, devices, assignment);
    if (placement.empty())
      return {};
    std::vector<DeviceId> deviceOf(flat.numClasses, kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (DeviceId &d = deviceOf[flat.classOf[v]]; d == kNone)
        d = placement[graph.classOf[v]];
    // Devices that are alike by the first of the ranked classes that they hold.
    std::vector<DeviceId> renamed(devices.size());
    std::iota(renamed.begin(), renamed.end(), 0);
    for (KindId k = 0; k < flat.numKinds; ++k) {
      std::vector<DeviceId> order;
      auto meet = [&](DeviceId d) {
        if (std::find(order.begin(), order.end(), d) == order.end())
          order.push_back(d);
      };
      auto isAlike = [&](DeviceId d) {
        return std::find(alike[k].begin(), alike[k].end(), d) != alike[k].end();
      };
      for (ClassId c : ranked[k])
        if (isAlike(deviceOf[c]))
          meet(deviceOf[c]);
      for (DeviceId d : alike[k])
        meet(d);
      for (size_t i = 0; i < order.size(); ++i)
        renamed[order[i]] = alike[k][i];
    }
    std::vector<int64_t> values(model.linear.numVariables(), 0);
    for (ClassId c = 0; c < flat.numClasses; ++c)
      if (Column column = x(c, renamed[deviceOf[c]]); column != kAbsent)
        values[column] = 1;
    model.complete(values);
    return values;
  }

private:
  Column x(ClassId c, DeviceId d) const {
    return columns[c * devices.size() + d];
  }

  /// Of each kind, the devices that are alike, and the classes by load.
  void orderDevices() {
    std::vector<uint8_t> named(devices.size(), 0);
    pinned.assign(flat.numClasses, kNone);
    for (ClassId c = 0; c < flat.numClasses; ++c)
      if (flat.pin[c]) {
        pinned[c] = devices.find(*flat.pin[c]);
        named[pinned[c]] = 1;
      }
    alike.assign(flat.numKinds, {});
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (!named[d])
        alike[devices.kind(d)].push_back(d);
    ranked.assign(flat.numKinds, {});
    for (KindId k = 0; k < flat.numKinds; ++k) {
      for (ClassId c = 0; c < flat.numClasses; ++c)
        if (pinned[c] == kNone &&
            fits(flat, instance.communication(), question.limit, c, k))
          ranked[k].push_back(c);
      std::sort(ranked[k].begin(), ranked[k].end(), [&](ClassId a, ClassId b) {
        Time x = flat.load(a, k), y = flat.load(b, k);
        return x != y ? x > y : a < b;
      });
    }
  }

  void addChoices() {
    std::vector<uint8_t> allowed(flat.numClasses * devices.size(), 0);
    for (KindId k = 0; k < flat.numKinds; ++k) {
      for (size_t i = 0; i < ranked[k].size(); ++i)
        for (size_t j = 0; j < alike[k].size() && j <= i; ++j)
          allowed[ranked[k][i] * devices.size() + alike[k][j]] = 1;
      for (DeviceId d = 0; d < devices.size(); ++d)
        if (devices.kind(d) == k &&
            std::find(alike[k].begin(), alike[k].end(), d) == alike[k].end())
          for (ClassId c : ranked[k])
            allowed[c * devices.size() + d] = 1;
    }
    for (ClassId c = 0; c < flat.numClasses; ++c)
      if (pinned[c] != kNone &&
          fits(flat, instance.communication(), question.limit, c,
               devices.kind(pinned[c])))
        allowed[c * devices.size() + pinned[c]] = 1;
    columns.assign(allowed.size(), kAbsent);
    std::vector<Term> terms;
    for (ClassId c = 0; c < flat.numClasses; ++c) {
      terms.clear();
      for (DeviceId d = 0; d < devices.size(); ++d)
        if (allowed[c * devices.size() + d]) {
          columns[c * devices.size() + d] = model.choice();
          terms.push_back({x(c, d), 1});
        }
      noPlace |= terms.empty();
      model.linear.addRow(1, 1, terms);
    }
  }

  ClassGraph graph;
  DeviceTable devices;
  std::vector<Column> columns;
  /// The device that each class is pinned to, or kNone.
  std::vector<DeviceId> pinned;
  std::vector<std::vector<DeviceId>> alike;
  std::vector<std::vector<ClassId>> ranked;
};

} // namespace

std::unique_ptr<ThroughputModel> modelAnywhere(const Instance &instance,
                                               const Question &question,
                                               size_t mostTerms,
                                               std::string &reason) {
  auto model = std::make_unique<AnywhereModel>(instance, question);
  if (!buildWithin(*model, mostTerms, reason))
    return nullptr;
  return model;
}

} // namespace placement::solver::mip
