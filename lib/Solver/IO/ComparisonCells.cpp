//===- ComparisonCells.cpp - Figures of a comparison as text --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparisonCells.h"

#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace placement::solver {

const char *planKind(bool contiguous) {
  return contiguous ? "contiguous" : "any";
}

std::string rowLabel(const ComparisonRow &row) {
  if (row.isOurs() && !row.plan.algorithm.empty())
    return row.name + " (" + row.plan.algorithm + ")";
  return row.name;
}

static std::string percent(const char *format, double share) {
  char text[32];
  std::snprintf(text, sizeof text, format, 100 * share);
  return std::string(text) + " %";
}

std::string describeDistance(double distance) {
  if (distance == 0)
    return "0 %";
  // Three digits, but whole numbers above.
  return percent(std::abs(distance) < 1 ? "%+.3g" : "%+.0f", distance);
}

std::string describeDistance(const std::optional<double> &distance) {
  return distance ? describeDistance(*distance) : "-";
}

std::string describeShare(double share) {
  if (!std::isfinite(share))
    return "-";
  return percent("%.3g", share);
}

std::string describeSeconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text,
                seconds < 10    ? "%.2f s"
                : seconds < 100 ? "%.1f s"
                                : "%.0f s",
                seconds);
  return text;
}

static std::string firstReason(const ComparisonRow &row) {
  if (row.reasons.empty())
    return "no reason is given";
  std::string text = row.reasons.front();
  if (size_t more = row.reasons.size() - 1)
    text += " (and " + std::to_string(more) + " more)";
  return text;
}

std::string describeTrouble(const ComparisonRow &row) {
  static constexpr const char *kStops[] = {"", "", "stopped by the time limit",
                                           "stopped by the memory limit",
                                           "stopped on request"};
  std::string stop = kStops[static_cast<size_t>(row.plan.stop)];
  switch (row.state) {
  case RowState::Plan:
    if (!row.carried)
      return stop;
    return "its contiguous plan" + (stop.empty() ? "" : "; " + stop);
  case RowState::Broken:
    return "breaks a rule: " + firstReason(row);
  case RowState::Infeasible:
    return "proves that there is no plan: " + firstReason(row);
  case RowState::NoPlan:
    if (row.reasons.empty())
      return "no plan: " + (stop.empty() ? "none was found" : stop);
    return "no plan: " + (stop.empty() ? "" : stop + "; ") + firstReason(row);
  case RowState::Unsupported:
    return firstReason(row);
  case RowState::Failed:
    return "failed: " + firstReason(row);
  case RowState::NotRun:
    return "not run";
  }
  return {};
}

std::string describeClaim(const Instance &instance, const ComparisonRow &row) {
  if (row.plan.proof != Proof::Claimed)
    return {};
  std::string text =
      "the bound is the word of " + row.plan.claimant + ", not checked";
  if (row.plan.provenBound > 0)
    text +=
        "; proved: " + describeNumber(statedProvenBound(instance, row.plan));
  return text;
}

/// Hosts are no devices of a plan for latency: nobody is short of them.
static bool counts(const Instance &instance, KindId k) {
  return !instance.isLatency() || !instance.isHost(k);
}

uint64_t countDevices(const Instance &instance) {
  uint64_t devices = 0;
  for (KindId k = 0; k < instance.numKinds(); ++k)
    if (counts(instance, k))
      devices += instance.machine().kinds[k].count;
  return devices;
}

uint64_t countUsedDevices(const Instance &instance, const Plan &plan) {
  return std::count_if(plan.loads.begin(), plan.loads.end(),
                       [&](const DeviceLoad &load) {
                         return counts(instance, load.device.kind);
                       });
}

static std::string describeModel(const Instance &instance) {
  if (!instance.isLatency())
    return std::string(toString(instance.communication())) +
           " communication, " + toString(instance.schedule());
  uint32_t pieces = instance.piecesPerDevice();
  const CoreLimit &cores = instance.data().cores;
  return "latency, " +
         (pieces == 1 ? "one piece a device"
                      : std::to_string(pieces) + " pieces a device") +
         (cores ? ", cores: " + toString(cores) : "");
}

std::string describeProblem(const Instance &instance) {
  std::string machine;
  for (const DeviceKind &kind : instance.machine().kinds)
    machine += (machine.empty() ? "" : ", ") + std::to_string(kind.count) +
               " " + kind.name;
  std::string text =
      std::to_string(instance.numNodes()) + " nodes on " + machine;
  if (instance.data().timeUnit != "unit")
    text += "; times in " + instance.data().timeUnit;
  return text + "; " + describeModel(instance);
}

std::string writeComparison(const Comparison &comparison,
                            const ComparisonStyle &style) {
  switch (style.format) {
  case ComparisonFormat::Text:
  case ComparisonFormat::Markdown:
    return writeComparisonDocument(comparison, style);
  case ComparisonFormat::Csv:
    return writeComparisonCsv(comparison, style.times);
  case ComparisonFormat::Json:
    return writeComparisonJson(comparison, style.times);
  }
  return {};
}

} // namespace placement::solver
