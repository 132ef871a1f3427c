// A problem goes into a file that placement-solve reads, with the same answer.

// RUN: placement-opt %s --placement-export-problem='file=%t.json problem=two' -o /dev/null
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/instance.schema.json %t.json
// RUN: placement-solve %t.json --quiet -o - | FileCheck %s
// RUN: placement-opt %s --placement-export-problem='file=- problem=@one' -o /dev/null | FileCheck %s --check-prefix=ONE
// CHECK: "fingerprint": "[[PRINT:[0-9a-f]+]]"
// CHECK-NEXT: "value": 2.5
// ONE: "nodes": [
// ONE-NEXT: {"id": 0, "times": {"acc": 1}, "size": 7}

// The fingerprint stays the same, and so does the module.
// RUN: placement-opt %s --placement-solve-problem --placement-export-problem='file=%t.json problem=two' -o %t.mlir
// RUN: placement-opt %s --placement-solve-problem | diff - %t.mlir
// RUN: grep -o 'fingerprint "[0-9a-f]*' %t.mlir | sed 's/.*"//' | tail -1 > %t.print
// RUN: placement-solve %t.json --quiet -o - | grep -f %t.print

// What device-place made of a function.
// RUN: echo 'placement.machine @m { placement.device_kind "acc" count 2 } func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> { %0 = "stablehlo.tanh"(%x) {placement.cost = #placement.cost<times = {acc = 3.0 : f64}, output = 16, source = "t">} : (tensor<4xf32>) -> tensor<4xf32> return %0 : tensor<4xf32> }' > %t.f.mlir
// RUN: placement-opt %t.f.mlir --pass-pipeline='builtin.module(device-place{dump-problem=true},placement-export-problem{file=-})' -o /dev/null 2>/dev/null | FileCheck %s --check-prefix=FUNCTION
// FUNCTION: {"id": 0, "name": "stablehlo.tanh", "times": {"acc": 3}}

// RUN: not placement-opt %s --placement-export-problem 2>&1 | FileCheck %s --check-prefix=E1
// E1: error: placement-export-problem: no file is given; write file=INSTANCE.json, or file=- for standard output
// RUN: not placement-opt %s --placement-export-problem=file=- 2>&1 | FileCheck %s --check-prefix=E2
// E2: error: placement-export-problem: the module has 2 problems, @one, @two; choose one with problem=NAME
// RUN: not placement-opt %s --placement-export-problem='file=- problem=three' 2>&1 | FileCheck %s --check-prefix=E3
// E3: error: placement-export-problem: there is no problem @three; the module has @one, @two
// RUN: echo 'func.func private @f()' | not placement-opt --placement-export-problem=file=- 2>&1 | FileCheck %s --check-prefix=E4
// E4: error: placement-export-problem: the module has no placement.problem; device-place{dump-problem} makes one of a function
// RUN: not placement-opt %s --placement-export-problem='file=%t.none/x.json problem=one' 2>&1 | FileCheck %s --check-prefix=E5
// E5: error: placement-export-problem: cannot write '{{.*}}.none/x.json': {{.*}}
placement.machine @fleet {
  placement.device_kind "acc" count 2
}
placement.problem @one machine(@fleet) {
  placement.node 0 time {acc = 1.0} size 7
}
placement.problem @two machine(@fleet) {
  placement.node 0 time {acc = 2.0}
  placement.node 1 time {acc = 2.0}
  placement.net 0 -> [1] cost {acc = 0.5}
}
