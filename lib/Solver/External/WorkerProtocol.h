//===- WorkerProtocol.h - Words of parent and worker ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_EXTERNAL_WORKERPROTOCOL_H
#define PLACEMENT_SOLVER_EXTERNAL_WORKERPROTOCOL_H

#include "Solver/External/LinearModel.h"

#include <string>
#include <string_view>

// The protocol is text, line by line, described in docs/Workers.md. A change
// that an older worker would misread takes a new version number.

namespace placement::solver::external {

inline constexpr std::string_view kModelHeader = "placement-model 1";
inline constexpr std::string_view kAnswerHeader = "placement-answer 1";

/// What the parent asks for beside the model.
struct WorkerRequest {
  std::string solver = "highs";
  std::string ortools;
  /// Wall seconds; infinity for none.
  double timeLimit = std::numeric_limits<double>::infinity();
  uint64_t memoryLimit = 0;
  uint32_t threads = 1;
  uint64_t seed = 1;
  double gap = 0;
};

/// The request and the model as text. O(terms).
std::string writeRequest(const LinearModel &model,
                         const WorkerRequest &request);

/// Reads what writeRequest wrote, up to and including its line "end". Trusts no
/// count: memory grows with what was read. Empty, or what is wrong and in which
/// line. `rest` is where the text behind that line begins.
std::string readRequest(std::string_view text, LinearModel &model,
                        WorkerRequest &request, size_t &rest);

/// Takes a worker's answer apart as it comes in. Trusts nothing: a line that is
/// too long, unknown, or has odd numbers is an error, after which nothing more
/// is read.
class AnswerReader {
public:
  /// Told in the order of the lines. Values have the right number, and each is
  /// within its variable's bounds; everything else is a claim.
  class Listener {
  public:
    virtual ~Listener() = default;
    virtual void onSolver(std::string name) = 0;
    virtual void onIncumbent(const std::vector<int64_t> &values) = 0;
    virtual void onBound(int64_t bound) = 0;
    /// "optimal", "feasible", "infeasible", "unknown" or "failed".
    virtual void onStatus(std::string_view status) = 0;
    virtual void onMessage(std::string text) = 0;
  };

  /// The model must outlive the reader.
  explicit AnswerReader(const LinearModel &model);

  /// Takes in bytes and calls back for each whole line. False after an error.
  bool feed(std::string_view bytes, Listener &listener);
  /// The line "end" has come; what follows is not read.
  bool complete() const { return ended; }
  /// The first line has come.
  bool begun() const { return greeted; }
  /// Empty, or what was wrong with the answer.
  const std::string &error() const { return errorText; }

private:
  bool readLine(std::string_view line, Listener &listener);
  bool fail(std::string text);
  bool readIncumbent(std::string_view text, Listener &listener);

  const LinearModel &model;
  size_t longestLine;
  std::string pending;
  std::string errorText;
  std::vector<int64_t> values;
  bool greeted = false, haveStatus = false, ended = false;
};

/// Texts of the other side for messages: printable, and not endless.
std::string printable(std::string_view text, size_t most = 200);

} // namespace placement::solver::external

#endif // PLACEMENT_SOLVER_EXTERNAL_WORKERPROTOCOL_H
