// RUN: placement-opt %s --split-input-file --placement-inline --verify-diagnostics | FileCheck %s

// An unregistered operation with a region: upstream's inliner crashes on it.

// CHECK-LABEL: func.func @unregistered_region
// CHECK-NEXT:    "foo.reduce"
func.func @unregistered_region(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "foo.reduce"(%a) ({
    ^bb0(%x: tensor<f32>, %y: tensor<f32>):
      "foo.return"(%x) : (tensor<f32>) -> ()
  }): (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A callee of unregistered operations: upstream's inliner skips it.

// CHECK-LABEL: func.func @unregistered_callee
// CHECK-NEXT:    %[[C:.*]] = "foo.constant"() <{v = 1 : i32}>
// CHECK-NEXT:    return %[[C]]
// CHECK-NOT:   func.func
func.func @unregistered_callee(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @f(%a) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @f(%a: tensor<4xf32>) -> tensor<4xf32> {
  %1 = "foo.constant"() <{v = 1 : i32}> : () -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// What jax outlines: relu with a constant, _where with a broadcast, _take with
// a gather and a call of its own. Each call gets its own copy.

// CHECK-LABEL: func.func public @main
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[P:.*]]: tensor<4xi1>, %[[I:.*]]: tensor<2xi32>)
// CHECK-NEXT:    %[[Z0:.*]] = "stablehlo.constant"
// CHECK-NEXT:    %[[R0:.*]] = "stablehlo.maximum"(%[[X]], %[[Z0]])
// CHECK-NEXT:    %[[Z1:.*]] = "stablehlo.constant"
// CHECK-NEXT:    %[[R1:.*]] = "stablehlo.maximum"(%[[R0]], %[[Z1]])
// CHECK-NEXT:    %[[S:.*]] = "stablehlo.constant"
// CHECK-NEXT:    %[[B:.*]] = "stablehlo.broadcast_in_dim"(%[[S]])
// CHECK-NEXT:    %[[W:.*]] = "stablehlo.select"(%[[P]], %[[R1]], %[[B]])
// CHECK-NEXT:    %[[ZERO:.*]] = "stablehlo.constant"
// CHECK-NEXT:    %[[LT:.*]] = "stablehlo.compare"(%[[I]], %[[ZERO]])
// CHECK-NEXT:    %[[J:.*]] = "stablehlo.select"(%[[LT]], %[[ZERO]], %[[I]])
// CHECK-NEXT:    %[[G:.*]] = "stablehlo.gather"(%[[W]], %[[J]])
// CHECK-NEXT:    return %[[G]] : tensor<2xf32>
// CHECK-NOT:   func.func
func.func public @main(%x: tensor<4xf32>, %p: tensor<4xi1>, %i: tensor<2xi32>)
    -> tensor<2xf32> {
  %0 = func.call @relu(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @relu(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.constant"() <{value = dense<-1.0e9> : tensor<f32>}>
      : () -> tensor<f32>
  %2 = func.call @_where(%p, %1, %c)
      : (tensor<4xi1>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = func.call @_take(%2, %i)
      : (tensor<4xf32>, tensor<2xi32>) -> tensor<2xf32>
  return %3 : tensor<2xf32>
}
func.func private @relu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = "stablehlo.constant"() <{value = dense<0.0> : tensor<4xf32>}>
      : () -> tensor<4xf32>
  %0 = "stablehlo.maximum"(%x, %c)
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @_where(%p: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<f32>)
    -> tensor<4xf32> {
  %0 = "stablehlo.broadcast_in_dim"(%y)
      <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
  %1 = "stablehlo.select"(%p, %x, %0)
      : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @_take(%x: tensor<4xf32>, %i: tensor<2xi32>)
    -> tensor<2xf32> {
  %c = "stablehlo.constant"() <{value = dense<0> : tensor<2xi32>}>
      : () -> tensor<2xi32>
  %0 = "stablehlo.compare"(%i, %c)
      <{comparison_direction = #stablehlo<comparison_direction LT>}>
      : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
  %1 = func.call @_where_0(%0, %c, %i)
      : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %2 = "stablehlo.gather"(%x, %1)
      : (tensor<4xf32>, tensor<2xi32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}
func.func private @_where_0(%p: tensor<2xi1>, %x: tensor<2xi32>,
                            %y: tensor<2xi32>) -> tensor<2xi32> {
  %0 = "stablehlo.select"(%p, %x, %y)
      : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// -----

// Several results, arguments handed through, a result used twice, no result.

// CHECK-LABEL: func.func @results
// CHECK-SAME:    (%[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK-NEXT:    %[[S:.*]]:2 = "foo.two"(%[[B]], %[[A]])
// CHECK-NEXT:    "foo.print"(%[[S]]#1)
// CHECK-NEXT:    return %[[A]], %[[S]]#1, %[[S]]#1, %[[S]]#0
func.func @results(%a: i32, %b: i32) -> (i32, i32, i32, i32) {
  %0:4 = func.call @swap(%b, %a) : (i32, i32) -> (i32, i32, i32, i32)
  func.call @print(%0#1) : (i32) -> ()
  return %0#0, %0#1, %0#2, %0#3 : i32, i32, i32, i32
}
func.func private @swap(%x: i32, %y: i32) -> (i32, i32, i32, i32) {
  %0:2 = "foo.two"(%x, %y) : (i32, i32) -> (i32, i32)
  return %y, %0#1, %0#1, %0#0 : i32, i32, i32, i32
}
func.func private @print(%x: i32) {
  "foo.print"(%x) : (i32) -> ()
  return
}

// -----

// Calls in regions, of registered and unregistered operations, and calls in
// regions of callees.

// CHECK-LABEL: func.func @regions
// CHECK-NOT:     call
// CHECK:         "foo.while"
// CHECK:           "foo.cond"
// CHECK:           scf.if
// CHECK-NEXT:        %[[N:.*]] = "foo.negate"
// CHECK-NEXT:        scf.yield %[[N]]
// CHECK:         scf.for
// CHECK:           "foo.negate"
// CHECK-NOT:   call
func.func @regions(%x: f32, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = "foo.while"(%x) ({
    ^bb0(%a: f32):
      %c = func.call @cond(%a) : (f32) -> i1
      "foo.return"(%c) : (i1) -> ()
  }, {
    ^bb0(%a: f32):
      %c = func.call @cond(%a) : (f32) -> i1
      %r = func.call @maybe_negate(%c, %a) : (i1, f32) -> f32
      "foo.return"(%r) : (f32) -> ()
  }) : (f32) -> f32
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%v = %0) -> f32 {
    %r = func.call @negate(%v) : (f32) -> f32
    scf.yield %r : f32
  }
  return %1 : f32
}
func.func private @cond(%x: f32) -> i1 {
  %0 = "foo.cond"(%x) : (f32) -> i1
  return %0 : i1
}
func.func private @maybe_negate(%c: i1, %x: f32) -> f32 {
  %0 = scf.if %c -> f32 {
    %1 = func.call @negate(%x) : (f32) -> f32
    scf.yield %1 : f32
  } else {
    scf.yield %x : f32
  }
  return %0 : f32
}
func.func private @negate(%x: f32) -> f32 {
  %0 = "foo.negate"(%x) : (f32) -> f32
  return %0 : f32
}

// -----

// A nested symbol table has names of its own: @f there is another function.

// CHECK-LABEL: func.func @nested_table
// CHECK:         "foo.outer"
// CHECK:         module
// CHECK:           call @f()
// CHECK:           func private @f
func.func @nested_table() {
  func.call @f() : () -> ()
  builtin.module {
    func.func @inner() {
      func.call @f() : () -> ()
      return
    }
    func.func private @f() {
      return
    }
  }
  return
}
func.func private @f() {
  "foo.outer"() : () -> ()
  return
}

// -----

// Only functions that lost their last use are erased. @public may be called
// from elsewhere, @named is named by an attribute of an operation that nobody
// knows, @in_list inside a list, @kept by a function that stays, @unrelated was
// never called by @main. @gone names itself, which keeps nothing alive.

// CHECK-LABEL: func.func @main
// CHECK-NOT:     call @
// CHECK:         return
// CHECK-NOT:   @gone
// CHECK-NOT:   @gone_too
// CHECK:       func.func nested @public
// CHECK:       func.func private @named
// CHECK:       func.func private @in_list
// CHECK:       func.func private @kept
// CHECK:       func.func private @unrelated
func.func @main() {
  func.call @gone() : () -> ()
  func.call @gone_too() : () -> ()
  func.call @public() : () -> ()
  func.call @named() : () -> ()
  func.call @in_list() : () -> ()
  func.call @kept() : () -> ()
  "foo.custom_call"() {called_computations = [[@named]]} : () -> ()
  return
}
func.func private @gone() attributes {foo.self = @gone} {
  func.call @gone_too() : () -> ()
  return
}
func.func private @gone_too() {
  func.call @public() : () -> ()
  return
}
func.func nested @public() {
  "foo.a"() : () -> ()
  return
}
func.func private @named() {
  "foo.b"() : () -> ()
  return
}
func.func private @in_list() {
  "foo.c"() : () -> ()
  return
}
func.func private @kept() {
  "foo.d"() : () -> ()
  return
}
func.func private @unrelated() {
  func.call @kept() : () -> ()
  "foo.e"() {v = [{w = @other::@in_list}]} : () -> ()
  return
}

// -----

// Requests on a call go to the operations of the body, unless they have their
// own. Other attributes of the call are dropped.

// CHECK-LABEL: func.func @requests
// CHECK-NEXT:    "foo.a"() {placement.colocate = "g", placement.pin = #placement.pin<"acc", 1>} : () -> i32
// CHECK-NEXT:    "foo.b"({{.*}}) {placement.colocate = "g", placement.pin = #placement.pin<"cpu">} : (i32) -> i32
// CHECK-NEXT:    "foo.c"({{.*}}) {placement.colocate = "g", placement.pin = #placement.pin<"acc", 1>} : (i32) -> i32
func.func @requests() -> i32 {
  %0 = func.call @f() {
    placement.colocate = "g", placement.pin = #placement.pin<"acc", 1>,
    foo.other} : () -> i32
  return %0 : i32
}
func.func private @f() -> i32 {
  %0 = "foo.a"() : () -> i32
  %1 = "foo.b"(%0) {placement.pin = #placement.pin<"cpu">} : (i32) -> i32
  %2 = func.call @g(%1) : (i32) -> i32
  return %2 : i32
}
func.func private @g(%x: i32) -> i32 {
  %0 = "foo.c"(%x) : (i32) -> i32
  return %0 : i32
}

// -----

// Calls that stay one operation, with the reason, told once for each callee.

// CHECK-LABEL: func.func @one_node
// CHECK-NEXT:    call @external
// CHECK-NEXT:    call @external
// CHECK-NEXT:    call @blocks
// CHECK-NEXT:    call @odd_end
// CHECK-NEXT:    call @fenced
// CHECK-NEXT:    call @plain() {no_inline}
// CHECK-NEXT:    "foo.plain"
// CHECK-NEXT:    call @priced
// CHECK-NEXT:    return
// CHECK:       func.func private @external
// CHECK:       func.func private @blocks
// CHECK:       func.func private @odd_end
// CHECK:       func.func private @fenced
// CHECK:       func.func private @plain
// CHECK:       func.func private @priced
func.func @one_node() {
  // expected-remark@+1 {{call of @external stays one operation: the function is only declared}}
  func.call @external() : () -> ()
  func.call @external() : () -> ()
  // expected-remark@+1 {{call of @blocks stays one operation: the function has several blocks}}
  func.call @blocks() : () -> ()
  // expected-remark@+1 {{call of @odd_end stays one operation: the function does not end in func.return}}
  func.call @odd_end() : () -> ()
  // expected-remark@+1 {{call of @fenced stays one operation: the function is marked no_inline}}
  func.call @fenced() : () -> ()
  // expected-remark@+1 {{call of @plain stays one operation: the call is marked no_inline}}
  func.call @plain() {no_inline} : () -> ()
  func.call @plain() : () -> ()
  // expected-remark@+1 {{call of @priced stays one operation: the call was priced as a whole by placement.cost}}
  func.call @priced() {placement.cost = #placement.cost<
      times = {acc = 1.0 : f64}, source = "user">} : () -> ()
  return
}
func.func private @external()
func.func private @blocks() {
  cf.br ^next
^next:
  return
}
func.func private @odd_end() {
  "foo.trap"() : () -> ()
}
func.func private @fenced() attributes {no_inline} {
  return
}
func.func private @plain() {
  "foo.plain"() : () -> ()
  return
}
func.func private @priced() {
  return
}

// -----

// Functions on a cycle of calls stay; what only calls into the cycle doesn't.

// CHECK-LABEL: func.func @recursive
// CHECK-NEXT:    "foo.entry"
// CHECK-NEXT:    call @even
// CHECK-NEXT:    call @self
// CHECK-NEXT:    call @recursive
// CHECK-NOT:   @entry
func.func @recursive() {
  func.call @entry() : () -> ()
  // expected-remark@+1 {{call of @recursive stays one operation: the function calls itself}}
  func.call @recursive() : () -> ()
  return
}
func.func private @entry() {
  "foo.entry"() : () -> ()
  // expected-remark@+1 {{call of @even stays one operation: the function calls itself}}
  func.call @even() : () -> ()
  // expected-remark@+1 {{call of @self stays one operation: the function calls itself}}
  func.call @self() : () -> ()
  return
}
func.func private @even() {
  func.call @odd() : () -> ()
  return
}
func.func private @odd() {
  func.call @even() : () -> ()
  return
}
func.func private @self() {
  func.call @self() : () -> ()
  return
}
