// RUN: not placement-opt %s --placement-annotate-costs 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: not placement-opt %s --placement-annotate-costs=machine=abacus 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not placement-opt %s --placement-annotate-costs='machine=a machine-file=x.json' 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not placement-opt %s --placement-annotate-costs=machine-file=%t.none.json 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: echo '{"name": "m", "kinds": [{"name": "acc", "cuont": 1}]}' > %t.json
// RUN: not placement-opt %s --placement-annotate-costs=machine-file=%t.json 2>&1 | FileCheck %s --check-prefix=FIELD
// RUN: echo '{"name": "a", "kinds": [{"name": "acc", "count": 2}]}' > %t.other.json
// RUN: not placement-opt %s --placement-annotate-costs=machine-file=%t.other.json 2>&1 | FileCheck %s --check-prefix=DIFFERS

// SEVERAL: error: the module has several machines; name the one to place on with the option 'machine'
// SEVERAL: note: machine @a
// SEVERAL: note: machine @b
// UNKNOWN: error: unknown machine 'abacus'; it must be a placement.machine symbol (here @a, @b) or a preset (quad,
// BOTH: error: give a machine by name ('a') or by file ('x.json'), not both
// MISSING: error: cannot read machine file '{{.*}}none.json': No such file or directory
// FIELD: error: machine file '{{.*}}.json', kinds[0]: unknown field 'cuont'; known are name, count, memory, link, roofline
// DIFFERS: error: machine @a from file '{{.*}}other.json' differs from symbol @a of the module; rename one of them, or remove the symbol of the module
placement.machine @a {
  placement.device_kind "acc" count 1
}
placement.machine @b {
  placement.device_kind "acc" count 1
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
