// RUN: placement-opt %s --split-input-file --verify-diagnostics

// A problem stands on a machine.
// expected-error @below {{names machine @nowhere, which is no placement.machine of the module}}
placement.problem @p machine(@nowhere) {
  placement.node 0 time {acc = 1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
// expected-error @below {{needs at least one placement.node}}
placement.problem @p machine(@m) {
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{must not stand in a problem, which holds only its node, net, weight, order and solution}}
  "test.op"() : () -> ()
}

// -----

// Ids are unique, and every mention of one resolves.
placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{repeats the id 0; ids must be unique}}
  placement.node 0 time {acc = 1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  // expected-error @below {{has the id 9223372036854775807, which is out of range}}
  placement.node 9223372036854775807 time {acc = 1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names node 1, which the problem does not have}}
  placement.net 1 -> [0]
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names node 1, which the problem does not have}}
  placement.net 0 -> [1]
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names node 1, which the problem does not have}}
  placement.weight 8 used_by [1]
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names node 1, which the problem does not have}}
  placement.order 0 before 1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names node 1, which the problem does not have}}
  placement.solution feasible stages [#placement.piece<"acc", 0, [1]>]
}

// -----

// Kinds are those of the machine.
placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names kind 'gpu', but machine @m has 'acc', 'cpu'}}
  placement.node 1 time {gpu = 1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names kind 'gpu', but machine @m has 'acc', 'cpu'}}
  placement.node 1 time {acc = 1.0} pin <"gpu">
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names kind 'gpu', but machine @m has 'acc', 'cpu'}}
  placement.net 0 -> [] cost {gpu = 1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{names kind 'gpu', but machine @m has 'acc', 'cpu'}}
  placement.solution feasible stages [#placement.piece<"gpu", 0, [0]>]
}

// -----

// Numbers are finite and not negative.
placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{time on kind 'acc' must be finite and not negative, but is -1}}
  placement.node 1 time {acc = -1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{time on kind 'acc' must be a 64-bit float, but is 1 : i64}}
  "placement.node"() {id = 1 : i64, time = {acc = 1 : i64}} : () -> ()
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{size must be finite and not negative, but is -1}}
  placement.node 1 time {acc = 1.0} size -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{stash must be finite and not negative, but is -1}}
  placement.node 1 time {acc = 1.0} stash -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{transient must be finite and not negative, but is -1}}
  placement.node 1 time {acc = 1.0} transient -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{cost on kind 'acc' must be finite and not negative, but is -1}}
  placement.net 0 -> [] cost {acc = -1.0}
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{bytes must be finite and not negative, but is -1}}
  placement.net 0 -> [] bytes -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{bytes must be finite and not negative, but is -1}}
  placement.weight -1 used_by [0]
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{group must be from 0 to 4294967294, but is -1}}
  placement.node 1 time {acc = 1.0} group -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{bound must be finite and not negative, but is -1}}
  placement.solution unknown bound -1
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{value must be finite and not negative, but is -1}}
  placement.solution feasible value -1 stages []
}

// -----

// A solution has stages where there is one.
placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{that is optimal needs stages}}
  placement.solution optimal
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{that is infeasible must not have stages or a value}}
  placement.solution infeasible stages []
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  placement.solution unknown
  // expected-error @below {{is the second of problem @p; keep one}}
  placement.solution unknown
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
placement.problem @p machine(@m) {
  placement.node 0 time {acc = 1.0}
  // expected-error @below {{kind 'acc' is given twice}}
  placement.node 1 time {acc = 1.0, acc = 2.0}
}

// -----

// expected-error @below {{expects parent op 'placement.problem'}}
placement.order 0 before 1
