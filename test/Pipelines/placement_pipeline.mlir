// RUN: placement-opt %s --placement-pipeline 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --placement-pipeline -o %t.once 2>/dev/null
// RUN: placement-opt %t.once --placement-verify --placement-pipeline -o %t.twice 2>/dev/null
// RUN: diff %t.once %t.twice
// RUN: placement-opt %s --placement-pipeline=max-stages=1 2>/dev/null | FileCheck %s --check-prefix=ONE
// RUN: placement-opt %s --placement-pipeline=function=other 2>/dev/null | FileCheck %s --check-prefix=OTHER
// RUN: placement-opt %s --placement-pipeline='machine=pair profile=%S/Inputs/profile.json' 2>/dev/null | FileCheck %s --check-prefix=PROFILE
// RUN: placement-opt %s --placement-pipeline=dump-problem=true 2>/dev/null | FileCheck %s --check-prefix=DUMP
// RUN: placement-opt %s --placement-pipeline='dot-file=%t.dot' -o /dev/null 2>/dev/null
// RUN: FileCheck %s --check-prefix=DOT --input-file=%t.dot

// From a function with a call to stages and a driver; running it all again on
// the result changes nothing.

placement.machine @pair {
  placement.device_kind "acc" count 2
      roofline <peak = {default = 1.0e12 : f64}, bandwidth = 1.0e12>
}

// CHECK-LABEL: func.func public @main
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<8x8xi32> {placement.device = #placement.host, placement.role = "activation"}
// CHECK-SAME:    placement.plan = #placement.plan<objective = "throughput", status = "optimal", proof = "engine",
// CHECK-SAME:    stages = 2, machine = @pair,
// CHECK-NEXT:    %[[A:.*]] = placement.transfer %[[X]] from host to <@pair, "acc", 0>
// CHECK-NEXT:    %[[B:.*]] = call @main_stage0(%[[A]])
// CHECK-NEXT:    %[[C:.*]] = placement.transfer %[[B]] from <@pair, "acc", 0> to <@pair, "acc", 1>
// CHECK-NEXT:    %[[D:.*]] = call @main_stage1(%[[C]])
// CHECK-NEXT:    %[[E:.*]] = placement.transfer %[[D]] from <@pair, "acc", 1> to host
// CHECK-NEXT:    return %[[E]]
// CHECK-LABEL: func.func private @main_stage0
// CHECK:         "stablehlo.add"
// CHECK:         "stablehlo.add"
// CHECK-NOT:     "stablehlo.add"
// CHECK:         return
// CHECK-LABEL: func.func private @main_stage1
// CHECK:         "stablehlo.add"
// CHECK:         "stablehlo.add"
// CHECK-NOT:     "stablehlo.add"
// CHECK:         return

// ONE:         call @main_stage0
// ONE-NOT:     call @main_stage1

// The function that is named, in place of the public one.
// OTHER-LABEL: func.func public @main
// OTHER:         call @twice
// OTHER-LABEL: func.func private @other
// OTHER-SAME:    placement.plan
// OTHER:         call @other_stage0

// PROFILE:     value = 5.0,
// PROFILE:     "stablehlo.add"{{.*}}source = "profile"

// DOT:         digraph

// DUMP:        call @main_stage1
// DUMP:        placement.problem

func.func public @main(%x: tensor<8x8xi32>) -> tensor<8x8xi32> {
  %0 = func.call @twice(%x) : (tensor<8x8xi32>) -> tensor<8x8xi32>
  %1 = func.call @twice(%0) : (tensor<8x8xi32>) -> tensor<8x8xi32>
  return %1 : tensor<8x8xi32>
}
func.func private @twice(%x: tensor<8x8xi32>) -> tensor<8x8xi32> {
  %0 = "stablehlo.add"(%x, %x) : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  %1 = "stablehlo.add"(%0, %0) : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  return %1 : tensor<8x8xi32>
}
func.func private @other(%x: tensor<8x8xi32>) -> tensor<8x8xi32> {
  %0 = func.call @twice(%x) : (tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}
