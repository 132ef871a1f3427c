//===- Output.h - Whole files or none ------------------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_OUTPUT_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_OUTPUT_H

#include "placement/Solver/Model/Result.h"

#include <optional>
#include <string>
#include <string_view>

namespace placement::tool {

/// One line on standard error; control characters are spelled out.
void printError(const std::string &text);

/// An error if `path` can surely not be written, found out before a long solve
/// and without touching anything.
std::optional<solver::Error> checkWritable(const std::string &path);

/// Whether `writeFile` puts a new file there; what exists and is no regular
/// file, such as a device or a pipe, is written to.
bool isReplaced(const std::string &path);

/// True if both names lead to the same file.
bool isSameFile(const std::string &a, const std::string &b);

/// Writes a file under a temporary name beside it and renames it, so that a
/// reader sees the old content or the new one. What is not a regular file (a
/// device, a pipe) is written directly.
std::optional<solver::Error> writeFile(const std::string &path,
                                       std::string_view text);

/// Writes to standard output and flushes.
std::optional<solver::Error> writeStandardOutput(std::string_view text);

/// Writes `text` to a new file in the folder for temporary files; its name, or
/// an error.
solver::Result<std::string> writeTemporaryFile(std::string_view text);

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_OUTPUT_H
