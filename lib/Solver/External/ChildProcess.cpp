//===- ChildProcess.cpp - A program in a process group of its own ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/ChildProcess.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace placement::solver::external;

namespace {

/// What an error stream may keep in memory.
constexpr size_t kErrorTail = 4096;

/// Closes on the way out what was not handed on.
struct Descriptor {
  int fd = -1;
  ~Descriptor() { reset(); }
  void reset() {
    if (fd >= 0)
      ::close(fd);
    fd = -1;
  }
  int release() { return std::exchange(fd, -1); }
};

/// Above the standard ones, so that dup2 in the child overwrites none of them
/// when the host has closed its own 0, 1 or 2.
bool moveUp(Descriptor &descriptor) {
  if (descriptor.fd > 2)
    return true;
  int up = ::fcntl(descriptor.fd, F_DUPFD_CLOEXEC, 3);
  if (up < 0)
    return false;
  descriptor.reset();
  descriptor.fd = up;
  return true;
}

bool setNonBlocking(int fd) {
  int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

void limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit old;
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &old) != 0)
    return;
  // Never above what the host has itself.
  struct rlimit want = {std::min<rlim_t>(soft, old.rlim_max),
                        std::min<rlim_t>(hard, old.rlim_max)};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &want);
}

/// The child between fork and exec: async-signal-safe calls only, since other
/// threads of the host may have held any lock at the fork. Never returns.
[[noreturn]] void becomeProgram(const char *path, int connection, int errors,
                                int report, pid_t parent,
                                const ChildLimits &limits) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent)
    ::_exit(127);
  // The host's ignored and blocked signals are the host's matter.
  for (int signal = 1; signal < NSIG; ++signal)
    ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  limit(RLIMIT_CORE, 0, 0);
  if (limits.data != 0)
    limit(RLIMIT_DATA, limits.data, limits.data);
  if (limits.cpuSeconds != 0)
    limit(RLIMIT_CPU, limits.cpuSeconds, limits.cpuSeconds + 1);

  ::dup2(connection, 0);
  ::dup2(connection, 1);
  ::dup2(errors, 2);
  // Descriptors that the host opened without close-on-exec are not for us.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  char *const arguments[] = {const_cast<char *>(path), nullptr};
  ::execve(path, arguments, environ);
  int error = errno;
  [[maybe_unused]] ssize_t written = ::write(report, &error, sizeof(error));
  ::_exit(127);
}

std::string systemError(const std::string &what, int error) {
  return what + ": " + std::strerror(error);
}

} // namespace

std::string ChildProcess::start(const std::string &path,
                                const ChildLimits &limits) {
  end();
  ended = reapedElsewhere = false;
  errorText.clear();
  endText.clear();
  Descriptor ours, theirs, errorOut, errorIn, reportOut, reportIn;
  auto openPair = [](auto call, Descriptor &first, Descriptor &second) {
    int pair[2];
    if (call(pair) != 0)
      return false;
    first.fd = pair[0];
    second.fd = pair[1];
    return moveUp(first) && moveUp(second);
  };
  auto pipe = [](int *pair) { return ::pipe2(pair, O_CLOEXEC); };
  auto socket = [](int *pair) {
    return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
  };
  if (!openPair(socket, ours, theirs) || !openPair(pipe, errorOut, errorIn) ||
      !openPair(pipe, reportOut, reportIn) || !setNonBlocking(ours.fd) ||
      !setNonBlocking(errorOut.fd))
    return systemError("no descriptors for a worker process", errno);

  pid_t parent = ::getpid();
  pid_t child = ::fork();
  if (child < 0)
    return systemError("cannot start a process for " + path, errno);
  if (child == 0)
    becomeProgram(path.c_str(), theirs.fd, errorIn.fd, reportIn.fd, parent,
                  limits);

  pid = child;
  connection = ours.release();
  errors = errorOut.release();
  theirs.reset();
  errorIn.reset();
  reportIn.reset();
  // Closed by the exec, so the wait is for that alone.
  int error = 0;
  ssize_t got;
  do {
    got = ::read(reportOut.fd, &error, sizeof(error));
  } while (got < 0 && errno == EINTR);
  if (got == 0)
    return {};
  end();
  return systemError("cannot run " + path, error);
}

ssize_t ChildProcess::write(std::string_view bytes) {
  for (;;) {
    // No SIGPIPE, whatever the host does about that signal.
    ssize_t sent = ::send(connection, bytes.data(), bytes.size(),
                          MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
      return sent;
    if (errno == EINTR)
      continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
  }
}

size_t ChildProcess::read(char *buffer, size_t size, bool &closed) {
  closed = false;
  for (;;) {
    ssize_t got = ::recv(connection, buffer, size, MSG_DONTWAIT);
    if (got > 0)
      return static_cast<size_t>(got);
    if (got < 0 && errno == EINTR)
      continue;
    closed = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    return 0;
  }
}

void ChildProcess::readErrors() {
  char buffer[4096];
  // A few reads: a child that floods its error stream must not keep us.
  for (int i = 0; i < 16 && errors >= 0; ++i) {
    ssize_t got = ::read(errors, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
        ::close(errors);
        errors = -1;
      }
      return;
    }
    errorText.append(buffer, static_cast<size_t>(got));
    if (errorText.size() > kErrorTail)
      errorText.erase(0, errorText.size() - kErrorTail);
  }
}

std::string ChildProcess::lastErrorLine() const {
  size_t last = errorText.find_last_not_of(" \t\r\n");
  if (last == std::string::npos)
    return {};
  size_t first = errorText.find_last_of('\n', last);
  first = first == std::string::npos ? 0 : first + 1;
  std::string line = errorText.substr(first, last + 1 - first);
  for (char &c : line)
    if (c < ' ' || c > '~')
      c = '?';
  if (line.size() > 200)
    line.resize(200);
  return line;
}

void ChildProcess::recordEnd(int code, int status) {
  ended = true;
  if (code == CLD_EXITED) {
    endText = "exit code " + std::to_string(status);
    return;
  }
  // sigabbrev_np and sigdescr_np are plain tables, where strsignal has a buffer
  // that threads share.
  const char *text = ::sigdescr_np(status);
  endText = "signal " + std::to_string(status) +
            (text ? std::string(" (") + text + ")" : std::string());
}

bool ChildProcess::hasEnded() {
  if (ended || pid <= 0)
    return true;
  siginfo_t info;
  info.si_pid = 0;
  int status;
  do {
    status = ::waitid(P_PID, static_cast<id_t>(pid), &info,
                      WEXITED | WNOHANG | WNOWAIT);
  } while (status != 0 && errno == EINTR);
  if (status != 0) {
    // A host that reaps all children, or ignores SIGCHLD, was quicker.
    ended = reapedElsewhere = true;
    endText = "an unknown exit code";
  } else if (info.si_pid == pid) {
    recordEnd(info.si_code, info.si_status);
  }
  return ended;
}

void ChildProcess::end() {
  if (pid > 0) {
    hasEnded();
    if (!reapedElsewhere) {
      // Before reaping: until then nobody else can have this group's id. What
      // the child started itself goes, too.
      ::kill(-pid, SIGKILL);
      siginfo_t info;
      int status;
      do {
        status = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
      } while (status != 0 && errno == EINTR);
      if (!ended && status == 0)
        recordEnd(info.si_code, info.si_status);
    }
    ended = true;
    pid = -1;
  }
  if (connection >= 0)
    ::close(connection);
  if (errors >= 0)
    ::close(errors);
  connection = errors = -1;
}
