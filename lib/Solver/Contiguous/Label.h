//===- Label.h - A stage under construction ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_LABEL_H
#define PLACEMENT_SOLVER_CONTIGUOUS_LABEL_H

#include "Solver/Contiguous/ClassGraph.h"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace placement::solver::contiguous {

/// A set of positions in an ideal's list of crossing items.
template <unsigned Words>
struct Mask {
  std::array<uint64_t, Words> word{};

  void set(uint32_t p) { word[p >> 6] |= uint64_t(1) << (p & 63); }
  bool test(uint32_t p) const { return word[p >> 6] >> (p & 63) & 1; }
  void clear(uint32_t p) { word[p >> 6] &= ~(uint64_t(1) << (p & 63)); }
  bool any() const {
    uint64_t all = 0;
    for (uint64_t w : word)
      all |= w;
    return all != 0;
  }
  void setFirst(uint32_t n) {
    for (unsigned i = 0; i < Words; ++i) {
      uint32_t bits = n > 64 * i ? n - 64 * i : 0;
      word[i] = bits >= 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1;
    }
  }
  /// Calls f with each position.
  template <typename F>
  void forEach(F f) const {
    for (unsigned i = 0; i < Words; ++i)
      for (uint64_t w = word[i]; w; w &= w - 1)
        f(64 * i + static_cast<uint32_t>(std::countr_zero(w)));
  }
  Mask operator&(const Mask &o) const {
    Mask r;
    for (unsigned i = 0; i < Words; ++i)
      r.word[i] = word[i] & o.word[i];
    return r;
  }
  Mask without(const Mask &o) const {
    Mask r;
    for (unsigned i = 0; i < Words; ++i)
      r.word[i] = word[i] & ~o.word[i];
    return r;
  }
  /// Takes position p out; higher positions move down.
  void erasePosition(uint32_t p) {
    unsigned i = p >> 6;
    uint64_t low = (uint64_t(1) << (p & 63)) - 1;
    word[i] = (word[i] & low) | ((word[i] >> 1) & ~low);
    for (; i + 1 < Words; ++i) {
      word[i] = (word[i] & ~(uint64_t(1) << 63)) | (word[i + 1] << 63);
      word[i + 1] >>= 1;
    }
  }
  /// Makes room for an unset position p; higher positions move up.
  void insertPosition(uint32_t p) {
    unsigned i = p >> 6;
    for (unsigned j = Words - 1; j > i; --j)
      word[j] = (word[j] << 1) | (word[j - 1] >> 63);
    uint64_t low = (uint64_t(1) << (p & 63)) - 1;
    word[i] = (word[i] & low) | ((word[i] & ~low) << 1);
  }
};

/// Numbers of used devices by kind, packed with a guard bit each, so that one
/// subtraction compares them all.
class CountPacking {
public:
  explicit CountPacking(std::span<const EngineKind> kinds);

  bool fits() const { return usedBits <= 64; }
  uint64_t one(KindId k) const { return uint64_t(1) << shift[k]; }
  uint32_t get(uint64_t packed, KindId k) const {
    return static_cast<uint32_t>(packed >> shift[k] & mask[k]);
  }
  /// Every count of a is at most that of b.
  bool lessEqual(uint64_t a, uint64_t b) const {
    return (((b | guard) - a) & guard) == guard;
  }
  uint32_t total(uint64_t packed) const {
    uint32_t sum = 0;
    for (KindId k = 0; k < shift.size(); ++k)
      sum += get(packed, k);
    return sum;
  }

private:
  std::vector<uint32_t> shift;
  std::vector<uint64_t> mask;
  uint64_t guard = 0;
  uint32_t usedBits = 0;
};

/// LoadParts at compile time, so that the sweep of the default model carries
/// nothing of the others.
template <unsigned PerPass, unsigned Passes>
struct LoadShape {
  static constexpr unsigned perPass = PerPass, passes = Passes;
  static constexpr unsigned parts = PerPass * Passes;
  static constexpr bool single = parts == 1;
  static constexpr bool byPass = Passes == 2;
};
using SequentialShape = LoadShape<1, 1>;

/// The load of a stage part by part, and by how much each can still fall:
/// refunds, and what the stage pays as receiver until the sender joins it.
template <unsigned Parts>
struct PartLoads {
  std::array<Time, Parts> sum{}, fall{};
  Time least(unsigned p) const { return sum[p] - fall[p]; }
};
/// One part is the load itself.
template <>
struct PartLoads<1> {};

/// Under GPipe: the largest forward and backward load of the stages before,
/// and never less than what every chain has.
template <unsigned Passes>
struct PassPeaks {
  std::array<Time, 2> peak{};
  bool below(const PassPeaks &other) const {
    return peak[0] <= other.peak[0] && peak[1] <= other.peak[1];
  }
};
template <>
struct PassPeaks<1> {
  bool below(const PassPeaks &) const { return true; }
};

/// The stage that a device is filling when the sweep stands at an ideal J. If
/// the stage began at boundary I, its classes are J \ I, and of the items
/// crossing J (members inside and outside J)
///  * `refundable` have no member in I: paid now, refunded if they close here;
///  * `untouched` have members in I but none in the stage: paid once touched;
///  * the rest are paid for good.
/// Sticky items are never refundable. Nothing else about I matters for what
/// follows (docs/Solvers.md).
template <unsigned Words, typename Shape>
struct Label : PartLoads<Shape::parts>, PassPeaks<Shape::passes> {
  /// Load if the stage ended at J, all parts together; sums of costs of the two
  /// sets.
  Time load = 0, refund = 0, untouchedCost = 0;
  /// Bytes held for good and the largest transient; zero when memory is free.
  Bytes memory = 0, transient = 0;
  /// Devices used, this stage's included.
  uint64_t used = 0;
  int32_t boundary = -1;
  int32_t next = -1;
  uint32_t pin = 0;
  Mask<Words> refundable, untouched;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_LABEL_H
