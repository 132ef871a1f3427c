//===- InstanceChecks.h - The rules of raw problem data ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_MODEL_INSTANCECHECKS_H
#define PLACEMENT_LIB_SOLVER_MODEL_INSTANCECHECKS_H

#include "placement/Solver/Model/InstanceData.h"
#include "placement/Solver/Model/Result.h"

#include <optional>

namespace placement::solver {

/// No error, or the first rule broken. Each step relies on those before it.
using MaybeError = std::optional<Error>;

/// An error about `data.source`.
Error makeError(const InstanceData &data, const std::string &text);

/// Fills empty optional arrays and checks that every array has its length.
MaybeError checkModels(const InstanceData &data);
MaybeError completeArrays(InstanceData &data);
/// For each kind whether it is a host (DeviceKind::host). Wants complete
/// arrays.
std::vector<uint8_t> findHosts(const InstanceData &data);
/// Checks the machine: kinds, counts, memory and link figures.
MaybeError checkMachine(const InstanceData &data);
/// Checks every number: finite, not negative; support of every node.
MaybeError checkNumbers(const InstanceData &data);
/// Checks indices and brings them to one form: consumers and weight users
/// sorted without repetition, groups numbered from zero in order of their
/// first node, flags zero or one.
MaybeError normaliseReferences(InstanceData &data);
/// Checks that nets and order edges are acyclic and lead from no backward node
/// to a forward one. An error names a short cycle.
MaybeError checkPrecedence(const InstanceData &data);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_MODEL_INSTANCECHECKS_H
