// RUN: placement-opt %s --placement-inline --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Every inlined operation, whatever region it is in, says through which calls
// it came; a call without a location adds nothing.

// CHECK-LABEL: func.func @main
// CHECK:         "foo.leaf"({{.*}}) ({
// CHECK-NEXT:    ^bb0(%{{.*}}: i32 loc(callsite("arg" at callsite("call of @leaf" at "call of @middle"))))
// CHECK-NEXT:      "foo.inner"({{.*}}) : (i32) -> () loc(callsite("inner" at callsite("call of @leaf" at "call of @middle")))
// CHECK-NEXT:    }) : (i32) -> i32 loc(callsite("transpose(leaf)" at callsite("call of @leaf" at "call of @middle")))
// CHECK:         "foo.middle"({{.*}}) : (i32) -> i32 loc(callsite("middle" at "call of @middle"))
// CHECK:         "foo.middle"({{.*}}) : (i32) -> i32 loc("middle")
func.func @main(%x: i32) -> i32 {
  %0 = func.call @middle(%x) : (i32) -> i32 loc("call of @middle")
  %1 = func.call @middle(%0) : (i32) -> i32 loc(unknown)
  return %1 : i32
}
func.func private @middle(%x: i32) -> i32 {
  %0 = func.call @leaf(%x) : (i32) -> i32 loc("call of @leaf")
  %1 = "foo.middle"(%0) : (i32) -> i32 loc("middle")
  return %1 : i32
}
func.func private @leaf(%x: i32) -> i32 {
  %0 = "foo.leaf"(%x) ({
  ^bb0(%a: i32 loc("arg")):
    "foo.inner"(%a) : (i32) -> () loc("inner")
  }) : (i32) -> i32 loc("transpose(leaf)")
  return %0 : i32
}
