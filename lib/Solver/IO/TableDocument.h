//===- TableDocument.h - Headings, tables and notes -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_TABLEDOCUMENT_H
#define PLACEMENT_LIB_SOLVER_IO_TABLEDOCUMENT_H

#include <cstdint>
#include <string>
#include <vector>

namespace placement::solver {

/// How much a line asks for attention; colours in text, bold in Markdown.
enum class Emphasis : uint8_t { None, Good, Bad };

/// A table; each row has one cell for each head.
struct DocumentTable {
  struct Row {
    std::vector<std::string> cells;
    Emphasis emphasis = Emphasis::None;
  };

  std::vector<std::string> heads;
  std::vector<Row> rows;
  /// Rows from this one on are set apart; they sum up.
  size_t firstSummary = SIZE_MAX;
};

/// Parts of a document in order, without any form.
struct DocumentBlock {
  enum class Kind : uint8_t { Heading, Paragraph, Table, Note, Warning };

  Kind kind = Kind::Paragraph;
  std::string text;
  DocumentTable table;
};

/// A report for people, to be shown as text or as Markdown. Texts may hold
/// anything; control characters are spelled out by both forms.
class TableDocument {
public:
  void heading(std::string text) {
    add(DocumentBlock::Kind::Heading, std::move(text));
  }
  void paragraph(std::string text) {
    add(DocumentBlock::Kind::Paragraph, std::move(text));
  }
  void warning(std::string text) {
    add(DocumentBlock::Kind::Warning, std::move(text));
  }
  void note(std::string text) {
    add(DocumentBlock::Kind::Note, std::move(text));
  }
  void table(DocumentTable table) {
    DocumentBlock &block = blocks.emplace_back();
    block.kind = DocumentBlock::Kind::Table;
    block.table = std::move(table);
  }

  /// Columns as wide as their widest cell, the first to the left and the others
  /// to the right; `colour` adds ANSI sequences.
  std::string text(bool colour) const;
  /// GitHub's Markdown.
  std::string markdown() const;

private:
  void add(DocumentBlock::Kind kind, std::string text) {
    DocumentBlock &block = blocks.emplace_back();
    block.kind = kind;
    block.text = std::move(text);
  }

  std::vector<DocumentBlock> blocks;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_TABLEDOCUMENT_H
