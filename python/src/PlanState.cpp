//===- PlanState.cpp - Plans between processes ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a search said is carried over; values and loads are computed anew by the
// checker, as for every plan that comes from outside.
//
//===----------------------------------------------------------------------===//

#include "Errors.h"
#include "Plan.h"

#include "placement/Solver/Search/Solve.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <tuple>

namespace nb = nanobind;
using namespace placement::solver;

namespace placement::python {

namespace {

/// Devices of the stages, the stage of each node, and its rank.
using AssignmentState =
    std::tuple<std::vector<std::tuple<uint32_t, uint32_t>>,
               std::vector<uint32_t>, std::vector<uint32_t>>;
/// The fields of a BoundCertificate, in their order.
using CertificateState =
    std::tuple<int, std::tuple<uint32_t, uint32_t>, int64_t,
               std::vector<uint32_t>, std::vector<uint32_t>,
               std::vector<uint32_t>, std::vector<int64_t>, uint32_t, uint32_t,
               uint32_t>;
/// The fields of a PathCertificate, of its cuts and of their steps.
using PathCutState = std::tuple<uint32_t, uint32_t, uint32_t, bool, uint32_t,
                                std::vector<std::tuple<uint32_t, int64_t>>>;
using PathState =
    std::tuple<int64_t, std::vector<uint32_t>, std::vector<PathCutState>>;
/// Status, stop, proof, bound, proven bound, claimant, algorithm, explanation,
/// assignments (the plan's own first, then its alternatives), whether they are
/// exact, what proves the bound of the best path, what proves the bound, what
/// each family of bounds proved.
using State =
    std::tuple<int, int, int, int64_t, int64_t, std::string, std::string,
               std::vector<std::string>, std::vector<AssignmentState>, bool,
               std::optional<PathState>, std::optional<CertificateState>,
               std::vector<std::tuple<std::string, int64_t>>>;

AssignmentState pack(const Assignment &assignment) {
  std::vector<std::tuple<uint32_t, uint32_t>> devices;
  devices.reserve(assignment.stages.size());
  for (DeviceRef device : assignment.stages)
    devices.emplace_back(device.kind, device.index);
  return {std::move(devices), assignment.stageOf, assignment.rank};
}

Plan unpack(const Instance &instance, const AssignmentState &state) {
  Assignment assignment;
  const auto &[devices, stageOf, rank] = state;
  for (auto [kind, index] : devices)
    assignment.stages.push_back({kind, index});
  assignment.stageOf = stageOf;
  assignment.rank = rank;
  // Contiguous, so that the stages stay as they are; what the plan is allowed
  // to be makes no difference to its value.
  Result<Plan> plan = evaluate(instance, assignment, /*contiguous=*/true);
  if (!plan)
    throwError("InputError", plan.error().message);
  return std::move(*plan);
}

CertificateState pack(const BoundCertificate &certificate) {
  // Names all fields, so that a new one cannot be forgotten.
  const auto &[family, shares, limit, classOf, order, counts, weights, kind,
               need, cells] = certificate;
  const auto &[work, transfers] = shares;
  return {static_cast<int>(family),
          {work, transfers},
          limit,
          classOf,
          order,
          counts,
          weights,
          kind,
          need,
          cells};
}

BoundCertificate unpack(const CertificateState &state) {
  const auto &[family, shares, limit, classOf, order, counts, weights, kind,
               need, cells] = state;
  const auto &[work, transfers] = shares;
  return {static_cast<BoundCertificate::Family>(family),
          {work, transfers},
          limit,
          classOf,
          order,
          counts,
          weights,
          kind,
          need,
          cells};
}

PathState pack(const PathCertificate &certificate) {
  const auto &[bound, chain, cuts] = certificate;
  std::vector<PathCutState> cutStates;
  cutStates.reserve(cuts.size());
  for (const auto &[first, last, kind, several, shift, proof] : cuts) {
    std::vector<std::tuple<uint32_t, int64_t>> steps;
    steps.reserve(proof.size());
    for (const auto &[node, multiplier] : proof)
      steps.emplace_back(node, multiplier);
    cutStates.emplace_back(first, last, kind, several, shift, std::move(steps));
  }
  return {bound, chain, std::move(cutStates)};
}

PathCertificate unpack(const PathState &state) {
  const auto &[bound, chain, cuts] = state;
  PathCertificate certificate{bound, chain, {}};
  for (const auto &[first, last, kind, several, shift, steps] : cuts) {
    PathCertificate::Cut cut{first, last, kind, several, shift, {}};
    for (const auto &[node, multiplier] : steps)
      cut.proof.push_back({node, multiplier});
    certificate.cuts.push_back(std::move(cut));
  }
  return certificate;
}

State planState(const InstancePlan &p) {
  const Plan &plan = p.plan;
  std::vector<AssignmentState> assignments;
  if (plan.hasAssignment())
    assignments.push_back(pack(plan.assignment));
  for (const Alternative &one : plan.alternatives)
    assignments.push_back(pack(one.assignment));
  std::vector<std::string> explanation;
  explanation.reserve(plan.explanation.size());
  for (const std::string &sentence : plan.explanation)
    explanation.push_back(validUtf8(sentence));
  std::vector<std::tuple<std::string, int64_t>> families;
  families.reserve(plan.familyBounds.size());
  for (const FamilyBound &one : plan.familyBounds)
    families.emplace_back(one.family, one.bound);
  return {static_cast<int>(plan.status),
          static_cast<int>(plan.stop),
          static_cast<int>(plan.proof),
          plan.bound,
          plan.provenBound,
          validUtf8(plan.claimant),
          validUtf8(plan.algorithm),
          std::move(explanation),
          std::move(assignments),
          plan.alternativesExact,
          plan.pathCertificate ? std::optional(pack(*plan.pathCertificate))
                               : std::nullopt,
          plan.certificate ? std::optional(pack(*plan.certificate))
                           : std::nullopt,
          std::move(families)};
}

InstancePlan planFromState(const nb::object &owner, const State &state) {
  const auto &instance = nb::cast<const Instance &>(owner);
  const auto &[status, stop, proof, bound, provenBound, claimant, algorithm,
               explanation, assignments, exact, path, certificate, families] =
      state;
  Plan plan;
  for (const AssignmentState &assignment : assignments) {
    Plan valued = unpack(instance, assignment);
    if (&assignment == &assignments.front())
      plan = std::move(valued);
    else
      plan.alternatives.push_back({std::move(valued.assignment),
                                   std::move(valued.loads), valued.value,
                                   valued.exactValue});
  }
  plan.status = static_cast<Status>(status);
  plan.stop = static_cast<Stop>(stop);
  plan.proof = static_cast<Proof>(proof);
  plan.bound = bound;
  plan.provenBound = provenBound;
  plan.claimant = claimant;
  plan.fingerprint = instance.fingerprint();
  plan.algorithm = algorithm;
  plan.explanation = explanation;
  plan.alternativesExact = exact;
  if (certificate)
    plan.certificate = unpack(*certificate);
  if (path)
    plan.pathCertificate = unpack(*path);
  for (const auto &[family, familyBound] : families)
    plan.familyBounds.push_back({family, familyBound});
  return {owner, std::move(plan)};
}

} // namespace

void bindPlanState(nb::module_ &module) {
  module.def("plan_state", planState, nb::arg("plan"));
  module.def("plan_from_state", planFromState, nb::arg("instance"),
             nb::arg("state"));
}

} // namespace placement::python
