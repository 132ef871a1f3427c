// Each rule and each claim broken once.
// RUN: placement-opt %s --split-input-file --verify-diagnostics --placement-check-problem

// A node that is in no stage.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{leaves out node 1 ("head"); every node belongs to one stage}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>]
}

// -----

// A node that is in two stages.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{puts node 1 ("head") into stage 0 and into stage 1}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0, 1]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// A kind that cannot run the node.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{breaks a rule: node 1 ("head") is on cpu:0, but kind "cpu" does not support it}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"cpu", 0, [1]>]
}

// -----

// A device that the machine does not have.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{breaks a rule: the plan uses device acc:2, but the machine has 2 devices}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 2, [1]>]
}

// -----

// A stage without nodes.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{breaks a rule: stage 1 holds no node}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0, 1]>, #placement.piece<"acc", 1, []>]
}

// -----

// A pin on a device.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5} pin <"acc", 1>
  // expected-error @below {{breaks a rule: node 0 is on acc:0, but it is pinned to kind "acc" number 1}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>]
}

// -----

// A pin on a kind.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5, cpu = 1.0} pin <"cpu">
  // expected-error @below {{breaks a rule: node 0 is on acc:0, but it is pinned to kind "cpu"}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>]
}

// -----

// A group that is torn apart.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5} group 1
  placement.node 1 time {acc = 1.5} group 1
  // expected-error @below {{breaks a rule: node 1 is on acc:1, but its group is with node 0 on acc:0}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// Memory: two nodes, and a weight that counts once.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5} size 300
  placement.node 1 time {acc = 1.5} size 300
  placement.weight 401 used_by [0, 1]
  // expected-error @below {{breaks a rule: acc:0 needs 1001 bytes, but kind "acc" has 1000}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0, 1]>]
}

// -----

// A device with two stages.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 time {acc = 1.5}
  // expected-error @below {{breaks a rule: stages 0 and 1 are both on acc:0; a contiguous plan has one stage on a device}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 0, [1]>]
}

// -----

// A value that flows back.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{breaks a rule: node 0 in stage 1 feeds or precedes node 1 ("head") in the earlier stage 0}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [1]>, #placement.piece<"acc", 1, [0]>]
}

// -----

// An order constraint that flows back.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 time {acc = 1.5}
  placement.order 1 before 0
  // expected-error @below {{breaks a rule: node 1 in stage 1 feeds or precedes node 0 in the earlier stage 0}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// Several rules at once: one error, with notes.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5} pin <"acc", 1>
  placement.node 1 time {acc = 1.5} size 1001
  // expected-error @below {{breaks a rule: node 0 is on acc:0, but it is pinned to kind "acc" number 1}}
  // expected-note @below {{also: acc:1 needs 1001 bytes}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// A value that the stages do not have.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{claims value 2, but its largest load is 3 us}}
  placement.solution feasible value 2 stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// A bound that the solution itself refutes.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{claims bound 3.5 us, but is itself better with 3}}
  placement.solution feasible bound 3.5 stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// An optimum whose bound is below its value.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{claims to be optimal, but its bound 2.5 is below its value 3 us}}
  placement.solution optimal bound 2.5 stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}

// -----

// A solution of another problem.
placement.machine @fleet {
  placement.device_kind "acc" count 2 memory 1000
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@fleet) {
  placement.node 0 time {acc = 1.5}
  placement.node 1 "head" time {acc = 2.5}
  placement.net 0 -> [1] cost {acc = 0.5}
  // expected-error @below {{is for fingerprint 00ff, but the problem has}}
  placement.solution feasible fingerprint "00ff" stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>]
}
