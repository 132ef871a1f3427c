//===- TableDocument.cpp - Headings, tables and notes ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableDocument.h"

#include "TextWidth.h"

#include "placement/Solver/IO/Writers.h"

#include <algorithm>

namespace placement::solver {

namespace {

using Kind = DocumentBlock::Kind;

constexpr const char *kReset = "\033[0m";
constexpr const char *kBold = "\033[1m";
constexpr const char *kRed = "\033[31m";
constexpr const char *kGreen = "\033[32m";

class TextForm {
public:
  explicit TextForm(bool colour) : colour(colour) {}

  std::string write(const std::vector<DocumentBlock> &blocks) {
    Kind last = Kind::Paragraph;
    for (const DocumentBlock &block : blocks) {
      // Lines of one kind stay together, and a heading with what it is for.
      if (!out.empty() && last != Kind::Heading &&
          (block.kind != last || block.kind == Kind::Table))
        out += '\n';
      write(block);
      last = block.kind;
    }
    return std::move(out);
  }

private:
  void write(const DocumentBlock &block) {
    switch (block.kind) {
    case Kind::Heading:
      return line(kBold, printableText(block.text));
    case Kind::Paragraph:
    case Kind::Note:
      return line(nullptr, printableText(block.text));
    case Kind::Warning:
      return line(kRed, printableText("NOTE: " + block.text));
    case Kind::Table:
      return write(block.table);
    }
  }

  void write(const DocumentTable &table) {
    std::vector<size_t> widths;
    widths.reserve(table.heads.size());
    for (const std::string &head : table.heads)
      widths.push_back(textWidth(printableText(head)));
    for (const DocumentTable::Row &row : table.rows)
      for (size_t c = 0; c < widths.size(); ++c)
        widths[c] = std::max(widths[c], textWidth(printableText(row.cells[c])));
    write(table.heads, widths, kBold);
    for (size_t r = 0; r < table.rows.size(); ++r) {
      if (r == table.firstSummary) {
        size_t total = 2 * (widths.size() - 1);
        for (size_t one : widths)
          total += one;
        line(nullptr, std::string(total, '-'));
      }
      Emphasis emphasis = table.rows[r].emphasis;
      write(table.rows[r].cells, widths,
            emphasis == Emphasis::Good  ? kGreen
            : emphasis == Emphasis::Bad ? kRed
                                        : nullptr);
    }
  }

  void write(const std::vector<std::string> &cells,
             const std::vector<size_t> &widths, const char *paint) {
    std::string text;
    for (size_t c = 0; c < widths.size(); ++c) {
      std::string cell = printableText(cells[c]);
      std::string space(widths[c] - textWidth(cell), ' ');
      text += (c ? "  " : "") + (c ? space + cell : cell + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    line(paint, text);
  }

  void line(const char *paint, const std::string &text) {
    if (colour && paint)
      out += paint + text + kReset + '\n';
    else
      out += text + '\n';
  }

  bool colour;
  std::string out;
};

/// Text that Markdown shows as it is.
std::string escaped(const std::string &text) {
  std::string result;
  for (char c : printableText(text)) {
    if (std::string_view("\\`*<>|#").find(c) != std::string_view::npos)
      result += '\\';
    result += c;
  }
  return result;
}

class MarkdownForm {
public:
  std::string write(const std::vector<DocumentBlock> &blocks) {
    Kind last = Kind::Heading;
    for (const DocumentBlock &block : blocks) {
      if (!out.empty() && !(block.kind == Kind::Note && last == Kind::Note))
        out += '\n';
      write(block);
      last = block.kind;
    }
    return std::move(out);
  }

private:
  void write(const DocumentBlock &block) {
    switch (block.kind) {
    case Kind::Heading:
      out += "### " + escaped(block.text) + '\n';
      return;
    case Kind::Paragraph:
      out += escaped(block.text) + '\n';
      return;
    case Kind::Note:
      out += "- " + escaped(block.text) + '\n';
      return;
    case Kind::Warning:
      out += "**" + escaped("NOTE: " + block.text) + "**\n";
      return;
    case Kind::Table:
      return write(block.table);
    }
  }

  void write(const DocumentTable &table) {
    write(table.heads, false);
    out += "|---|";
    for (size_t c = 1; c < table.heads.size(); ++c)
      out += "---:|";
    out += '\n';
    for (size_t r = 0; r < table.rows.size(); ++r)
      write(table.rows[r].cells, table.rows[r].emphasis == Emphasis::Good ||
                                     r >= table.firstSummary);
  }

  void write(const std::vector<std::string> &cells, bool bold) {
    out += '|';
    for (const std::string &cell : cells) {
      const char *mark = bold && !cell.empty() ? "**" : "";
      out += std::string(" ") + mark + escaped(cell) + mark + " |";
    }
    out += '\n';
  }

  std::string out;
};

} // namespace

std::string TableDocument::text(bool colour) const {
  return TextForm(colour).write(blocks);
}

std::string TableDocument::markdown() const {
  return MarkdownForm().write(blocks);
}

} // namespace placement::solver
