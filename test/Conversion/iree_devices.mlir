// RUN: placement-opt %s --convert-placement-to-iree="devices=module targets=acc=hip,cpu=local[2]" | FileCheck %s --check-prefix=MODULE
// RUN: placement-opt %s --convert-placement-to-iree="devices=module targets=acc=local[1],acc:1=local[7],cpu:0=local" | FileCheck %s --check-prefix=EACH
// RUN: placement-opt %s --convert-placement-to-iree="names=acc:1=left,cpu:0=right" | FileCheck %s --check-prefix=NAMES
// RUN: placement-opt %s --convert-placement-to-iree="host=cpu:0" | FileCheck %s --check-prefix=HOST
// RUN: placement-opt %s --convert-placement-to-iree="form=stages devices=module targets=acc=local,cpu=local[9]" | FileCheck %s --check-prefix=STAGES

// Devices as globals of the module: with a target for a kind, the index counts
// on from its ordinal; a target for one device is taken as it is.

// MODULE:      "util.global"() <{initial_value = #hal.device.alias<"hip"[0]> : !hal.device, sym_name = "acc_0", sym_visibility = "private", type = !hal.device}> : () -> ()
// MODULE-NEXT: "util.global"() <{initial_value = #hal.device.alias<"hip"[1]> : !hal.device, sym_name = "acc_1"
// MODULE-NEXT: "util.global"() <{initial_value = #hal.device.alias<"local"[2]> : !hal.device, sym_name = "cpu_0"
// MODULE-LABEL: func.func @main(
// MODULE-SAME:   {iree.abi.affinity = #hal.device.affinity<@acc_0>}
// MODULE:        <{target = #hal.device.affinity<@acc_1>}>

// EACH:      alias<"local"[1]> : !hal.device, sym_name = "acc_0"
// EACH-NEXT: alias<"local"[7]> : !hal.device, sym_name = "acc_1"
// EACH-NEXT: alias<"local"[0]> : !hal.device, sym_name = "cpu_0"

// NAMES-NOT:  util.global
// NAMES:      promise<@acc_0>
// NAMES:      <{target = #hal.device.promise<@left>}>
// NAMES:      <{target = #hal.device.promise<@right>}>

// With a host, activations arrive there and results are left there; weights are
// still handed in where they are used.

// HOST-LABEL: func.func @main(
// HOST-SAME:    %[[X:.*]]: tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@cpu_0>},
// HOST-SAME:    %[[W:.*]]: tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@acc_0>})
// HOST-SAME:    -> (tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@cpu_0>}, tensor<4xf32> {iree.abi.affinity = #hal.device.promise<@cpu_0>})
// HOST-NEXT:    %[[X0:.*]] = "flow.tensor.transfer"(%[[X]]) <{target = #hal.device.promise<@acc_0>}>
// HOST-NEXT:    %[[A:.*]] = call @main_stage0(%[[X0]], %[[W]])
// HOST-NEXT:    %[[A1:.*]] = "flow.tensor.transfer"(%[[A]]) <{target = #hal.device.promise<@acc_1>}>
// HOST-NEXT:    %[[B:.*]] = call @main_stage1(%[[A1]])
// HOST-NEXT:    %[[B2:.*]] = "flow.tensor.transfer"(%[[B]]) <{target = #hal.device.promise<@cpu_0>}>
// HOST-NEXT:    %[[C:.*]] = call @main_stage2(%[[B2]])
// HOST-NEXT:    %[[A2:.*]] = "flow.tensor.transfer"(%[[A]]) <{target = #hal.device.promise<@cpu_0>}>
// HOST-NEXT:    return %[[C]], %[[A2]]

// Each stage as an entry point; nothing calls them.

// STAGES-COUNT-3: util.global
// STAGES-NOT:  @main(
// STAGES:      func.func @main_stage0(
// STAGES-SAME:   %{{.*}}: tensor<4xf32> {iree.abi.affinity = #hal.device.affinity<@acc_0>}, %{{.*}}: tensor<4xf32> {iree.abi.affinity = #hal.device.affinity<@acc_0>}) -> (tensor<4xf32> {iree.abi.affinity = #hal.device.affinity<@acc_0>}) {
// STAGES-NEXT:   %[[R:.*]] = "stablehlo.add"
// STAGES-NEXT:   return %[[R]]
// STAGES:      func.func @main_stage1(%{{.*}}: tensor<4xf32> {iree.abi.affinity = #hal.device.affinity<@acc_1>})
// STAGES:      func.func @main_stage2(%{{.*}}: tensor<4xf32> {iree.abi.affinity = #hal.device.affinity<@cpu_0>})
// STAGES:        call @helper
// STAGES:      func.func private @helper(%{{.*}}: tensor<4xf32>) -> tensor<4xf32> {
#a0 = #placement.device<@fleet, "acc", 0>
#a1 = #placement.device<@fleet, "acc", 1>
#c0 = #placement.device<@fleet, "cpu", 0>
placement.machine @fleet {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}
func.func @main(
    %x: tensor<4xf32> {placement.device = #placement.host, placement.role = "activation"},
    %w: tensor<4xf32> {placement.device = #a0, placement.role = "weight"})
    -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : tensor<4xf32>
  %1 = call @main_stage0(%0, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = placement.transfer %1 from <@fleet, "acc", 0> to <@fleet, "acc", 1> : tensor<4xf32>
  %3 = call @main_stage1(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = placement.transfer %3 from <@fleet, "acc", 1> to <@fleet, "cpu", 0> : tensor<4xf32>
  %5 = call @main_stage2(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = placement.transfer %5 from <@fleet, "cpu", 0> to host : tensor<4xf32>
  %7 = placement.transfer %1 from <@fleet, "acc", 0> to host : tensor<4xf32>
  return %6, %7 : tensor<4xf32>, tensor<4xf32>
}
func.func private @main_stage0(%x: tensor<4xf32>, %w: tensor<4xf32>) -> tensor<4xf32>
    attributes {placement.device = #a0, placement.microbatch, placement.stage = 0 : i64} {
  %0 = "stablehlo.add"(%x, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @main_stage1(%x: tensor<4xf32>) -> tensor<4xf32>
    attributes {placement.device = #a1, placement.microbatch, placement.stage = 1 : i64} {
  %0 = "stablehlo.sine"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @main_stage2(%x: tensor<4xf32>) -> tensor<4xf32>
    attributes {placement.device = #c0, placement.microbatch, placement.stage = 2 : i64} {
  %0 = call @helper(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.cosine"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
