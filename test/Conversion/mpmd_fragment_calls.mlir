// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd=mesh-shape=acc:x=2/y=4 --verify-diagnostics | FileCheck %s

// Two stages on kinds with meshes of different shapes. The batch comes on the
// mesh of its first user, results stay where they are made, and what speaks of
// placement is gone, the machine included.

placement.machine @fleet {
  placement.device_kind "acc" count 1
  placement.device_kind "cpu" count 1
}
// CHECK-NOT:   placement
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[W0:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<8x8xf32>>,
// CHECK-SAME:    %[[W1:[^:]*]]: !mpmd.mesh_tensor<"cpu0", tensor<8x8xf32>>,
// CHECK-SAME:    %[[X:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<4x8xf32>>)
// CHECK-SAME:    -> (!mpmd.mesh_tensor<"cpu0", tensor<4x8xf32>> {jax.result_info = "y"}, !mpmd.mesh_tensor<"acc0", tensor<4x8xf32>>)
// CHECK-SAME:    attributes {topology = #mpmd.topology<<"acc0" : <["x"=2, "y"=4]>>, <"cpu0" : <["x"=1]>>>}
// CHECK-NEXT:    %[[H:.*]] = "mpmd.fragment_call"(%[[W0]], %[[X]]) <{callee = @main_stage0, mesh_name = "acc0", origin = [#mpmd.user_origin<"stage0">]}>
// CHECK-SAME:      : (!mpmd.mesh_tensor<"acc0", tensor<8x8xf32>>, !mpmd.mesh_tensor<"acc0", tensor<4x8xf32>>) -> !mpmd.mesh_tensor<"acc0", tensor<4x8xf32>>
// CHECK-NEXT:    %[[T:.*]] = "mpmd.transfer"(%[[H]]) : (!mpmd.mesh_tensor<"acc0", tensor<4x8xf32>>) -> !mpmd.mesh_tensor<"cpu0", tensor<4x8xf32>>
// CHECK-NEXT:    %[[Y:.*]] = "mpmd.fragment_call"(%[[W1]], %[[T]]) <{callee = @main_stage1, mesh_name = "cpu0", origin = [#mpmd.user_origin<"stage1">]}>
// CHECK-NEXT:    return %[[Y]], %[[H]]
// CHECK:       func.func @main_stage0(%{{.*}}: tensor<8x8xf32>, %{{.*}}: tensor<4x8xf32>) -> tensor<4x8xf32>
// CHECK-SAME:    attributes {mesh_shape = #sdy.mesh<["x"=2, "y"=4]>}
// CHECK-NEXT:    "stablehlo.dot_general"(%{{.*}}) {sdy.keep = 1 : i64} :
// CHECK:       func.func @main_stage1(
// CHECK-SAME:    attributes {mesh_shape = #sdy.mesh<["x"=1]>}
// CHECK-NOT:   placement
func.func @main(
    %w0: tensor<8x8xf32> {placement.role = "weight"},
    %w1: tensor<8x8xf32> {placement.role = "weight"},
    %x: tensor<4x8xf32>)
    -> (tensor<4x8xf32> {jax.result_info = "y"}, tensor<4x8xf32>) {
  %0 = "stablehlo.dot_general"(%x, %w0) {placement.device = #placement.device<@fleet, "acc", 0>, placement.stage = 0 : i64, sdy.keep = 1 : i64}
      : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.dot_general"(%0, %w1) {placement.device = #placement.device<@fleet, "cpu", 0>, placement.stage = 1 : i64}
      : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  return %1, %0 : tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

// Arguments on several meshes live on the first and are sent to the others, a
// weight once for all its uses there. One without a user, and one that is only
// returned, live on the first mesh.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[W:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<4xf32>>,
// CHECK-SAME:    %[[X:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<4xf32>>,
// CHECK-SAME:    %{{[^:]*}}: !mpmd.mesh_tensor<"acc0", tensor<2xi32>>,
// CHECK-SAME:    %[[P:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<3xf64>>)
// CHECK:         %[[A:.*]] = "mpmd.fragment_call"(%[[W]], %[[X]])
// CHECK-DAG:     %[[X1:.*]] = "mpmd.transfer"(%[[X]]) : (!mpmd.mesh_tensor<"acc0", {{.*}}) -> !mpmd.mesh_tensor<"acc1"
// CHECK-DAG:     %[[W1:.*]] = "mpmd.transfer"(%[[W]]) : (!mpmd.mesh_tensor<"acc0", {{.*}}) -> !mpmd.mesh_tensor<"acc1"
// CHECK:         %[[B:.*]] = "mpmd.fragment_call"(%[[W1]], %[[X1]])
// CHECK-SAME:      callee = @main_stage1,
// CHECK-NEXT:    %[[C:.*]] = "mpmd.fragment_call"(%[[W1]], %[[B]])
// CHECK-SAME:      callee = @main_stage2,
// CHECK-NOT:     mpmd.transfer
// CHECK:         return %[[A]], %[[C]], %[[P]], %[[W]]
// expected-remark@+2 {{argument 0 is used on several meshes; it lives on 'acc0' and is sent from there in each call}}
// expected-remark@+1 {{argument 1 is used on several meshes; it lives on 'acc0' and is sent from there in each call}}
func.func @main(
    %w: tensor<4xf32> {placement.role = "weight"}, %x: tensor<4xf32>,
    %unused: tensor<2xi32>, %passed: tensor<3xf64>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<3xf64>, tensor<4xf32>) {
  %0 = "stablehlo.add"(%w, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%w, %x) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%w, %1) {placement.device = #d1, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %2, %passed, %w : tensor<4xf32>, tensor<4xf32>, tensor<3xf64>, tensor<4xf32>
}

// -----

// A value goes past stages directly, and to each mesh once.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "acc", 2>
// CHECK-LABEL: func.func @main(
// CHECK:         %[[A:.*]] = "mpmd.fragment_call"
// CHECK-NEXT:    %[[A1:.*]] = "mpmd.transfer"(%[[A]]) : ({{.*}}"acc0"{{.*}}) -> !mpmd.mesh_tensor<"acc1"
// CHECK-NEXT:    %[[B:.*]] = "mpmd.fragment_call"(%[[A1]])
// CHECK-DAG:     %[[A2:.*]] = "mpmd.transfer"(%[[A]]) : ({{.*}}"acc0"{{.*}}) -> !mpmd.mesh_tensor<"acc2"
// CHECK-DAG:     %[[B2:.*]] = "mpmd.transfer"(%[[B]]) : ({{.*}}"acc1"{{.*}}) -> !mpmd.mesh_tensor<"acc2"
// CHECK:         %[[C:.*]] = "mpmd.fragment_call"(%[[A2]], %[[B2]])
// CHECK-NEXT:    return %[[C]]
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.negate"(%x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.negate"(%0) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%0, %1) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
