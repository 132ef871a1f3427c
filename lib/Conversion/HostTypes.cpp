//===- HostTypes.cpp - Values as arrays of the host -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Conversion/HostTypes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace placement {

static std::optional<int64_t> getElementBytes(Type type) {
  int64_t factor = 1;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    factor = 2;
    type = complex.getElementType();
  }
  if (!type.isIntOrFloat())
    return std::nullopt;
  return factor * llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

std::optional<int64_t> getHostBytes(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return std::nullopt;
  std::optional<int64_t> bytes = getElementBytes(tensor.getElementType());
  int64_t total = 0;
  if (!bytes || llvm::MulOverflow(tensor.getNumElements(), *bytes, total))
    return std::nullopt;
  return total;
}

void writeHostType(llvm::json::OStream &json, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  std::string dtype;
  llvm::raw_string_ostream(dtype) << tensor.getElementType();
  json.attributeArray("shape", [&] {
    for (int64_t size : tensor.getShape())
      json.value(size);
  });
  json.attribute("dtype", dtype);
  json.attribute("bytes", getHostBytes(type).value_or(0));
}

} // namespace placement
