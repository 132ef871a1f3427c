//===- CpSatProto.h - Models and answers of CP-SAT as bytes -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_WORKER_CPSATPROTO_H
#define PLACEMENT_TOOLS_PLACEMENT_WORKER_CPSATPROTO_H

#include "Solver/External/WorkerProtocol.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The messages of ortools/sat/cp_model.proto and sat_parameters.proto that are
// needed here, in protobuf's wire format (protobuf.dev, "Encoding"). Field
// numbers never change their meaning, so this fits every release.

namespace placement::worker {

/// A CpModelProto of the whole integer program; rows and objective as they are,
/// nothing is rounded.
std::string encodeModel(const solver::external::LinearModel &model);

/// SatParameters for one search.
std::string encodeParameters(const solver::external::WorkerRequest &request,
                             double secondsLeft);

/// Of a CpSolverResponse.
struct CpSatResponse {
  enum Status { Unknown, Invalid, Feasible, Infeasible, Optimal };
  Status status = Unknown;
  std::vector<int64_t> solution;
  std::optional<double> bound;
};

/// Nothing when the bytes are no such message. Ends at a zero tag, too, which
/// is none.
std::optional<CpSatResponse> decodeResponse(std::string_view bytes);

} // namespace placement::worker

#endif // PLACEMENT_TOOLS_PLACEMENT_WORKER_CPSATPROTO_H
