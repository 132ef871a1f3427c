//===- StagePieces.cpp - Cut a placed function into calls -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StagePieces.h"

#include "Transfers.h"
#include "placement/Analysis/OpKnowledge.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

#include <queue>

using namespace mlir;

namespace placement {

/// The operation of the block whose value `value` is, transfers looked
/// through; null for arguments.
static Operation *getSource(Value value) {
  Operation *op = value.getDefiningOp();
  while (auto transfer = dyn_cast_if_present<TransferOp>(op))
    op = transfer.getValue().getDefiningOp();
  return op;
}

StagePieces::StagePieces(func::FuncOp function) {
  rankOps(function);
  if (!formPhases()) {
    formRounds();
    if (rankOfPiece.size() <= kMaxMergedPieces)
      mergePieces();
  }
  sortPieces();
}

std::optional<unsigned> StagePieces::getPieceOf(Operation *op) const {
  auto it = numberOf.find(op);
  if (it == numberOf.end())
    return std::nullopt;
  return pieceOf[it->second];
}

/// Numbers the operations, finds what each waits for and its rank.
void StagePieces::rankOps(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  auto plan = function->getAttrOfType<PlanAttr>(kPlanAttrName);
  bool hasPhases = !plan || !plan.isLatency();
  auto stageName = StringAttr::get(context, kStageAttrName);
  auto phaseName = StringAttr::get(context, kPhaseAttrName);
  SmallVector<int64_t> stageOf;
  SmallVector<bool> isBackward;
  std::optional<unsigned> lastEffect;

  Block &body = function.getBody().front();
  size_t numOps = body.getOperations().size();
  numberOf.reserve(numOps);
  for (auto *list : {&rankOf, &pieceOf, &sourceStart})
    list->reserve(numOps + 1);
  ops.reserve(numOps);
  stageOf.reserve(numOps);
  isBackward.reserve(numOps);
  sourceList.reserve(2 * numOps);

  for (Operation &op : body.without_terminator()) {
    if (isa<TransferOp>(op))
      continue;
    unsigned number = ops.size();
    numberOf[&op] = number;
    ops.push_back(&op);
    stageOf.push_back(
        cast<IntegerAttr>(op.getDiscardableAttr(stageName)).getInt());
    auto phase =
        dyn_cast_if_present<PhaseAttr>(op.getDiscardableAttr(phaseName));
    isBackward.push_back(hasPhases && phase &&
                         phase.getValue() == Phase::Backward);
    training |= isBackward.back();

    sourceStart.push_back(sourceList.size());
    forEachBlockOperand(&op, [&](OpOperand &use) {
      if (Operation *source = getSource(use.get()))
        sourceList.push_back(numberOf.lookup(source));
    });
    if (!placement::isPure(&op)) {
      if (lastEffect)
        sourceList.push_back(*lastEffect);
      lastEffect = number;
    }
  }
  sourceStart.push_back(sourceList.size());

  SmallVector<int64_t> stages = stageOf;
  llvm::sort(stages);
  stages.erase(llvm::unique(stages), stages.end());
  numRanks = 2 * stages.size();
  for (auto [stage, backward] : llvm::zip(stageOf, isBackward)) {
    unsigned position = llvm::lower_bound(stages, stage) - stages.begin();
    rankOf.push_back(backward ? numRanks - 1 - position : position);
  }
}

/// Makes each stage and phase one piece; false where these could not be called
/// one after the other.
bool StagePieces::formPhases() {
  pieceOf = rankOf;
  rankOfPiece = llvm::to_vector(llvm::seq(0u, numRanks));
  Edges consumers = connect();
  SmallVector<unsigned> missing(numRanks, 0), ready;
  for (ArrayRef<unsigned> list : consumers)
    for (unsigned consumer : list)
      ++missing[consumer];
  for (unsigned piece = 0; piece < numRanks; ++piece)
    if (missing[piece] == 0)
      ready.push_back(piece);
  unsigned numSorted = 0;
  while (!ready.empty()) {
    ++numSorted;
    for (unsigned consumer : consumers[ready.pop_back_val()])
      if (--missing[consumer] == 0)
        ready.push_back(consumer);
  }
  if (numSorted < numRanks)
    return false;
  // A stage may have operations of one phase only.
  SmallVector<bool> used(numRanks, false);
  for (unsigned rank : rankOf)
    used[rank] = true;
  SmallVector<unsigned> newNumber(numRanks, 0);
  unsigned count = 0;
  rankOfPiece.clear();
  for (unsigned rank = 0; rank < numRanks; ++rank)
    if (used[rank]) {
      newNumber[rank] = count++;
      rankOfPiece.push_back(rank);
    }
  for (unsigned &piece : pieceOf)
    piece = newNumber[piece];
  return true;
}

/// Gives each operation the piece of its round and rank.
void StagePieces::formRounds() {
  pieceOf.clear();
  rankOfPiece.clear();
  SmallVector<unsigned> roundOf;
  roundOf.reserve(ops.size());
  for (unsigned number = 0; number < ops.size(); ++number) {
    unsigned round = 0;
    for (unsigned source : getSources(number))
      round =
          std::max(round, roundOf[source] + (rankOf[source] > rankOf[number]));
    roundOf.push_back(round);
  }

  // Number the pairs that occur in their order.
  SmallVector<uint64_t> keyOf;
  for (auto [round, rank] : llvm::zip(roundOf, rankOf))
    keyOf.push_back(uint64_t(round) * numRanks + rank);
  SmallVector<uint64_t> keys = keyOf;
  llvm::sort(keys);
  keys.erase(llvm::unique(keys), keys.end());
  for (uint64_t key : keyOf)
    pieceOf.push_back(llvm::lower_bound(keys, key) - keys.begin());
  for (uint64_t key : keys)
    rankOfPiece.push_back(key % numRanks);
}

/// For each piece the other pieces that need it, ascending, each once.
StagePieces::Edges StagePieces::connect() const {
  Edges consumers(rankOfPiece.size());
  for (unsigned number = 0; number < ops.size(); ++number)
    for (unsigned source : getSources(number))
      if (pieceOf[source] != pieceOf[number])
        consumers[pieceOf[source]].push_back(pieceOf[number]);
  for (SmallVector<unsigned> &list : consumers) {
    llvm::sort(list);
    list.erase(llvm::unique(list), list.end());
  }
  return consumers;
}

void StagePieces::renumber(ArrayRef<unsigned> newNumber, unsigned count) {
  SmallVector<unsigned> newRanks(count, 0);
  for (auto [piece, rank] : llvm::enumerate(rankOfPiece))
    newRanks[newNumber[piece]] = rank;
  rankOfPiece = std::move(newRanks);
  for (unsigned &piece : pieceOf)
    piece = newNumber[piece];
}

/// Merges pieces of one rank while the quotient stays acyclic.
void StagePieces::mergePieces() {
  unsigned count = rankOfPiece.size();
  Edges consumers = connect();
  // Pieces merged so far are represented by the first of them.
  SmallVector<unsigned> leader(llvm::to_vector(llvm::seq(0u, count)));
  SmallVector<SmallVector<unsigned>> members(count);
  for (unsigned piece = 0; piece < count; ++piece)
    members[piece].push_back(piece);

  // Whether a path with a third piece in it leads from one to the other.
  auto isConnected = [&](unsigned from, unsigned to) {
    BitVector seen(count);
    SmallVector<unsigned> worklist;
    auto visit = [&](unsigned piece, bool direct) {
      for (unsigned member : members[piece])
        for (unsigned consumer : consumers[member]) {
          unsigned next = leader[consumer];
          if (next == to && !direct)
            return true;
          if (next != to && next != piece && !seen.test(next)) {
            seen.set(next);
            worklist.push_back(next);
          }
        }
      return false;
    };
    visit(from, /*direct=*/true);
    while (!worklist.empty())
      if (visit(worklist.pop_back_val(), /*direct=*/false))
        return true;
    return false;
  };

  for (unsigned second = 0; second < count; ++second)
    for (unsigned first = 0; first < second; ++first) {
      if (leader[first] != first || rankOfPiece[first] != rankOfPiece[second])
        continue;
      if (isConnected(first, second) || isConnected(second, first))
        continue;
      for (unsigned member : members[second])
        leader[member] = first;
      llvm::append_range(members[first], members[second]);
      break;
    }

  SmallVector<unsigned> newNumber(count);
  unsigned numLeaders = 0;
  for (unsigned piece = 0; piece < count; ++piece)
    newNumber[piece] =
        leader[piece] == piece ? numLeaders++ : newNumber[leader[piece]];
  renumber(newNumber, numLeaders);
}

/// Orders the pieces for the driver: each after what it needs, forward stages
/// upward and backward stages downward where that leaves a choice.
void StagePieces::sortPieces() {
  unsigned count = rankOfPiece.size();
  Edges consumers = connect();
  SmallVector<unsigned> missing(count, 0);
  for (ArrayRef<unsigned> list : consumers)
    for (unsigned consumer : list)
      ++missing[consumer];

  using Entry = std::pair<unsigned, unsigned>; // Rank, piece.
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  for (unsigned piece = 0; piece < count; ++piece)
    if (missing[piece] == 0)
      ready.emplace(rankOfPiece[piece], piece);
  SmallVector<unsigned> newNumber(count, 0);
  SmallVector<unsigned> piecesOfRank(numRanks, 0);
  unsigned numSorted = 0;
  while (!ready.empty()) {
    auto [rank, piece] = ready.top();
    ready.pop();
    newNumber[piece] = numSorted++;
    pieces.emplace_back().index = piecesOfRank[rank]++;
    for (unsigned consumer : consumers[piece])
      if (--missing[consumer] == 0)
        ready.emplace(rankOfPiece[consumer], consumer);
  }
  renumber(newNumber, count);

  for (auto [number, op] : llvm::enumerate(ops)) {
    StagePiece &piece = pieces[pieceOf[number]];
    if (piece.ops.empty()) {
      piece.stage = op->getAttrOfType<IntegerAttr>(kStageAttrName).getInt();
      piece.device = op->getAttrOfType<DeviceAttr>(kDeviceAttrName);
      piece.phase =
          rankOf[number] >= numRanks / 2 ? Phase::Backward : Phase::Forward;
    }
    piece.ops.push_back(op);
  }
}

} // namespace placement
