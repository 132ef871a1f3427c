// RUN: placement-opt %s --split-input-file --verify-diagnostics

// Machines.
// expected-error @below {{needs at least one placement.device_kind}}
placement.machine @m {
}

// -----

placement.machine @m {
  placement.device_kind "acc" count 1
  // expected-error @below {{repeats kind 'acc' of machine @m}}
  placement.device_kind "acc" count 2
}

// -----

placement.machine @m {
  // expected-error @below {{must not stand in a machine, which holds only placement.device_kind}}
  "test.op"() : () -> ()
}

// -----

placement.machine @m {
  // expected-error @below {{needs a name that is not empty}}
  placement.device_kind "" count 1
}

// -----

placement.machine @m {
  // expected-error @below {{of kind 'acc' needs a count from 1 to 1048576, but has 0}}
  placement.device_kind "acc" count 0
}

// -----

placement.machine @m {
  // expected-error @below {{of kind 'acc' needs a count from 1 to 1048576, but has 1048577}}
  placement.device_kind "acc" count 1048577
}

// -----

placement.machine @m {
  // expected-error @below {{of kind 'acc' must not have negative memory, but has -1}}
  placement.device_kind "acc" count 1 memory -1
}

// -----

placement.machine @m {
  // expected-error @below {{of kind 'acc' has a link, which a host kind must not have: its operations pay no transfers; remove one of them}}
  placement.device_kind "acc" count 1 link <bandwidth = 1.0> host true
}

// -----

// expected-error @below {{expects parent op 'placement.machine'}}
placement.device_kind "acc" count 1

// -----

// Transfers go somewhere else.
func.func @f(%x: tensor<4xf32>) {
  // expected-error @below {{moves a value from #placement.host to where it is already}}
  %0 = placement.transfer %x from host to host : tensor<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @below {{moves a value from #placement.device<@m, "acc", 1> to where it is already}}
  %0 = placement.transfer %x from <@m, "acc", 1> to <@m, "acc", 1> : tensor<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @below {{attribute 'to' failed to satisfy constraint: device or host}}
  %0 = "placement.transfer"(%x) {from = #placement.host, to = "acc"} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
