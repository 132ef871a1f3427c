//===- Listings.cpp - What the options of the passes can name -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Listings.h"

#include "placement/Dialect/MachinePresets.h"
#include "placement/Solver/Search/Registry.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Format.h"

using namespace llvm;

/// A rate with a decimal prefix: 66.9e12 becomes "66.9 T".
static void printRate(raw_ostream &os, double rate) {
  constexpr std::pair<double, const char *> prefixes[] = {
      {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}};
  for (auto [scale, prefix] : prefixes)
    if (rate >= scale) {
      os << format("%.4g ", rate / scale) << prefix;
      return;
    }
  os << format("%.4g ", rate);
}

void placement::printMachines(raw_ostream &os) {
  constexpr int64_t kGiB = int64_t(1) << 30;
  for (const MachinePreset &preset : getMachinePresets()) {
    os << preset.name << ": " << preset.description << '\n';
    for (const KindPreset &kind : preset.kinds) {
      os << "  " << kind.count << " x " << kind.name << ": ";
      if (kind.memory > 0)
        os << kind.memory / kGiB << " GiB at ";
      else
        os << "memory without limit at ";
      printRate(os, kind.memoryBandwidth);
      os << "B/s, link ";
      if (kind.linkBandwidth > 0) {
        printRate(os, kind.linkBandwidth);
        os << "B/s";
      } else {
        os << "free";
      }
      for (auto [type, rate] : kind.peak) {
        os << ", " << type << ' ';
        printRate(os, rate);
        os << "op/s";
      }
      os << '\n';
    }
  }
}

void placement::printSolvers(raw_ostream &os) {
  os << "auto: picks and combines the others\n";
  for (const auto &algorithm : solver::Registry::get().all())
    os << StringRef(algorithm->name()) << ": "
       << StringRef(algorithm->description()) << '\n';
}
