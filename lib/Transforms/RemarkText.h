//===- RemarkText.h - Words for remarks -------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_REMARKTEXT_H
#define PLACEMENT_LIB_TRANSFORMS_REMARKTEXT_H

#include "placement/Solver/Model/Plan.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace placement {

/// Four significant digits, which are enough for a person.
std::string shortNumber(double value);

/// The same with its unit.
std::string microseconds(double value);

/// `1 stage`, `2 stages`.
std::string plural(size_t count, llvm::StringRef noun);

/// Why a search stopped, as the end of a sentence.
llvm::StringRef describeStop(solver::Stop stop);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_REMARKTEXT_H
