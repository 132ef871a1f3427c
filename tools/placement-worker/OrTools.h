//===- OrTools.h - The library of OR-tools, where it is found ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_WORKER_ORTOOLS_H
#define PLACEMENT_TOOLS_PLACEMENT_WORKER_ORTOOLS_H

#include <functional>
#include <string>
#include <string_view>

namespace placement::worker {

/// libortools as its Python wheels carry it: a shared library without headers,
/// opened at run time and called through its C interface. Looked for at most
/// once a process; stays open.
class OrTools {
public:
  /// Looks for the library: `option` (a file or folder) where given, else the
  /// environment's PLACEMENT_ORTOOLS, else beside this program and in the
  /// Python environments around it, else where the loader looks. On failure
  /// `reason()` is one sentence that says what to do.
  explicit OrTools(const std::string &option);

  bool available() const { return failure.empty(); }
  const std::string &reason() const { return failure; }
  /// "CP-SAT 9.15".
  std::string name() const;

  /// What is called while a search runs, from any of its threads.
  struct Callbacks {
    std::function<void(double bound)> onBound;
    /// A CpSolverResponse in protobuf's wire format.
    std::function<void(std::string_view response)> onSolution;
    /// How many bytes the response of a solution can have.
    size_t largestResponse = 0;
  };
  /// Whether callbacks are called. The C interface has none; they need
  /// functions of the C++ interface that are known to fit for the tested
  /// versions alone.
  bool streams() const { return observeSolutions && observeBounds; }

  /// Solves a CpModelProto with SatParameters, both in wire format, and returns
  /// a CpSolverResponse. Looks at `stop` every few milliseconds.
  std::string solve(const std::string &model, const std::string &parameters,
                    const Callbacks &callbacks,
                    const std::function<bool()> &stop) const;

private:
  bool open(const std::string &path);
  void addCallbacks(void *environment, const Callbacks &callbacks) const;

  void *library = nullptr;
  std::string failure;
  int major = 0, minor = 0;

  // The C interface.
  void *(*newEnvironment)() = nullptr;
  void (*destroyEnvironment)(void *) = nullptr;
  void (*stopSearch)(void *) = nullptr;
  void (*solveInterruptible)(void *, const void *, int, const void *, int,
                             void **, int *) = nullptr;
  // Addresses in the C++ interface, or null.
  void *observeSolutions = nullptr, *observeBounds = nullptr;
  void *serialize = nullptr;
};

} // namespace placement::worker

#endif // PLACEMENT_TOOLS_PLACEMENT_WORKER_ORTOOLS_H
