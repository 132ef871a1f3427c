//===- FlatProblem.cpp - An instance by classes, for models ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/FlatProblem.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace placement::solver::mip {

namespace {

class Flattener {
public:
  Flattener(const Instance &instance, const std::vector<ClassId> &classOf,
            size_t numClasses)
      : instance(instance), kinds(instance.numKinds()),
        gpipe(instance.schedule() == Schedule::GPipe) {
    flat.numClasses = numClasses;
    flat.numKinds = kinds;
    flat.classOf = classOf;
  }

  FlatProblem run() {
    setCapacity();
    addNodes();
    addNets();
    if (memoryBinds)
      addWeights();
    addOrder();
    return std::move(flat);
  }

private:
  ClassId classOf(NodeId v) const { return flat.classOf[v]; }

  void setCapacity() {
    __int128 total = 0;
    Bytes transient = 0;
    uint64_t devices = 0;
    size_t useful = std::max<size_t>(flat.numClasses, 1);
    for (KindId k = 0; k < kinds; ++k) {
      flat.count.push_back(static_cast<uint32_t>(
          std::min<size_t>(instance.machine().kinds[k].count, useful)));
      devices += flat.count.back();
    }
    suffix = instance.data().inFlight == InFlight::SuffixStages;
    __int128 most =
        suffix ? std::min<uint64_t>(devices, useful) : instance.leastInFlight();
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      total += instance.size(v) + instance.stash(v) * most;
      transient = std::max(transient, instance.transient(v));
    }
    for (uint32_t w = 0; w < instance.numWeights(); ++w)
      total += instance.weightBytes(w);
    total += transient;
    for (KindId k = 0; k < kinds; ++k) {
      Bytes memory = instance.machine().kinds[k].memory;
      bool binds = memory != kUnlimitedBytes && total > memory;
      flat.memory.push_back(binds ? memory : kUnlimitedBytes);
      memoryBinds |= binds && flat.count[k] > 0;
    }
  }

  /// No device has as much as the sum is cut to.
  static void addBytes(Bytes &to, __int128 bytes) {
    constexpr __int128 most = Bytes(1) << 61;
    to = static_cast<Bytes>(std::min(to + bytes, most));
  }

  void addNodes() {
    size_t cells = flat.numClasses * kinds;
    flat.supported.assign(cells, 1);
    for (auto &use : flat.cost)
      for (auto &pass : use)
        pass.assign(cells, 0);
    flat.pin.resize(flat.numClasses);
    flat.size.assign(flat.numClasses, 0);
    flat.stash.assign(flat.numClasses, 0);
    flat.transient.assign(flat.numClasses, 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      ClassId c = classOf(v);
      Pass pass =
          gpipe && instance.isBackward(v) ? kBackwardPass : kForwardPass;
      for (KindId k = 0; k < kinds; ++k) {
        bool pinned = instance.pinKind(v) != kNone;
        if (!flat.count[k] || !instance.supports(v, k) ||
            (pinned && instance.pinKind(v) != k))
          flat.supported[c * kinds + k] = 0;
        else
          flat.cost[kCompute][pass][c * kinds + k] += instance.time(v, k);
      }
      if (instance.pinKind(v) != kNone && instance.pinIndex(v) != kNone)
        addPin(c, {instance.pinKind(v), instance.pinIndex(v)});
      addBytes(flat.size[c], instance.size(v));
      // One for each later stage, or the same number anywhere.
      if (suffix)
        addBytes(flat.stash[c], instance.stash(v));
      else
        addBytes(flat.size[c], static_cast<__int128>(instance.stash(v)) *
                                   instance.leastInFlight());
      flat.transient[c] = std::max(flat.transient[c], instance.transient(v));
    }
  }

  /// A class with two pins has no place at all.
  void addPin(ClassId c, DeviceRef device) {
    if (flat.pin[c] && *flat.pin[c] != device)
      std::fill_n(flat.supported.begin() + static_cast<ptrdiff_t>(c * kinds),
                  kinds, 0);
    flat.pin[c] = device;
  }

  /// Values of the host belong to the forward pass unless only backward nodes
  /// consume them; others to the pass of their producer.
  Pass passOf(NetId n) const {
    if (!gpipe)
      return kForwardPass;
    if (uint32_t p = instance.producer(n); p != kNone)
      return instance.isBackward(p) ? kBackwardPass : kForwardPass;
    for (uint32_t c : instance.consumers(n))
      if (!instance.isBackward(c))
        return kForwardPass;
    return kBackwardPass;
  }

  struct RawNet {
    std::vector<ClassId> members;
    FlatNet net;
    NetId source;
    bool same(const RawNet &o) const {
      return members == o.members && net.producer == o.net.producer &&
             net.host == o.net.host && net.pass == o.net.pass;
    }
    bool operator<(const RawNet &o) const {
      return std::tie(members, net.producer, net.host, net.pass, source) <
             std::tie(o.members, o.net.producer, o.net.host, o.net.pass,
                      o.source);
    }
  };

  void addNets() {
    // Who sent matters only where in and out are apart.
    bool directed = instance.communication() == Communication::FullDuplex;
    std::vector<RawNet> raw;
    for (NetId n = 0; n < instance.numNets(); ++n) {
      bool free = true;
      for (KindId k = 0; k < kinds && free; ++k)
        free = instance.netCost(n, k) == 0 || !flat.count[k];
      if (free)
        continue;
      RawNet net{{}, {}, n};
      uint32_t producer = instance.producer(n);
      if (producer != kNone)
        net.members.push_back(classOf(producer));
      for (uint32_t c : instance.consumers(n))
        net.members.push_back(classOf(c));
      std::sort(net.members.begin(), net.members.end());
      net.members.erase(std::unique(net.members.begin(), net.members.end()),
                        net.members.end());
      net.net.host = instance.onHost(n);
      net.net.pass = passOf(n);
      net.net.producer = producer != kNone ? classOf(producer) : kNone;
      if (net.members.size() < 2) {
        if (net.net.host && !net.members.empty())
          payAlways(n, net.members[0], net.net);
        continue;
      }
      if (!directed)
        net.net.producer = kNone;
      raw.push_back(std::move(net));
    }
    std::sort(raw.begin(), raw.end());
    for (size_t i = 0; i < raw.size(); ++i) {
      if (i == 0 || !raw[i].same(raw[i - 1])) {
        for (ClassId c : raw[i].members)
          flat.members.add(c);
        flat.members.endRow();
        flat.nets.push_back(raw[i].net);
        flat.netCost.resize(flat.nets.size() * kinds, 0);
      }
      for (KindId k = 0; k < kinds; ++k)
        if (flat.count[k])
          flat.netCost[(flat.nets.size() - 1) * kinds + k] +=
              instance.netCost(raw[i].source, k);
    }
  }

  /// One class and the host: the class pays wherever it is.
  void payAlways(NetId n, ClassId c, const FlatNet &net) {
    Use use = net.producer != kNone ? kOut : kIn;
    for (KindId k = 0; k < kinds; ++k)
      flat.cost[use][net.pass][c * kinds + k] += instance.netCost(n, k);
  }

  void addWeights() {
    std::vector<std::pair<std::vector<ClassId>, Bytes>> raw;
    for (uint32_t w = 0; w < instance.numWeights(); ++w) {
      std::vector<ClassId> users;
      for (uint32_t user : instance.weightUsers(w))
        users.push_back(classOf(user));
      std::sort(users.begin(), users.end());
      users.erase(std::unique(users.begin(), users.end()), users.end());
      if (users.size() == 1)
        addBytes(flat.size[users[0]], instance.weightBytes(w));
      else if (users.size() > 1 && instance.weightBytes(w) > 0)
        raw.push_back({std::move(users), instance.weightBytes(w)});
    }
    std::sort(raw.begin(), raw.end());
    for (size_t i = 0; i < raw.size(); ++i) {
      if (i == 0 || raw[i].first != raw[i - 1].first) {
        for (ClassId c : raw[i].first)
          flat.users.add(c);
        flat.users.endRow();
        flat.weightBytes.push_back(0);
      }
      flat.weightBytes.back() += raw[i].second;
    }
  }

  /// The forward order, and turned edges of backward groups without a forward
  /// node (docs/Solvers.md, "The problem").
  void addOrder() {
    std::vector<uint8_t> hasForward(instance.numGroups(), 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.group(v) != kNone && !instance.isBackward(v))
        hasForward[instance.group(v)] = 1;
    auto isOrphan = [&](NodeId v) {
      return instance.isBackward(v) &&
             (instance.group(v) == kNone || !hasForward[instance.group(v)]);
    };
    auto add = [&](NodeId from, NodeId to) {
      ClassId a = classOf(from), b = classOf(to);
      if (a == b || instance.isBackward(from) != instance.isBackward(to))
        return;
      if (!instance.isBackward(from))
        flat.order.push_back({a, b});
      else if (isOrphan(from) || isOrphan(to))
        flat.order.push_back({b, a});
    };
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (uint32_t p = instance.producer(n); p != kNone)
        for (uint32_t c : instance.consumers(n))
          add(p, c);
    for (auto [a, b] : instance.data().orderEdges)
      add(a, b);
    std::sort(flat.order.begin(), flat.order.end());
    flat.order.erase(std::unique(flat.order.begin(), flat.order.end()),
                     flat.order.end());
  }

  const Instance &instance;
  const size_t kinds;
  const bool gpipe;
  bool suffix = false, memoryBinds = false;
  FlatProblem flat;
};

} // namespace

Time FlatProblem::load(ClassId c, KindId k) const {
  Time sum = 0;
  for (const auto &use : cost)
    for (const auto &pass : use)
      sum += pass[c * numKinds + k];
  return sum;
}

FlatProblem flatten(const Instance &instance,
                    const std::vector<ClassId> &classOf, size_t numClasses) {
  return Flattener(instance, classOf, numClasses).run();
}

} // namespace placement::solver::mip
