// Every operation and attribute survives printing, also in generic form.
// RUN: placement-opt %s | placement-opt | FileCheck %s
// RUN: placement-opt --mlir-print-op-generic %s | placement-opt | FileCheck %s

// CHECK-LABEL: placement.machine @fleet {
// CHECK-NEXT:    placement.device_kind "acc" count 4 memory 85899345920 link <bandwidth = 6.4e10, latency = 5.0> roofline <peak = {bf16 = 9.9{{.*}} : f64, f32 = {{.*}} : f64}, bandwidth = 3.35e12, launch = 0.5>
// CHECK-NEXT:    placement.device_kind "cpu" count 1
// CHECK-NEXT:  }
placement.machine @fleet {
  placement.device_kind "acc" count 4 memory 85899345920
      link #placement.link<bandwidth = 64000000000, latency = 5>
      roofline #placement.roofline<peak = {f32 = 6.7e13, bf16 = 9.9e14},
                                   bandwidth = 3.35e12, launch = 0.5>
  placement.device_kind "cpu" count 1
}

// CHECK-LABEL: func.func @main
// CHECK-SAME:    placement.role = "activation"
// CHECK-SAME:    #placement.plan<objective = "throughput", status = "optimal", proof = "engine", value = 12.5, bound = 12.5, gap = 0.0, unit = "us", stages = 4, machine = @fleet, algorithm = "contiguous", fingerprint = "00ff">
func.func @main(%arg0: tensor<4xf32> {placement.device = #placement.host, placement.role = "activation"},
                %arg1: tensor<4xf32> {placement.device = #placement.device<@fleet, "acc", 0>, placement.role = "weight"})
    -> (tensor<4xf32> {placement.device = #placement.host})
    attributes {placement.plan = #placement.plan<objective = "throughput", status = "optimal",
      proof = "engine", value = 12.5, bound = 12.5, gap = 0.0, unit = "us", stages = 4,
      machine = @fleet, algorithm = "contiguous", fingerprint = "00ff">} {
  // CHECK: placement.transfer %{{.*}} from host to <@fleet, "acc", 0> : tensor<4xf32>
  %0 = placement.transfer %arg0 from host to <@fleet, "acc", 0> : tensor<4xf32>
  // CHECK: placement.cost = #placement.cost<times = {acc = 1.500000e+00 : f64, cpu = 2.000000e+01 : f64}, output = 4096, flops = 123, bytes = 456, source = "roofline">
  // CHECK-SAME: placement.device = #placement.device<@fleet, "acc", 0>
  // CHECK-SAME: placement.phase = #placement.phase<forward>
  // CHECK-SAME: placement.pin = #placement.pin<"acc", 1>
  // CHECK-SAME: placement.stage = 0 : i64
  %1 = "foreign.op"(%0, %arg1) {
    placement.cost = #placement.cost<times = {acc = 1.5 : f64, cpu = 20.0 : f64}, output = 4096,
      weight = 0, stash = 0, transient = 0, flops = 123, bytes = 456, source = "roofline">,
    placement.pin = #placement.pin<"acc", 1>, placement.colocate = "g",
    placement.phase = #placement.phase<forward>,
    placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64}
    : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: placement.pin = #placement.pin<"cpu">
  %2 = "foreign.op"(%1) {placement.pin = #placement.pin<"cpu">,
    placement.phase = #placement.phase<backward>} : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: placement.transfer %{{.*}} from <@fleet, "acc", 0> to host : tensor<4xf32>
  %3 = placement.transfer %2 from <@fleet, "acc", 0> to host : tensor<4xf32>
  return %3 : tensor<4xf32>
}

// CHECK-LABEL: func.func private @main_stage0
// CHECK-SAME:    placement.microbatch
func.func private @main_stage0() attributes {
    placement.device = #placement.device<@fleet, "acc", 0>,
    placement.stage = 0 : i64, placement.microbatch} {
  return
}

// CHECK-LABEL: placement.machine @hosts {
// CHECK-NEXT:    placement.device_kind "cpu" count 2 host true
// CHECK-NEXT:    placement.device_kind "near" count 1 host false
// CHECK-NEXT:    placement.device_kind "acc" count 1 link <bandwidth = 1.0> host false
placement.machine @hosts {
  placement.device_kind "cpu" count 2 host true
  placement.device_kind "near" count 1 host false
  placement.device_kind "acc" count 1 link <bandwidth = 1.0> host false
}

// CHECK: #placement.plan<objective = "latency", {{.*}}, fingerprint = "00ff", subgraphs_per_device = 2 : i64, cores = 8 : i64>
func.func private @bounded() attributes {
    placement.plan = #placement.plan<objective = "latency", status = "feasible",
      proof = "none", value = 12.5, bound = 0.0, gap = 1.0, unit = "us", stages = 4,
      machine = @hosts, algorithm = "latency", fingerprint = "00ff",
      subgraphs_per_device = 2, cores = 8>}

// CHECK: #placement.plan<objective = "latency", {{.*}}, subgraphs_per_device = 1 : i64, cores = "machine">
func.func private @machine() attributes {
    placement.plan = #placement.plan<objective = "latency", status = "feasible",
      proof = "none", value = 12.5, bound = 0.0, gap = 1.0, unit = "us", stages = 4,
      machine = @hosts, algorithm = "latency", fingerprint = "00ff",
      subgraphs_per_device = 1, cores = "machine">}
