// A table of measured times comes first; kinds that it leaves out go on to the
// roofline, and null says that a kind can't run the operation.
// RUN: split-file %s %t
// RUN: %python %root/test/Tools/placement-solve/Inputs/validate.py %root/docs/formats/profile.schema.json %t/profile.json
// RUN: placement-opt %t/model.mlir --placement-annotate-costs=profile=%t/profile.json --verify-diagnostics | FileCheck %t/model.mlir

// What was measured is kept by a later pass that gets no profile, null included;
// a machine with a further kind has it all priced anew.
// RUN: placement-opt %t/model.mlir --placement-annotate-costs=profile=%t/profile.json -o %t/priced.mlir 2>/dev/null
// RUN: placement-opt %t/priced.mlir --device-place 2>/dev/null | FileCheck %t/model.mlir --check-prefix=KEPT
// RUN: sed 's/placement.device_kind "cpu"/placement.device_kind "gpu" count 1 roofline <peak = {default = 1.0e9 : f64}, bandwidth = 1.0e9>\n &/' %t/priced.mlir > %t/more.mlir
// RUN: placement-opt %t/more.mlir --device-place 2>/dev/null | FileCheck %t/model.mlir --check-prefix=ANEW

//--- profile.json
{
  "version": 1,
  "info": {"device": "made up"},
  "entries": [
    {"signature": "arith.addf(tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>) {fastmath = #arith.fastmath<none>}",
     "times": {"acc": 1.5, "cpu": 20}, "info": {"spread": 0.1}},
    {"signature": "math.exp(tensor<4xf32>) -> (tensor<4xf32>) {fastmath = #arith.fastmath<none>}",
     "times": {"acc": null}},
    {"signature": "x.unknown(tensor<4xf32>) -> (tensor<4xf32>)",
     "times": {"cpu": 0.25}},
    {"signature": "x.elsewhere() -> ()", "times": {}}
  ]
}

//--- model.mlir
placement.machine @m {
  placement.device_kind "cpu" count 1
      roofline <peak = {f32 = 1.0e9 : f64}, bandwidth = 1.0e9>
  placement.device_kind "acc" count 1
      roofline <peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>
}
// expected-remark@+1 {{by source: profile 1, profile+roofline 1, profile+fallback 1, roofline 1; 1 of 4 profile entries match no operation}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: arith.addf {{.*}}times = {acc = 1.500000e+00 : f64, cpu = 2.000000e+01 : f64}, output = 16, flops = 4, bytes = 32, source = "profile"
  %0 = arith.addf %x, %x : tensor<4xf32>
  // CHECK: math.exp {{.*}}times = {cpu = 3.200000e-02 : f64}, {{.*}}source = "profile+roofline"
  // KEPT: math.exp {{.*}}times = {cpu = 3.200000e-02 : f64}, {{.*}}source = "profile+roofline"
  // ANEW: math.exp {{.*}}times = {acc = {{.*}}, cpu = {{.*}}, gpu = {{.*}}}, {{.*}}source = "roofline"
  %1 = math.exp %0 : tensor<4xf32>
  // expected-remark@+2 {{the cost of 'x.unknown' is an estimate}}
  // CHECK: "x.unknown"{{.*}}times = {acc = {{.*}}, cpu = 2.500000e-01 : f64}, {{.*}}source = "profile+fallback"
  %2 = "x.unknown"(%1) : (tensor<4xf32>) -> tensor<4xf32>
  // Another signature.
  // CHECK: arith.addf {{.*}}source = "roofline"
  %3 = arith.addf %2, %x fastmath<fast> : tensor<4xf32>
  return %3 : tensor<4xf32>
}
