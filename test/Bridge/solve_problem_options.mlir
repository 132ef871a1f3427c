// RUN: not placement-opt %s --placement-solve-problem=algorithm=none 2>&1 | FileCheck %s
// RUN: not placement-opt %s --placement-solve-problem=gap=-1 2>&1 | FileCheck %s --check-prefix=GAP
// RUN: not placement-opt %s --placement-solve-problem=require-optimal 2>&1 | FileCheck %s --check-prefix=OPTIMAL

// Bad options are refused, and nothing is printed.
// CHECK: error: there is no algorithm "none"; choose one of: auto
// CHECK-NOT: placement.machine
// GAP: error: option gap is -1; it must not be negative
// GAP-NOT: placement.machine
// OPTIMAL: error: problem @too_big has no answer that is proven optimal, which require-optimal asks for; it is infeasible
// OPTIMAL-NOT: placement.machine
placement.machine @fleet {
  placement.device_kind "acc" count 1 memory 1000
}
placement.problem @too_big machine(@fleet) {
  placement.node 0 time {acc = 1.0} size 1001
}

