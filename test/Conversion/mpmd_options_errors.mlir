// Options that say nothing that can be done; nothing is written then.

// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc 2>&1 | FileCheck %s --check-prefix=NOSIZE
// NOSIZE: error: mesh-shape 'acc': axis 'acc' needs a positive size; write [kind:]axis=size[/axis=size...], as in acc:x=2/y=4
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc:x=0 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: mesh-shape 'acc:x=0': axis 'x' needs a positive size
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc:x=99999999999999999999 2>&1 | FileCheck %s --check-prefix=BIG
// BIG: axis 'x' needs a positive size
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc:1x=2 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: mesh-shape 'acc:1x=2': '1x' is no name of an axis
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc:x=2/x=2 2>&1 | FileCheck %s --check-prefix=AXES
// AXES: error: mesh-shape 'acc:x=2/x=2': axis 'x' comes twice
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=acc:x=2,acc:y=2 2>&1 | FileCheck %s --check-prefix=KINDS
// KINDS: error: mesh-shape 'acc:y=2': kind 'acc' has a shape already
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=x=2,y=2 2>&1 | FileCheck %s --check-prefix=DEFAULT
// DEFAULT: error: mesh-shape 'y=2': there is a shape for all other kinds already
// RUN: not placement-opt %s --convert-placement-to-mpmd=mesh-shape=tpu:x=2 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: mesh-shape names the kind 'tpu', but the kinds of @fleet are acc, cpu
// RUN: not placement-opt %s --convert-placement-to-mpmd=form=calls 2>&1 | FileCheck %s --check-prefix=FORM
// FORM: Cannot find option named 'calls'!
// RUN: not placement-opt %s --convert-placement-to-mpmd=assignment-file=%t.json 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: assignment-file is for form=named-computations; the other forms carry the assignment in themselves
// RUN: not placement-opt %s --convert-placement-to-mpmd="form=named-computations assignment-file=%t.no/file.json" 2>&1 | FileCheck %s --check-prefix=WRITE
// WRITE: error: assignment file '{{.*}}file.json' cannot be written:
// RUN: not placement-opt %s --allow-unregistered-dialect=false --convert-placement-to-mpmd 2>&1 | FileCheck %s --check-prefix=UNREGISTERED
// UNREGISTERED: error: convert-placement-to-mpmd writes operations of Shardy, which are not registered here; run it with --allow-unregistered-dialect
// RUN: not ls %t.json

// A kind without a stage may have a shape all the same.
// RUN: placement-opt %s --convert-placement-to-mpmd=mesh-shape=cpu:x=2 | FileCheck %s
// CHECK: topology<<"acc0" : <["x"=1]>>>

placement.machine @fleet {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
func.func @main() {
  call @s() : () -> ()
  return
}
func.func private @s() attributes {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64} {
  return
}
