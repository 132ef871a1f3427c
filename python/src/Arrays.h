//===- Arrays.h - Vectors as numpy arrays and back ------------ -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_ARRAYS_H
#define PLACEMENT_PYTHON_SRC_ARRAYS_H

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <vector>

namespace placement::python {

template <typename T>
using ArrayIn = nanobind::ndarray<const T, nanobind::ndim<1>,
                                  nanobind::c_contig, nanobind::device::cpu>;
template <typename T>
using ArrayOut = nanobind::ndarray<nanobind::numpy, const T, nanobind::ndim<1>>;

template <typename T>
std::vector<T> toVector(const ArrayIn<T> &array) {
  return std::vector<T>(array.data(), array.data() + array.size());
}

/// A read-only array on the vector's own memory; keeps the Python object that
/// the vector belongs to alive.
template <typename T>
ArrayOut<T> view(const std::vector<T> &from, nanobind::handle owner) {
  static const T none{};
  return ArrayOut<T>(from.empty() ? &none : from.data(), {from.size()}, owner);
}

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_ARRAYS_H
