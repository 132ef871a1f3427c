//===- LoadModel.h - What the load of a device counts -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_LOADMODEL_H
#define PLACEMENT_SOLVER_MODEL_LOADMODEL_H

#include "placement/Solver/Model/Objective.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace placement::solver {

/// How a device's transfers and its work share its time (DPO, section 3 and
/// appendix): one after the other; transfers of both directions share one
/// channel beside the work; each direction has a channel of its own.
enum class Communication { Sequential, HalfDuplex, FullDuplex };

/// How the passes of a training step are interleaved, and so what a plan is
/// worth. 1F1B keeps every device busy with both passes: the largest load over
/// devices, of both passes together. GPipe runs all forward passes before the
/// backward ones: the largest forward load plus the largest backward load,
/// which may belong to different devices. Without backward nodes the two agree.
enum class Schedule { OneForwardOneBackward, GPipe };

/// `sequential`, `half-duplex`, `full-duplex`.
const char *toString(Communication communication);
/// `1f1b`, `gpipe`.
const char *toString(Schedule schedule);
/// The inverse of toString; none for any other text.
std::optional<Communication> parseCommunication(std::string_view text);
std::optional<Schedule> parseSchedule(std::string_view text);
/// All names, for messages: `"sequential", "half-duplex" or "full-duplex"`.
const char *communicationNames();
const char *scheduleNames();

/// Nobody splits a batch further, and products with bytes stay small.
inline constexpr uint32_t kMostMicrobatches = uint32_t(1) << 20;

/// What a command line or a pass says about the model; what is not given stays
/// as the file or the program has it.
struct LoadModelOverride {
  std::optional<Communication> communication;
  std::optional<Schedule> schedule;
  /// Every stage keeps the stashes of this many samples (InFlight::All). Under
  /// GPipe only.
  std::optional<uint32_t> microbatches;
  ObjectiveOverride objective = {};
};

/// The time that sums of transfers in, work and transfers out take on one
/// device (of one pass, under GPipe). `T` is a time of any type.
template <typename T>
T combineLoad(Communication communication, T in, T compute, T out) {
  switch (communication) {
  case Communication::Sequential:
    return in + compute + out;
  case Communication::HalfDuplex:
    return std::max<T>(in + out, compute);
  case Communication::FullDuplex:
    return std::max({in, compute, out});
  }
  return in + compute + out;
}

/// For Algorithm::unsupportedReason of an algorithm that knows the default
/// model (sequential communication, 1F1B) only: empty for that model, else the
/// reason.
std::string onlyDefaultModel(Communication communication, Schedule schedule);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_LOADMODEL_H
