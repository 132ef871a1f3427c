//===- ComparisonWriter.h - Comparisons as tables ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_COMPARISONWRITER_H
#define PLACEMENT_SOLVER_IO_COMPARISONWRITER_H

#include "placement/Solver/Model/Comparison.h"

#include <string>

namespace placement::solver {

enum class ComparisonFormat { Text, Markdown, Csv, Json };

/// What a row of a table is. `Rows`: an algorithm, with a table for each
/// instance. `Matrix`: an instance, with a column for each algorithm.
enum class ComparisonLayout { Rows, Matrix };

struct ComparisonStyle {
  ComparisonFormat format = ComparisonFormat::Text;
  /// Of text and Markdown; the other formats have one row for each run.
  ComparisonLayout layout = ComparisonLayout::Rows;
  /// With times. Without them, equal comparisons give equal bytes.
  bool times = true;
  /// ANSI sequences, in text.
  bool colour = false;
};

/// The comparison as a table: aligned text, Markdown, CSV (RFC 4180, one header
/// line) or JSON (docs/formats/comparison.schema.json). Every run is in it,
/// also those without a plan, with the reason. Rows, columns and units are in
/// the order of the comparison, so two outputs can be compared line by line.
std::string writeComparison(const Comparison &comparison,
                            const ComparisonStyle &style);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_COMPARISONWRITER_H
