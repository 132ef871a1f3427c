//===- Instance.h - Problems from files and arrays ------------ -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_INSTANCE_H
#define PLACEMENT_PYTHON_SRC_INSTANCE_H

#include <nanobind/nanobind.h>

namespace placement::python {

/// Adds `Instance` and `InstanceBuilder`.
void bindInstance(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_INSTANCE_H
