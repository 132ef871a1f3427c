//===- AnswerWriter.cpp - Writes the lines of an answer -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnswerWriter.h"

#include "Solver/External/WorkerProtocol.h"

#include <cerrno>
#include <unistd.h>

using namespace placement::worker;
namespace external = placement::solver::external;

void AnswerWriter::write(const char *text, size_t size) {
  while (size > 0) {
    ssize_t written = ::write(descriptor, text, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      ::_exit(1);
    text += written;
    size -= static_cast<size_t>(written);
  }
}

void AnswerWriter::greet(const std::string &solver) {
  std::string line = std::string(external::kAnswerHeader) + " " + solver + "\n";
  write(line.data(), line.size());
}

void AnswerWriter::incumbent(std::span<const int64_t> values) {
  bool feasible = model.isFeasible(values);
  int64_t objective = model.objectiveOf(values);
  // Made before the lock is taken: what runs out of memory within the lock
  // could not say so.
  std::string line = "incumbent";
  line.reserve(values.size() * 3 + 16);
  for (int64_t value : values)
    line += ' ' + std::to_string(value);
  line += '\n';

  std::lock_guard<std::mutex> lock(mutex);
  if (ended || (bestObjective && (!feasible || objective >= *bestObjective)))
    return;
  if (feasible)
    bestObjective = objective;
  write(line.data(), line.size());
}

void AnswerWriter::bound(int64_t value) {
  std::string line = "bound " + std::to_string(value) + "\n";
  std::lock_guard<std::mutex> lock(mutex);
  if (ended || (bestBound && value <= *bestBound))
    return;
  bestBound = value;
  write(line.data(), line.size());
}

void AnswerWriter::finish(const std::string &status,
                          const std::string &message) {
  std::string lines = "status " + status + "\n";
  if (!message.empty())
    lines += "message " + external::printable(message, 500) + "\n";
  lines += "end\n";
  std::lock_guard<std::mutex> lock(mutex);
  if (ended)
    return;
  ended = true;
  write(lines.data(), lines.size());
}

void AnswerWriter::finishWithoutMemory() {
  static constexpr char kSome[] = "status feasible\n";
  static constexpr char kNone[] = "status unknown\n";
  static constexpr char kEnd[] = "message its memory limit was reached\nend\n";
  std::lock_guard<std::mutex> lock(mutex);
  if (ended)
    return;
  ended = true;
  if (bestObjective)
    write(kSome, sizeof(kSome) - 1);
  else
    write(kNone, sizeof(kNone) - 1);
  write(kEnd, sizeof(kEnd) - 1);
}

std::optional<int64_t> AnswerWriter::best() const {
  std::lock_guard<std::mutex> lock(mutex);
  return bestObjective;
}
