//===- RandomPlacement.cpp - Placements without a solver ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomPlacement.h"

#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementAttrs.h"

#include <algorithm>

using namespace mlir;

namespace placement::test {

namespace {
struct Slot {
  unsigned stage = 0;
  bool backward = false;
};
} // namespace

static bool hasTransposeLocation(Operation *op) {
  std::string text;
  llvm::raw_string_ostream(text) << op->getLoc();
  return text.find("transpose(") != std::string::npos;
}

void placeAtRandom(func::FuncOp function, unsigned numStages, Order order,
                   bool phases, solver::test::Random &random) {
  MLIRContext *context = function.getContext();
  Block &body = function.getBody().front();
  // About as many steps up the chain as there are stages on a path.
  unsigned numOps = std::distance(body.begin(), body.end());
  double step = std::min(1.0, 4.0 * numStages / numOps);
  DenseMap<Operation *, Slot> slotOf;
  for (Operation &op : body.without_terminator()) {
    // The chain goes up in the forward pass and down in the backward pass.
    unsigned lowest = 0, highest = numStages - 1;
    bool backward = phases && hasTransposeLocation(&op);
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        auto it = slotOf.find(operand.getDefiningOp());
        if (it == slotOf.end())
          continue;
        backward |= it->second.backward;
        if (it->second.backward)
          highest = std::min(highest, it->second.stage);
        else
          lowest = std::max(lowest, it->second.stage);
      }
    });
    Slot slot{backward ? highest : lowest, backward};
    if (order == Order::Free || (order == Order::FreeBackward && backward))
      slot.stage = random.below(numStages);
    else if (random.chance(step)) {
      if (backward && slot.stage > 0)
        --slot.stage;
      if (!backward && slot.stage + 1 < numStages)
        ++slot.stage;
    }
    slotOf[&op] = slot;

    OpBuilder builder(context);
    op.setDiscardableAttr(builder.getStringAttr(kStageAttrName),
                          builder.getI64IntegerAttr(slot.stage));
    op.setDiscardableAttr(builder.getStringAttr(kDeviceAttrName),
                          DeviceAttr::get(context, "fleet", "acc", slot.stage));
    if (slot.backward)
      op.setDiscardableAttr(builder.getStringAttr(kPhaseAttrName),
                            PhaseAttr::get(context, Phase::Backward));
  }
}

} // namespace placement::test
