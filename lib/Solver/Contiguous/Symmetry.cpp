//===- Symmetry.cpp - Interchangeable branches of a graph -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Symmetry.h"

#include "Solver/Contiguous/Colouring.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// Sets `value(i)` to the least among all i of equal key.
template <typename ValueT>
void lowerByKey(const std::vector<uint64_t> &key, ValueT value) {
  std::vector<uint32_t> order(key.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return key[a] != key[b] ? key[a] < key[b] : a < b;
  });
  for (size_t a = 0; a < order.size();) {
    size_t b = a;
    auto least = value(order[a]);
    for (; b < order.size() && key[order[b]] == key[order[a]]; ++b)
      least = std::min(least, value(order[b]));
    for (; a < b; ++a)
      value(order[a]) = least;
  }
}

/// Finds items by their members.
class ItemIndex {
public:
  explicit ItemIndex(const ClassGraph &graph) : graph(graph) {
    order.resize(graph.numItems());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](ItemId a, ItemId b) {
      return less(graph.items[a], graph.items[b]);
    });
  }
  /// The item with exactly these members (sorted) that is like item `like` in
  /// all but costs and has this source.
  ItemId find(const std::vector<uint32_t> &members, ItemId like,
              ClassId source) const {
    auto it = std::lower_bound(order.begin(), order.end(), members,
                               [&](ItemId a, const std::vector<uint32_t> &b) {
                                 return less(graph.items[a], b);
                               });
    for (; it != order.end() && std::ranges::equal(graph.items[*it], members);
         ++it)
      if (graph.sticky[*it] == graph.sticky[like] &&
          graph.inPart[*it] == graph.inPart[like] &&
          graph.outPart[*it] == graph.outPart[like] &&
          graph.source[*it] == source)
        return *it;
    return kNone;
  }

private:
  template <typename A, typename B>
  static bool less(const A &a, const B &b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  }
  const ClassGraph &graph;
  std::vector<ItemId> order;
};

bool sameItemCosts(const ClassGraph &graph, ItemId a, ItemId b) {
  if (graph.sticky[a] != graph.sticky[b] ||
      graph.itemBytes[a] != graph.itemBytes[b])
    return false;
  for (KindId k = 0; k < graph.numKinds(); ++k)
    if (graph.cost[k][a] != graph.cost[k][b])
      return false;
  return true;
}

bool sameClassCosts(const ClassGraph &graph, ClassId a, ClassId b) {
  for (KindId k = 0; k < graph.numKinds(); ++k)
    if (graph.timeOf(a, k) != graph.timeOf(b, k) ||
        (graph.timeOf(a, k) != kUnsupported &&
         !std::equal(graph.partsOf(a, k),
                     graph.partsOf(a, k) + graph.parts.count(),
                     graph.partsOf(b, k))))
      return false;
  return graph.size[a] == graph.size[b] && graph.stash[a] == graph.stash[b] &&
         graph.transient[a] == graph.transient[b] && !graph.pin[a] &&
         !graph.pin[b];
}

/// Checks that exchanging x[i] and y[i] for all i changes nothing. Explicit
/// about every edge and item: nothing rests on colours.
class ExchangeTest {
public:
  ExchangeTest(const ClassGraph &graph, const ItemIndex &index)
      : graph(graph), index(index), image(graph.numClasses) {
    std::iota(image.begin(), image.end(), 0);
  }

  bool isAutomorphism(const std::vector<ClassId> &x,
                      const std::vector<ClassId> &y) {
    for (size_t i = 0; i < x.size(); ++i) {
      image[x[i]] = y[i];
      image[y[i]] = x[i];
    }
    bool ok = true;
    for (size_t i = 0; i < x.size() && ok; ++i)
      ok = checkClass(x[i]) && checkClass(y[i]);
    for (size_t i = 0; i < x.size(); ++i) {
      image[x[i]] = x[i];
      image[y[i]] = y[i];
    }
    return ok;
  }

private:
  bool checkClass(ClassId c) {
    ClassId d = image[c];
    if (!sameClassCosts(graph, c, d))
      return false;
    for (const Rows *rows : {&graph.preds, &graph.succs}) {
      mapSorted((*rows)[c]);
      if (!std::ranges::equal((*rows)[d], mapped))
        return false;
    }
    for (ItemId i : graph.itemsOf[c]) {
      mapSorted(graph.items[i]);
      ClassId source = graph.source[i];
      ItemId j = index.find(mapped, i, source == kNone ? kNone : image[source]);
      if (j == kNone || !sameItemCosts(graph, i, j))
        return false;
    }
    return true;
  }
  template <typename RangeT>
  void mapSorted(const RangeT &range) {
    mapped.clear();
    for (uint32_t c : range)
      mapped.push_back(image[c]);
    std::sort(mapped.begin(), mapped.end());
  }

  const ClassGraph &graph;
  const ItemIndex &index;
  std::vector<ClassId> image;
  std::vector<uint32_t> mapped;
};

/// Connected components of the classes whose colour is not unique, each sorted
/// by colour.
std::vector<std::vector<ClassId>>
components(const ClassGraph &graph, const std::vector<uint64_t> &colour) {
  std::vector<uint64_t> sorted = colour;
  std::sort(sorted.begin(), sorted.end());
  auto shared = [&](ClassId c) {
    auto range = std::equal_range(sorted.begin(), sorted.end(), colour[c]);
    return range.second - range.first > 1;
  };
  std::vector<uint8_t> candidate(graph.numClasses), seen(graph.numClasses, 0);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    candidate[c] = shared(c);
  std::vector<std::vector<ClassId>> result;
  for (ClassId root = 0; root < graph.numClasses; ++root) {
    if (!candidate[root] || seen[root])
      continue;
    std::vector<ClassId> part = {root};
    seen[root] = 1;
    for (size_t head = 0; head < part.size(); ++head)
      for (const Rows *rows : {&graph.preds, &graph.succs})
        for (uint32_t d : (*rows)[part[head]])
          if (candidate[d] && !seen[d]) {
            seen[d] = 1;
            part.push_back(d);
          }
    std::sort(part.begin(), part.end(), [&](ClassId a, ClassId b) {
      return std::pair(colour[a], a) < std::pair(colour[b], b);
    });
    result.push_back(std::move(part));
  }
  return result;
}

/// Records which items move with the branches of a group. False when an item
/// does not fit the scheme, so that the group cannot be used.
bool collectItems(const ClassGraph &graph, const ItemIndex &index,
                  Symmetry &symmetry, uint32_t g) {
  Symmetry::Group &group = symmetry.groups[g];
  size_t branches = group.branches.size();
  std::vector<ItemId> candidates;
  for (ClassId c : group.branches[0])
    for (ItemId i : graph.itemsOf[c])
      candidates.push_back(i);
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()),
                   candidates.end());
  group.items.resize(branches);
  std::vector<uint32_t> mapped;
  // A class with those of branch a and b exchanged, and so for an item's
  // members.
  auto exchange = [&](ClassId c, size_t a, size_t b) {
    if (c == kNone || symmetry.classGroup[c] != g)
      return c;
    if (symmetry.classBranch[c] == a)
      return group.branches[b][symmetry.classRole[c]];
    if (symmetry.classBranch[c] == b)
      return group.branches[a][symmetry.classRole[c]];
    return c;
  };
  auto exchanged = [&](ItemId i, size_t a, size_t b) {
    mapped.clear();
    for (ClassId c : graph.items[i])
      mapped.push_back(exchange(c, a, b));
    std::sort(mapped.begin(), mapped.end());
  };
  for (ItemId i : candidates) {
    bool touchesOther = false;
    for (ClassId c : graph.items[i])
      touchesOther |=
          symmetry.classGroup[c] == g && symmetry.classBranch[c] != 0;
    if (touchesOther) {
      // Shared by several branches: has to be the same for all of them.
      for (size_t b = 1; b < branches; ++b) {
        exchanged(i, b - 1, b);
        if (!std::ranges::equal(graph.items[i], mapped) ||
            exchange(graph.source[i], b - 1, b) != graph.source[i])
          return false;
      }
      continue;
    }
    if (symmetry.itemGroup[i] != kNone)
      return false;
    uint32_t role = static_cast<uint32_t>(group.items[0].size());
    for (size_t b = 0; b < branches; ++b) {
      exchanged(i, 0, b);
      ItemId j =
          b == 0 ? i : index.find(mapped, i, exchange(graph.source[i], 0, b));
      if (j == kNone)
        return false;
      symmetry.itemGroup[j] = g;
      symmetry.itemBranch[j] = static_cast<uint32_t>(b);
      symmetry.itemRole[j] = role;
      group.items[b].push_back(j);
    }
  }
  return true;
}

} // namespace

ClassGraph lowerToSymmetric(ClassGraph graph) {
  Colours colours = colour(graph, false);
  size_t kindCount = graph.numKinds();
  size_t width = graph.partTime.empty() ? 0 : kindCount * graph.parts.count();
  for (size_t i = 0; i < width; ++i)
    lowerByKey(colours.ofClass, [&](uint32_t c) -> Time & {
      return graph.partTime[c * width + i];
    });
  for (KindId k = 0; k < kindCount; ++k) {
    lowerByKey(colours.ofClass, [&](uint32_t c) -> Time & {
      return graph.time[c * kindCount + k];
    });
    lowerByKey(colours.ofItem,
               [&](uint32_t i) -> Time & { return graph.cost[k][i]; });
  }
  for (auto *values : {&graph.size, &graph.stash, &graph.transient})
    lowerByKey(colours.ofClass,
               [&](uint32_t c) -> Bytes & { return (*values)[c]; });
  lowerByKey(colours.ofItem,
             [&](uint32_t i) -> Bytes & { return graph.itemBytes[i]; });
  return graph;
}

ClassGraph orderTwins(ClassGraph graph) {
  // Classes with equal neighbours next to each other, in order of number.
  std::vector<ClassId> order(graph.numClasses);
  std::iota(order.begin(), order.end(), 0);
  auto compareRows = [&](const Rows &rows, ClassId a, ClassId b) {
    auto x = rows[a], y = rows[b];
    return std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(),
                                                  y.end());
  };
  auto compare = [&](ClassId a, ClassId b) {
    auto c = compareRows(graph.preds, a, b);
    return c != 0 ? c : compareRows(graph.succs, a, b);
  };
  std::sort(order.begin(), order.end(), [&](ClassId a, ClassId b) {
    auto c = compare(a, b);
    return c != 0 ? c < 0 : a < b;
  });
  ItemIndex index(graph);
  ExchangeTest test(graph, index);
  std::vector<std::pair<ClassId, ClassId>> pairs;
  for (size_t i = 1; i < order.size(); ++i)
    if (compare(order[i - 1], order[i]) == 0 &&
        test.isAutomorphism({order[i - 1]}, {order[i]}))
      pairs.push_back({order[i - 1], order[i]});
  if (pairs.empty())
    return graph;
  auto withEdges = [&](const Rows &rows, bool forward) {
    std::vector<std::pair<ClassId, ClassId>> edges;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      for (uint32_t d : rows[c])
        edges.push_back({c, d});
    for (auto [a, b] : pairs)
      edges.push_back(forward ? std::pair(a, b) : std::pair(b, a));
    std::sort(edges.begin(), edges.end());
    Rows result;
    size_t e = 0;
    for (ClassId c = 0; c < graph.numClasses; ++c) {
      for (; e < edges.size() && edges[e].first == c; ++e)
        result.add(edges[e].second);
      result.endRow();
    }
    return result;
  };
  Rows preds = withEdges(graph.preds, false);
  graph.succs = withEdges(graph.succs, true);
  graph.preds = std::move(preds);
  return graph;
}

Symmetry findSymmetry(const ClassGraph &graph) {
  Symmetry symmetry;
  symmetry.classGroup.assign(graph.numClasses, kNone);
  symmetry.classBranch = symmetry.classRole = symmetry.classGroup;
  symmetry.itemGroup.assign(graph.numItems(), kNone);
  symmetry.itemBranch = symmetry.itemRole = symmetry.itemGroup;

  std::vector<uint64_t> classColour = colour(graph, true).ofClass;
  std::vector<std::vector<ClassId>> parts = components(graph, classColour);
  // Parts with the same colours next to each other, in program order.
  auto colours = [&](const std::vector<ClassId> &part) {
    std::vector<uint64_t> row;
    for (ClassId c : part)
      row.push_back(classColour[c]);
    return row;
  };
  std::vector<std::pair<std::vector<uint64_t>, size_t>> keyed;
  for (size_t i = 0; i < parts.size(); ++i)
    // Roles are bits of one word.
    if (parts[i].size() <= 63)
      keyed.push_back({colours(parts[i]), i});
  std::sort(keyed.begin(), keyed.end());

  ItemIndex index(graph);
  ExchangeTest test(graph, index);
  for (size_t a = 0; a < keyed.size();) {
    size_t b = a + 1;
    Symmetry::Group group;
    group.branches.push_back(parts[keyed[a].second]);
    for (; b < keyed.size() && keyed[b].first == keyed[a].first; ++b)
      if (test.isAutomorphism(group.branches.back(), parts[keyed[b].second]))
        group.branches.push_back(parts[keyed[b].second]);
    a = b;
    if (group.branches.size() < 2)
      continue;
    uint32_t g = static_cast<uint32_t>(symmetry.groups.size());
    for (uint32_t br = 0; br < group.branches.size(); ++br)
      for (uint32_t r = 0; r < group.branches[br].size(); ++r) {
        ClassId c = group.branches[br][r];
        symmetry.classGroup[c] = g;
        symmetry.classBranch[c] = br;
        symmetry.classRole[c] = r;
      }
    symmetry.groups.push_back(std::move(group));
    if (!collectItems(graph, index, symmetry, g)) {
      for (const auto &branch : symmetry.groups.back().branches)
        for (ClassId c : branch)
          symmetry.classGroup[c] = kNone;
      for (uint32_t &ig : symmetry.itemGroup)
        if (ig == g)
          ig = kNone;
      symmetry.groups.pop_back();
    }
  }
  return symmetry;
}

} // namespace placement::solver::contiguous
