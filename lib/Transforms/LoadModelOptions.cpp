//===- LoadModelOptions.cpp - Options for models of load ------------------===//
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
readLoadModel(StringRef communication, StringRef schedule,
              uint32_t microbatches,
              function_ref<InFlightDiagnostic()> emitError) {
  solver::LoadModelOverride given;
  if (!communication.empty()) {
    given.communication = solver::parseCommunication(communication);
    if (!given.communication)
      return emitError() << "comm is \"" << communication << "\"; it must be "
                         << solver::communicationNames();
  }
  if (!schedule.empty()) {
    given.schedule = solver::parseSchedule(schedule);
    if (!given.schedule)
      return emitError() << "schedule is \"" << schedule << "\"; it must be "
                         << solver::scheduleNames();
  }
  if (microbatches > solver::kMostMicrobatches)
    return emitError() << "microbatches is " << microbatches
                       << "; give at most " << solver::kMostMicrobatches;
  if (microbatches != 0)
    given.microbatches = microbatches;
  return given;
}

} // namespace placement
