//===- Options.h - Command line of placement-solve ------------ -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H

#include "placement/Solver/IO/ComparisonWriter.h"
#include "placement/Solver/Model/LoadModel.h"
#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Search/Options.h"

#include <optional>
#include <string>
#include <vector>

namespace placement::tool {

enum class Colour { Auto, Always, Never };

/// An instance to compare on, with the files of the plans given for it.
struct CompareInput {
  std::string path;
  std::vector<std::string> experts;
};

/// What --compare needs beside the options of a solve.
struct CompareRequest {
  std::vector<CompareInput> inputs;
  /// Names; empty for all. kExpert stands for published plans.
  std::vector<std::string> algorithms;
  bool contiguous = true, any = true;
  /// None: what the name of the output file says, else text.
  std::optional<solver::ComparisonFormat> format;
  solver::ComparisonLayout layout = solver::ComparisonLayout::Rows;
};

/// What the command line asks for.
struct Options {
  /// The instance; `-` is standard input. Empty with `compare`.
  std::string input;
  /// PLAN.json; empty for none, `-` for standard output.
  std::string output;
  /// A plan to evaluate instead of solving; empty for none.
  std::string evaluate;
  /// A Chrome trace of the plan's timeline; empty for none.
  std::string trace;
  /// Draw the timeline below the table.
  bool timeline = false;
  /// A file for events, one JSON object a line; empty for none.
  std::string logFile;
  Colour colour = Colour::Auto;
  bool quiet = false;
  bool help = false;
  bool version = false;
  bool listAlgorithms = false;
  bool compare = false;
  bool timeLimitGiven = false;
  bool contiguousGiven = false;
  /// Leave times out of comparisons.
  bool noTimes = false;
  CompareRequest comparison;
  /// Overrides what the instance says.
  solver::LoadModelOverride model;
  solver::SolveOptions solve;
};

/// Reads the command line. An error names the option, what was given and what
/// it takes.
solver::Result<Options> parseOptions(int argc, const char *const *argv);

/// Whether a table on standard output has colours: on a terminal, unless the
/// environment has NO_COLOR, where neither is asked for.
bool useColour(Colour colour);

/// The text of --help.
const char *helpText();

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_OPTIONS_H
