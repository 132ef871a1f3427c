//===- JsonText.h - Text to a JSON tree, or one clear error -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_JSONTEXT_H
#define PLACEMENT_LIB_SOLVER_IO_JSONTEXT_H

#include "placement/Solver/Model/Result.h"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace placement::solver {

using JsonElement = simdjson::dom::element;

/// A parsed JSON text. Elements point into it. One pass of simdjson (Langdale
/// and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 2019),
/// which checks the whole text, UTF-8 included, before anything is read.
class JsonText {
public:
  /// Parses; no value means success. `padded` promises that at least
  /// simdjson::SIMDJSON_PADDING bytes behind the text may be read, which saves
  /// a copy. An error names file, line and column.
  std::optional<Error> parse(std::string_view text, bool padded,
                             const std::string &fileName);

  JsonElement root() const { return top; }

private:
  simdjson::dom::parser parser;
  JsonElement top;
};

/// Explains why a text is no JSON that we take: file, line, column, reason.
/// Slow and careful; only called once parsing has failed with `reason`.
Error diagnoseJson(std::string_view text, const std::string &fileName,
                   const char *reason);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_JSONTEXT_H
