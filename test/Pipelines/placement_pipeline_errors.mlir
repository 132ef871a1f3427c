// RUN: not placement-opt %s --placement-pipeline=machine=nowhere -o %t.out 2>&1 | FileCheck %s --check-prefix=MACHINE
// RUN: not placement-opt %s --placement-pipeline=machine-file=nowhere.json 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not placement-opt %s --placement-pipeline=profile=nowhere.json 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: not placement-opt %s --placement-pipeline=function=nowhere 2>&1 | FileCheck %s --check-prefix=FUNCTION
// RUN: not placement-opt %s --placement-pipeline=objective=beauty 2>&1 | FileCheck %s --check-prefix=OBJECTIVE
// RUN: not placement-opt %s --placement-pipeline='contiguous=false algorithm=contiguous' 2>&1 | FileCheck %s --check-prefix=CONTIGUOUS
// RUN: not placement-opt %s --placement-pipeline=algorithm=magic 2>&1 | FileCheck %s --check-prefix=ALGORITHM
// RUN: not placement-opt %s --placement-pipeline=phase=sideways 2>&1 | FileCheck %s --check-prefix=PHASE
// RUN: not placement-opt %s --placement-pipeline=flag=1 2>&1 | FileCheck %s --check-prefix=FLAG
// RUN: not ls %t.out

// The pipeline hands its options on: each pass answers for its own. Nothing is
// written when one of them fails.

// MACHINE: error: {{.*}}nowhere
// FILE: error: {{.*}}nowhere.json
// TABLE: error: {{.*}}nowhere.json
// FUNCTION: error: there is no function @nowhere to place; choose one with the option 'function': @main
// OBJECTIVE: error: {{.*}}objective is "beauty"
// CONTIGUOUS: error: {{.*}}it makes contiguous plans only
// ALGORITHM: error: {{.*}}magic
// PHASE: Cannot find option named 'sideways'
// FLAG: no such option flag

func.func @main(%x: tensor<8x8xi32>) -> tensor<8x8xi32> {
  %0 = "stablehlo.add"(%x, %x) : (tensor<8x8xi32>, tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}
