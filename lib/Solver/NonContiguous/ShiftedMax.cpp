//===- ShiftedMax.cpp - The inner loop of grid pricing --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/ShiftedMax.h"

namespace placement::solver::noncontiguous {

namespace {

inline __attribute__((always_inline)) void
loop(int32_t *__restrict target, const int32_t *__restrict source, int32_t gain,
     size_t count) {
  for (size_t j = 0; j < count; ++j) {
    int32_t sum = source[j] + gain;
    target[j] = sum > target[j] ? sum : target[j];
  }
}

using Loop = void (*)(int32_t *, const int32_t *, int32_t, size_t);

void plain(int32_t *target, const int32_t *source, int32_t gain, size_t count) {
  loop(target, source, gain, count);
}

#if defined(__x86_64__)
// The baseline of x86-64 has no maximum of integers.
__attribute__((target("avx2"))) void
wide(int32_t *target, const int32_t *source, int32_t gain, size_t count) {
  loop(target, source, gain, count);
}

Loop choose() { return __builtin_cpu_supports("avx2") ? wide : plain; }
#else
Loop choose() { return plain; }
#endif

} // namespace

void shiftedMax(int32_t *target, const int32_t *source, int32_t gain,
                size_t count) {
  static const Loop chosen = choose();
  chosen(target, source, gain, count);
}

} // namespace placement::solver::noncontiguous
