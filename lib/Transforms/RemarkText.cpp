//===- RemarkText.cpp - Words for remarks ---------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RemarkText.h"

#include "placement/Solver/Model/Describe.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

#include <cmath>

namespace placement {

std::string shortNumber(double value) {
  if (value == 0)
    return "0";
  double scale = std::pow(10, 3 - std::floor(std::log10(std::fabs(value))));
  double rounded = std::round(value * scale) / scale;
  return solver::describeNumber(std::isfinite(rounded) ? rounded : value);
}

std::string microseconds(double value) { return shortNumber(value) + " us"; }

std::string plural(size_t count, llvm::StringRef noun) {
  return (llvm::Twine(count) + " " + noun + (count == 1 ? "" : "s")).str();
}

llvm::StringRef describeStop(solver::Stop stop) {
  switch (stop) {
  case solver::Stop::Finished:
    return "when the algorithm was done";
  case solver::Stop::Gap:
    return "inside the asked gap";
  case solver::Stop::Time:
    return "by the time or work limit";
  case solver::Stop::Memory:
    return "by the memory limit of its tables";
  case solver::Stop::Cancelled:
    return "by a signal";
  }
  llvm_unreachable("unknown reason to stop");
}

} // namespace placement
