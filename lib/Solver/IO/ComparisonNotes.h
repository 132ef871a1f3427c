//===- ComparisonNotes.h - Sentences below tables ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_COMPARISONNOTES_H
#define PLACEMENT_LIB_SOLVER_IO_COMPARISONNOTES_H

#include "ComparisonCells.h"
#include "TableDocument.h"

#include <string>
#include <vector>

namespace placement::solver {

/// Marks in a table with the sentences below it; equal ones share a mark.
class Notes {
public:
  /// ` [1]`, or nothing for an empty text.
  std::string mark(const std::string &text) {
    if (text.empty())
      return {};
    size_t number = 0;
    while (number < texts.size() && texts[number] != text)
      ++number;
    if (number == texts.size())
      texts.push_back(text);
    return " [" + std::to_string(number + 1) + "]";
  }

  void write(TableDocument &document) const {
    for (size_t n = 0; n < texts.size(); ++n)
      document.note("[" + std::to_string(n + 1) + "] " + texts[n]);
  }

private:
  std::vector<std::string> texts;
};

/// Algorithms that were not run, by reason, over all instances.
class LeftOut {
public:
  void add(const ComparedInstance &instance, const ComparisonRow &row);
  /// One line for each reason; `all` is the number of instances.
  void write(TableDocument &document, size_t all) const;

private:
  struct Entry {
    std::string name, reason;
    /// Names of instances for any plans, and for contiguous ones.
    std::vector<std::string> instances[2];
  };
  std::vector<Entry> entries;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_COMPARISONNOTES_H
