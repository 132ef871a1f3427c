//===- ForkedCall.cpp - A call in a process of its own --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/ForkedCall.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace placement::solver::baselines {

namespace {

/// Milliseconds between two looks at the limits.
constexpr int kPatience = 20;

bool writeAll(int to, const char *data, size_t size) {
  while (size > 0) {
    ssize_t written = ::write(to, data, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    data += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

/// The life of the child; it never returns.
[[noreturn]] void serve(const std::function<std::vector<int32_t>()> &work,
                        int answer, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that.
  if (::getppid() != parent)
    ::_exit(1);
  for (int number : {SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGABRT})
    ::signal(number, SIG_DFL);
  // An interrupt at the terminal reaches us, too. It is the parent's to take: a
  // child that died of it would look like a library that failed.
  ::signal(SIGINT, SIG_IGN);
  int nowhere = ::open("/dev/null", O_RDWR);
  if (nowhere < 0)
    ::_exit(1);
  for (int stream : {0, 1, 2})
    ::dup2(nowhere, stream);
  // Not a step of the parent's code may run here a second time.
  try {
    std::vector<int32_t> numbers = work();
    bool sent = !numbers.empty() &&
                writeAll(answer, reinterpret_cast<const char *>(numbers.data()),
                         numbers.size() * sizeof(int32_t));
    ::_exit(sent ? 0 : 1);
  } catch (...) {
    ::_exit(1);
  }
}

/// Reads until the child closes its end or a limit is met.
std::optional<Stop> readAll(int from, std::vector<char> &bytes, size_t most,
                            const contiguous::Budget &budget) {
  char buffer[65536];
  for (;;) {
    if (budget.cancelled())
      return Stop::Cancelled;
    if (budget.timeOut())
      return Stop::Time;
    struct pollfd wait = {from, POLLIN, 0};
    if (::poll(&wait, 1, kPatience) <= 0)
      continue;
    ssize_t size = ::read(from, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0 || bytes.size() + static_cast<size_t>(size) > most)
      return std::nullopt;
    bytes.insert(bytes.end(), buffer, buffer + size);
  }
}

/// Empty when the child ended in order, or its end cannot be known because the
/// host waits for all its children.
std::string reap(pid_t child) {
  int status = 0;
  pid_t waited;
  do
    waited = ::waitpid(child, &status, 0);
  while (waited < 0 && errno == EINTR);
  if (waited != child || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
    return {};
  if (WIFSIGNALED(status))
    return "it ended with signal " + std::to_string(WTERMSIG(status));
  return "it gave no answer";
}

} // namespace

ForkedAnswer callForked(const std::function<std::vector<int32_t>()> &work,
                        size_t most, const contiguous::Budget &budget) {
  ForkedAnswer answer;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    answer.failure = std::string("no pipe: ") + std::strerror(errno);
    return answer;
  }
  pid_t parent = ::getpid();
  pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    serve(work, ends[1], parent);
  }
  ::close(ends[1]);
  if (child < 0) {
    answer.failure = std::string("no process: ") + std::strerror(errno);
    ::close(ends[0]);
    return answer;
  }
  std::vector<char> bytes;
  answer.stop = readAll(ends[0], bytes, most * sizeof(int32_t), budget);
  ::close(ends[0]);
  if (answer.stop)
    ::kill(child, SIGKILL);
  answer.failure = reap(child);
  if (answer.stop) {
    answer.failure.clear();
    return answer;
  }
  if (answer.failure.empty() && bytes.size() % sizeof(int32_t) != 0)
    answer.failure = "it gave half an answer";
  if (answer.failure.empty()) {
    answer.numbers.resize(bytes.size() / sizeof(int32_t));
    std::memcpy(answer.numbers.data(), bytes.data(), bytes.size());
  }
  return answer;
}

} // namespace placement::solver::baselines
