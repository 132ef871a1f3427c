// RUN: placement-opt %s --split-input-file --placement-insert-transfers | FileCheck %s
// RUN: placement-opt %s --split-input-file --placement-insert-transfers --placement-insert-transfers | FileCheck %s

// Arguments come from the host and results go to it; weights stay. A value goes
// once to each device that needs it, right before the first use there, and
// straight past the stages between.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
#d2 = #placement.device<@fleet, "cpu", 0>
// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[W:[^ ]*]]: tensor<4xf32> {placement.device = #placement.device<@fleet, "acc", 1>, placement.role = "weight"}
// CHECK-SAME:    %[[T:[^ ]*]]: tensor<4xf32> {placement.role = "weight"}
// CHECK-SAME:    %[[X:[^ ]*]]: tensor<4xf32> {placement.device = #placement.host, placement.role = "activation"}
// CHECK-SAME:    -> (tensor<4xf32> {placement.device = #placement.host}, tensor<4xf32> {foo.kept, placement.device = #placement.host})
func.func @main(%w: tensor<4xf32> {placement.role = "weight"},
                %tied: tensor<4xf32> {placement.role = "weight"},
                %x: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32> {foo.kept}) {
  // CHECK-NEXT: %[[X0:.*]] = placement.transfer %[[X]] from host to <@fleet, "acc", 0>
  // CHECK-NEXT: %[[A:.*]] = "stablehlo.add"(%[[X0]], %[[T]])
  // CHECK-NEXT: "stablehlo.negate"(%[[A]])
  // CHECK-NEXT: %[[A1:.*]] = placement.transfer %[[A]] from <@fleet, "acc", 0> to <@fleet, "acc", 1>
  // CHECK-NEXT: %[[B:.*]] = "stablehlo.add"(%[[A1]], %[[W]])
  // CHECK-NEXT: %[[C:.*]] = "stablehlo.multiply"(%[[A1]], %[[B]])
  // CHECK-NEXT: %[[X2:.*]] = placement.transfer %[[X]] from host to <@fleet, "cpu", 0>
  // CHECK-NEXT: %[[A2:.*]] = placement.transfer %[[A]] from <@fleet, "acc", 0> to <@fleet, "cpu", 0>
  // CHECK-NEXT: %[[C2:.*]] = placement.transfer %[[C]] from <@fleet, "acc", 1> to <@fleet, "cpu", 0>
  // CHECK-NEXT: %[[D:.*]] = "stablehlo.clamp"(%[[X2]], %[[A2]], %[[C2]])
  // CHECK-NEXT: %[[E:.*]] = "stablehlo.add"(%[[D]], %[[T]])
  // CHECK-NEXT: %[[EH:.*]] = placement.transfer %[[E]] from <@fleet, "cpu", 0> to host
  // CHECK-NEXT: %[[CH:.*]] = placement.transfer %[[C]] from <@fleet, "acc", 1> to host
  // CHECK-NEXT: return %[[EH]], %[[CH]]
  %a = "stablehlo.add"(%x, %tied) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %unused = "stablehlo.negate"(%a) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.add"(%a, %w) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.multiply"(%a, %b) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = "stablehlo.clamp"(%x, %a, %c) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %e = "stablehlo.add"(%d, %tied) {placement.device = #d2, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %e, %c : tensor<4xf32>, tensor<4xf32>
}

// -----

// Nothing to do: arguments returned, a weight returned, one device for host
// values that nobody uses.

// CHECK-LABEL: func.func @nothing
// CHECK-NOT:     placement.transfer
func.func @nothing(%w: tensor<4xf32> {placement.role = "weight"},
                   %x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  return %x, %w : tensor<4xf32>, tensor<4xf32>
}

// -----

// Several results: each is a value of its own.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CHECK-LABEL: func.func @results
// CHECK:         %[[R:.*]]:2 = "foo.two"
// CHECK-NEXT:    %[[M:.*]] = placement.transfer %[[R]]#1 from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    "foo.use"(%[[M]], %[[M]])
func.func @results() {
  %0:2 = "foo.two"() {placement.device = #d0, placement.stage = 0 : i64} : () -> (i32, i32)
  "foo.use"(%0#1, %0#1) {placement.device = #d1, placement.stage = 1 : i64} : (i32, i32) -> ()
  return
}

// -----

// What regions capture is used by the operation that holds them, unregistered
// ones and nested ones too; the weight in there stays.

#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
// CHECK-LABEL: func.func @captured
// CHECK-SAME:    %[[W:[^ ]*]]: f32 {placement.device = #placement.device<@fleet, "acc", 1>,
// CHECK-SAME:    %[[C:[^ ]*]]: i1
// CHECK:         %[[A:.*]] = "foo.make"()
// CHECK-NEXT:    %[[CM:.*]] = placement.transfer %[[C]] from host to <@fleet, "acc", 1>
// CHECK-NEXT:    %[[AM:.*]] = placement.transfer %[[A]] from <@fleet, "acc", 0> to <@fleet, "acc", 1>
// CHECK-NEXT:    "foo.region"()
// CHECK-NEXT:      scf.if %[[CM]]
// CHECK-NEXT:        %[[N:.*]] = "foo.negate"(%[[AM]])
// CHECK-NEXT:        scf.yield %[[N]]
// CHECK:             scf.yield %[[W]]
// CHECK-NOT:     placement.transfer
func.func @captured(%w: f32 {placement.role = "weight"}, %c: i1) {
  %a = "foo.make"() {placement.device = #d0, placement.stage = 0 : i64} : () -> f32
  "foo.region"() ({
    %0 = scf.if %c -> f32 {
      %1 = "foo.negate"(%a) : (f32) -> f32
      scf.yield %1 : f32
    } else {
      scf.yield %w : f32
    }
    "foo.return"(%0) : (f32) -> ()
  }) {placement.device = #d1, placement.stage = 1 : i64} : () -> ()
  return
}

// -----

// Several stages on one device need no transfer between them.

#d0 = #placement.device<@fleet, "acc", 0>
// CHECK-LABEL: func.func @same_device
// CHECK-NEXT:    placement.transfer {{.*}} from host
// CHECK-NEXT:    "stablehlo.negate"
// CHECK-NEXT:    "stablehlo.negate"
// CHECK-NEXT:    placement.transfer {{.*}} to host
func.func @same_device(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = "stablehlo.negate"(%x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.negate"(%a) {placement.device = #d0, placement.stage = 3 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  return %b : tensor<4xf32>
}

// -----

// A transfer that is there already serves all later uses.

#d0 = #placement.device<@fleet, "acc", 0>
// CHECK-LABEL: func.func @existing
// CHECK-NEXT:    %[[T:.*]] = placement.transfer {{.*}} from host
// CHECK-NEXT:    "stablehlo.add"(%[[T]], %[[T]])
// CHECK-NOT:     from host
func.func @existing(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = placement.transfer %x from host to <@fleet, "acc", 0> : tensor<4xf32>
  %a = "stablehlo.add"(%0, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %a : tensor<4xf32>
}
