// device-place ranks plans with different cuts, and writes the one asked for.

// RUN: placement-opt %s --device-place='machine=fleet alternatives=3' 2>&1 | FileCheck %s --check-prefix=BEST
// BEST: remark: placed 4 operations in 2 stages: 22 us for each sample, proven optimal
// BEST: remark: alternative 0 takes 22 us in 2 stages, the best; it is the one written here
// BEST: remark: alternative 1 takes 31.5{{[0-9]+}} us in 2 stages, 43.{{[0-9]+}}% more than the best
// BEST: remark: alternative 2 takes 32 us in 2 stages, 45.45% more than the best
// BEST-NOT: remark: {{.*}}alternative
// BEST: placement.plan = {{.*}}status = "optimal"

// Another than the best is never called optimal, keeps the bound, and is verified
// like any plan; so is its problem. Its bottleneck is its own.
// RUN: placement-opt %s --device-place='machine=fleet alternative=2 dump-problem' -o %t.mlir 2>&1 | FileCheck %s --check-prefix=SECOND
// RUN: placement-opt %t.mlir --placement-verify --placement-check-problem | FileCheck %s --check-prefix=IR
// SECOND: remark: placed 4 operations in 2 stages: 32 us for each sample, not proven optimal: the bound is 22 us, a gap of 31.25%
// SECOND: remark: the bottleneck is stage 1 (acc:1) with 32 us: 30 compute, 1 in, 1 out
// SECOND: remark: cut before 'stablehlo.exponential'
// SECOND: remark: alternative 2 takes 32 us in 2 stages, 45.45% more than the best; it is the one written here
// IR: status = "feasible", proof = "engine", value = 32.0, bound = 22.0, gap = 0.3125
// IR: "stablehlo.tanh"({{.*}}placement.stage = 0
// IR: "stablehlo.exponential"({{.*}}placement.stage = 1
// IR: placement.solution feasible value 32 bound 22 {{.*}}"The bottleneck is acc:1 with 32 us: compute 30, in 1, out 1.", "It is alternative 2, not the best plan found."

// The pipeline hands the options on.
// RUN: placement-opt %s --placement-pipeline='machine=fleet alternative=3' 2>/dev/null | FileCheck %s --check-prefix=ONE
// ONE: status = "feasible", proof = "engine", value = 41.5
// ONE: call @main_stage0
// ONE-NOT: call @main_stage1

// Two plans of one value: neither is worse, and only the first is proven.
// RUN: placement-opt %s --device-place='alternative=1 max-stages=2 machine=twice' 2>&1 | FileCheck %s --check-prefix=TIE
// TIE: remark: alternative 1 takes {{.*}}, like the best; it is the one written here
// TIE: status = "feasible", {{.*}}gap = 0.0

// Where not all plans can be ranked, nobody says so.
// RUN: placement-opt %s --device-place='machine=fleet alternatives=2 algorithm=linearised' 2>&1 | FileCheck %s --check-prefix=LINES
// LINES: remark: better alternatives may be missing: not all plans could be ranked

// RUN: not placement-opt %s --device-place='machine=fleet alternative=4' 2>&1 | FileCheck %s --check-prefix=E1
// E1: error: device-place: alternative=4 of @main does not exist: there are 4 plans with different cuts, counted from 0
// E1-NOT: module
// RUN: not placement-opt %s --device-place='machine=fleet alternative=9 algorithm=linearised' 2>&1 | FileCheck %s --check-prefix=E2
// E2: error: device-place: alternative=9 of @main does not exist: the search found {{[0-9]+}} plans with different cuts, counted from 0
// RUN: not placement-opt %s --device-place='machine=fleet alternative=1 max-stages=1' 2>&1 | FileCheck %s --check-prefix=E3
// E3: error: device-place: alternative=1 of @main does not exist: there is 1 plan with different cuts, counted from 0
// RUN: not placement-opt %s --device-place='machine=fleet alternative=2 alternatives=2' 2>&1 | FileCheck %s --check-prefix=E4
// E4: error: device-place: alternative=2 is not among alternatives=2, which are counted from 0
// RUN: not placement-opt %s --device-place='machine=fleet alternative=1000' 2>&1 | FileCheck %s --check-prefix=E5
// E5: error: device-place: alternative=1000 is too high; at most 1000 plans are ranked, counted from 0
// RUN: not placement-opt %s --device-place='machine=fleet alternatives=1001' 2>&1 | FileCheck %s --check-prefix=E6
// E6: error: device-place: option alternatives is 1001; at most 1000 plans can be asked for
// RUN: not placement-opt %s --device-place='machine=fleet alternative=1 require-optimal' 2>&1 | FileCheck %s --check-prefix=E7
// E7: error: device-place: require-optimal allows alternative=0 only, the best plan, but alternative=1 was given
// RUN: not placement-opt %s --device-place='machine=fleet alternative=1 algorithm=equal-ops' 2>&1 | FileCheck %s --check-prefix=E8
// E8: error: device-place: {{.*}}algorithm "equal-ops" cannot solve this problem with these options: it makes one plan only
// RUN: not placement-opt %s --device-place='machine=fleet alternative=-1' 2>&1 | FileCheck %s --check-prefix=E9
// E9: alternative

// The baselines are algorithms like the others.
// RUN: placement-opt %s --device-place='machine=fleet algorithm=equal-ops' 2>&1 | FileCheck %s --check-prefix=EQUAL
// EQUAL: algorithm = "equal-ops"
// EQUAL: "stablehlo.exponential"({{.*}}placement.stage = 0
// EQUAL: "stablehlo.exponential"({{.*}}placement.stage = 1
// RUN: placement-opt %s --device-place='machine=fleet algorithm=equal-weights' 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: algorithm = "equal-weights"
// WEIGHTS: "stablehlo.tanh"({{.*}}placement.stage = 0
// WEIGHTS: "stablehlo.exponential"({{.*}}placement.stage = 1

// A limit for tables that is enough.
// RUN: placement-opt %s --device-place='machine=fleet memory-limit=1000000' -o /dev/null

placement.machine @twice {
  placement.device_kind "acc" count 2
  placement.device_kind "gpu" count 1
}
placement.machine @fleet {
  placement.device_kind "acc" count 2 link <bandwidth = 1.0e9, latency = 0.5>
}
#c = #placement.cost<times = {acc = 10.0 : f64, gpu = 10.0 : f64}, output = 500, source = "test">
func.func @main(%x: tensor<4xf32> {placement.role = "activation"}, %w: tensor<64xf32> {placement.role = "weight"}) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x, %w) {placement.cost = #c} : (tensor<4xf32>, tensor<64xf32>) -> tensor<4xf32>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.exponential"(%1) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.tanh"(%2) {placement.cost = #c} : (tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
