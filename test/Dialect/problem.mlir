// A problem survives printing, also in generic form.
// RUN: placement-opt %s | placement-opt | FileCheck %s
// RUN: placement-opt --mlir-print-op-generic %s | placement-opt | FileCheck %s

placement.machine @fleet {
  placement.device_kind "acc" count 2
  placement.device_kind "cpu" count 1
}

// CHECK-LABEL: placement.problem @training machine(@fleet) unit "ms" in_flight suffix_stages {
// CHECK-NEXT:    placement.node 0 "embed" time {acc = 1.5, cpu = 20.0} size 4096 stash 1024 transient 0.5
// CHECK-NEXT:    placement.node 7 "embed.grad" time {acc = 0.1} backward group 3 pin <"acc", 1>
// CHECK-NEXT:    placement.node -2 time {}
placement.problem @training machine(@fleet) unit "ms" in_flight suffix_stages {
  placement.node 0 "embed" time {acc = 1.5, cpu = 20} size 4096 stash 1024 transient 0.5
  placement.node 7 "embed.grad" time {acc = 0.1} backward group 3 pin <"acc", 1>
  placement.node -2 time {}
  // CHECK-NEXT: placement.net host -> [0]
  placement.net host -> [0]
  // CHECK-NEXT: placement.net 0 -> [7, -2, host] cost {acc = 0.25} bytes 512
  placement.net 0 -> [7, host, -2] cost {acc = 0.25} bytes 512
  // CHECK-NEXT: placement.net -2 -> [host]
  placement.net -2 -> [host]
  // CHECK-NEXT: placement.net -2 -> []
  placement.net -2 -> []
  // CHECK-NEXT: placement.weight 65536 used_by [0, 7]
  placement.weight 65536 used_by [0, 7]
  // CHECK-NEXT: placement.order 0 before 7
  placement.order 0 before 7
  // CHECK-NEXT: placement.solution feasible value 3.25 bound 3 proof "engine" stop "time" algorithm "contiguous" fingerprint "00ff" noncontiguous stages [#placement.piece<"acc", 0, [0, 7]>, #placement.piece<"acc", 1, []>] explanation ["why"]
  placement.solution feasible value 3.25 bound 3.0 proof "engine" stop "time"
    algorithm "contiguous" fingerprint "00ff" noncontiguous
    stages [#placement.piece<"acc", 0, [0, 7]>, #placement.piece<"acc", 1, []>]
    explanation ["why"]
}

// CHECK-LABEL: placement.problem @plain machine(@fleet) {
// CHECK-NEXT:    placement.node 0 time {acc = 1.0}
// CHECK-NEXT:    placement.solution infeasible proof "engine"
placement.problem @plain machine(@fleet) {
  placement.node 0 time {acc = 1.0}
  placement.solution infeasible proof "engine"
}

// CHECK-LABEL: placement.problem @sample machine(@fleet) objective latency subgraphs_per_device 2 cores machine {
placement.problem @sample machine(@fleet) objective latency subgraphs_per_device 2 cores machine {
  placement.node 0 time {acc = 1.0}
}

// CHECK-LABEL: placement.problem @wide machine(@fleet) objective latency {
placement.problem @wide machine(@fleet) objective latency {
  placement.node 0 time {acc = 1.0}
}

// CHECK-LABEL: placement.problem @narrow machine(@fleet) objective latency cores 3 {
placement.problem @narrow machine(@fleet) objective latency cores 3 {
  placement.node 0 time {acc = 1.0}
}
