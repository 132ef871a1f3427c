// Every rule of a placement, broken once.
// RUN: placement-opt %s --split-input-file --placement-verify --verify-diagnostics

// expected-error@+1 {{@main has no placement.plan; run device-place first}}
func.func @main(%x: f32) -> f32 {
  return %x : f32
}

// -----

// expected-error@+1 {{the plan of @main is for machine @fleet, which is not in the module}}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">} {
  return %x : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' has no placement.device; run device-place first}}
  %0 = math.exp %x {placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' has no placement.stage; run device-place first}}
  %0 = math.exp %x {placement.device = #d0} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' is on #placement.device<@other, "acc", 0>, but the plan is for machine @fleet}}
  %0 = math.exp %x {placement.device = #placement.device<@other, "acc", 0>, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' is on #placement.device<@fleet, "npu", 0>, but machine @fleet has no such kind; it has 'acc'}}
  %0 = math.exp %x {placement.device = #placement.device<@fleet, "npu", 0>, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' is on #placement.device<@fleet, "acc", 2>, but machine @fleet has 2 devices of that kind, counted from 0}}
  %0 = math.exp %x {placement.device = #placement.device<@fleet, "acc", 2>, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' is in stage 2, but machine @fleet has devices for 2 stages, counted from 0}}
  %0 = math.exp %x {placement.device = #d0, placement.stage = 2 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-note@+1 {{the first operation of the stage is here}}
  %0 = math.exp %x {placement.device = #d0, placement.stage = 0 : i64} : f32
  // expected-error@+1 {{'math.sin' is in stage 0 on #placement.device<@fleet, "acc", 1>, but that stage is on #placement.device<@fleet, "acc", 0>}}
  %1 = math.sin %0 {placement.device = #d1, placement.stage = 0 : i64} : f32
  return %1 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-note@+1 {{the first operation of stage 0 is here}}
  %0 = math.exp %x {placement.device = #d0, placement.stage = 0 : i64} : f32
  // expected-error@+1 {{stage 1 is on #placement.device<@fleet, "acc", 0>, as stage 0 is; each stage needs a device of its own}}
  %1 = math.sin %0 {placement.device = #d0, placement.stage = 1 : i64} : f32
  return %1 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d1 = #placement.device<@fleet, "acc", 1>
// expected-error@+1 {{no operation of @main is in stage 0, but some are in stage 1}}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = math.exp %x {placement.device = #d1, placement.stage = 1 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
// expected-error@+1 {{the plan of @main has 2 stages, but its operations are in 1; run device-place again}}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = math.exp %x {placement.device = #d0, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' has no placement.cost; run placement-annotate-costs first}}
  %0 = math.exp %x {placement.device = #d0, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#d0 = #placement.device<@fleet, "acc", 0>
#cpu = #placement.cost<times = {cpu = 1.0 : f64}, source = "test">
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{no device of machine @fleet can run 'math.exp': its placement.cost has a time for none of 'acc'}}
  %0 = math.exp %x {placement.cost = #cpu, placement.device = #d0, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

// The chain of stages.
placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-note@+1 {{the value is made here}}
  %0 = math.exp %x {placement.cost = #c, placement.device = #d1, placement.stage = 1 : i64} : f32
  // expected-error@+1 {{'math.sin' in stage 0 uses a value of the later stage 1; in the forward pass values flow to later stages only}}
  %1 = math.sin %0 {placement.cost = #c, placement.device = #d0, placement.stage = 0 : i64} : f32
  return %1 : f32
}

// -----

// Every stage has its own constants.
placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 2, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-note@+1 {{the operation is here}}
  %k = arith.constant {placement.cost = #c, placement.device = #d0, placement.stage = 0 : i64} 1.0 : f32
  %0 = arith.addf %x, %k {placement.cost = #c, placement.device = #d0, placement.stage = 0 : i64} : f32
  // expected-error@+1 {{'arith.mulf' in stage 1 uses 'arith.constant' of stage 0, which works on weights and constants only; each stage needs its own clone of such an operation; run device-place again}}
  %1 = arith.mulf %0, %k {placement.cost = #c, placement.device = #d1, placement.stage = 1 : i64} : f32
  return %1 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'math.exp' is on #placement.device<@fleet, "acc", 0>, but it is pinned to #placement.pin<"acc", 1>}}
  %0 = math.exp %x {placement.cost = #c, placement.pin = #placement.pin<"acc", 1>, placement.device = #d0, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
// expected-error-re@+1 {{the plan of @main is not about the function as it is now: its fingerprint is "00", but the function has "{{[0-9a-f]+}}"; operations, costs, roles, pins or the machine have changed since, so that it is no longer feasible; run device-place again}}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = math.exp %x {placement.cost = #c, placement.device = #d0, placement.stage = 0 : i64} : f32
  return %0 : f32
}

// -----

// Stage functions: one call each, and no operation of another stage.
placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
func.func private @stage(%x: f32) -> f32 attributes {placement.device = #d0, placement.stage = 0 : i64} {
  %0 = math.exp %x {placement.cost = #c} : f32
  return %0 : f32
}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : f32
  // expected-note@+1 {{the other call is here}}
  %1 = call @stage(%0) : (f32) -> f32
  // expected-error@+1 {{stage function @stage is called twice}}
  %2 = call @stage(%1) : (f32) -> f32
  %3 = placement.transfer %2 from <@fleet, "acc", 0> to host : f32
  return %3 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
// expected-note@+1 {{the stage function is here}}
func.func private @stage(%x: f32) -> f32 attributes {placement.device = #d0, placement.stage = 0 : i64} {
  // expected-error@+1 {{'math.exp' has another device or stage than @stage, the stage function it stands in}}
  %0 = math.exp %x {placement.cost = #c, placement.stage = 1 : i64} : f32
  return %0 : f32
}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : f32
  %1 = call @stage(%0) : (f32) -> f32
  %2 = placement.transfer %1 from <@fleet, "acc", 0> to host : f32
  return %2 : f32
}

// -----

// Missing transfers: into a stage, back to the host, and from a wrong place.
placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
func.func private @stage(%x: f32) -> f32 attributes {placement.device = #d0, placement.stage = 0 : i64} {
  %0 = math.exp %x {placement.cost = #c} : f32
  return %0 : f32
}
// expected-note@+1 {{the value is made here}}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  // expected-error@+1 {{'func.call' takes a value at #placement.device<@fleet, "acc", 0>, but it is at #placement.host; run placement-insert-transfers on the function without transfers}}
  %1 = call @stage(%x) : (f32) -> f32
  %2 = placement.transfer %1 from <@fleet, "acc", 0> to host : f32
  return %2 : f32
}

// -----

placement.machine @fleet { placement.device_kind "acc" count 2 }
#plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 1.0, bound = 1.0, gap = 0.0, unit = "us", stages = 1, machine = @fleet, algorithm = "contiguous", fingerprint = "00">
#c = #placement.cost<times = {acc = 1.0 : f64}, source = "test">
#d0 = #placement.device<@fleet, "acc", 0>
func.func private @stage(%x: f32) -> f32 attributes {placement.device = #d0, placement.stage = 0 : i64} {
  %0 = math.exp %x {placement.cost = #c} : f32
  return %0 : f32
}
func.func @main(%x: f32) -> f32 attributes {placement.plan = #plan} {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : f32
  // expected-note@+1 {{the value is made here}}
  %1 = call @stage(%0) : (f32) -> f32
  // expected-error@+1 {{'func.return' takes a value at #placement.host, but it is at #placement.device<@fleet, "acc", 0>}}
  return %1 : f32
}
