// RUN: placement-opt %s --placement-insert-transfers --placement-outline-stages --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Operations keep their locations, arguments of a stage have those of the
// values that they stand for, transfers that of the value that moves, calls and
// stages that of the function.

#d0 = #placement.device<@fleet, "acc", 0>
// CHECK-LABEL: func.func @main(%arg0: i32 {{.*}} loc("argument"))
// CHECK-NEXT:    placement.transfer {{.*}} loc("argument")
// CHECK-NEXT:    call @main_stage0{{.*}} loc("function")
// CHECK-NEXT:    placement.transfer {{.*}} loc("negate")
// CHECK-NEXT:    return {{.*}} loc("return")
// CHECK-NEXT:  } loc("function")
// CHECK-NEXT:  func.func private @main_stage0(%arg0: i32 {{.*}} loc("argument"))
// CHECK-NEXT:    "stablehlo.negate"{{.*}} loc("negate")
// CHECK-NEXT:    return {{.*}} loc("return")
// CHECK-NEXT:  } loc("function")
func.func @main(%x: i32 loc("argument")) -> i32 {
  %0 = "stablehlo.negate"(%x) {placement.device = #d0, placement.stage = 0 : i64} : (i32) -> i32 loc("negate")
  return %0 : i32 loc("return")
} loc("function")
