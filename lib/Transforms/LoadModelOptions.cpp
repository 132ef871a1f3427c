//===- LoadModelOptions.cpp - Options for objectives and loads -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoadModelOptions.h"

using namespace mlir;

namespace placement {

FailureOr<solver::LoadModelOverride>
readLoadModel(const LoadModelTexts &texts,
              function_ref<InFlightDiagnostic()> emitError) {
  solver::LoadModelOverride given;
  if (!texts.objective.empty()) {
    given.objective.objective = solver::parseObjective(texts.objective);
    if (!given.objective.objective)
      return emitError() << "objective is \"" << texts.objective
                         << "\"; it must be " << solver::objectiveNames();
  }
  if (!texts.communication.empty()) {
    given.communication = solver::parseCommunication(texts.communication);
    if (!given.communication)
      return emitError() << "comm is \"" << texts.communication
                         << "\"; it must be " << solver::communicationNames();
  }
  if (!texts.schedule.empty()) {
    given.schedule = solver::parseSchedule(texts.schedule);
    if (!given.schedule)
      return emitError() << "schedule is \"" << texts.schedule
                         << "\"; it must be " << solver::scheduleNames();
  }
  if (texts.microbatches > solver::kMostMicrobatches)
    return emitError() << "microbatches is " << texts.microbatches
                       << "; give at most " << solver::kMostMicrobatches;
  if (texts.microbatches != 0)
    given.microbatches = texts.microbatches;
  if (texts.subgraphsPerDevice > solver::kMostPiecesPerDevice)
    return emitError() << "subgraphs-per-device is " << texts.subgraphsPerDevice
                       << "; give at most " << solver::kMostPiecesPerDevice;
  if (texts.subgraphsPerDevice != 0)
    given.objective.piecesPerDevice = texts.subgraphsPerDevice;
  if (!texts.cores.empty()) {
    given.objective.cores = solver::parseCores(texts.cores);
    if (!given.objective.cores)
      return emitError() << "cores is \"" << texts.cores
                         << "\"; give a number from 1 to " << solver::kMostCores
                         << ", \"machine\" or \"unlimited\"";
  }
  return given;
}

} // namespace placement
