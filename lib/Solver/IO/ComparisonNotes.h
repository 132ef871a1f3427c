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
  void add(const ComparedInstance &instance, const ComparisonRow &row) {
    std::string reason = describeTrouble(row);
    for (Entry &entry : entries)
      if (entry.name == row.name && entry.contiguous == row.contiguous &&
          entry.reason == reason) {
        if (entry.instances.back() != instance.name)
          entry.instances.push_back(instance.name);
        return;
      }
    entries.push_back({row.name, row.contiguous, reason, {instance.name}});
  }

  /// One line for each reason; `all` is the number of instances.
  void write(TableDocument &document, size_t all) const {
    std::vector<bool> written(entries.size(), false);
    for (size_t i = 0; i < entries.size(); ++i) {
      if (written[i])
        continue;
      const Entry &entry = entries[i];
      std::string names;
      for (size_t j = i; j < entries.size(); ++j)
        if (entries[j].contiguous == entry.contiguous &&
            entries[j].reason == entry.reason &&
            entries[j].instances == entry.instances) {
          written[j] = true;
          names += (names.empty() ? "" : ", ") + entries[j].name;
        }
      std::string where;
      if (entry.instances.size() < all) {
        for (const std::string &instance : entry.instances)
          where += (where.empty() ? " on " : ", ") + instance;
      }
      document.note(std::string("left out of ") + planKind(entry.contiguous) +
                    " plans" + where + ": " + names + ": " + entry.reason);
    }
  }

private:
  struct Entry {
    std::string name;
    bool contiguous;
    std::string reason;
    std::vector<std::string> instances;
  };
  std::vector<Entry> entries;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_COMPARISONNOTES_H
