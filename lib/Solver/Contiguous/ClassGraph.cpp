//===- ClassGraph.cpp - The contracted form of an instance ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ClassGraph.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

Rows reverseRows(const Rows &rows, size_t n) {
  Rows result;
  result.values.reserve(rows.values.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    auto row = rows[rows.size() - 1 - i];
    for (size_t j = row.size(); j-- > 0;)
      result.add(static_cast<uint32_t>(n - 1 - row[j]));
    result.endRow();
  }
  return result;
}

template <typename T>
void reverseValues(std::vector<T> &values) {
  std::reverse(values.begin(), values.end());
}

} // namespace

ClassGraph ClassGraph::reversed() const {
  ClassGraph r = *this;
  r.turned = !turned;
  r.preds = reverseRows(succs, numClasses);
  r.succs = reverseRows(preds, numClasses);
  size_t kindCount = kinds.size();
  for (size_t c = 0; c < numClasses; ++c)
    for (size_t k = 0; k < kindCount; ++k)
      r.time[c * kindCount + k] = time[(numClasses - 1 - c) * kindCount + k];
  size_t width = partTime.empty() ? 0 : kindCount * parts.count();
  for (size_t c = 0; c < numClasses && width; ++c)
    std::copy_n(partTime.data() + (numClasses - 1 - c) * width, width,
                r.partTime.data() + c * width);
  for (ClassId &c : r.source)
    if (c != kNone)
      c = static_cast<ClassId>(numClasses - 1 - c);
  reverseValues(r.size);
  reverseValues(r.stash);
  reverseValues(r.transient);
  reverseValues(r.pin);
  // Items keep their ids; members turn round.
  r.items = Rows();
  for (size_t i = 0; i < items.size(); ++i) {
    auto row = items[i];
    for (size_t j = row.size(); j-- > 0;)
      r.items.add(static_cast<uint32_t>(numClasses - 1 - row[j]));
    r.items.endRow();
  }
  r.itemsOf = Rows();
  for (size_t c = numClasses; c-- > 0;) {
    for (uint32_t item : itemsOf[c])
      r.itemsOf.add(item);
    r.itemsOf.endRow();
  }
  for (ClassId &c : r.classOf)
    c = static_cast<ClassId>(numClasses - 1 - c);
  return r;
}

Time evaluate(const ClassGraph &graph, const StageChain &chain,
              std::vector<Time> *loads) {
  size_t stages = chain.kinds.size();
  const unsigned parts = graph.parts.count();
  std::vector<Time> sums(stages * parts, 0);
  std::vector<Bytes> memory(stages, 0), transient(stages, 0);
  std::vector<uint32_t> pin(stages, 0);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    uint32_t s = chain.stageOf[c];
    KindId k = chain.kinds[s];
    if (graph.timeOf(c, k) == kUnsupported)
      return kInfiniteTime;
    const Time *added = graph.partsOf(c, k);
    for (unsigned p = 0; p < parts; ++p)
      sums[s * parts + p] += added[p];
    Bytes inFlight = 0;
    if (graph.suffixStash)
      inFlight = static_cast<Bytes>(graph.turned ? s + 1 : stages - s);
    memory[s] += graph.size[c] + graph.stash[c] * inFlight;
    transient[s] = std::max(transient[s], graph.transient[c]);
    if (graph.pin[c]) {
      if (pin[s] && pin[s] != graph.pin[c])
        return kInfiniteTime;
      pin[s] = graph.pin[c];
    }
    for (uint32_t p : graph.preds[c])
      if (chain.stageOf[p] > s)
        return kInfiniteTime;
  }
  std::vector<uint32_t> touched;
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    touched.clear();
    for (ClassId c : graph.items[i])
      touched.push_back(chain.stageOf[c]);
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    if (touched.size() < 2 && !graph.sticky[i])
      continue;
    uint32_t sourceStage =
        graph.source[i] == kNone ? kNone : chain.stageOf[graph.source[i]];
    for (uint32_t s : touched) {
      unsigned p = s == sourceStage ? graph.outPart[i] : graph.inPart[i];
      sums[s * parts + p] += graph.cost[chain.kinds[s]][i];
      memory[s] += graph.itemBytes[i];
    }
  }
  std::vector<Time> load(stages, 0);
  Time passes[2] = {0, 0};
  for (size_t s = 0; s < stages; ++s) {
    if (memory[s] + transient[s] > graph.kinds[chain.kinds[s]].memory)
      return kInfiniteTime;
    load[s] = graph.parts.load(&sums[s * parts]);
    for (unsigned pass = 0; pass < graph.parts.passes(); ++pass)
      passes[pass] =
          std::max(passes[pass], graph.parts.passLoad(&sums[s * parts], pass));
  }
  if (loads)
    *loads = std::move(load);
  return passes[0] + passes[1];
}

Assignment assignmentOf(const Instance &instance, const ClassGraph &graph,
                        const StageChain &chain) {
  Assignment assignment;
  size_t stages = chain.kinds.size();
  assignment.stageOf.resize(instance.numNodes());
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    uint32_t s = chain.stageOf[graph.classOf[v]];
    assignment.stageOf[v] =
        graph.turned ? static_cast<uint32_t>(stages - 1 - s) : s;
  }
  std::vector<uint32_t> index(stages, kNone);
  std::vector<std::vector<uint8_t>> taken(instance.numKinds());
  auto take = [&](KindId k, uint32_t i) {
    if (taken[k].size() <= i)
      taken[k].resize(i + 1, 0);
    taken[k][i] = 1;
  };
  std::vector<KindId> kinds = chain.kinds;
  if (graph.turned)
    std::reverse(kinds.begin(), kinds.end());
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.pinKind(v) != kNone && instance.pinIndex(v) != kNone) {
      index[assignment.stageOf[v]] = instance.pinIndex(v);
      take(instance.pinKind(v), instance.pinIndex(v));
    }
  std::vector<uint32_t> nextFree(instance.numKinds(), 0);
  for (size_t s = 0; s < stages; ++s) {
    KindId k = kinds[s];
    if (index[s] == kNone) {
      while (nextFree[k] < taken[k].size() && taken[k][nextFree[k]])
        ++nextFree[k];
      index[s] = nextFree[k]++;
    }
    assignment.stages.push_back({k, index[s]});
  }
  return assignment;
}

} // namespace placement::solver::contiguous
