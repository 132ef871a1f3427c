// RUN: placement-opt %s --placement-set-roles=weights=2,0 | FileCheck %s
// RUN: placement-opt %s --placement-set-roles | FileCheck %s --check-prefix=NONE
// RUN: not placement-opt %s --placement-set-roles=weights=3 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not placement-opt %s --placement-set-roles=function=g 2>&1 | FileCheck %s --check-prefix=NAME

// Every argument gets a role, in place of one that it has; other attributes stay.

// CHECK: func.func @main
// CHECK-SAME: %{{.*}}: tensor<4xf32> {placement.role = "weight"}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {placement.role = "activation"}
// CHECK-SAME: %{{.*}}: tensor<4xi32> {foo.kept, placement.role = "weight"}

// NONE-COUNT-3: placement.role = "activation"

// MANY: error: there is no argument 3 to be a weight; @main has 3

// NAME: error: {{.*}}g
func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32> {placement.role = "weight"},
                %c: tensor<4xi32> {foo.kept}) -> tensor<4xf32> {
  return %b : tensor<4xf32>
}
