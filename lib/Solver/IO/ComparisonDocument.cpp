//===- ComparisonDocument.cpp - A comparison for people -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparisonCells.h"
#include "ComparisonNotes.h"
#include "TableDocument.h"

#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <cmath>

namespace placement::solver {

namespace {

bool isLeftOut(const ComparisonRow &row) {
  return row.state == RowState::Unsupported || row.state == RowState::NotRun;
}

/// Who vouches for what: the word in the column "proof".
const char *proofWord(const ComparisonRow &row) {
  if (row.plan.status == Status::Optimal)
    return "optimal";
  switch (row.plan.proof) {
  case Proof::Certified:
  case Proof::Engine:
    return "bound";
  case Proof::Claimed:
    return "claimed";
  case Proof::None:
    return "-";
  }
  return "-";
}

class DocumentBuilder {
public:
  DocumentBuilder(const Comparison &comparison, const ComparisonStyle &style)
      : comparison(comparison), style(style), summaries(summarise(comparison)) {
  }

  TableDocument build() {
    writeState();
    if (style.layout == ComparisonLayout::Matrix)
      writeMatrices();
    else
      writeLists();
    leftOut.write(document, comparison.instances.size());
    for (const ComparisonRemark &remark : comparison.remarks)
      document.warning(remark.text);
    writeLegend();
    return std::move(document);
  }

private:
  static std::string title(bool contiguous) {
    return std::string(planKind(contiguous)) + " plans";
  }

  void writeState() {
    if (comparison.complete)
      return;
    size_t run = 0, all = 0;
    for (const ComparedInstance &instance : comparison.instances)
      for (const ComparisonRow &row : instance.rows) {
        ++all;
        run += row.state != RowState::NotRun;
      }
    document.warning("INCOMPLETE: stopped on request after " +
                     std::to_string(run) + " of " + std::to_string(all) +
                     " runs");
  }

  // ---- a table for each instance ----

  void writeLists() {
    for (const ComparedInstance &instance : comparison.instances) {
      document.heading(instance.name);
      document.paragraph(describeProblem(*instance.instance));
      for (bool contiguous : {true, false})
        if (instance.ours(contiguous))
          writeList(instance, contiguous);
    }
    if (comparison.instances.size() < 2)
      return;
    document.heading("all " + std::to_string(comparison.instances.size()) +
                     " instances");
    for (bool contiguous : {true, false})
      if (comparison.has(contiguous))
        writeSummary(contiguous);
  }

  void writeList(const ComparedInstance &instance, bool contiguous) {
    DocumentTable table;
    table.heads = {title(contiguous), "value",  "to ours", "bound", "gap",
                   "proof",           "devices"};
    if (style.times)
      table.heads.push_back("time");
    Notes notes;
    for (const ComparisonRow &row : instance.rows) {
      if (row.contiguous != contiguous)
        continue;
      std::string trouble = describeTrouble(row);
      if (isLeftOut(row) && !row.isOurs()) {
        leftOut.add(instance, row);
        continue;
      }
      DocumentTable::Row &line = table.rows.emplace_back();
      line.cells = {nameOf(instance, row) + notes.mark(trouble) +
                    notes.mark(describeClaim(*instance.instance, row))};
      appendFigures(instance, row, line.cells);
      line.emphasis = row.isOurs()                  ? Emphasis::Good
                      : row.state == RowState::Plan ? Emphasis::None
                                                    : Emphasis::Bad;
    }
    document.table(std::move(table));
    notes.write(document);
  }

  /// The label, with the file where there are several given plans.
  static std::string nameOf(const ComparedInstance &instance,
                            const ComparisonRow &row) {
    if (row.source.empty())
      return rowLabel(row);
    for (const ComparisonRow &other : instance.rows)
      if (!other.source.empty() && other.source != row.source)
        return row.name + " " + row.source;
    return row.name;
  }

  void appendFigures(const ComparedInstance &instance, const ComparisonRow &row,
                     std::vector<std::string> &cells) const {
    bool proven = row.plan.proof != Proof::None;
    cells.push_back(row.hasValue() ? describeNumber(row.plan.exactValue) : "-");
    cells.push_back(row.isOurs() ? ""
                                 : describeDistance(instance.distance(row)));
    cells.push_back(
        proven && row.state != RowState::Infeasible
            ? describeNumber(statedBound(*instance.instance, row.plan))
            : "-");
    cells.push_back(proven && row.hasValue() ? describeShare(row.plan.gap())
                                             : "-");
    cells.push_back(row.state == RowState::Infeasible ? "infeasible"
                                                      : proofWord(row));
    cells.push_back(
        row.hasValue()
            ? std::to_string(countUsedDevices(*instance.instance, row.plan)) +
                  " of " + std::to_string(countDevices(*instance.instance))
            : "-");
    if (style.times)
      cells.push_back(isLeftOut(row) || !row.source.empty()
                          ? "-"
                          : describeSeconds(row.seconds));
  }

  void writeSummary(bool contiguous) {
    DocumentTable table;
    table.heads = {title(contiguous), "mean to ours", "over",
                   "plans",           "best",         "optimal"};
    if (style.times)
      table.heads.push_back("time");
    for (const ComparisonSummary &summary : summaries) {
      if (summary.contiguous != contiguous ||
          (summary.name != kOurs && isLeftOutEverywhere(summary)))
        continue;
      DocumentTable::Row &line = table.rows.emplace_back();
      line.cells = {summary.name,
                    summary.name == kOurs ? "" : meanDistance(summary),
                    std::to_string(summary.compared),
                    std::to_string(summary.plans),
                    std::to_string(summary.best),
                    std::to_string(summary.optimal)};
      if (style.times)
        line.cells.push_back(describeSeconds(summary.seconds));
      if (summary.name == kOurs)
        line.emphasis = Emphasis::Good;
    }
    document.table(std::move(table));
  }

  static std::string meanDistance(const ComparisonSummary &summary) {
    return summary.compared == 0 ? "-"
                                 : describeDistance(summary.meanRatio - 1);
  }

  bool isLeftOutEverywhere(const ComparisonSummary &summary) const {
    for (const ComparedInstance &instance : comparison.instances)
      for (const ComparisonRow &row : instance.rows)
        if (row.name == summary.name && row.contiguous == summary.contiguous &&
            !isLeftOut(row))
          return false;
    return true;
  }

  // ---- a table for each kind of plans ----

  void writeMatrices() {
    for (bool contiguous : {true, false})
      if (comparison.has(contiguous))
        writeMatrix(contiguous);
  }

  void writeMatrix(bool contiguous) {
    std::vector<const ComparisonSummary *> columns;
    const ComparisonSummary *ours = nullptr;
    for (const ComparisonSummary &summary : summaries) {
      if (summary.contiguous != contiguous)
        continue;
      if (summary.name == kOurs)
        ours = &summary;
      else if (!isLeftOutEverywhere(summary))
        columns.push_back(&summary);
    }
    DocumentTable table;
    table.heads = {title(contiguous), std::string(kOurs), "gap"};
    if (style.times)
      table.heads.push_back("time");
    for (const ComparisonSummary *column : columns)
      table.heads.push_back(column->name);

    Notes notes;
    for (const ComparedInstance &instance : comparison.instances) {
      DocumentTable::Row &line = table.rows.emplace_back();
      line.cells = {instance.name};
      appendOurs(instance, *instance.ours(contiguous), notes, line.cells);
      for (const ComparisonSummary *column : columns)
        line.cells.push_back(cellOf(instance, column->name, contiguous, notes));
      for (const ComparisonRow &row : instance.rows)
        if (row.contiguous == contiguous && isLeftOut(row) && !row.isOurs())
          leftOut.add(instance, row);
    }
    if (ours)
      appendSummaries(*ours, columns, table);
    document.table(std::move(table));
    notes.write(document);
  }

  void appendOurs(const ComparedInstance &instance, const ComparisonRow &row,
                  Notes &notes, std::vector<std::string> &cells) const {
    cells.push_back(
        (row.hasValue() ? describeNumber(row.plan.exactValue) : "-") +
        notes.mark(row.state == RowState::Plan ? "" : describeTrouble(row)));
    cells.push_back(row.hasValue() && row.plan.proof != Proof::None
                        ? describeShare(row.plan.gap()) +
                              notes.mark(describeClaim(*instance.instance, row))
                        : "-");
    if (style.times)
      cells.push_back(isLeftOut(row) ? "-" : describeSeconds(row.seconds));
  }

  /// The best of the rows of that name on the instance.
  static std::string cellOf(const ComparedInstance &instance,
                            const std::string &name, bool contiguous,
                            Notes &notes) {
    const ComparisonRow *best = nullptr;
    for (const ComparisonRow &row : instance.rows)
      if (row.name == name && row.contiguous == contiguous &&
          (!best || (row.state == RowState::Plan &&
                     (best->state != RowState::Plan ||
                      row.plan.value < best->plan.value))))
        best = &row;
    if (!best)
      return "";
    if (isLeftOut(*best))
      return "-";
    std::string text = describeDistance(instance.distance(*best));
    if (best->state != RowState::Plan)
      text += notes.mark(name + " on " + instance.name + " " +
                         describeTrouble(*best));
    return text;
  }

  void appendSummaries(const ComparisonSummary &ours,
                       const std::vector<const ComparisonSummary *> &columns,
                       DocumentTable &table) const {
    table.firstSummary = table.rows.size();
    auto add = [&](const char *name, auto &&figure) {
      DocumentTable::Row &line = table.rows.emplace_back();
      line.cells = {name, figure(ours), ""};
      if (style.times)
        line.cells.push_back("");
      for (const ComparisonSummary *column : columns)
        line.cells.push_back(figure(*column));
    };
    const std::string all = " of " + std::to_string(ours.instances);
    add("geometric mean", [](const ComparisonSummary &summary) {
      return summary.name == kOurs ? "" : meanDistance(summary);
    });
    add("plans", [&](const ComparisonSummary &summary) {
      return std::to_string(summary.plans) + all;
    });
    add("best", [&](const ComparisonSummary &summary) {
      return std::to_string(summary.best) + all;
    });
    add("proved optimal", [&](const ComparisonSummary &summary) {
      return std::to_string(summary.optimal) + all;
    });
  }

  void writeLegend() {
    std::string text =
        "Values are times per sample. \"To ours\": how much longer than ours; "
        "the mean is geometric, over instances where both have a plan. ";
    if (style.layout == ComparisonLayout::Matrix)
      text = "Ours: time per sample; other columns: how much longer than ours. "
             "The mean is over instances where both have a plan. ";
    text += "Plans that break a rule are in no mean.";
    if (std::isfinite(comparison.timeLimit))
      text += " Each run has " + describeNumber(comparison.timeLimit) +
              " s at most.";
    document.paragraph(text);
  }

  const Comparison &comparison;
  const ComparisonStyle &style;
  std::vector<ComparisonSummary> summaries;
  LeftOut leftOut;
  TableDocument document;
};

} // namespace

std::string writeComparisonDocument(const Comparison &comparison,
                                    const ComparisonStyle &style) {
  TableDocument document = DocumentBuilder(comparison, style).build();
  return style.format == ComparisonFormat::Markdown
             ? document.markdown()
             : document.text(style.colour);
}

} // namespace placement::solver
