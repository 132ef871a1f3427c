// RUN: placement-opt %s --placement-inline=function=chosen | FileCheck %s
// RUN: not placement-opt %s --placement-inline=function=declared 2>&1 | FileCheck %s --check-prefix=DECLARED
// RUN: not placement-opt %s --placement-inline=function=absent 2>&1 | FileCheck %s --check-prefix=ABSENT

// DECLARED: error: @declared cannot be placed: it is only declared
// ABSENT: error: there is no function @absent to place; choose one with the option 'function': @other, @chosen, @f

// CHECK-LABEL: func.func @other
// CHECK-NEXT:    call @f
func.func @other() {
  func.call @f() : () -> ()
  return
}
// CHECK-LABEL: func.func private @chosen
// CHECK-NEXT:    "foo.op"
func.func private @chosen() {
  func.call @f() : () -> ()
  return
}
// CHECK: func.func private @f
func.func private @f() {
  "foo.op"() : () -> ()
  return
}
func.func private @declared()
