//===- Assembly.h - Custom assembly of operations ------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_DIALECT_ASSEMBLY_H
#define PLACEMENT_LIB_DIALECT_ASSEMBLY_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpImplementation.h"

// Called by the generated parsers and printers (custom<...> in the .td files).
namespace placement {

/// `host`, or the short form of a device: the long form,
/// `#placement.device<...>`, would swallow the `: type` that follows it.
mlir::ParseResult parseLocation(mlir::OpAsmParser &parser,
                                mlir::Attribute &location);
void printLocation(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                   mlir::Attribute location);

/// A number without its type; whole ones may be written as integers.
mlir::ParseResult parseNumber(mlir::OpAsmParser &parser,
                              mlir::FloatAttr &number);
void printNumber(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                 mlir::FloatAttr number);

/// `{acc = 1.5, cpu = 20.0}`.
/// How many cores a host kind has: a number, or `machine`, which is zero.
mlir::ParseResult parseCores(mlir::OpAsmParser &parser,
                             mlir::IntegerAttr &cores);
void printCores(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                mlir::IntegerAttr cores);

mlir::ParseResult parseTimes(mlir::OpAsmParser &parser,
                             mlir::DictionaryAttr &times);
void printTimes(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                mlir::DictionaryAttr times);

/// The id of a node, or `host` for none.
mlir::ParseResult parseProducer(mlir::OpAsmParser &parser,
                                mlir::IntegerAttr &producer);
void printProducer(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                   mlir::IntegerAttr producer);

/// `[1, 2, host]`.
mlir::ParseResult parseConsumers(mlir::OpAsmParser &parser,
                                 mlir::DenseI64ArrayAttr &consumers,
                                 mlir::UnitAttr &toHost);
void printConsumers(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                    mlir::DenseI64ArrayAttr consumers, mlir::UnitAttr toHost);

} // namespace placement

#endif // PLACEMENT_LIB_DIALECT_ASSEMBLY_H
