//===- ComparisonData.cpp - A comparison for programs ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparisonCells.h"

#include "placement/Solver/IO/JsonWriter.h"
#include "placement/Solver/IO/Writers.h"

#include <charconv>
#include <cmath>

namespace placement::solver {

namespace {

/// The figures of a row that both formats give.
struct Figures {
  std::string algorithm;
  std::optional<double> value, distance, bound, proven, gap;
  std::optional<uint64_t> devices;
  std::string reason;

  Figures(const ComparedInstance &instance, const ComparisonRow &row)
      : algorithm(row.plan.algorithm == "evaluate" ? "" : row.plan.algorithm),
        distance(instance.distance(row)), reason(describeTrouble(row)) {
    if (algorithm.empty() && row.source.empty() && !row.isOurs())
      algorithm = row.name;
    if (row.hasValue()) {
      value = row.plan.exactValue;
      devices = countUsedDevices(*instance.instance, row.plan);
    }
    if (row.plan.proof != Proof::None && row.state != RowState::Infeasible) {
      bound = statedBound(*instance.instance, row.plan);
      proven = statedProvenBound(*instance.instance, row.plan);
      if (row.hasValue())
        gap = row.plan.gap();
    }
  }
};

/// RFC 4180: quoted where a comma, a quotation mark or a line end asks for it.
std::string quoted(const std::string &text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos)
    return text;
  std::string result = "\"";
  for (char c : text)
    result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

/// The shortest text that reads back to the same number; nothing for none.
std::string number(const std::optional<double> &value) {
  if (!value || !std::isfinite(*value))
    return {};
  char text[32];
  auto [end, code] = std::to_chars(text, text + sizeof text, *value);
  return code == std::errc() ? std::string(text, end) : std::string();
}

/// Seconds are measured, so they have no more digits than they deserve.
double milliseconds(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

void optionalField(JsonWriter &json, const char *name,
                   const std::optional<double> &value) {
  if (value && std::isfinite(*value))
    json.field(name, *value);
  else
    json.key(name).null();
}

void optionalField(JsonWriter &json, const char *name,
                   const std::string &value) {
  if (value.empty())
    json.key(name).null();
  else
    json.field(name, std::string_view(value));
}

class JsonForm {
public:
  JsonForm(const Comparison &comparison, bool times)
      : comparison(comparison), times(times) {}

  std::string write() {
    // All instances have the same.
    json.beginObject()
        .field("version", 1)
        .field(
            "objective",
            comparison.instances.empty()
                ? toString(Objective::Throughput)
                : toString(comparison.instances.front().instance->objective()));
    optionalField(json, "time_limit", comparison.timeLimit);
    json.field("complete", comparison.complete);
    json.key("instances").beginArray();
    for (const ComparedInstance &instance : comparison.instances)
      write(instance);
    json.endArray();
    json.key("summary").beginArray();
    for (const ComparisonSummary &summary : summarise(comparison))
      write(summary);
    json.endArray();
    json.key("remarks").beginArray();
    for (const ComparisonRemark &remark : comparison.remarks)
      json.beginObject(JsonWriter::Layout::Inline)
          .field("fault", remark.fault)
          .field("text", std::string_view(remark.text))
          .endObject();
    json.endArray().endObject();
    return json.take();
  }

private:
  void write(const ComparedInstance &instance) {
    json.beginObject()
        .field("name", std::string_view(instance.name))
        .field("fingerprint", instance.instance->fingerprint())
        .field("time_unit",
               std::string_view(instance.instance->data().timeUnit))
        .field("communication", toString(instance.instance->communication()))
        .field("schedule", toString(instance.instance->schedule()));
    if (instance.instance->isLatency())
      writeTerms(*instance.instance);
    json.field("nodes", instance.instance->numNodes())
        .field("devices", countDevices(*instance.instance));
    json.key("rows").beginArray();
    for (const ComparisonRow &row : instance.rows)
      write(instance, row);
    json.endArray().endObject();
  }

  void writeTerms(const Instance &instance) {
    json.field("subgraphs_per_device", instance.piecesPerDevice());
    const CoreLimit &cores = instance.data().cores;
    if (cores && *cores != kMachineCores)
      json.field("cores", *cores);
    else
      json.field("cores", std::string_view(toString(cores)));
  }

  void write(const ComparedInstance &instance, const ComparisonRow &row) {
    Figures figures(instance, row);
    json.beginObject()
        .field("name", std::string_view(row.name))
        .field("plans", planKind(row.contiguous));
    optionalField(json, "algorithm", figures.algorithm);
    optionalField(json, "source", row.source);
    json.field("carried", row.carried)
        .field("state", toString(row.state))
        .field("status", toString(row.plan.status))
        .field("stop", toString(row.plan.stop))
        .field("proof", toString(row.plan.proof));
    optionalField(json, "value", figures.value);
    optionalField(json, "distance", figures.distance);
    optionalField(json, "bound", figures.bound);
    optionalField(json, "proven_bound", figures.proven);
    optionalField(json, "claimed_by", row.plan.claimant);
    optionalField(json, "gap", figures.gap);
    if (figures.devices)
      json.field("devices", *figures.devices);
    else
      json.key("devices").null();
    if (times)
      json.field("seconds", milliseconds(row.seconds));
    json.key("reasons").beginArray();
    for (const std::string &reason : row.reasons)
      json.value(std::string_view(reason));
    json.endArray().endObject();
  }

  void write(const ComparisonSummary &summary) {
    json.beginObject()
        .field("name", std::string_view(summary.name))
        .field("plans", planKind(summary.contiguous))
        .field("instances", summary.instances)
        .field("with_plan", summary.plans)
        .field("best", summary.best)
        .field("optimal", summary.optimal)
        .field("compared", summary.compared);
    // Logarithms differ in their last digits between machines.
    if (summary.compared > 0)
      json.field("mean_ratio", std::round(summary.meanRatio * 1e6) / 1e6);
    else
      json.key("mean_ratio").null();
    if (times)
      json.field("seconds", milliseconds(summary.seconds));
    json.endObject();
  }

  const Comparison &comparison;
  bool times;
  JsonWriter json;
};

} // namespace

std::string writeComparisonCsv(const Comparison &comparison, bool times) {
  std::string out =
      "instance,plans,name,algorithm,source,state,status,stop,"
      "proof,value,unit,distance,bound,proven_bound,claimed_by,gap,devices,"
      "machine_devices,";
  out += times ? "seconds,reason\r\n" : "reason\r\n";
  for (const ComparedInstance &instance : comparison.instances)
    for (const ComparisonRow &row : instance.rows) {
      Figures figures(instance, row);
      std::vector<std::string> cells = {
          instance.name,
          planKind(row.contiguous),
          row.name,
          figures.algorithm,
          row.source,
          toString(row.state),
          toString(row.plan.status),
          toString(row.plan.stop),
          toString(row.plan.proof),
          number(figures.value),
          instance.instance->data().timeUnit,
          number(figures.distance),
          number(figures.bound),
          number(figures.proven),
          row.plan.claimant,
          number(figures.gap),
          figures.devices ? std::to_string(*figures.devices) : "",
          std::to_string(countDevices(*instance.instance))};
      if (times)
        cells.push_back(number(milliseconds(row.seconds)));
      cells.push_back(figures.reason);
      std::string line;
      for (const std::string &cell : cells)
        line += (&cell == &cells.front() ? "" : ",") + quoted(cell);
      out += line + "\r\n";
    }
  return out;
}

std::string writeComparisonJson(const Comparison &comparison, bool times) {
  return JsonForm(comparison, times).write();
}

} // namespace placement::solver
