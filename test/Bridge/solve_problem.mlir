// Each problem gets a solution, in place of the one it had, and the independent
// checker agrees with it. Everything on one device is the only answer here:
// the memory of @tight holds the shared weight once.
// RUN: placement-opt %s --placement-solve-problem --placement-check-problem | FileCheck %s
// RUN: placement-opt %s --placement-solve-problem --placement-solve-problem | FileCheck %s

placement.machine @fleet {
  placement.device_kind "acc" count 1 memory 1000
}

// CHECK-LABEL: placement.problem @tight
// CHECK:         placement.solution optimal value 4.5 bound 4.5 proof "engine"
// CHECK-SAME:      fingerprint "{{[0-9a-f]+}}" stages [#placement.piece<"acc", 0, [0, 1]>]
// CHECK-NOT:     placement.solution
placement.problem @tight machine(@fleet) {
  placement.node 0 "embed" time {acc = 1.5} size 400
  placement.node 1 "head" time {acc = 2.5}
  placement.net host -> [0] cost {acc = 0.25}
  placement.net 0 -> [1] cost {acc = 0.5} bytes 512
  placement.net 1 -> [host] cost {acc = 0.25}
  placement.weight 600 used_by [0, 1]
  placement.solution unknown
}

// CHECK-LABEL: placement.problem @too_big
// CHECK:         placement.solution infeasible proof "engine"
// CHECK-SAME:      explanation [
// CHECK-NOT:     placement.solution
placement.problem @too_big machine(@fleet) {
  placement.node 0 time {acc = 1.0} size 1001
}
