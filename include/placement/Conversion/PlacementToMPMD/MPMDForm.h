//===- MPMDForm.h - Forms of a program for Shardy MPMD ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_PLACEMENTTOMPMD_MPMDFORM_H
#define PLACEMENT_CONVERSION_PLACEMENTTOMPMD_MPMDFORM_H

namespace placement {

/// At which point of Shardy's pipeline a program enters it.
enum class MPMDForm {
  /// Behind its export: calls of functions, ready to be lowered to IFRT.
  FragmentCalls,
  /// Between import and sharding propagation: regions on meshes.
  Fragments,
  /// Before import: named regions, and an assignment of names to meshes.
  NamedComputations
};

} // namespace placement

#endif // PLACEMENT_CONVERSION_PLACEMENTTOMPMD_MPMDFORM_H
