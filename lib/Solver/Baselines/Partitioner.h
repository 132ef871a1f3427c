//===- Partitioner.h - Baselines by graph partitioning ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONER_H
#define PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONER_H

#include "Solver/Baselines/PartitionGraph.h"

namespace placement::solver::baselines {

/// What a partitioner is asked for.
struct PartitionTask {
  PartitionGraph graph;
  int32_t parts = 1;
  /// Of vertices: the part where a pin puts it, or -1.
  std::vector<int32_t> fixed;
  int32_t seed = 1;
  /// Bytes of one part in the scale of `graph.memory`, where they may bind.
  std::optional<int64_t> memory;
};

/// A baseline that hands the graph to a library for graph partitioning: equal
/// compute on all devices of the fastest kind, few transfers between them (DPO,
/// section 6, with Scotch). Neither the largest load nor other kinds of devices
/// play a part. The library runs in a process of its own.
class Partitioner : public Baseline {
public:
  std::string_view name() const final { return algorithm; }
  std::string_view description() const final { return text; }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const final;

protected:
  /// `algorithm`: the name in the registry. `library`: as its authors write it.
  /// `package`: what to install where a program was built without it.
  Partitioner(std::string_view algorithm, const std::string &library,
              const std::string &package);

  /// Whether the program was built with the library.
  virtual bool present() const { return false; }
  /// How the library can see to memory; the default cannot.
  virtual bool seesMemory() const { return false; }
  /// The part of each vertex, empty when the library fails. Called in the
  /// forked process, where the library is there. `byMemory`: keep the memory of
  /// parts, too.
  virtual std::vector<int32_t> partition(PartitionTask &task,
                                         bool byMemory) const;

private:
  void place(const Problem &problem, Outcome &outcome) const final;

  std::string_view algorithm;
  std::string text, missing;
};

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONER_H
