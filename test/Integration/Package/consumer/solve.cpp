//===- solve.cpp - The solver core in somebody else's program -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Solve.h"
#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/Writers.h"

#include <iostream>

using namespace placement::solver;

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "usage: solve INSTANCE.json\n";
    return 1;
  }
  Result<std::string> text = readFile(argv[1]);
  if (!text) {
    std::cerr << text.error().message << '\n';
    return 1;
  }
  Result<Instance> instance = readInstance(*text, argv[1]);
  if (!instance) {
    std::cerr << instance.error().message << '\n';
    return 1;
  }
  SolveOptions options;
  options.timeLimit = 60;
  Result<Plan> plan = solve(*instance, options);
  if (!plan) {
    std::cerr << plan.error().message << '\n';
    return 1;
  }
  std::cout << writePlanTable(*instance, *plan, /*colour=*/false);
  return 0;
}
