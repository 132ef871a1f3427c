//===- OpSignature.cpp - Text that names an op's measured time --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/OpSignature.h"

#include "placement/Analysis/OpKnowledge.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace placement {

/// Attributes with more elements are shortened to a hash.
static constexpr int64_t kMaxElements = 64;

static void printAttribute(raw_ostream &os, Attribute attribute) {
  auto elements = dyn_cast<DenseElementsAttr>(attribute);
  if (!elements || elements.isSplat() ||
      elements.getNumElements() <= kMaxElements) {
    attribute.print(os);
    return;
  }
  uint64_t hash = 0;
  if (elements.getElementType().isIntOrIndexOrFloat() ||
      isa<ComplexType>(elements.getElementType())) {
    ArrayRef<char> data = elements.getRawData();
    hash = llvm::xxh3_64bits(
        ArrayRef(reinterpret_cast<const uint8_t *>(data.data()), data.size()));
  } else {
    // Strings have no raw data.
    std::string text;
    llvm::raw_string_ostream(text) << attribute;
    hash = llvm::xxh3_64bits(text);
  }
  os << "dense<#" << llvm::format_hex_no_prefix(hash, 16)
     << "> : " << elements.getType();
}

/// Writes one signature; numbers values in order of appearance.
class SignatureWriter {
public:
  SignatureWriter(OpSignatures &cache, raw_ostream &os)
      : texts(cache.texts), os(os) {}

  void writeTop(Operation *op) {
    os << op->getName().getStringRef() << '(';
    llvm::interleaveComma(op->getOperandTypes(), os,
                          [&](Type type) { write(type); });
    os << ") -> ";
    writeRest(op);
  }

private:
  template <typename T>
  void write(T attributeOrType) {
    auto [it, inserted] =
        texts.try_emplace(attributeOrType.getAsOpaquePointer());
    if (inserted) {
      llvm::raw_string_ostream text(it->second);
      if constexpr (std::is_same_v<T, Attribute>)
        printAttribute(text, attributeOrType);
      else
        attributeOrType.print(text);
    }
    os << it->second;
  }

  void writeValue(Value value) {
    auto [it, inserted] = numbers.try_emplace(value, numbers.size());
    os << '%' << it->second;
  }

  /// Results, attributes and regions.
  void writeRest(Operation *op) {
    os << '(';
    llvm::interleaveComma(op->getResultTypes(), os,
                          [&](Type type) { write(type); });
    os << ')';
    writeAttributes(op);
    for (Region &region : op->getRegions())
      writeRegion(region);
  }

  void writeAttributes(Operation *op) {
    // Unregistered ops may have their attributes in either place.
    SmallVector<NamedAttribute> attributes(op->getDiscardableAttrs());
    if (auto properties =
            dyn_cast_or_null<DictionaryAttr>(op->getPropertiesAsAttribute()))
      llvm::append_range(attributes, properties);
    bool constant = isConstant(op);
    llvm::erase_if(attributes, [&](NamedAttribute attribute) {
      StringRef name = attribute.getName();
      return name.contains('.') || (constant && name == "value");
    });
    if (attributes.empty())
      return;
    llvm::sort(attributes);
    os << " {";
    llvm::interleaveComma(attributes, os, [&](NamedAttribute attribute) {
      os << attribute.getName().getValue() << " = ";
      write(attribute.getValue());
    });
    os << '}';
  }

  void writeRegion(Region &region) {
    os << " {";
    llvm::SmallDenseMap<Block *, unsigned, 4> blocks;
    for (Block &block : region)
      blocks.try_emplace(&block, blocks.size());
    for (Block &block : region) {
      os << '^' << blocks.lookup(&block) << '(';
      llvm::interleaveComma(block.getArguments(), os, [&](Value argument) {
        writeValue(argument);
        os << ": ";
        write(argument.getType());
      });
      os << "):";
      for (Operation &op : block)
        writeNested(&op, blocks);
    }
    os << '}';
  }

  void writeNested(Operation *op,
                   const llvm::SmallDenseMap<Block *, unsigned, 4> &blocks) {
    os << ' ';
    for (Value result : op->getResults()) {
      writeValue(result);
      os << ' ';
    }
    if (op->getNumResults() != 0)
      os << "= ";
    os << op->getName().getStringRef() << '(';
    llvm::interleaveComma(op->getOperands(), os, [&](Value operand) {
      writeValue(operand);
      os << ": ";
      write(operand.getType());
    });
    os << ')';
    for (Block *successor : op->getSuccessors())
      os << " ^" << blocks.lookup(successor);
    os << " -> ";
    writeRest(op);
    os << ';';
  }

  llvm::DenseMap<const void *, std::string> &texts;
  raw_ostream &os;
  llvm::DenseMap<Value, unsigned> numbers;
};

std::string OpSignatures::get(Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  SignatureWriter(*this, os).writeTop(op);
  return text;
}

std::string opSignature(Operation *op) { return OpSignatures().get(op); }

} // namespace placement
