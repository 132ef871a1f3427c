//===- LoadModel.cpp - What the load of a device counts -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/LoadModel.h"

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
