//===- PassOptions.td - Options that several passes have - -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_PASSOPTIONS_TD
#define PLACEMENT_TRANSFORMS_PASSOPTIONS_TD

include "mlir/Pass/PassBase.td"

/// What loads and values are; empty or zero: as the problem says. The option
/// `objective` is each pass's own.
defvar LoadModelOptions = [
  Option<"communication", "comm", "std::string", /*default=*/"",
         "How transfers share a device's time with its work: sequential (the "
         "default), half-duplex or full-duplex">,
  Option<"schedule", "schedule", "std::string", /*default=*/"",
         "1f1b (the default): the largest load of both passes together; or "
         "gpipe: the largest of each pass, added up">,
  Option<"microbatches", "microbatches", "uint32_t", /*default=*/"0",
         "Under gpipe: samples of a step, whose stashes each stage keeps">,
  Option<"subgraphsPerDevice", "subgraphs-per-device", "uint32_t",
         /*default=*/"0",
         "Under latency: pieces that a device may run, each as one call, from 1 "
         "(the default) to 64">,
  Option<"cores", "cores", "std::string", /*default=*/"",
         "Under latency: operations that a host kind runs at once: a number, "
         "machine (its devices of the kind) or unlimited (the default)">
];

#endif // PLACEMENT_TRANSFORMS_PASSOPTIONS_TD
