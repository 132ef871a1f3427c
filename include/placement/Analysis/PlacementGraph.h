//===- PlacementGraph.h - From IR to a placement problem --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one meaning of a function as a placement problem; docs/IRToInstance.md
// holds the rules and their reasons. Knows no algorithm.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_PLACEMENTGRAPH_H
#define PLACEMENT_ANALYSIS_PLACEMENTGRAPH_H

#include "placement/Dialect/PlacementOps.h"
#include "placement/Solver/Model/InstanceData.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace placement {

/// Which memory and order rules a function gets.
enum class StepKind {
  /// Training if some operation is backward, else inference.
  Automatic,
  /// Every operation is forward.
  Inference,
  /// Memory of a training step, also without backward operations.
  Training,
};

struct GraphOptions {
  StepKind step = StepKind::Automatic;
  /// Nodes with `placement.device` are pinned there, except those that are
  /// attached to others as well.
  bool devicesArePins = false;
  /// Set for a function whose stages stand in functions of their own: their
  /// bodies are read in place of the calls. The order of nodes then is that of
  /// the calls, so backward operations join no forward one.
  bool outlined = false;
  /// Where the devices of host kinds are cores, so many for each such kind:
  /// pins may name any of them.
  std::optional<uint32_t> coresOfHosts;
};

/// A function as nodes, nets and weights, with the way back to the IR. Nodes
/// are numbered in program order and so are nets (arguments first) and
/// weights (arguments first).
struct PlacementGraph {
  mlir::func::FuncOp function;
  MachineOp machine;
  /// Whether the rules of a training step hold.
  bool training = false;

  /// Node id -> operation.
  std::vector<mlir::Operation *> nodes;
  /// Operations that are fed only by weights and constants, in program order:
  /// each stage that needs their results holds a copy. One that must exist for
  /// itself (the function returns its result) is a node, too.
  std::vector<mlir::Operation *> attached;
  /// Net id -> the value that is moved.
  std::vector<mlir::Value> netValues;

  /// Nodes pinned by `placement.device`, ascending.
  std::vector<uint32_t> keptNodes;
  /// Arguments that no role was given for, by what they were taken to be.
  llvm::SmallVector<unsigned> defaultActivations, defaultWeights;

  /// What the solver core makes an instance of. Times are microseconds. The
  /// id of a node is its index.
  solver::InstanceData data;
};

/// Reads a function of one block, whose operations carry `placement.cost`, as
/// a placement problem on `machine`. Time and memory linear in the IR. Emits
/// one error and fails where an operation has no cost, runs on no device of
/// the machine, is marked against what it depends on, or is pinned to what the
/// machine does not have; where operations with side effects cannot keep their
/// order; and where nothing is to be placed.
mlir::FailureOr<PlacementGraph>
buildPlacementGraph(mlir::func::FuncOp function, MachineOp machine,
                    const GraphOptions &options);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_PLACEMENTGRAPH_H
