//===- Objective.h - What a plan is good at ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_OBJECTIVE_H
#define PLACEMENT_SOLVER_MODEL_OBJECTIVE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace placement::solver {

/// What the value of a plan is (docs/Solvers.md). Throughput: the largest load
/// of a device, the time per sample of the steady state. Latency: the time that
/// one sample takes from its start to the end of its last node, while no other
/// sample is in flight.
enum class Objective { Throughput, Latency };

/// `throughput`, `latency`.
const char *toString(Objective objective);
/// The inverse of toString; none for any other text.
std::optional<Objective> parseObjective(std::string_view text);
/// All names, for messages: `"throughput" or "latency"`.
const char *objectiveNames();

/// At most this many pieces on one device; more than anybody calls, and few
/// enough for tables by piece.
inline constexpr uint32_t kMostPiecesPerDevice = 64;
/// At most this many cores of a host kind.
inline constexpr uint32_t kMostCores = uint32_t(1) << 20;

/// Cores of every host kind: none for as many as can be of use (the paper's
/// assumption), kMachineCores for as many as the machine has devices of the
/// kind, else that number in each host kind.
using CoreLimit = std::optional<uint32_t>;
inline constexpr uint32_t kMachineCores = 0;

/// `unlimited`, `machine` or the number.
std::string toString(CoreLimit cores);
/// The inverse of toString, for numbers from 1 to kMostCores; the outer one is
/// none for any other text.
std::optional<CoreLimit> parseCores(std::string_view text);

/// What a command line or a pass says about the objective; what is not given
/// stays as the file or the program has it.
struct ObjectiveOverride {
  std::optional<Objective> objective;
  /// Under Objective::Latency only, both of them.
  std::optional<uint32_t> piecesPerDevice;
  std::optional<CoreLimit> cores;
};

/// For Algorithm::unsupportedReason of an algorithm that knows throughput only:
/// empty for that objective, else the reason.
std::string onlyThroughput(Objective objective);
/// The same for one that knows latency only.
std::string onlyLatency(Objective objective);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_OBJECTIVE_H
