//===- ComparisonFiles.h - Names and expert plans of instances --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_COMPARISONFILES_H
#define PLACEMENT_SOLVER_IO_COMPARISONFILES_H

#include <string>
#include <vector>

namespace placement::solver {

/// Names for tables: the paths without what all their folders begin with and
/// without `.json`. Different paths keep different names, wherever the files
/// lie: `a/x/m.json` and `a/y/m.json` are `x/m` and `y/m`.
std::vector<std::string> shortNames(const std::vector<std::string> &paths);

/// The expert plan published for an instance, if its name leads to a file: for
/// `NAME.json` that is `NAME_expert.json`, and for a training graph
/// (`..._training`) also that of the inference graph, which serves both; beside
/// the instance, or in a folder `experts` there or in one of the three folders
/// above. Empty if there is none.
std::string findExpert(const std::string &instancePath);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_COMPARISONFILES_H
