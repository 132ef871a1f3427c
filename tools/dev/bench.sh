#!/usr/bin/env bash
# Builds the release preset and measures solver, passes and pipelines beside their
# goals; where ../shared/peers is present, beside the published program too.
#
#   tools/dev/bench.sh                            everything, about two hours
#   tools/dev/bench.sh --only=published --peer-runs=1
#   tools/dev/bench.sh --only=compare                       half an hour: the main table
#   tools/dev/bench.sh --only=compare --quick               the same in minutes
#   tools/dev/bench.sh --only=latency                       ten minutes
#   tools/dev/bench.sh --only=scale --instances=grid-8x20
#   nice -n -20 tools/dev/bench.sh --only=execution
#   nice -n -20 tools/dev/bench.sh --only=calibration
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

"$root/tools/dev/setup.sh"
build release placement-solve placement-worker placement-opt placement_python
exec python3 "$root/test/Benchmark/run.py" --bin="$root/build/release/bin" "$@"
