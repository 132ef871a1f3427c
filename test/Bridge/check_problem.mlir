// Good solutions pass, with and without claims, and the IR stays as it is.
// RUN: placement-opt %s --placement-check-problem | FileCheck %s

placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}

// Two stages; each pays for the value that crosses. 1.5 + 0.25 + 0.5 against
// 0.5 + 2.5 + 0.25.
// CHECK-LABEL: placement.problem @two
// CHECK:         placement.solution feasible value 3.25 bound 3 stages
placement.problem @two machine(@fleet) {
  placement.node 0 time {acc = 1.5, cpu = 20.0} size 400
  placement.node 1 time {acc = 2.5}
  placement.net host -> [0] cost {acc = 0.25}
  placement.net 0 -> [1] cost {acc = 0.5}
  placement.net 1 -> [host] cost {acc = 0.25}
  placement.weight 600 used_by [0, 1]
  placement.solution feasible value 3.25 bound 3
    stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// The same device twice is no contiguous plan, but a plan.
// CHECK-LABEL: placement.problem @there_and_back
placement.problem @there_and_back machine(@fleet) {
  placement.node 0 time {acc = 1.0}
  placement.node 1 time {acc = 1.0}
  placement.node 2 time {acc = 1.0}
  placement.net 0 -> [1] cost {acc = 0.5}
  placement.net 1 -> [2] cost {acc = 0.5}
  placement.solution feasible value 3 noncontiguous
    stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>,
            #placement.piece<"acc", 0, [2]>]
}

// No solution, and no answer: nothing to check.
// CHECK-LABEL: placement.problem @open
placement.problem @open machine(@fleet) {
  placement.node 0 time {acc = 1.0}
}
// CHECK-LABEL: placement.problem @gave_up
placement.problem @gave_up machine(@fleet) {
  placement.node 0 time {acc = 1.0}
  placement.solution unknown stop "time"
}
