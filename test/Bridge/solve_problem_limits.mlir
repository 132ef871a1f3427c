// The limits of the search end it with the best answer so far, which says so.

// RUN: placement-opt %s --placement-solve-problem=work-limit=1 | FileCheck %s --check-prefix=WORK
// RUN: placement-opt %s --placement-solve-problem='work-limit=1000000 memory-limit=1000000 time-limit=60' | FileCheck %s --check-prefix=ENOUGH
// WORK: placement.solution feasible value 3.25 bound {{[0-9.]+}} proof "engine" stop "time"
// WORK-SAME: The search stopped at its work limit.
// ENOUGH: placement.solution optimal value 3.25 bound 3.25
placement.machine @fleet {
  placement.device_kind "acc" count 2
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 2.0}
  placement.node 1 time {acc = 1.0}
  placement.node 2 time {acc = 2.0}
  placement.net 0 -> [1] cost {acc = 0.5}
  placement.net 1 -> [2] cost {acc = 0.25}
}
