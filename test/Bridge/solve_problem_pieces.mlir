// RUN: placement-opt %s --placement-solve-problem=contiguous=false --placement-check-problem -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: placement-opt %t.mlir --placement-check-problem | diff %t.mlir -

// A solution that need not be contiguous lists the pieces of a device as stages of
// their own, in an order of calls; the check goes by the word "noncontiguous".
// RUN: sed 's/ noncontiguous//' %t.mlir > %t.chain.mlir
// RUN: not placement-opt %t.chain.mlir --placement-check-problem 2>&1 | FileCheck %s --check-prefix=CHAIN
// CHAIN: error: 'placement.solution' op breaks a rule: stages 0 and 2 are both on acc:0; a contiguous plan has one stage on a device

// CHECK:      placement.solution {{.*}} value 12 {{.*}} noncontiguous
// CHECK-SAME: stages [#placement.piece<"acc", 0, [0]>, #placement.piece<"acc", 1, [1]>, #placement.piece<"acc", 0, [2]>]
placement.machine @fleet { placement.device_kind "acc" count 2 }
placement.problem @back machine(@fleet) {
  placement.node 0 time {acc = 5.0} pin <"acc", 0>
  placement.node 1 time {acc = 10.0}
  placement.node 2 time {acc = 5.0} pin <"acc", 0>
  placement.net 0 -> [1] cost {acc = 1.0}
  placement.net 1 -> [2] cost {acc = 1.0}
}
