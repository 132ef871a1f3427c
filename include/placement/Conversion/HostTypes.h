//===- HostTypes.h - Values as arrays of the host ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_HOSTTYPES_H
#define PLACEMENT_CONVERSION_HOSTTYPES_H

#include "mlir/IR/Types.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>

namespace placement {

/// Bytes of a value of `type` as an array of the host, where an element takes
/// at least one byte. None if no array can hold it: anything but a tensor of
/// static shape whose elements are integers, floats or complex numbers.
std::optional<int64_t> getHostBytes(mlir::Type type);

/// Writes shape, element type and bytes of such a type as attributes of the
/// object that is open.
void writeHostType(llvm::json::OStream &json, mlir::Type type);

} // namespace placement

#endif // PLACEMENT_CONVERSION_HOSTTYPES_H
