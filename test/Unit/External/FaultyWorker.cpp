//===- FaultyWorker.cpp - A worker that does what it should not -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Stands in for placement-worker in tests: PLACEMENT_FAULTY_WORKER names what
// it does wrong, or "honest". Whoever starts it must answer truthfully all the
// same, within its limits, and leave no process behind.

#include "Solver/External/WorkerProtocol.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <thread>
#include <unistd.h>

using namespace placement::solver::external;

namespace {

struct Question {
  LinearModel model;
  WorkerRequest request;
};

Question question;

std::string valuesLine(const std::vector<int64_t> &values) {
  std::string line = "incumbent";
  for (int64_t value : values)
    line += " " + std::to_string(value);
  return line + "\n";
}

/// The hint, or the lower bounds where there is none.
std::vector<int64_t> someValues() {
  const LinearModel &model = question.model;
  if (!model.hintValues().empty())
    return model.hintValues();
  std::vector<int64_t> values;
  for (Column column = 0; column < model.numVariables(); ++column)
    values.push_back(model.lowerOf(column));
  return values;
}

int64_t someObjective() { return question.model.objectiveOf(someValues()); }

void greet() { std::cout << kAnswerHeader << " Faulty 1.0\n" << std::flush; }
void say(const std::string &text) { std::cout << text << std::flush; }
void finish(const std::string &status) { say("status " + status + "\nend\n"); }
void pauseMilliseconds(int time) {
  std::this_thread::sleep_for(std::chrono::milliseconds(time));
}
[[noreturn]] void sleepForever() {
  for (;;)
    pauseMilliseconds(1000);
}

/// Reads to the line "end", not to the end of the stream, which stays open.
bool readQuestion() {
  std::string text, line;
  while (std::getline(std::cin, line)) {
    text += line + "\n";
    if (line == "end")
      break;
  }
  size_t rest;
  return readRequest(text, question.model, question.request, rest).empty();
}

/// Tries everything; for small models.
void answerHonestly() {
  const LinearModel &model = question.model;
  std::vector<int64_t> values, best;
  for (Column column = 0; column < model.numVariables(); ++column)
    values.push_back(model.lowerOf(column));
  for (bool more = true; more;) {
    if (model.isFeasible(values) &&
        (best.empty() || model.objectiveOf(values) < model.objectiveOf(best))) {
      best = values;
      say(valuesLine(best));
    }
    more = false;
    for (Column column = 0; column < values.size() && !more; ++column) {
      more = values[column] < model.upperOf(column);
      values[column] = more ? values[column] + 1 : model.lowerOf(column);
    }
  }
  if (best.empty())
    return finish("infeasible");
  say("bound " + std::to_string(model.objectiveOf(best)) + "\n");
  finish("optimal");
}

using Behaviour = void (*)();

// Before it has read or said anything.
const std::map<std::string, Behaviour> kAtOnce = {
    {"crash-at-start", [] { std::abort(); }},
    {"exit-at-start", [] { std::exit(3); }},
    {"exit-zero", [] { std::exit(0); }},
    {"hang", [] { sleepForever(); }},
    {"garbage",
     [] {
       for (unsigned i = 0; i < 5000; ++i)
         std::cout << static_cast<char>(i * 2654435761U >> 13);
       std::cout << std::flush;
     }},
    {"closes-input",
     [] {
       ::close(0);
       std::exit(0);
     }},
    {"complains",
     [] {
       std::cerr << "a first line\nno licence for this machine\n";
       std::exit(1);
     }},
    {"chatters",
     [] {
       for (;;)
         std::cerr << "all work and no play makes a dull line\n";
     }},
    {"other-version", [] { say("placement-answer 2 Future\nend\n"); }},
    {"leaves-child",
     [] {
       if (::fork() == 0)
         sleepForever();
       std::exit(0);
     }},
};

// After it has read the model and said who it is.
const std::map<std::string, Behaviour> kLater = {
    {"honest", [] { answerHonestly(); }},
    {"crash-midway",
     [] {
       say(valuesLine(someValues()));
       // Without a sanitizer's handler in between.
       std::signal(SIGSEGV, SIG_DFL);
       std::raise(SIGSEGV);
     }},
    {"hang-midway",
     [] {
       say(valuesLine(someValues()));
       sleepForever();
     }},
    {"burn",
     [] {
       // A loop that does nothing may be taken out.
       std::atomic<uint64_t> count = 0;
       for (;;)
         ++count;
     }},
    {"garbage-midway", [] { say("incumbent 1 x 3\n"); }},
    {"nonsense", [] { say("solution is left to the reader\n"); }},
    {"truncated",
     [] {
       std::string line = valuesLine(someValues());
       say(line.substr(0, line.size() / 2));
     }},
    {"no-status", [] { say("end\n"); }},
    {"wrong-bound",
     [] {
       say("bound " + std::to_string(someObjective() + 1) + "\n");
       finish("unknown");
     }},
    {"wrong-bound-first",
     [] {
       say("bound " + std::to_string(kMostActivity) + "\n");
       say(valuesLine(someValues()));
       finish("optimal");
     }},
    {"wrong-optimum",
     [] {
       say(valuesLine(someValues()));
       say("bound " + std::to_string(someObjective()) + "\n");
       finish("optimal");
     }},
    {"infeasible-lie", [] { finish("infeasible"); }},
    {"optimal-without-solution", [] { finish("optimal"); }},
    {"broken-solution",
     [] {
       const LinearModel &model = question.model;
       std::vector<int64_t> values;
       for (Column column = 0; column < model.numVariables(); ++column)
         values.push_back(model.lowerOf(column));
       say(valuesLine(values));
       finish("optimal");
     }},
    {"outside-bounds",
     [] {
       std::vector<int64_t> values = someValues();
       values.back() = question.model.upperOf(values.size() - 1) + 1;
       say(valuesLine(values));
       finish("optimal");
     }},
    {"no-optimum", [] { finish("unknown"); }},
    {"endless-bounds",
     [] {
       for (;;)
         std::cout << "bound -1000000\n";
     }},
    {"endless-line",
     [] {
       std::cout << "incumbent";
       for (;;)
         std::cout << " 0";
     }},
    {"huge-solution",
     [] {
       std::vector<int64_t> values = someValues();
       values.resize(values.size() + 100, 0);
       say(valuesLine(values));
       finish("optimal");
     }},
    {"huge-number", [] { say("bound 99999999999999999999999999\n"); }},
    {"trickle",
     [] {
       for (char c : valuesLine(someValues())) {
         say(std::string(1, c));
         pauseMilliseconds(1);
       }
       finish("feasible");
     }},
    {"eats-memory",
     [] {
       std::vector<std::vector<char>> blocks;
       for (;;)
         blocks.emplace_back(1 << 24, 'x');
     }},
    {"answers-and-hangs",
     [] {
       say(valuesLine(someValues()));
       finish("feasible");
       sleepForever();
     }},
    {"answers-and-crashes",
     [] {
       say(valuesLine(someValues()));
       finish("feasible");
       std::abort();
     }},
    {"waits-for-stop",
     [] {
       std::string line;
       while (std::getline(std::cin, line) && line != "stop") {
       }
       say(valuesLine(someValues()));
       finish("feasible");
     }},
};

} // namespace

int main() {
  const char *variable = std::getenv("PLACEMENT_FAULTY_WORKER");
  std::string mode = variable ? variable : "honest";
  if (auto found = kAtOnce.find(mode); found != kAtOnce.end()) {
    found->second();
    return 0;
  }
  auto found = kLater.find(mode);
  if (found == kLater.end()) {
    std::cerr << "PLACEMENT_FAULTY_WORKER: there is no '" << mode
              << "'; one of";
    for (const auto *modes : {&kAtOnce, &kLater})
      for (const auto &[name, behaviour] : *modes)
        std::cerr << ' ' << name;
    std::cerr << '\n';
    return 2;
  }
  if (!readQuestion()) {
    std::cerr << "the model cannot be read\n";
    return 2;
  }
  greet();
  found->second();
  return 0;
}
