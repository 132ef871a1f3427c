// RUN: placement-opt %s --split-input-file --placement-inline=max-ops=1000 --verify-diagnostics

// expected-error@+1 {{there is no public function with a body to place; the module defines no function}}
module {
  func.func private @declared()
}

// -----

// expected-error@+1 {{there is no public function with a body to place; choose one with the option 'function': @a, @b}}
module {
  func.func private @a() {
    return
  }
  func.func nested @b() {
    return
  }
}

// -----

// expected-error@+1 {{there are several public functions; choose one to place with the option 'function': @a, @c}}
module {
  func.func @a() {
    return
  }
  func.func private @b() {
    return
  }
  func.func @c() {
    return
  }
}

// -----

// expected-error@+1 {{there are several public functions; choose one to place with the option 'function': @a, @b, @c, @d, @e, @f, @g, @h, @i, @j and 2 others}}
module {
  func.func @a() { return }
  func.func @b() { return }
  func.func @c() { return }
  func.func @d() { return }
  func.func @e() { return }
  func.func @f() { return }
  func.func @g() { return }
  func.func @h() { return }
  func.func @i() { return }
  func.func @j() { return }
  func.func @k() { return }
  func.func @l() { return }
}

// -----

// expected-error@+1 {{@main cannot be placed: it has 2 blocks; turn its control flow into operations with regions (scf or stablehlo) first}}
func.func @main() {
  cf.br ^next
^next:
  return
}

// -----

func.func @main() {
  // expected-error@+1 {{@main cannot be placed: it must end in func.return}}
  "foo.trap"() : () -> ()
}

// -----

// Calls double the program ten times.

// expected-error@+1 {{inlining every call into @main would make it 1024 operations, more than max-ops = 1000; mark functions no_inline to keep each of their calls as one operation, or raise max-ops}}
func.func @main() {
  func.call @f9() : () -> ()
  func.call @f9() : () -> ()
  return
}
func.func private @f9() { call @f8() : () -> () call @f8() : () -> () return }
func.func private @f8() { call @f7() : () -> () call @f7() : () -> () return }
func.func private @f7() { call @f6() : () -> () call @f6() : () -> () return }
func.func private @f6() { call @f5() : () -> () call @f5() : () -> () return }
func.func private @f5() { call @f4() : () -> () call @f4() : () -> () return }
func.func private @f4() { call @f3() : () -> () call @f3() : () -> () return }
func.func private @f3() { call @f2() : () -> () call @f2() : () -> () return }
func.func private @f2() { call @f1() : () -> () call @f1() : () -> () return }
func.func private @f1() { call @f0() : () -> () call @f0() : () -> () return }
func.func private @f0() { "foo.op"() : () -> () return }
