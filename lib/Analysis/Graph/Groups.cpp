//===- Groups.cpp - Which nodes share a device ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Groups.h"

#include "placement/Analysis/OpKnowledge.h"
#include "placement/Dialect/Names.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/IntEqClasses.h"

using namespace mlir;

namespace placement::graph {

static InFlightDiagnostic emitOrderError(Operation *first, Operation *second) {
  InFlightDiagnostic diagnostic =
      second->emitError()
      << "'" << second->getName()
      << "' has side effects, so it must follow the backward '"
      << first->getName()
      << "', which has some too; but a forward operation cannot wait for a "
         "backward one; mark it as backward with "
      << kPhaseAttrName;
  diagnostic.attachNote(first->getLoc()) << "the earlier operation is here";
  return diagnostic;
}

FailureOr<Groups> groupNodes(const FlatBody &body, const Attachment &attachment,
                             ArrayRef<uint8_t> backward,
                             ArrayRef<uint32_t> partner) {
  uint32_t numNodes = attachment.numNodes();
  Groups groups;
  llvm::IntEqClasses classes(numNodes);
  DenseMap<Attribute, uint32_t> firstOfName;
  uint32_t lastEffect = kNoIndex;
  // Only the first node with effects joins a forward one on its own account;
  // the others follow it.
  for (uint32_t node = 0; node < numNodes; ++node) {
    Operation *op = body.ops[attachment.opOfNode[node]];
    if (Attribute name = op->getDiscardableAttr(kColocateAttrName))
      classes.join(firstOfName.try_emplace(name, node).first->second, node);
    if (placement::isPure(op)) {
      if (partner[node] != kNoIndex)
        classes.join(partner[node], node);
      continue;
    }
    if (lastEffect == kNoIndex) {
      if (partner[node] != kNoIndex)
        classes.join(partner[node], node);
    } else {
      Operation *last = body.ops[attachment.opOfNode[lastEffect]];
      if (backward[lastEffect] && !backward[node])
        return emitOrderError(last, op);
      classes.join(lastEffect, node);
      groups.orderEdges.push_back({lastEffect, node});
    }
    lastEffect = node;
  }

  // The leader of a class is its smallest member.
  std::vector<uint8_t> isShared(numNodes, 0);
  groups.groupOf.assign(numNodes, kNoIndex);
  for (uint32_t node = 0; node < numNodes; ++node)
    if (uint32_t leader = classes.findLeader(node); leader != node)
      isShared[leader] = 1;
  for (uint32_t node = 0; node < numNodes; ++node)
    if (uint32_t leader = classes.findLeader(node); isShared[leader])
      groups.groupOf[node] = leader;
  return groups;
}

} // namespace placement::graph
