#!/usr/bin/env bash
# From nothing to a placed model: sets up what is missing, builds the programs,
# places BERT on four accelerators and a CPU, and shows the plan.
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

"$root/tools/dev/setup.sh" build
build release placement-opt placement-solve

model=test/Models/bert_base.stablehlo.mlir
out=build/quickstart
mkdir -p "$root/$out"
cd "$root"
say "\$ build/release/bin/placement-opt $model \\"
say "    --placement-pipeline=dot-file=$out/stages.dot -o $out/bert_base.placed.mlir"
build/release/bin/placement-opt "$model" \
  "--placement-pipeline=dot-file=$out/stages.dot" \
  -o "$out/bert_base.placed.mlir" 2>"$out/remarks.txt" || {
  cat "$out/remarks.txt" >&2
  die "placing $model failed"
}
cat <<TEXT

BERT base, one sample of 128 tokens, split so that a pipeline of devices takes
in samples as fast as it can. Each line is a stage: a function of its own on its
own device. A stage receives values, computes and sends; its load is the sum, and
the largest load is the time from one sample to the next.

TEXT
python3 tools/dev/show_plan.py "$out/bert_base.placed.mlir"
cat <<TEXT

What was written to $out:
  bert_base.placed.mlir   @main, now a driver that moves values between devices
                          and calls @main_stage0, @main_stage1, ...
  remarks.txt             why each cut lies where it does
  stages.dot              the stages as a graph, for Graphviz

What to try next:
  grep -A8 'func.func public @main' $out/bert_base.placed.mlir | cut -c1-100
  build/release/bin/placement-opt --placement-list-machines
  build/release/bin/placement-opt $model \\
      --placement-pipeline=machine=tpu-v5e-4 -o - | python3 tools/dev/show_plan.py -
  build/release/bin/placement-solve \\
      test/Workloads/dpo/throughput/LayerGraphs/gnmt_inference.json
  docs/Tutorial.md
TEXT
