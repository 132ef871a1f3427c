//===- LatencyPlaces.cpp - Rows on places, order, memory and cores --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/LatencyModel.h"

namespace placement::solver::mip {

using external::kNoLower;

/// Every unit is in one pool or in pieces, every node of those in one slot.
void LatencyModel::addPlaces() {
  uint32_t units = problem.numUnits(), pools = problem.numPools();
  hosts.assign(size_t(units) * pools, kAbsent);
  piece.assign(size_t(whole ? units : problem.numNodes()) * slots, kAbsent);
  std::vector<Term> inPools, row;
  for (uint32_t u = 0; u < units; ++u) {
    std::span<const uint32_t> nodes = problem.members(u);
    inPools.clear();
    for (uint32_t p = 0; p < pools; ++p)
      if (allowed(nodes[0], problem.pools()[p].kind)) {
        hosts[u * pools + p] = model.choice();
        inPools.push_back({hosts[u * pools + p], 1});
      }
    bool inPieces = pieceTime(nodes[0]) != kUnsupported;
    size_t apart = whole ? 1 : nodes.size();
    for (size_t i = 0; i < apart; ++i) {
      row = inPools;
      if (inPieces)
        for (Slot j = 0; j < slots; ++j) {
          Column &column = piece[(whole ? u : nodes[i]) * slots + j];
          column = model.choice();
          row.push_back({column, 1});
        }
      noPlace |= row.empty();
      model.linear.addRow(1, 1, row);
    }
  }
}

/// Every slot that is used has a device, used ones come first, and no device
/// has more than it may run.
void LatencyModel::addCarriers() {
  size_t count = carrierList.size();
  carriers.resize(slots * count);
  for (Column &column : carriers)
    column = model.choice();
  std::vector<Term> row;
  auto addOf = [&](Slot j, int64_t coefficient) {
    for (size_t i = 0; i < count; ++i)
      row.push_back({carrier(j, i), coefficient});
  };
  // One column stands for several nodes where units are whole.
  std::vector<Node> movable;
  for (Node v = 0; v < problem.numNodes(); ++v)
    if (mayBeInPiece(v) && (!whole || problem.members(problem.unit(v))[0] == v))
      movable.push_back(v);
  for (Slot j = 0; j < slots; ++j) {
    row.clear();
    addOf(j, 1);
    model.linear.addRow(kNoLower, 1, row);
    for (Node v : movable)
      row.push_back({x(v, j), -1});
    model.linear.addRow(kNoLower, 0, row);
    if (j > 0) {
      row.clear();
      addOf(j, 1);
      addOf(j - 1, -1);
      model.linear.addRow(kNoLower, 0, row);
    }
    for (Node v : movable) {
      row = {{x(v, j), 1}};
      for (size_t i = 0; i < count; ++i)
        if (canCarry(i, v))
          row.push_back({carrier(j, i), -1});
      model.linear.addRow(kNoLower, 0, row);
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (carrierList[i].capacity < slots) {
      row.clear();
      for (Slot j = 0; j < slots; ++j)
        row.push_back({carrier(j, i), 1});
      model.linear.addRow(kNoLower, carrierList[i].capacity, row);
    }
    if (!whole)
      addTurnOfDevice(i);
  }
  if (!whole)
    addDeviceOfUnits();
  addKindsOfSlots();
}

bool LatencyModel::canCarry(size_t i, Node v) const {
  uint32_t pin = problem.pinnedDevice(v);
  return allowed(v, carrierList[i].kind) &&
         (pin == kNone || carrierOfDevice[pin] == i);
}

/// Devices that are alike are used in their order.
void LatencyModel::addTurnOfDevice(size_t i) {
  uint32_t d = carrierList[i].devices[0];
  const auto &devices = problem.devices();
  uint32_t before = kNone;
  for (uint32_t e = 0; e < d; ++e)
    if (devices[e].free && devices[e].kind == devices[d].kind)
      before = e;
  if (!devices[d].free || before == kNone)
    return;
  std::vector<Term> row;
  for (Slot j = 0; j < slots; ++j) {
    row.push_back({carrier(j, i), 1});
    model.linear.addRow(kNoLower, 0, row);
    row.back() = {carrier(j, carrierOfDevice[before]), -1};
  }
}

/// With several pieces a device, the nodes of a unit share the device and not
/// the slot, and so does the memory of all its pieces.
void LatencyModel::addDeviceOfUnits() {
  size_t count = carrierList.size();
  bool memory = false;
  for (const auto &device : problem.devices())
    memory |= device.memory != kUnlimitedBytes;
  unitOn.assign(problem.numUnits() * count, kAbsent);
  std::vector<Term> row;
  for (uint32_t u = 0; u < problem.numUnits(); ++u) {
    std::span<const uint32_t> nodes = problem.members(u);
    if (!mayBeInPiece(nodes[0]) || (nodes.size() == 1 && !memory))
      continue;
    row.clear();
    for (uint32_t p = 0; p < problem.numPools(); ++p)
      if (host(nodes[0], p) != kAbsent)
        row.push_back({host(nodes[0], p), 1});
    for (size_t i = 0; i < count; ++i)
      if (canCarry(i, nodes[0])) {
        unitOn[u * count + i] = model.choice();
        row.push_back({unitOn[u * count + i], 1});
      }
    model.linear.addRow(1, 1, row);
    for (size_t i = 0; i < count; ++i)
      if (Column on = unitOn[u * count + i]; on != kAbsent)
        for (Node v : nodes)
          for (Slot j = 0; j < slots; ++j) {
            Term terms[] = {{x(v, j), 1}, {on, 1}, {carrier(j, i), -1}};
            model.linear.addRow(kNoLower, 1, terms);
          }
  }
}

/// The kind of a slot, for the rows that depend on it.
void LatencyModel::addKindsOfSlots() {
  if (!mixed)
    return;
  size_t kinds = problem.numKinds();
  slotKinds.assign(slots * kinds, kAbsent);
  for (Slot j = 0; j < slots; ++j)
    for (KindId k = 0; k < kinds; ++k) {
      std::vector<Term> terms;
      for (size_t i = 0; i < carrierList.size(); ++i)
        if (carrierList[i].kind == k)
          terms.push_back({carrier(j, i), 1});
      if (terms.empty())
        continue;
      Column kind = slotKinds[j * kinds + k] = model.least(0, 1);
      model.atLeast(kind, terms);
      for (Term &term : terms)
        term.coefficient = -1;
      terms.push_back({kind, 1});
      model.linear.addRow(kNoLower, 0, terms);
    }
}

/// level >= j where the node is in slot j or a later one, or comes after such a
/// node. A node in slot j has no predecessor at that level that is not in the
/// slot with it.
void LatencyModel::addLevels() {
  uint32_t n = problem.numNodes();
  levels.assign(size_t(n) * slots, kAbsent);
  for (Node v : problem.order())
    for (Slot j = slots; j-- > 0;) {
      Column level = levels[v * slots + j] = model.least(0, 1);
      if (j + 1 < slots)
        model.atLeast(level, {{w(v, j + 1), 1}});
      for (Node u : problem.predecessors(v))
        model.atLeast(level, {{w(u, j), 1}});
      if (!mayBeInPiece(v))
        continue;
      std::vector<Term> terms;
      for (Slot i = j; i < slots; ++i)
        terms.push_back({x(v, i), 1});
      model.atLeast(level, terms);
      terms = {{level, 1}};
      for (Slot i = 0; i < j; ++i)
        terms.push_back({x(v, i), 1});
      if (j > 0)
        model.linear.addRow(kNoLower, 1, terms);
      for (Node u : problem.predecessors(v)) {
        if (mayBeInPiece(u) && x(u, j) == x(v, j))
          continue;
        terms = {{x(v, j), 1}, {w(u, j), 1}};
        if (mayBeInPiece(u))
          terms.push_back({x(u, j), -1});
        model.linear.addRow(kNoLower, 1, terms);
      }
    }
}

void LatencyModel::addMemory() {
  uint32_t n = problem.numNodes();
  std::vector<Column> here(n, kAbsent);
  if (slots > 0 && whole)
    for (Slot j = 0; j < slots; ++j) {
      std::vector<Holder> holders;
      for (size_t i = 0; i < carrierList.size(); ++i) {
        const auto &device = problem.devices()[carrierList[i].devices[0]];
        Column kind =
            mixed ? slotKinds[j * problem.numKinds() + device.kind] : kAbsent;
        if (i == 0 || device.kind != carrierList[i - 1].kind)
          holders.push_back({kind, device.memory});
      }
      for (Node v = 0; v < n; ++v)
        here[v] = x(v, j);
      addMemoryOf(here, holders);
    }
  if (slots > 0 && !whole)
    for (size_t i = 0; i < carrierList.size(); ++i) {
      for (Node v = 0; v < n; ++v)
        here[v] = unitOn[problem.unit(v) * carrierList.size() + i];
      addMemoryOf(
          here,
          {{kAbsent, problem.devices()[carrierList[i].devices[0]].memory}});
    }
  for (uint32_t p = 0; p < problem.numPools(); ++p) {
    for (Node v = 0; v < n; ++v)
      here[v] = host(v, p);
    addMemoryOf(here, {{kAbsent, problem.pools()[p].memory}});
  }
}

/// Bytes are divided and rounded down: a relaxation, exact where the divisor is
/// one.
void LatencyModel::addMemoryOf(const std::vector<Column> &here,
                               const std::vector<Holder> &holders) {
  Bytes largest = 0, most = 0, transient = 0;
  for (const Holder &holder : holders)
    if (holder.memory != kUnlimitedBytes)
      largest = std::max(largest, holder.memory);
  std::vector<std::vector<Column>> users(problem.numWeights());
  TermSum sum;
  for (Node v = 0; v < problem.numNodes(); ++v) {
    if (here[v] == kAbsent)
      continue;
    sum.add(here[v], problem.ownBytes(v));
    most += problem.ownBytes(v);
    transient = std::max(transient, problem.transient(v));
    for (uint32_t weight : problem.weights(v))
      users[weight].push_back(here[v]);
  }
  for (uint32_t weight = 0; weight < users.size(); ++weight)
    if (!users[weight].empty())
      most += problem.weightBytes(weight);
  bool binds = false;
  for (const Holder &holder : holders)
    binds |=
        holder.memory != kUnlimitedBytes && most + transient > holder.memory;
  if (!binds)
    return;
  TimeScale units;
  units.divisor = question.resolution
                      ? std::max<Bytes>(1, largest / question.resolution)
                      : 1;
  units.limit = largest;
  for (uint32_t weight = 0; weight < users.size(); ++weight) {
    std::vector<Column> &columns = users[weight];
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    if (columns.empty() || problem.weightBytes(weight) == 0)
      continue;
    Column held = columns[0];
    if (columns.size() > 1) {
      held = model.least(0, 1);
      for (Column column : columns)
        model.atLeast(held, {{column, 1}});
    }
    sum.add(held, problem.weightBytes(weight));
  }
  std::vector<Term> row = sum.terms(units);
  if (int64_t whole = units.coefficient(transient)) {
    Column peak = model.least(0, whole);
    for (Node v = 0; v < problem.numNodes(); ++v)
      if (int64_t own = units.coefficient(problem.transient(v));
          own && here[v] != kAbsent)
        model.atLeast(peak, {{here[v], own}});
    row.push_back({peak, 1});
  }
  for (const Holder &holder : holders) {
    if (holder.memory == kUnlimitedBytes)
      continue;
    if (holder.condition == kAbsent)
      model.linear.addRow(kNoLower, holder.memory / units.divisor, row);
    else
      model.linear.addRowIf(holder.condition, true, kNoLower,
                            holder.memory / units.divisor, row);
  }
}

void LatencyModel::addCores() {
  interchangeable.assign(problem.numPools(), 1);
  freeCores.assign(problem.numPools(), 0);
  for (uint32_t p = 0; p < problem.numPools(); ++p)
    if (problem.pools()[p].cores != kNone)
      addCoresOf(p);
}

/// Of two nodes on one core one comes first, and the other ends no sooner than
/// its own time after it. Nodes with a path between them are in order anyway.
void LatencyModel::addCoresOf(uint32_t pool) {
  uint32_t cores = problem.pools()[pool].cores, n = problem.numNodes();
  std::vector<Node> nodes;
  for (Node v : problem.order())
    if (host(v, pool) != kAbsent) {
      nodes.push_back(v);
      if (problem.pinnedCore(v) != kNone)
        interchangeable[pool] = 0;
    }
  freeCores[pool] = interchangeable[pool] && nodes.size() <= cores;
  if (freeCores[pool])
    return;
  // By node, its column on each core.
  std::vector<std::vector<std::pair<uint32_t, Column>>> on(nodes.size());
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    uint32_t pin = problem.pinnedCore(nodes[i]);
    std::vector<Term> row = {{host(nodes[i], pool), -1}};
    for (uint32_t core = 0; core < cores; ++core) {
      // Cores that are alike are used in the order of their first nodes, and
      // nobody needs more than there are nodes.
      if (pin != kNone ? core != pin : interchangeable[pool] && core > i)
        continue;
      Column column = model.choice();
      seats.push_back({nodes[i], pool, core, column});
      on[i].push_back({core, column});
      row.push_back({column, 1});
    }
    model.linear.addRow(0, 0, row);
  }
  // reaches[v]: the nodes with a path to v, as bits.
  size_t words = (n + 63) / 64;
  std::vector<uint64_t> reaches(n * words, 0);
  auto isBefore = [&](Node u, Node v) {
    return (reaches[v * words + u / 64] >> (u % 64)) & 1;
  };
  for (Node v : problem.order())
    for (Node u : problem.predecessors(v)) {
      for (size_t i = 0; i < words; ++i)
        reaches[v * words + i] |= reaches[u * words + i];
      reaches[v * words + u / 64] |= uint64_t(1) << (u % 64);
    }
  KindId kind = problem.pools()[pool].kind;
  for (uint32_t a = 0; a < nodes.size(); ++a)
    for (uint32_t b = a + 1; b < nodes.size(); ++b) {
      if (isBefore(nodes[a], nodes[b]))
        continue;
      Column turn[2] = {kAbsent, kAbsent};
      for (auto [core, first] : on[a])
        for (auto [other, second] : on[b])
          if (core == other) {
            if (turn[0] == kAbsent)
              turn[0] = model.choice(), turn[1] = model.choice();
            Term row[] = {
                {turn[0], 1}, {turn[1], 1}, {first, -1}, {second, -1}};
            model.linear.addRow(-1, external::kNoUpper, row);
          }
      if (turn[0] == kAbsent)
        continue;
      for (int side = 0; side < 2; ++side) {
        Node first = side ? nodes[b] : nodes[a];
        Node second = side ? nodes[a] : nodes[b];
        TermSum sum;
        sum.add(turn[side], problem.time(second, kind));
        atLeast(ends[second], std::move(sum), {{ends[first], 1}}, turn[side]);
        turns.push_back({first, second, pool, turn[side]});
      }
    }
}

} // namespace placement::solver::mip
