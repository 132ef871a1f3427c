//===- ChildProcess.h - A program in a process group of its own -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_EXTERNAL_CHILDPROCESS_H
#define PLACEMENT_SOLVER_EXTERNAL_CHILDPROCESS_H

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace placement::solver::external {

struct ChildLimits {
  /// RLIMIT_DATA in bytes; zero for none.
  uint64_t data;
  /// RLIMIT_CPU in seconds; zero for none.
  uint64_t cpuSeconds;
};

/// An exec'ed program whose standard input and output are one socket to us and
/// whose standard error is a pipe to us. All calls return at once, but start(),
/// which waits for the exec, and end(), which waits for the kernel after a
/// kill.
class ChildProcess {
public:
  ChildProcess() = default;
  ~ChildProcess() { end(); }
  ChildProcess(const ChildProcess &) = delete;
  ChildProcess &operator=(const ChildProcess &) = delete;

  /// Runs `path` without arguments. Empty, or why it could not be started.
  std::string start(const std::string &path, const ChildLimits &limits);

  bool started() const { return pid > 0; }
  /// Non-blocking; -1 when closed.
  int socketDescriptor() const { return connection; }
  int errorDescriptor() const { return errors; }

  /// Writes what fits; returns the number of bytes, or -1 when the child reads
  /// no more.
  ssize_t write(std::string_view bytes);
  /// Reads what is there. Zero with `closed` set at the end of the stream, and
  /// zero without when there is nothing now.
  size_t read(char *buffer, size_t size, bool &closed);
  /// Keeps the last of what the child says on its standard error.
  void readErrors();
  /// The last line of it, without odd characters.
  std::string lastErrorLine() const;

  /// Whether the process has ended. Does not reap it, so its group stays ours.
  bool hasEnded();
  /// Kills the whole group, reaps the child and closes all descriptors.
  void end();
  /// After end(): "exit code 3", "signal 11 (Segmentation fault)".
  const std::string &ending() const { return endText; }

private:
  void recordEnd(int code, int status);

  pid_t pid = -1;
  int connection = -1;
  int errors = -1;
  bool ended = false;
  /// By the host, which waits for all children: the id is not ours any more.
  bool reapedElsewhere = false;
  std::string errorText;
  std::string endText;
};

} // namespace placement::solver::external

#endif // PLACEMENT_SOLVER_EXTERNAL_CHILDPROCESS_H
