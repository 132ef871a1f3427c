//===- Units.h - Integer units of the solver core ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_UNITS_H
#define PLACEMENT_SOLVER_MODEL_UNITS_H

#include <cstdint>
#include <limits>

namespace placement::solver {

/// Dense index of a node, in program order.
using NodeId = uint32_t;
/// Dense index of a net (one value: a producer, its consumers, its bytes).
using NetId = uint32_t;
/// Dense index of a device kind of the machine.
using KindId = uint32_t;

/// Time in units of 2^-e of the instance's own unit, where e is
/// `Instance::timeExponent()`. Sums of all finite times of an instance stay
/// below 2^61, so a sum of any of them cannot overflow.
using Time = int64_t;
/// Memory in bytes.
using Bytes = int64_t;

/// The time of a node on a device kind that cannot run it.
inline constexpr Time kUnsupported = std::numeric_limits<Time>::max();
/// An objective value worse than any real one ("no plan yet").
inline constexpr Time kInfiniteTime = std::numeric_limits<Time>::max();
/// Memory of a device kind without a limit.
inline constexpr Bytes kUnlimitedBytes = std::numeric_limits<Bytes>::max();
/// "No node", "no group" and the like.
inline constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_UNITS_H
