//===- BundleMaster.cpp - Multipliers from the sets met so far ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/BundleMaster.h"

#include "Solver/NonContiguous/GridPricing.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace placement::solver::noncontiguous {

namespace {

/// Most pairs that exchange weight for one proposal, and the difference of
/// sums, relative to the largest one, that is not worth an exchange.
constexpr unsigned kMostExchanges = 2'000;
constexpr double kTolerance = 1e-5;
/// Length of the first step in relation to the centre, and what a step grows or
/// shrinks by.
constexpr double kFirstStep = 0.02;
constexpr double kGrow = 2, kShrink = 0.7;
constexpr double kGood = 0.3;
constexpr unsigned kMostMisses = 3;
/// The shortest step in relation to the first.
constexpr double kLeastStep = 0.01;
/// The value that is wanted.
constexpr double kAim = 0.99;
/// Better multipliers are not expected further from the centre than this share
/// of its length. At half the length, limits that fall were given up for good
/// on graphs with few classes and two kinds (layer GNMT).
constexpr double kFarthest = 2;

} // namespace

BundleMaster::BundleMaster(size_t classes, const std::vector<uint32_t> &counts,
                           const std::vector<double> &start, double step)
    : classes(classes), counts(counts), products(kCapacity * kCapacity, 0),
      best(start), bestValue(INFINITY), step(step) {
  double sum = 0;
  for (double value : best)
    sum += value;
  for (double &value : best)
    value = sum > 0 ? value / sum : 1 / static_cast<double>(classes);
  proposal = best;
  // The empty set: a device may hold nothing.
  for (size_t k = 0; k < counts.size(); ++k) {
    add(k, {});
    columns.back().weight = counts[k];
  }
}

bool BundleMaster::add(size_t kind, const std::vector<ClassId> &set) {
  std::vector<uint64_t> bits((classes + 63) / 64, 0);
  for (ClassId c : set)
    bits[c / 64] |= uint64_t(1) << (c % 64);
  for (const Column &column : columns)
    if (column.kind == kind && column.bits == bits)
      return false;
  size_t slot = columns.size();
  if (slot == kCapacity) {
    // The one that has been without weight for longest; not an empty set.
    slot = SIZE_MAX;
    for (size_t c = 0; c < columns.size(); ++c)
      if (columns[c].weight <= 0 && !columns[c].classes.empty() &&
          (slot == SIZE_MAX || columns[c].lastUsed < columns[slot].lastUsed))
        slot = c;
    if (slot == SIZE_MAX)
      return false;
  } else {
    columns.emplace_back();
  }
  Column &column = columns[slot];
  column.kind = kind;
  column.classes = set;
  column.bits = std::move(bits);
  column.weight = 0;
  column.lastUsed = round;
  column.sum = 0;
  for (ClassId c : set)
    column.sum += proposal[c];
  for (size_t other = 0; other < columns.size(); ++other) {
    size_t common = 0;
    for (size_t w = 0; w < column.bits.size(); ++w)
      common += static_cast<size_t>(
          std::popcount(column.bits[w] & columns[other].bits[w]));
    double product = static_cast<double>(common) -
                     static_cast<double>(set.size()) *
                         static_cast<double>(columns[other].classes.size()) /
                         static_cast<double>(classes);
    gram(slot, other) = gram(other, slot) = static_cast<float>(product);
  }
  return true;
}

bool BundleMaster::coversAll() const {
  // F(l) >= l . cover = mean + l . (cover - mean) for l of sum one.
  double norm = 0;
  for (double value : best)
    norm += value * value;
  // Below one means below by at least one of the integers that add up to no
  // more than kMostMultipliers. So a partition within the limit ends the
  // search.
  return round > 0 && mean - residual * kFarthest * std::sqrt(norm) >
                          1 - 1 / static_cast<double>(kMostMultipliers);
}

/// Cover, proposal and sums from the weights.
void BundleMaster::recompute() {
  cover.assign(classes, 0);
  for (const Column &column : columns)
    if (column.weight > 0)
      for (ClassId c : column.classes)
        cover[c] += column.weight;
  mean = 0;
  for (double value : cover)
    mean += value;
  mean /= static_cast<double>(classes);
  double square = 0;
  for (double &value : cover) {
    value -= mean;
    square += value * value;
  }
  residual = std::sqrt(square);
  for (size_t c = 0; c < classes; ++c)
    proposal[c] = best[c] - step * cover[c];
  for (Column &column : columns) {
    column.sum = 0;
    for (ClassId c : column.classes)
      column.sum += proposal[c];
  }
}

/// The first step follows from what is lost where every device holds the
/// heaviest set at the centre.
void BundleMaster::measureStep() {
  for (Column &column : columns) {
    column.weight = 0;
    column.sum = 0;
    for (ClassId c : column.classes)
      column.sum += best[c];
  }
  for (size_t k = 0; k < counts.size(); ++k) {
    Column *heaviest = nullptr;
    for (Column &column : columns)
      if (column.kind == k && (!heaviest || column.sum > heaviest->sum))
        heaviest = &column;
    heaviest->weight = counts[k];
  }
  recompute();
  double norm = 0;
  for (double value : best)
    norm += value * value;
  firstStep = kFirstStep * std::sqrt(norm) / std::max(residual, 1e-9);
  step = step == 0 ? firstStep : std::max(step, kLeastStep * firstStep);
}

/// Moves weight from the lightest to the heaviest set of a kind until all with
/// weight are nearly as heavy.
void BundleMaster::balance() {
  for (unsigned n = 0; n < kMostExchanges; ++n) {
    size_t from = SIZE_MAX, to = SIZE_MAX;
    double most = 0, largest = 0;
    for (size_t k = 0; k < counts.size(); ++k) {
      size_t low = SIZE_MAX, high = SIZE_MAX;
      for (size_t c = 0; c < columns.size(); ++c) {
        if (columns[c].kind != k)
          continue;
        if (high == SIZE_MAX || columns[c].sum > columns[high].sum)
          high = c;
        if (columns[c].weight > 0 &&
            (low == SIZE_MAX || columns[c].sum < columns[low].sum))
          low = c;
      }
      if (low == SIZE_MAX)
        continue;
      largest = std::max(largest, columns[high].sum);
      double difference = columns[high].sum - columns[low].sum;
      if (difference > most) {
        most = difference;
        from = low;
        to = high;
      }
    }
    if (from == SIZE_MAX || most <= kTolerance * largest)
      return;
    double curve = gram(to, to) + gram(from, from) - 2.0 * gram(to, from);
    double amount = columns[from].weight;
    if (curve > 1e-12)
      amount = std::min(amount, most / (step * curve));
    columns[to].weight += amount;
    columns[from].weight =
        amount == columns[from].weight ? 0 : columns[from].weight - amount;
    const float *gain = &products[to * kCapacity],
                *loss = &products[from * kCapacity];
    double factor = step * amount;
    for (size_t c = 0; c < columns.size(); ++c)
      columns[c].sum -= factor * (gain[c] - loss[c]);
  }
}

const std::vector<double> &BundleMaster::propose() {
  ++round;
  if (firstStep == 0)
    measureStep();
  recompute();
  balance();
  recompute();
  model = 0;
  for (size_t k = 0; k < counts.size(); ++k) {
    double most = 0;
    for (const Column &column : columns)
      if (column.kind == k)
        most = std::max(most, column.sum);
    model += counts[k] * most;
  }
  for (Column &column : columns)
    if (column.weight > 0)
      column.lastUsed = round;
  return proposal;
}

void BundleMaster::answer(double value) {
  double promised = bestValue - model;
  if (value < bestValue) {
    // Much of what the model promised: go further, unless it promises more
    // than is needed.
    if (bestValue - value > kGood * promised && model > kAim)
      step *= kGrow;
    bestValue = value;
    best = proposal;
    misses = 0;
  } else if (++misses >= kMostMisses) {
    step = std::max(step * kShrink, kLeastStep * firstStep);
    misses = 0;
  }
}

} // namespace placement::solver::noncontiguous
