//===- EntryFunction.cpp - Which function is to be placed -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/EntryFunction.h"

using namespace mlir;

namespace placement {

/// The names of `functions`, for a message; long lists are cut.
static std::string listNames(ArrayRef<func::FuncOp> functions) {
  constexpr size_t kMaxNames = 10;
  std::string names;
  for (func::FuncOp function : functions.take_front(kMaxNames))
    names += (names.empty() ? "@" : ", @") + function.getSymName().str();
  if (functions.size() > kMaxNames)
    names += " and " + std::to_string(functions.size() - kMaxNames) + " others";
  return names;
}

FailureOr<func::FuncOp> findEntryFunction(ModuleOp module, StringRef name) {
  SmallVector<func::FuncOp> defined, candidates;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!name.empty() && function.getSymName() == name)
      candidates.push_back(function);
    if (function.isExternal())
      continue;
    defined.push_back(function);
    if (name.empty() && function.isPublic())
      candidates.push_back(function);
  }

  if (candidates.empty()) {
    InFlightDiagnostic diagnostic = module.emitError();
    if (name.empty())
      diagnostic << "there is no public function with a body to place";
    else
      diagnostic << "there is no function @" << name << " to place";
    if (defined.empty())
      return diagnostic << "; the module defines no function";
    return diagnostic << "; choose one with the option 'function': "
                      << listNames(defined);
  }
  if (candidates.size() > 1)
    return module.emitError()
           << "there are several public functions; choose one to place with "
              "the option 'function': "
           << listNames(candidates);

  func::FuncOp function = candidates.front();
  if (function.isExternal())
    return function.emitError() << "@" << function.getSymName()
                                << " cannot be placed: it is only declared";
  if (!function.getBody().hasOneBlock())
    return function.emitError()
           << "@" << function.getSymName() << " cannot be placed: it has "
           << function.getBody().getBlocks().size()
           << " blocks; turn its control flow into operations with regions "
              "(scf or stablehlo) first";
  Operation &last = function.getBody().front().back();
  if (!isa<func::ReturnOp>(last))
    return last.emitError() << "@" << function.getSymName()
                            << " cannot be placed: it must end in func.return";
  return function;
}

} // namespace placement
