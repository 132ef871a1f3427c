//===- AnswerWriter.h - Writes the lines of an answer -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_WORKER_ANSWERWRITER_H
#define PLACEMENT_TOOLS_PLACEMENT_WORKER_ANSWERWRITER_H

#include "Solver/External/LinearModel.h"

#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace placement::worker {

/// The worker's side of the protocol. Lines may come from any thread of a
/// solver; each is written whole and at once, so that what was found is known
/// even if the process is killed. Solutions and bounds that are no better than
/// those before are left out, and nothing follows the end.
class AnswerWriter {
public:
  /// Writes to the descriptor, which stays the caller's.
  AnswerWriter(int descriptor, const solver::external::LinearModel &model)
      : descriptor(descriptor), model(model) {}

  void greet(const std::string &solver);
  /// A solution that may break rows by a solver's tolerances is sent as long as
  /// there is none that holds.
  void incumbent(std::span<const int64_t> values);
  void bound(int64_t value);
  /// Ends the answer; a status like "optimal". Only the first call counts.
  void finish(const std::string &status, const std::string &message = {});
  /// As finish, with the status that what was sent deserves. Allocates nothing,
  /// for when there is no memory left.
  void finishWithoutMemory();

  /// Objective of the best solution that holds and was sent.
  std::optional<int64_t> best() const;

private:
  /// All of it, whatever interrupts; a parent that is gone ends the process.
  void write(const char *text, size_t size);

  int descriptor;
  const solver::external::LinearModel &model;
  mutable std::mutex mutex;
  std::optional<int64_t> bestObjective, bestBound;
  bool ended = false;
};

} // namespace placement::worker

#endif // PLACEMENT_TOOLS_PLACEMENT_WORKER_ANSWERWRITER_H
