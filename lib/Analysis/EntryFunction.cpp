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

/// Whether a type is written in the words of Shardy MPMD.
static bool isOfMPMD(Type type) {
  auto opaque = dyn_cast<OpaqueType>(type);
  return opaque && opaque.getDialectNamespace() == "mpmd";
}

/// The pass that made `function` what it is, if that is one that converts for
/// another compiler; else empty. Only the signature is looked at: each of them
/// leaves a mark on every argument and result.
static StringRef convertedBy(func::FuncOp function) {
  constexpr StringLiteral kAffinity = "iree.abi.affinity";
  FunctionType type = function.getFunctionType();
  for (unsigned i = 0; i != type.getNumInputs(); ++i)
    if (function.getArgAttr(i, kAffinity))
      return "convert-placement-to-iree";
  for (unsigned i = 0; i != type.getNumResults(); ++i)
    if (function.getResultAttr(i, kAffinity))
      return "convert-placement-to-iree";
  if (llvm::any_of(type.getInputs(), isOfMPMD) ||
      llvm::any_of(type.getResults(), isOfMPMD))
    return "convert-placement-to-mpmd";
  return {};
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
  for (func::FuncOp function : candidates)
    if (StringRef pass = convertedBy(function); !pass.empty())
      return function.emitError()
             << "@" << function.getSymName()
             << " was converted for another compiler; give the module as it "
                "was before "
             << pass;
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
