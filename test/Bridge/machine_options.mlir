// Where the machine of a module comes from, in the order of precedence; it
// stands in the module afterwards, so that the second time nothing changes.
// RUN: placement-opt %s --placement-annotate-costs=machine=tpu-v5e-4 | FileCheck %s --check-prefix=PRESET
// RUN: placement-opt %s --placement-annotate-costs=machine-file=%S/Inputs/lab.json | FileCheck %s --check-prefix=FILE
// RUN: placement-opt %s --placement-annotate-costs=machine-file=%S/Inputs/lab.json --placement-annotate-costs=machine-file=%S/Inputs/lab.json | FileCheck %s --check-prefix=FILE
// RUN: placement-opt %s --placement-annotate-costs 2>&1 | FileCheck %s --check-prefix=SPEC

// PRESET:      module attributes
// PRESET-NEXT: placement.machine @"tpu-v5e-4" {
// PRESET-NEXT:   placement.device_kind "tpu" count 4 memory 17179869184 link <bandwidth = 2.0e11> roofline <peak = {bf16 = 1.970000e+14 : f64, default = 1.970000e+14 : f64, i8 = 3.930000e+14 : f64}, bandwidth = 8.19e11>
// PRESET-NEXT: }
// PRESET-NOT:  placement.machine

// FILE:        placement.machine @lab {
// FILE-NEXT:     placement.device_kind "acc" count 2 memory 80000000000 link <bandwidth = 6.4e10, latency = 5.0> roofline <peak = {default = 1.000000e+12 : f64}, bandwidth = 1.0e12, launch = 0.5>
// FILE-NEXT:     placement.device_kind "cpu" count 1 roofline <peak = {f32 = 1.000000e+11 : f64}, bandwidth = 1.0e11>
// FILE-NEXT:   }
// FILE-NOT:    placement.machine

// SPEC-NOT:    no machine is given
// SPEC:        placement.machine @target_system {
// SPEC-NEXT:     placement.device_kind "gpu" count 2 memory 1000000 link <bandwidth = 1.0e9> roofline <peak = {default = 1.000000e+12 : f64}, bandwidth = 1.0e12>
// SPEC-NEXT:   }
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "gpu" = #dlti.target_device_spec<
      "placement.count" = 2 : i64, "placement.memory" = 1000000 : i64,
      "placement.link" = #placement.link<bandwidth = 1.0e9>,
      "placement.roofline" = #placement.roofline<peak = {default = 1.0e12}, bandwidth = 1.0e12>>>} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = math.exp %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
