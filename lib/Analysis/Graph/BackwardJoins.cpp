//===- BackwardJoins.cpp - Which forward node a backward one joins --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardJoins.h"

#include "placement/Analysis/OpKnowledge.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>

using namespace mlir;

namespace placement::graph {

namespace {

class Joiner {
public:
  Joiner(const FlatBody &body, const Attachment &attachment,
         ArrayRef<uint8_t> backward)
      : body(body), attachment(attachment), backward(backward),
        numNodes(attachment.numNodes()) {}

  BackwardJoins run() {
    usersOfValue = attachment.inputs.transposed(body.numValues());
    usersOfWeight =
        attachment.weightsOfNode.transposed(attachment.weights.size());
    result.partner.assign(numNodes, kNoIndex);
    result.isUpdated.assign(attachment.weights.size(), 0);
    findOwners();
    matchWeights();
    matchValues();
    choosePartners();
    settleOrphans();
    return std::move(result);
  }

private:
  /// A node beside the name of its operation, as an address.
  using NamedNode = std::pair<const void *, uint32_t>;

  Operation *op(uint32_t node) const {
    return body.ops[attachment.opOfNode[node]];
  }
  uint32_t producerNode(uint32_t value) const {
    uint32_t producer = body.producer[value];
    return producer == kNoIndex ? kNoIndex : attachment.nodeOfOp[producer];
  }
  /// Whether a value comes from the forward pass or the host.
  bool isStash(uint32_t value) const {
    uint32_t producer = producerNode(value);
    return producer == kNoIndex || !backward[producer];
  }
  /// The first forward user, kNoIndex if there is none.
  uint32_t firstForward(ArrayRef<uint32_t> users) const {
    for (uint32_t user : users)
      if (!backward[user])
        return user;
    return kNoIndex;
  }
  uint32_t firstResult(uint32_t node) const {
    return body.firstResult[attachment.opOfNode[node]];
  }
  uint32_t endResult(uint32_t node) const {
    return body.firstResult[attachment.opOfNode[node] + 1];
  }

  //===--------------------------------------------------------------------===//
  // Rule 1: what serves only the update of one weight
  //===--------------------------------------------------------------------===//

  void findOwners() {
    forwardUser.resize(attachment.weights.size());
    weightElements.resize(attachment.weights.size());
    for (uint32_t weight = 0; weight < attachment.weights.size(); ++weight) {
      forwardUser[weight] = firstForward(usersOfWeight[weight]);
      weightElements[weight] =
          elementsOfOrAssumed(attachment.weights[weight].value.getType());
    }
    owner.assign(numNodes, kNoIndex);
    for (uint32_t node = numNodes; node-- > 0;)
      if (backward[node])
        owner[node] = findOwner(node);
  }

  uint32_t findOwner(uint32_t node) {
    uint32_t found = kNoIndex;
    bool feeds = false;
    for (uint32_t value = firstResult(node); value < endResult(node); ++value)
      for (uint32_t user : usersOfValue[value]) {
        feeds = true;
        uint32_t weight = owner[user];
        if (weight == kNoIndex || (found != kNoIndex && found != weight))
          return kNoIndex;
        found = weight;
      }
    if (!feeds)
      return findUpdated(node);
    // Other shapes are on the way from activations; a user of another weight
    // belongs there (rule 2).
    if (!keepsElements(node, found) ||
        llvm::any_of(attachment.weightsOfNode[node], [&](uint32_t weight) {
          return weight != found && forwardUser[weight] != kNoIndex;
        }))
      return kNoIndex;
    return found;
  }

  /// The weight that a returned result is the new value of.
  uint32_t findUpdated(uint32_t node) {
    for (uint32_t weight : attachment.weightsOfNode[node]) {
      if (forwardUser[weight] == kNoIndex)
        continue;
      Type type = attachment.weights[weight].value.getType();
      for (uint32_t value = firstResult(node); value < endResult(node); ++value)
        if (body.returned[value] && body.values[value].getType() == type) {
          result.isUpdated[weight] = 1;
          return weight;
        }
    }
    return kNoIndex;
  }

  bool keepsElements(uint32_t node, uint32_t weight) const {
    return firstResult(node) != endResult(node) &&
           elementsOfOrAssumed(body.values[firstResult(node)].getType()) ==
               weightElements[weight];
  }

  /// The forward user of the weight that shares a stashed value with the node
  /// (the latest), else the earliest one.
  uint32_t partnerByOwner(uint32_t node, uint32_t weight) {
    ArrayRef<uint32_t> users = usersOfWeight[weight];
    uint32_t best = forwardUser[weight];
    for (uint32_t value : attachment.inputs[node]) {
      if (!isStash(value))
        continue;
      // Both lists ascend; the shorter drives.
      ArrayRef<uint32_t> left = users, right = usersOfValue[value];
      if (left.size() > right.size())
        std::swap(left, right);
      for (uint32_t user : left)
        if (!backward[user] && llvm::binary_search(right, user) &&
            (best == forwardUser[weight] || user > best))
          best = user;
    }
    return best;
  }

  //===--------------------------------------------------------------------===//
  // Rules 2 and 3: users of the same weight or value
  //===--------------------------------------------------------------------===//

  void matchWeights() {
    byWeight.assign(numNodes, kNoIndex);
    for (uint32_t weight = 0; weight < attachment.weights.size(); ++weight)
      if (forwardUser[weight] != kNoIndex)
        matchUsers(usersOfWeight[weight], kNoIndex, byWeight);
  }

  void matchValues() {
    byValue.assign(numNodes, kNoIndex);
    for (uint32_t value = 0; value < body.numValues(); ++value)
      if (!usersOfValue[value].empty() && isStash(value))
        matchUsers(usersOfValue[value], producerNode(value), byValue);
  }

  /// Gives each backward user without an owner a forward one, `otherwise` where
  /// there is none, and keeps the latest of all choices.
  void matchUsers(ArrayRef<uint32_t> users, uint32_t otherwise,
                  std::vector<uint32_t> &choice) {
    if (uint32_t first = firstForward(users); first != kNoIndex)
      otherwise = first;
    if (otherwise == kNoIndex)
      return;
    named.clear();
    for (uint32_t user : users)
      if (!backward[user] || owner[user] == kNoIndex)
        named.push_back({op(user)->getName().getAsOpaquePointer(), user});
    // Runs of one name, ascending within. The order of the runs, that of
    // addresses, has no effect: each decides on its own users alone.
    llvm::sort(named);
    for (auto begin = named.begin(); begin != named.end();) {
      auto end = std::find_if(begin, named.end(), [&](const NamedNode &other) {
        return other.first != begin->first;
      });
      matchRun({begin, end}, otherwise, choice);
      begin = end;
    }
  }

  void matchRun(ArrayRef<NamedNode> run, uint32_t otherwise,
                std::vector<uint32_t> &choice) {
    forwardRun.clear();
    for (const NamedNode &item : run)
      if (!backward[item.second])
        forwardRun.push_back(item.second);
    for (const NamedNode &item : run) {
      if (!backward[item.second])
        continue;
      uint32_t match = otherwise;
      if (!forwardRun.empty()) {
        match = forwardRun.back();
        if (forwardRun.size() > 1)
          forwardRun.pop_back();
      }
      uint32_t &chosen = choice[item.second];
      chosen = chosen == kNoIndex ? match : std::max(chosen, match);
    }
  }

  void choosePartners() {
    for (uint32_t node = 0; node < numNodes; ++node) {
      if (!backward[node])
        continue;
      if (owner[node] != kNoIndex)
        result.partner[node] = partnerByOwner(node, owner[node]);
      else
        result.partner[node] =
            byWeight[node] != kNoIndex ? byWeight[node] : byValue[node];
    }
  }

  //===--------------------------------------------------------------------===//
  // Rule 4: orphans
  //===--------------------------------------------------------------------===//

  /// An orphan o adds the edges user -> o -> producer to the forward graph.
  /// With partners numbered in program order, a topological one, they close no
  /// cycle through forward nodes if the latest partner below o is not after the
  /// earliest above.
  void settleOrphans() {
    std::vector<int64_t> latestBelow(numNodes, -1);
    for (uint32_t node = numNodes; node-- > 0;) {
      if (!backward[node])
        continue;
      if (result.partner[node] != kNoIndex) {
        latestBelow[node] = result.partner[node];
        continue;
      }
      for (uint32_t value = firstResult(node); value < endResult(node); ++value)
        for (uint32_t user : usersOfValue[value])
          latestBelow[node] = std::max(latestBelow[node], latestBelow[user]);
    }
    std::vector<int64_t> earliestAbove(numNodes, numNodes);
    for (uint32_t node = 0; node < numNodes; ++node) {
      if (!backward[node])
        continue;
      if (result.partner[node] == kNoIndex) {
        for (uint32_t value : attachment.inputs[node])
          if (!isStash(value))
            earliestAbove[node] = std::min(earliestAbove[node],
                                           earliestAbove[producerNode(value)]);
        if (latestBelow[node] > earliestAbove[node])
          result.partner[node] = earliestAbove[node];
      }
      if (result.partner[node] != kNoIndex)
        earliestAbove[node] = result.partner[node];
    }
  }

  const FlatBody &body;
  const Attachment &attachment;
  ArrayRef<uint8_t> backward;
  uint32_t numNodes;
  BackwardJoins result;
  Rows usersOfValue, usersOfWeight;
  /// Weight -> its first forward user and its number of elements.
  std::vector<uint32_t> forwardUser;
  std::vector<int64_t> weightElements;
  /// Backward node -> the weight whose update alone it serves.
  std::vector<uint32_t> owner;
  /// Backward node -> choices of rules 2 and 3.
  std::vector<uint32_t> byWeight, byValue;
  SmallVector<NamedNode> named;
  SmallVector<uint32_t> forwardRun;
};

} // namespace

BackwardJoins joinBackward(const FlatBody &body, const Attachment &attachment,
                           ArrayRef<uint8_t> backward) {
  return Joiner(body, attachment, backward).run();
}

} // namespace placement::graph
