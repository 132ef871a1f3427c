// RUN: placement-opt %s --split-input-file --verify-diagnostics

// Each attribute has its kind of value.
// expected-error @below {{attribute 'placement.device' must be a #placement.device, but is "acc"}}
"test.op"() {placement.device = "acc"} : () -> ()

// -----

// The host is a place of values, not of operations.
// expected-error @below {{attribute 'placement.device' must be a #placement.device, but is #placement.host}}
"test.op"() {placement.device = #placement.host} : () -> ()

// -----

// expected-error @below {{attribute 'placement.stage' must be a 64-bit integer, but is 1 : i32}}
"test.op"() {placement.stage = 1 : i32} : () -> ()

// -----

// expected-error @below {{attribute 'placement.stage' must not be negative, but is -1}}
"test.op"() {placement.stage = -1 : i64} : () -> ()

// -----

// expected-error @below {{attribute 'placement.cost' must be a #placement.cost, but is 1 : i64}}
"test.op"() {placement.cost = 1 : i64} : () -> ()

// -----

// expected-error @below {{attribute 'placement.pin' must be a #placement.pin, but is "acc"}}
"test.op"() {placement.pin = "acc"} : () -> ()

// -----

// expected-error @below {{attribute 'placement.colocate' must be a non-empty string, but is ""}}
"test.op"() {placement.colocate = ""} : () -> ()

// -----

// expected-error @below {{attribute 'placement.colocate' must be a non-empty string, but is 1 : i64}}
"test.op"() {placement.colocate = 1 : i64} : () -> ()

// -----

// expected-error @below {{attribute 'placement.phase' must be a #placement.phase, but is "forward"}}
"test.op"() {placement.phase = "forward"} : () -> ()

// -----

// A misspelt name is not ignored.
// expected-error @below {{unknown attribute 'placement.devise'; the dialect knows placement.device, placement.stage}}
"test.op"() {placement.devise = 1 : i64} : () -> ()

// -----

// Attributes of functions and arguments stay there.
// expected-error @below {{attribute 'placement.role' belongs on a function argument}}
"test.op"() {placement.role = "weight"} : () -> ()

// -----

// expected-error @below {{attribute 'placement.microbatch' belongs on a function}}
"test.op"() {placement.microbatch} : () -> ()

// -----

// expected-error @below {{attribute 'placement.plan' belongs on a function}}
"test.op"() {placement.plan = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 1.0, bound = 0.0, gap = 1.0, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{attribute 'placement.plan' must be a #placement.plan, but is "good"}}
func.func private @f() attributes {placement.plan = "good"}

// -----

// expected-error @below {{attribute 'placement.microbatch' must be a unit attribute, but is 4 : i64}}
func.func private @f() attributes {placement.microbatch = 4 : i64}

// -----

// expected-error @below {{attribute 'placement.pin' belongs on an operation inside a function}}
func.func private @f() attributes {placement.pin = #placement.pin<"acc">}

// -----

// expected-error @below {{attribute 'placement.colocate' belongs on an operation inside a function}}
func.func private @f() attributes {placement.colocate = "g"}

// -----

// expected-error @below {{attribute 'placement.cost' belongs on an operation inside a function}}
func.func private @f() attributes {placement.cost = #placement.cost<times = {}, source = "x">}

// -----

// expected-error @below {{attribute 'placement.device' must be a #placement.device}}
func.func private @f() attributes {placement.device = 1 : i64}

// -----

// expected-error @below {{attribute 'placement.stage' belongs on an operation inside a function}}
module attributes {placement.stage = 0 : i64} {}

// -----

// Arguments and results.
// expected-error @below {{attribute 'placement.role' of argument #1 must be "weight" or "activation", but is "bias"}}
func.func private @f(tensor<4xf32>, tensor<4xf32> {placement.role = "bias"})

// -----

// expected-error @below {{attribute 'placement.device' of argument #1 must be a #placement.device or #placement.host, but is "acc"}}
func.func private @f(tensor<4xf32>, tensor<4xf32> {placement.device = "acc"})

// -----

// expected-error @below {{attribute 'placement.stage' of argument #1 belongs on an operation}}
func.func private @f(tensor<4xf32>, tensor<4xf32> {placement.stage = 0 : i64})

// -----

// expected-error @below {{attribute 'placement.microbatch' of argument #1 belongs on a function}}
func.func private @f(tensor<4xf32>, tensor<4xf32> {placement.microbatch})

// -----

// expected-error @below {{attribute 'placement.rolle' of argument #1 is unknown; the dialect knows}}
func.func private @f(tensor<4xf32>, tensor<4xf32> {placement.rolle = "weight"})

// -----

// expected-error @below {{attribute 'placement.role' of result #0 belongs on a function argument}}
func.func private @f() -> (tensor<4xf32> {placement.role = "weight"})

// -----

// expected-error @below {{attribute 'placement.device' of result #0 must be a #placement.device or #placement.host, but is 1 : i64}}
func.func private @f() -> (tensor<4xf32> {placement.device = 1 : i64})
