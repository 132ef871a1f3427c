//===- WorkerProcess.cpp - A general solver in its own process ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProcess.h"

#include "Solver/External/ChildProcess.h"
#include "Solver/External/WorkerProtocol.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <poll.h>

using namespace placement::solver::external;

namespace {

using Clock = std::chrono::steady_clock;

/// Bytes taken from one worker before its caller has the thread again.
constexpr size_t kReadAtOnce = size_t(4) << 20;
constexpr size_t kReadSize = size_t(1) << 16;
/// How long a worker may take to end once it has said its last word.
constexpr double kSecondsToExit = 1.0;
/// How often one that has said it is looked at.
constexpr double kSecondsBetweenLooks = 0.002;
/// How often a process that ended without closing its streams is noticed.
constexpr double kSecondsToNotice = 0.05;

Clock::time_point after(Clock::time_point start, double seconds) {
  // Beyond what the clock counts: never.
  if (!(seconds < 1e9))
    return Clock::time_point::max();
  return start + std::chrono::duration_cast<Clock::duration>(
                     std::chrono::duration<double>(std::max(seconds, 0.0)));
}

double secondsUntil(Clock::time_point when, Clock::time_point now) {
  if (when == Clock::time_point::max())
    return std::numeric_limits<double>::infinity();
  return std::chrono::duration<double>(when - now).count();
}

bool allowsDataLimit() {
  // A sanitizer's shadow alone takes terabytes of what RLIMIT_DATA counts.
#if defined(__SANITIZE_ADDRESS__)
  return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  return false;
#else
  return true;
#endif
#else
  return true;
#endif
}

} // namespace

struct WorkerProcess::State : AnswerReader::Listener {
  const LinearModel *model = nullptr;
  WorkerOptions options;
  WorkerCallbacks callbacks;
  WorkerResult result;
  ChildProcess child;
  std::optional<AnswerReader> reader;
  std::string output;
  size_t sent = 0;
  std::vector<char> buffer;
  /// The result has values. They are none for a model without variables.
  bool solved = false;
  /// The least objective of a solution known to hold: the worker's or the hint.
  std::optional<int64_t> known;
  std::string claimedStatus;
  bool stopping = false;
  bool streamClosed = false;
  /// When to ask it to stop, when to kill it.
  Clock::time_point askAt, killAt;

  bool isRunning() const {
    return child.started() && result.status == WorkerStatus::Running;
  }

  void start(const std::string &program);
  void poll();
  void send();
  bool receive();
  void checkTime(Clock::time_point now);
  void askToStop();
  void finish();
  void settleKilled(std::string message);
  void fail(std::string message);
  void settle();
  void lie(std::string what);

  void onSolver(std::string name) override { result.solver = std::move(name); }
  void onIncumbent(const std::vector<int64_t> &values) override;
  void onBound(int64_t bound) override;
  void onStatus(std::string_view status) override { claimedStatus = status; }
  void onMessage(std::string text) override {
    result.message = std::move(text);
  }
};

void WorkerProcess::State::start(const std::string &program) {
  WorkerRequest request;
  request.solver = options.solver;
  request.ortools = options.ortools;
  request.timeLimit = options.timeLimit;
  request.memoryLimit = options.memoryLimit;
  request.threads = options.threads;
  request.seed = options.seed;
  request.gap = options.gap;
  output = writeRequest(*model, request);

  ChildLimits limits{0, 0};
  if (allowsDataLimit())
    limits.data = options.memoryLimit;
  double cpu = (options.timeLimit + options.grace) *
               std::max<uint32_t>(options.threads, 1);
  if (cpu < 1e9)
    limits.cpuSeconds = static_cast<uint64_t>(cpu) + 2;

  auto now = Clock::now();
  askAt = after(now, options.timeLimit);
  killAt = after(now, options.timeLimit + options.grace);
  if (std::string error = child.start(program, limits); !error.empty()) {
    fail(std::move(error));
    return;
  }
  reader.emplace(*model);
  send();
}

void WorkerProcess::State::onIncumbent(const std::vector<int64_t> &values) {
  if (result.lied)
    return;
  bool feasible = model->isFeasible(values);
  int64_t objective = model->objectiveOf(values);
  if (feasible && (!solved || objective < result.objective)) {
    solved = true;
    result.values = values;
    result.objective = objective;
    known = std::min(known.value_or(objective), objective);
    if (result.bound && *result.bound > objective)
      lie("it claimed that no solution is below " +
          std::to_string(*result.bound) + ", and gave one of " +
          std::to_string(objective));
  }
  if (callbacks.onIncumbent)
    callbacks.onIncumbent(values, objective, feasible);
}

void WorkerProcess::State::onBound(int64_t bound) {
  if (result.lied || (result.bound && bound <= *result.bound))
    return;
  if (known && bound > *known) {
    lie("it claimed that no solution is below " + std::to_string(bound) +
        ", but one of " + std::to_string(*known) + " is known");
    return;
  }
  result.bound = bound;
  if (callbacks.onBound)
    callbacks.onBound(bound);
}

void WorkerProcess::State::lie(std::string what) {
  if (result.lied)
    return;
  result.lied = true;
  result.bound.reset();
  result.message = std::move(what);
}

void WorkerProcess::State::fail(std::string message) {
  // A lie is the worse news of the two.
  if (!result.lied)
    result.message = std::move(message);
  result.status = WorkerStatus::Failed;
  child.end();
}

void WorkerProcess::State::send() {
  while (sent < output.size()) {
    ssize_t written = child.write(std::string_view(output).substr(sent));
    if (written == 0)
      return;
    if (written < 0) {
      // It reads no more: what it answers tells why.
      sent = output.size();
      break;
    }
    sent += static_cast<size_t>(written);
  }
  output.clear();
  sent = 0;
}

/// True when all that was there has been read.
bool WorkerProcess::State::receive() {
  buffer.resize(kReadSize);
  for (size_t total = 0; total < kReadAtOnce;) {
    size_t got = child.read(buffer.data(), buffer.size(), streamClosed);
    if (got == 0)
      return true;
    total += got;
    if (!reader->feed({buffer.data(), got}, *this)) {
      fail(reader->error());
      return true;
    }
    if (result.lied || reader->complete())
      return true;
  }
  return false;
}

void WorkerProcess::State::askToStop() {
  if (stopping)
    return;
  stopping = true;
  output += "stop\n";
  killAt = std::min(killAt, after(Clock::now(), options.grace));
  send();
}

/// What a worker that was ended before its answer was whole has brought.
void WorkerProcess::State::settleKilled(std::string message) {
  child.end();
  result.message = std::move(message);
  result.status = solved ? WorkerStatus::Feasible : WorkerStatus::Unknown;
}

void WorkerProcess::State::checkTime(Clock::time_point now) {
  if (now < askAt && now < killAt)
    return;
  if (now < killAt)
    return askToStop();
  // A solver in the midst of one long step is no broken one, if it has ever
  // said a word.
  if (!reader->begun())
    return fail("it did not say a word within its time, and was killed");
  settleKilled("it did not end when it was asked to, and was killed");
}

/// After the last word of the worker, or its end.
void WorkerProcess::State::finish() {
  child.readErrors();
  bool exited = child.hasEnded();
  child.end();
  if (result.lied)
    return fail({});
  if (reader->complete())
    return settle();
  if (!exited)
    return fail("it closed its output before it had answered, and went on");
  std::string line = child.lastErrorLine();
  fail("it ended with " + child.ending() + " before it had answered" +
       (line.empty() ? std::string() : ": " + line));
}

/// Sets the status that a whole answer deserves.
void WorkerProcess::State::settle() {
  WorkerStatus plain = solved ? WorkerStatus::Feasible : WorkerStatus::Unknown;
  if (claimedStatus == "failed")
    return fail(result.message.empty() ? "it failed and did not say why"
                                       : result.message);
  if (claimedStatus == "infeasible") {
    if (known) {
      lie("it claimed that there is no solution, but one of " +
          std::to_string(*known) + " is known");
      return fail({});
    }
    result.status = WorkerStatus::Infeasible;
    if (model->limit())
      result.bound = *model->limit() + 1;
    return;
  }
  if (claimedStatus == "optimal" && plain == WorkerStatus::Feasible) {
    // Within the gap that it was allowed.
    double slack =
        options.gap * std::abs(static_cast<double>(result.objective));
    if (static_cast<double>(result.objective) - static_cast<double>(*known) >
        slack) {
      lie("it claimed that " + std::to_string(result.objective) +
          " is optimal, but a solution of " + std::to_string(*known) +
          " is known");
      return fail({});
    }
    plain = WorkerStatus::Optimal;
  }
  result.status = plain;
}

void WorkerProcess::State::poll() {
  send();
  bool drained = receive();
  if (!isRunning())
    return;
  child.readErrors();
  if (result.lied) {
    fail({});
    return;
  }
  auto now = Clock::now();
  if (drained && (reader->complete() || streamClosed)) {
    // A moment to end by itself, for the sake of its exit code.
    if (child.hasEnded())
      return finish();
    killAt = std::min(killAt, after(now, kSecondsToExit));
    if (now >= killAt)
      finish();
    return;
  }
  // Its streams may be held open by a process that it started.
  if (drained && child.hasEnded()) {
    receive();
    if (isRunning())
      finish();
    return;
  }
  checkTime(now);
}

WorkerProcess::WorkerProcess() = default;
WorkerProcess::~WorkerProcess() = default;
WorkerProcess::WorkerProcess(WorkerProcess &&) noexcept = default;
WorkerProcess &WorkerProcess::operator=(WorkerProcess &&) noexcept = default;

void WorkerProcess::start(const LinearModel &model,
                          const WorkerOptions &options,
                          WorkerCallbacks callbacks) {
  state = std::make_unique<State>();
  state->model = &model;
  state->options = options;
  state->callbacks = std::move(callbacks);
  if (std::string error = model.check(); !error.empty())
    return state->fail("internal error in the model: " + error);
  if ((options.solver + options.ortools).find('\n') != std::string::npos)
    return state->fail("a name with a line break cannot be handed on");
  const std::vector<int64_t> &hint = model.hintValues();
  if (!hint.empty() && model.isFeasible(hint))
    state->known = model.objectiveOf(hint);
  std::string reason;
  std::string program = findWorker(options.path, reason);
  if (program.empty())
    return state->fail(std::move(reason));
  state->start(program);
}

bool WorkerProcess::poll() {
  if (running())
    state->poll();
  return running();
}

bool WorkerProcess::wait(double seconds) {
  WorkerProcess *self = this;
  return waitAny({&self, 1}, seconds);
}

bool WorkerProcess::waitAny(std::span<WorkerProcess *const> workers,
                            double seconds) {
  std::vector<struct pollfd> descriptors;
  auto now = Clock::now();
  seconds = std::min(seconds, kSecondsToNotice);
  for (const WorkerProcess *worker : workers) {
    if (!worker->running())
      continue;
    const State &state = *worker->state;
    seconds = std::min(
        {seconds, secondsUntil(state.killAt, now),
         secondsUntil(state.stopping ? state.killAt : state.askAt, now)});
    short events = state.sent < state.output.size() ? POLLOUT : 0;
    // At the end of a stream poll would return at once, again and again; then
    // the process is about to end.
    if (!state.streamClosed && !state.reader->complete())
      events |= POLLIN;
    else
      seconds = std::min(seconds, kSecondsBetweenLooks);
    if (events != 0)
      descriptors.push_back({state.child.socketDescriptor(), events, 0});
    if (state.child.errorDescriptor() >= 0)
      descriptors.push_back({state.child.errorDescriptor(), POLLIN, 0});
  }
  int milliseconds = static_cast<int>(std::ceil(std::max(seconds, 0.0) * 1e3));
  // Interrupted or failed: then only the polling below is left.
  ::poll(descriptors.data(), descriptors.size(), milliseconds);
  bool any = false;
  for (WorkerProcess *worker : workers)
    any |= worker->poll();
  return any;
}

void WorkerProcess::stop() {
  if (running())
    state->askToStop();
}

void WorkerProcess::kill() {
  if (running())
    state->settleKilled("it was killed");
}

bool WorkerProcess::running() const { return state && state->isRunning(); }

const WorkerResult &WorkerProcess::result() const {
  static const WorkerResult none;
  return state ? state->result : none;
}

WorkerResult placement::solver::external::run(const LinearModel &model,
                                              const WorkerOptions &options,
                                              WorkerCallbacks callbacks,
                                              const std::atomic<bool> *cancel) {
  WorkerProcess worker;
  worker.start(model, options, std::move(callbacks));
  while (worker.running()) {
    if (cancel && cancel->load(std::memory_order_relaxed))
      worker.stop();
    worker.wait(kSecondsToNotice / 5);
  }
  return worker.result();
}
