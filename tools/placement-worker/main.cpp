//===- main.cpp - placement-worker: runs a solver in a process ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Reads an integer program on standard input, runs HiGHS or CP-SAT on it and
// writes solutions and bounds as they come. Started by the solver core, never
// linked into it: a solver that crashes or eats memory takes this process along
// and nothing else. The protocol is in docs/Workers.md; without arguments as
// there, `--solvers` says which solvers can be run here.

#include "Solvers.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace placement::worker;
namespace external = placement::solver::external;

namespace {

std::atomic<bool> stopRequested = false;
/// For the new-handler, which has no argument.
std::atomic<AnswerWriter *> lastWords = nullptr;

/// As read, whatever interrupts.
ssize_t readSome(char *buffer, size_t size) {
  ssize_t got;
  do {
    got = ::read(0, buffer, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

/// The text up to the line "end" or to the end of the stream, and some of what
/// follows.
std::string readToEnd() {
  constexpr std::string_view kEnd = "\nend\n";
  std::string text;
  std::string buffer(size_t(1) << 16, '\0');
  for (;;) {
    ssize_t got = readSome(buffer.data(), buffer.size());
    if (got <= 0)
      return text;
    size_t from = text.size() - std::min(text.size(), kEnd.size() - 1);
    text.append(buffer.data(), static_cast<size_t>(got));
    if (text.find(kEnd, from) != std::string::npos)
      return text;
  }
}

/// Listens for the line "stop", of which `seen` may hold the beginning. A
/// parent whose end of the socket closes is gone, and so is the use of this
/// process; a file or a terminal that ends means nothing.
void listen(std::string seen) {
  struct stat kind;
  bool fromParent = ::fstat(0, &kind) == 0 && S_ISSOCK(kind.st_mode);
  char buffer[256];
  for (;;) {
    if (seen.find("stop\n") != std::string::npos)
      stopRequested = true;
    seen.erase(0, seen.size() - std::min<size_t>(seen.size(), 4));
    ssize_t got = readSome(buffer, sizeof(buffer));
    if (got <= 0) {
      if (fromParent)
        ::_exit(1);
      return;
    }
    seen.append(buffer, static_cast<size_t>(got));
  }
}

/// Solvers take such a model for a mistake.
void answerWithoutVariables(const external::LinearModel &model,
                            AnswerWriter &answer) {
  if (!model.isFeasible({}))
    return answer.finish("infeasible");
  answer.incumbent({});
  answer.bound(0);
  answer.finish("optimal");
}

/// Runs in whichever thread asked for memory. What it had allocated stays where
/// it is: the process ends here.
void outOfMemory() {
  if (AnswerWriter *answer = lastWords)
    answer->finishWithoutMemory();
  ::_exit(0);
}

int listSolvers() {
  external::WorkerRequest request;
  for (const char *name : {"highs", "cpsat"}) {
    request.solver = name;
    std::string reason = unavailableReason(request);
    std::printf("%-6s %s\n", name,
                reason.empty() ? "can be run" : reason.c_str());
  }
  return 0;
}

} // namespace

int main(int count, char **arguments) {
  auto start = std::chrono::steady_clock::now();
  if (count == 2 && std::string_view(arguments[1]) == "--solvers")
    return listSolvers();
  if (count != 1) {
    std::fprintf(stderr,
                 "usage: placement-worker < MODEL\n"
                 "       placement-worker --solvers\n"
                 "Started by placement-solve and the like; "
                 "docs/Workers.md describes what it reads and writes.\n");
    return 2;
  }
  for (int signal : {SIGINT, SIGTERM})
    std::signal(signal, [](int) { stopRequested = true; });
  // A parent that is gone is noticed by what write returns.
  std::signal(SIGPIPE, SIG_IGN);

  // Whatever a solver's library prints goes to standard error, and the answer
  // alone to where the parent reads it.
  int output = ::dup(1);
  if (output < 0 || ::dup2(2, 1) < 0) {
    std::fprintf(stderr, "standard output or error is closed\n");
    return 2;
  }

  std::string text = readToEnd();
  external::LinearModel model;
  external::WorkerRequest request;
  size_t rest = 0;
  std::string error = external::readRequest(text, model, request, rest);
  if (!error.empty()) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 2;
  }
  std::thread(listen, text.substr(rest)).detach();
  text = {};

  AnswerWriter answer(output, model);
  lastWords = &answer;
  std::set_new_handler(outOfMemory);
  if (std::string reason = unavailableReason(request); !reason.empty()) {
    answer.greet(request.solver);
    answer.finish("failed", reason);
  } else if (model.numVariables() == 0) {
    answer.greet(request.solver);
    answerWithoutVariables(model, answer);
  } else {
    solve({model, request, answer, stopRequested, start});
  }
  // The listening thread and threads of solvers' libraries may still be at
  // work: nothing that they use may be destroyed before they are gone.
  std::fflush(nullptr);
  ::_exit(0);
}
