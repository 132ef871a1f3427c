//===- ComparisonNotes.cpp - Sentences below tables -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparisonNotes.h"

#include <algorithm>

namespace placement::solver {

void LeftOut::add(const ComparedInstance &instance, const ComparisonRow &row) {
  std::string reason = describeTrouble(row);
  auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry &known) {
        return known.name == row.name && known.reason == reason;
      });
  if (entry == entries.end())
    entry = entries.insert(entry, {row.name, reason, {}});
  std::vector<std::string> &instances = entry->instances[row.contiguous];
  if (instances.empty() || instances.back() != instance.name)
    instances.push_back(instance.name);
}

void LeftOut::write(TableDocument &document, size_t all) const {
  struct Line {
    std::string head, names, reason;
  };
  std::vector<Line> lines;
  auto add = [&](const char *plans, const std::vector<std::string> &instances,
                 const Entry &entry) {
    if (instances.empty())
      return;
    std::string head = std::string("left out of ") + plans + " plans";
    if (instances.size() < all)
      for (const std::string &instance : instances)
        head += (&instance == &instances.front() ? " on " : ", ") + instance;
    for (Line &line : lines)
      if (line.head == head && line.reason == entry.reason) {
        line.names += ", " + entry.name;
        return;
      }
    lines.push_back({head, entry.name, entry.reason});
  };
  for (const Entry &entry : entries) {
    const auto &[any, contiguous] = entry.instances;
    if (any == contiguous) {
      add("all", any, entry);
      continue;
    }
    add(planKind(true), contiguous, entry);
    add(planKind(false), any, entry);
  }
  for (const Line &line : lines)
    document.note(line.head + ": " + line.names + ": " + line.reason);
}

} // namespace placement::solver
