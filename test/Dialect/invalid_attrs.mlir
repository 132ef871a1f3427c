// RUN: placement-opt %s --split-input-file --verify-diagnostics

// A device needs a kind and a position.
// expected-error @below {{kind of device must not be empty}}
"test.op"() {a = #placement.device<@m, "", 0>} : () -> ()

// -----

// expected-error @below {{index of device must not be negative, but is -1}}
"test.op"() {a = #placement.device<@m, "acc", -1>} : () -> ()

// -----

// expected-error @below {{kind of pin must not be empty}}
"test.op"() {a = #placement.pin<"">} : () -> ()

// -----

// expected-error @below {{index of pin must not be negative, but is -2}}
"test.op"() {a = #placement.pin<"acc", -2>} : () -> ()

// -----

// expected-error @below {{failed to parse Placement_PhaseAttr}}
// expected-error @below {{expected ::placement::Phase to be one of: forward, backward}}
"test.op"() {a = #placement.phase<sideways>} : () -> ()

// -----

// Costs are finite, not negative, and say where they come from.
// expected-error @below {{time of kind 'acc' must be a 64-bit float in microseconds, but is 1 : i64}}
"test.op"() {a = #placement.cost<times = {acc = 1 : i64}, source = "x">} : () -> ()

// -----

// expected-error @below {{time of kind 'acc' must be a 64-bit float in microseconds}}
"test.op"() {a = #placement.cost<times = {acc = 1.0 : f32}, source = "x">} : () -> ()

// -----

// expected-error @below {{time of kind 'acc' must be finite and not negative, but is -1}}
"test.op"() {a = #placement.cost<times = {acc = -1.0 : f64}, source = "x">} : () -> ()

// -----

// expected-error @below {{leave out a kind that cannot run the operation}}
"test.op"() {a = #placement.cost<times = {acc = 0x7FF0000000000000 : f64}, source = "x">} : () -> ()

// -----

// expected-error @below {{output must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, output = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{weight must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, weight = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{stash must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, stash = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{transient must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, transient = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{flops must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, flops = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{bytes must not be negative, but is -1}}
"test.op"() {a = #placement.cost<times = {}, bytes = -1, source = "x">} : () -> ()

// -----

// expected-error @below {{source of cost must not be empty}}
"test.op"() {a = #placement.cost<times = {}, source = "">} : () -> ()

// -----

// A plan claims only what can be true.
// expected-error @below {{objective of plan must be one of "throughput", "latency", but is "speed"}}
"test.op"() {a = #placement.plan<objective = "speed", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{status of plan must be one of "optimal", "feasible", but is "great"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "great", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{proof of plan must be one of "certified", "engine", "claimed", "none", but is "oath"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "oath", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{value of plan must be finite and not negative}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = -1.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{bound of plan must be finite and not negative}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = -1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{gap of plan must be finite and not negative}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = -1.0, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{bound of plan must not exceed its value}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 3.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{an optimal plan needs a proof, but proof is "claimed"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "optimal", proof = "claimed", value = 2.0, bound = 2.0, gap = 0.0, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", claimant = "HiGHS">} : () -> ()

// -----

// expected-error @below {{a claimant belongs to a plan exactly where its proof is "claimed", but proof is "claimed"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "claimed", value = 2.0, bound = 2.0, gap = 0.0, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{a claimant belongs to a plan exactly where its proof is "claimed", but proof is "engine"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "engine", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", claimant = "HiGHS">} : () -> ()

// -----

// expected-error @below {{an optimal plan has no gap, but gap is}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{an optimal plan needs a proof, but proof is "none"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "optimal", proof = "none", value = 2.0, bound = 2.0, gap = 0.0, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{number of stages must not be negative, but is -1}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = -1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{unit of plan must not be empty}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{algorithm of plan must not be empty}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{fingerprint of plan must not be empty}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "">} : () -> ()

// -----

// expected-error @below {{subgraphs_per_device belongs to a plan exactly where its objective is "latency"}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f">} : () -> ()

// -----

// expected-error @below {{subgraphs_per_device belongs to a plan exactly where its objective is "latency"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 2 : i64>} : () -> ()

// -----

// expected-error @below {{subgraphs_per_device of plan must be from 1 to 64, but is 65 : i64}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 65 : i64>} : () -> ()

// -----

// expected-error @below {{cores belong to a plan whose objective is "latency"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", cores = 2 : i64>} : () -> ()

// -----

// expected-error @below {{cores of plan must be a number from 1 to 1048576 or "machine", but are 0 : i64}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 1 : i64, cores = 0 : i64>} : () -> ()

// -----

// expected-error @below {{cores of plan must be a number from 1 to 1048576 or "machine", but are "all"}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 1 : i64, cores = "all">} : () -> ()

// -----

// expected-error @below {{contiguous, communication and schedule are about throughput and belong to no plan whose objective is "latency"}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", contiguous = false, subgraphs_per_device = 1 : i64>} : () -> ()

// -----

// expected-error @below {{starts and finishes belong to a plan whose objective is "latency"}}
"test.op"() {a = #placement.plan<objective = "throughput", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", starts = [0.0], finishes = [2.0]>} : () -> ()

// -----

// expected-error @below {{a plan of 1 stages needs as many starts and finishes, but has 1 and 0}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 1 : i64, starts = [0.0]>} : () -> ()

// -----

// expected-error @below {{stage 0 of plan must start at 0 or later and finish no earlier than that, but runs from 2.000000e+00 to 1.000000e+00}}
"test.op"() {a = #placement.plan<objective = "latency", status = "feasible", proof = "none", value = 2.0, bound = 1.0, gap = 0.5, unit = "us", stages = 1, machine = @m, algorithm = "a", fingerprint = "f", subgraphs_per_device = 1 : i64, starts = [2.0], finishes = [1.0]>} : () -> ()

// -----

// Links and rooflines have rates above zero.
// expected-error @below {{bandwidth of link must be finite and positive}}
"test.op"() {a = #placement.link<bandwidth = 0.0>} : () -> ()

// -----

// expected-error @below {{latency of link must be finite and not negative}}
"test.op"() {a = #placement.link<bandwidth = 1.0, latency = -1.0>} : () -> ()

// -----

// expected-error @below {{peak rate of 'fp32' is for no element type; known are f16, f32, f64, f80, f128, bf16, tf32, MLIR's narrow floats such as f8E4M3FN, integers such as i8, si8 and ui8, index, complex<...> of one of these, and default}}
"test.op"() {a = #placement.roofline<peak = {fp32 = 1.0e12}, bandwidth = 1.0>} : () -> ()

// -----

// expected-error @below {{peak rate of 'f32' must be a finite and positive 64-bit float, but is 0}}
"test.op"() {a = #placement.roofline<peak = {f32 = 0.0}, bandwidth = 1.0>} : () -> ()

// -----

// expected-error @below {{bandwidth of roofline must be finite and positive}}
"test.op"() {a = #placement.roofline<peak = {}, bandwidth = 0.0>} : () -> ()

// -----

// expected-error @below {{launch cost of roofline must be finite and not negative}}
"test.op"() {a = #placement.roofline<peak = {}, bandwidth = 1.0, launch = -1.0>} : () -> ()

// -----

// expected-error @below {{kind of piece must not be empty}}
"test.op"() {a = #placement.piece<"", 0, []>} : () -> ()

// -----

// expected-error @below {{index of piece must not be negative, but is -1}}
"test.op"() {a = #placement.piece<"acc", -1, []>} : () -> ()

// -----

// Numbers are written as such.
// expected-error @below {{failed to parse Placement_LinkAttr parameter 'bandwidth'}}
// expected-error @below {{expected floating point literal}}
"test.op"() {a = #placement.link<bandwidth = fast>} : () -> ()
