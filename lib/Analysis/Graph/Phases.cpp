//===- Phases.cpp - Which nodes belong to the backward pass ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"

#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementAttrs.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace placement::graph {

namespace {

/// Looks for `transpose(` in the names of locations. Locations share their
/// tails, so parts once found without it are not visited again.
class TransposeSearch {
public:
  bool find(Location root) {
    stack.assign(1, root);
    visited.clear();
    while (!stack.empty()) {
      Location location = stack.pop_back_val();
      if (!without.insert(location).second)
        continue;
      visited.push_back(location);
      if (auto name = dyn_cast<NameLoc>(location)) {
        if (name.getName().getValue().contains("transpose(")) {
          // What led here may hold it elsewhere, too: forget this search.
          for (Location other : visited)
            without.erase(other);
          return true;
        }
        stack.push_back(name.getChildLoc());
      } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
        stack.push_back(call.getCaller());
        stack.push_back(call.getCallee());
      } else if (auto fused = dyn_cast<FusedLoc>(location)) {
        stack.append(fused.getLocations().begin(), fused.getLocations().end());
      }
    }
    return false;
  }

private:
  llvm::DenseSet<Location> without;
  SmallVector<Location> stack, visited;
};

} // namespace

FailureOr<std::vector<uint8_t>> findBackward(const FlatBody &body,
                                             const Attachment &attachment) {
  TransposeSearch search;
  std::vector<uint8_t> backward(attachment.numNodes(), 0);
  for (uint32_t node = 0; node < attachment.numNodes(); ++node) {
    Operation *op = body.ops[attachment.opOfNode[node]];
    uint32_t cause = kNoIndex;
    for (uint32_t input : attachment.inputs[node]) {
      uint32_t producer = body.producer[input];
      if (producer == kNoIndex || !backward[attachment.nodeOfOp[producer]])
        continue;
      cause = producer;
      break;
    }
    auto phase =
        dyn_cast_or_null<PhaseAttr>(op->getDiscardableAttr(kPhaseAttrName));
    if (!phase) {
      backward[node] = cause != kNoIndex || search.find(op->getLoc());
      continue;
    }
    backward[node] = phase.getValue() == Phase::Backward;
    if (!backward[node] && cause != kNoIndex) {
      InFlightDiagnostic diagnostic =
          op->emitError() << "'" << op->getName()
                          << "' is marked as forward but uses a result of the "
                             "backward '"
                          << body.ops[cause]->getName()
                          << "'; mark it as backward or remove its "
                          << kPhaseAttrName;
      diagnostic.attachNote(body.ops[cause]->getLoc())
          << "the backward operation is here";
      return diagnostic;
    }
  }
  return backward;
}

} // namespace placement::graph
