//===- Profile.cpp - Price from measured times ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModels/CostModels.h"
#include "placement/Analysis/OpSignature.h"
#include "placement/Analysis/ProfileTable.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace placement;

namespace {

class ProfileModel : public CostModel {
public:
  explicit ProfileModel(ProfileTable table) : table(std::move(table)) {}

  StringRef getName() const override { return kProfileModelName; }

  void price(const CostQuery &query,
             MutableArrayRef<OptionalTime> times) override {
    std::string signature = signatures.get(query.op);
    ArrayRef<OptionalTime> measured = table.lookup(signature);
    if (measured.empty())
      return;
    matched.insert(signature);
    for (auto [time, known] : llvm::zip(times, measured))
      if (!time)
        time = known;
  }

  std::string summarize() const override {
    size_t unmatched = table.size() - matched.size();
    if (unmatched == 0)
      return {};
    return (Twine(unmatched) + " of " + Twine(table.size()) +
            " profile entries match no operation")
        .str();
  }

private:
  ProfileTable table;
  OpSignatures signatures;
  llvm::StringSet<> matched;
};

} // namespace

FailureOr<std::unique_ptr<CostModel>>
placement::createProfileModel(MachineOp machine, StringRef path, Location loc) {
  FailureOr<ProfileTable> table = ProfileTable::load(path, machine, loc);
  if (failed(table))
    return failure();
  return std::unique_ptr<CostModel>(
      std::make_unique<ProfileModel>(std::move(*table)));
}
