//===- main.cpp - placement-solve: the solver on the command line ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

int main(int argc, char **argv) { return placement::tool::run(argc, argv); }
