// A malformed problem is refused before any search.
// RUN: placement-opt %s --split-input-file --verify-diagnostics --placement-solve-problem

// The rules of the instance itself are checked before any search.
placement.machine @fleet {
  placement.device_kind "acc" count 1
}
// expected-error @below {{problem @cyclic: }}
placement.problem @cyclic machine(@fleet) {
  placement.node 0 time {acc = 1.0}
  placement.node 1 time {acc = 1.0}
  placement.net 0 -> [1]
  placement.net 1 -> [0]
}

// -----

placement.machine @fleet {
  placement.device_kind "acc" count 1
}
// expected-error @below {{problem @nowhere: node 3: no device of the machine supports it}}
placement.problem @nowhere machine(@fleet) {
  placement.node 3 time {}
}
