// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd=mesh-shape=x=2 2>/dev/null | FileCheck %s
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-outline-stages --convert-placement-to-mpmd="mesh-shape=x=2 form=fragments" 2>/dev/null | FileCheck %s --check-prefix=REGION

// Behind the propagation, shardings are part of types: an argument keeps its
// sharding when it is sent, and a value that is returned with a second sharding
// is resharded on its mesh. Before it they stay attributes. Other attributes of
// arguments and results stay.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CHECK:       "sdy.mesh"()
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %{{[^:]*}}: !mpmd.mesh_tensor<"acc0", tensor<4xf32>> {mhlo.memory_kind = "device"},
// CHECK-SAME:    %[[X:[^:]*]]: !mpmd.mesh_tensor<"acc0", tensor<4xf32>, sharding=<@mesh, [{"x"}]>>)
// CHECK-SAME:    -> (!mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{"x"}]>> {jax.result_info = "y"}, !mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{}]>>, !mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{"x"}]>>)
// CHECK:         %[[X1:.*]] = "mpmd.transfer"(%[[X]]) : (!mpmd.mesh_tensor<"acc0", tensor<4xf32>, sharding=<@mesh, [{"x"}]>>) -> !mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{"x"}]>>
// CHECK:         "mpmd.transfer"(%{{.*}}) : (!mpmd.mesh_tensor<"acc0", tensor<4xf32>>) -> !mpmd.mesh_tensor<"acc1", tensor<4xf32>>
// CHECK:         %[[Y:.*]] = "mpmd.fragment_call"(
// CHECK-NEXT:    %[[Z:.*]] = "mpmd.transfer"(%[[Y]]) : (!mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{"x"}]>>) -> !mpmd.mesh_tensor<"acc1", tensor<4xf32>, sharding=<@mesh, [{}]>>
// CHECK-NEXT:    return %[[Y]], %[[Z]], %[[Y]]
// CHECK:       func.func @main_stage0(%{{.*}}: tensor<4xf32> {mhlo.memory_kind = "device"}, %{{.*}}: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32>
// CHECK:       func.func @main_stage1(
// CHECK-SAME:    -> (tensor<4xf32> {jax.result_info = "y", sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>})

// REGION-LABEL: func.func @main(
// REGION-SAME:    %{{[^:]*}}: !mpmd.mesh_tensor<"acc0", tensor<4xf32>> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>})
// REGION-SAME:    -> (!mpmd.mesh_tensor<"acc1", tensor<4xf32>> {jax.result_info = "y", sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>},
// REGION-NOT:     sharding=
"sdy.mesh"() <{mesh = #sdy.mesh<["x"=2]>, sym_name = "mesh"}> : () -> ()
func.func @main(
    %w: tensor<4xf32> {placement.role = "weight", mhlo.memory_kind = "device"},
    %x: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>})
    -> (tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>, jax.result_info = "y"},
        tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}, tensor<4xf32>) {
  %0 = "stablehlo.add"(%x, %w) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%x, %0) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1, %1, %1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// Donation stays on the driver. A stage keeps it where its buffer is free: not
// the weight %a, which acc1 fetches from there, but the copy on acc1; not %b,
// which the driver returns; %c in its last call only; not %d, which that call
// takes twice. Regions have no place for it: Shardy marks their arguments itself.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    {jax.buffer_donor = true}, {{.*}} {jax.buffer_donor = true}, {{.*}} {tf.aliasing_output = 0 : i32}, {{.*}} {jax.buffer_donor = true})
// CHECK:       func.func @main_stage0(%{{[^ ]*}}: tensor<4xf32>, %{{[^ ]*}}: tensor<4xf32>, %{{[^ ]*}}: tensor<4xf32>, %{{[^ ]*}}: tensor<4xf32>)
// CHECK:       func.func @main_stage1(%{{[^ ]*}}: tensor<4xf32> {jax.buffer_donor = true}, %{{[^ ]*}}: tensor<4xf32>)
// CHECK:       func.func @main_stage2(%{{[^ ]*}}: tensor<4xf32> {tf.aliasing_output = 0 : i32},

// REGION-LABEL: func.func @main(
// REGION-SAME:    {jax.buffer_donor = true}, {{.*}} {jax.buffer_donor = true}, {{.*}} {tf.aliasing_output = 0 : i32}, {{.*}} {jax.buffer_donor = true})
// REGION:         return
// REGION-NOT:     jax.buffer_donor
func.func @main(
    %a: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true},
    %b: tensor<4xf32> {jax.buffer_donor = true},
    %c: tensor<4xf32> {placement.role = "weight", tf.aliasing_output = 0 : i32},
    %d: tensor<4xf32> {placement.role = "weight", jax.buffer_donor = true})
    -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = "foo.all"(%a, %b, %c, %d) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.add"(%a, %0) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = "foo.last"(%1, %c, %d) {placement.device = #d0, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2, %b : tensor<4xf32>, tensor<4xf32>
}
