//===- Options.h - Command line of placement-solve ------------ -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H

#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Search/Options.h"

#include <string>

namespace placement::tool {

enum class Colour { Auto, Always, Never };

/// What the command line asks for.
struct Options {
  /// The instance; `-` is standard input.
  std::string input;
  /// PLAN.json; empty for none, `-` for standard output.
  std::string output;
  /// A plan to evaluate instead of solving; empty for none.
  std::string evaluate;
  /// A file for events, one JSON object a line; empty for none.
  std::string logFile;
  Colour colour = Colour::Auto;
  bool quiet = false;
  bool help = false;
  bool version = false;
  bool listAlgorithms = false;
  solver::SolveOptions solve;
};

/// Reads the command line. An error names the option, what was given and what
/// it takes.
solver::Result<Options> parseOptions(int argc, const char *const *argv);

/// The text of --help.
const char *helpText();

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H
