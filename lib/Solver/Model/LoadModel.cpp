//===- LoadModel.cpp - What the load of a device counts -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/LoadModel.h"

#include "placement/Solver/Model/InstanceData.h"

namespace placement::solver {

const char *toString(Communication communication) {
  switch (communication) {
  case Communication::Sequential:
    return "sequential";
  case Communication::HalfDuplex:
    return "half-duplex";
  case Communication::FullDuplex:
    return "full-duplex";
  }
  return "sequential";
}

const char *toString(Schedule schedule) {
  switch (schedule) {
  case Schedule::OneForwardOneBackward:
    return "1f1b";
  case Schedule::GPipe:
    return "gpipe";
  }
  return "1f1b";
}

std::optional<Communication> parseCommunication(std::string_view text) {
  for (Communication one :
       {Communication::Sequential, Communication::HalfDuplex,
        Communication::FullDuplex})
    if (text == toString(one))
      return one;
  return std::nullopt;
}

std::optional<Schedule> parseSchedule(std::string_view text) {
  for (Schedule one : {Schedule::OneForwardOneBackward, Schedule::GPipe})
    if (text == toString(one))
      return one;
  return std::nullopt;
}

const char *communicationNames() {
  return "\"sequential\", \"half-duplex\" or \"full-duplex\"";
}

const char *scheduleNames() { return "\"1f1b\" or \"gpipe\""; }

const char *toString(InFlight inFlight) {
  switch (inFlight) {
  case InFlight::Single:
    return "single";
  case InFlight::SuffixStages:
    return "suffix-stages";
  case InFlight::All:
    return "all";
  }
  return "single";
}

std::optional<InFlight> parseInFlight(std::string_view text) {
  for (InFlight one : {InFlight::Single, InFlight::SuffixStages, InFlight::All})
    if (text == toString(one))
      return one;
  return std::nullopt;
}

const char *inFlightNames() {
  return "\"single\", \"suffix-stages\" or \"all\"";
}

static std::optional<Error> applyOverride(const ObjectiveOverride &given,
                                          InstanceData &data) {
  if (given.objective)
    data.objective = *given.objective;
  if (data.objective == Objective::Throughput) {
    if (given.piecesPerDevice || given.cores)
      return Error{data.source + ": a number of " +
                   (given.cores ? "cores" : "subgraphs per device") +
                   " is given, but the objective is throughput, which has "
                   "none; leave it out, or ask for latency"};
    if (given.objective) {
      data.piecesPerDevice = 1;
      data.cores.reset();
    }
    return std::nullopt;
  }
  if (given.piecesPerDevice)
    data.piecesPerDevice = *given.piecesPerDevice;
  if (given.cores)
    data.cores = *given.cores;
  return std::nullopt;
}

std::optional<Error> applyOverride(const LoadModelOverride &given,
                                   InstanceData &data) {
  if (given.communication)
    data.communication = *given.communication;
  if (given.schedule)
    data.schedule = *given.schedule;
  if (std::optional<Error> error = applyOverride(given.objective, data))
    return error;
  if (!given.microbatches)
    return std::nullopt;
  // Under latency no schedule would make them possible, as the checks of the
  // instance say.
  if (data.schedule != Schedule::GPipe &&
      data.objective == Objective::Throughput)
    return Error{data.source +
                 ": microbatches are given, but the schedule is " +
                 toString(data.schedule) +
                 ", where a stage keeps the stashes of later stages; leave "
                 "them out, or ask for the schedule gpipe"};
  data.inFlight = InFlight::All;
  data.microbatches = *given.microbatches;
  return std::nullopt;
}

std::string onlyDefaultModel(Communication communication, Schedule schedule) {
  std::string asked;
  if (communication != Communication::Sequential)
    asked = std::string(toString(communication)) + " communication";
  if (schedule != Schedule::OneForwardOneBackward)
    asked += (asked.empty() ? "" : " and ") + std::string("the schedule ") +
             toString(schedule);
  if (asked.empty())
    return {};
  return "it knows sequential communication and the schedule 1f1b only, but "
         "the problem has " +
         asked;
}

} // namespace placement::solver
