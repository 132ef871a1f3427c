//===- OpKnowledge.h - What the engine knows about any op -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Purity, cheapness and sizes, for registered ops through their interfaces and
// for StableHLO and CHLO ops in generic form (unregistered) through a table of
// names. Everything else is unknown, and unknown means: not pure, not cheap.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_OPKNOWLEDGE_H
#define PLACEMENT_ANALYSIS_OPKNOWLEDGE_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Types.h"

#include <cstdint>
#include <optional>

namespace placement {

/// Whether `op` neither reads nor writes memory nor does I/O, so that it may be
/// cloned, dropped when unused, and moved over any other op. An op with regions
/// is pure when it and everything inside are. A StableHLO op whose value
/// depends on where it runs (`replica_id`, collectives, `rng`) is not pure.
/// Linear in the number of nested ops.
bool isPure(mlir::Operation *op);

/// Whether `op` makes its result from nothing (`constant`, `iota`,
/// `tensor.empty`, fill of a constant) or only repeats or re-shapes the
/// elements of its operand in their order (broadcast, reshape): work that is
/// cheaper to repeat in each consumer than to send. Says nothing about its
/// operands: a caller that clones looks at these, too.
bool isCheapProducer(mlir::Operation *op);

/// Whether `op` is a constant: ConstantLike, or `constant` of StableHLO/CHLO.
bool isConstant(mlir::Operation *op);

/// Bytes that a value of `type` occupies: elements times storage. Elements
/// narrower than a byte are packed, but i1 takes a byte; other odd widths are
/// rounded up to a power of two bytes; `index` takes eight. Tokens and `none`
/// take none; tuples are sums. std::nullopt where the type does not tell:
/// dynamic or unranked shapes, types of unknown dialects, more than 2^63 - 1.
std::optional<int64_t> bytesOf(mlir::Type type);

/// As bytesOf, but a dynamic dimension counts as 1, an unknown type as 0 bytes
/// and a size over 2^63 - 1 as that: the documented fallback of costs, to be
/// used beside a remark.
int64_t bytesOfOrAssumed(mlir::Type type);

/// Number of elements, a dynamic dimension counting as 1, saturating; 1 for
/// types without a shape.
int64_t elementsOfOrAssumed(mlir::Type type);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_OPKNOWLEDGE_H
