#!/usr/bin/env bash
# Sets up what is missing, builds and runs everything that CI runs; ends with a
# summary. Fails when anything fails, or when no test ran.
#
#   tools/dev/test.sh               preset dev, all tests
#   tools/dev/test.sh asan          another preset
#   tools/dev/test.sh dev -R unit   further arguments go to ctest
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

preset=${1:-dev}
shift || true
"$root/tools/dev/setup.sh"
build "$preset"

log=$root/build/$preset/test.log
status=0
ctest --test-dir "$root/build/$preset" --output-on-failure --no-tests=error \
  --parallel "$(nproc)" \
  "$@" 2>&1 | tee "$log" || status=$?

# ctest shows lit's own output only on failure, so its counts, and what it left
# out and why, are taken from ctest's log.
say
say "---- Summary (preset $preset) ----"
last=$root/build/$preset/Testing/Temporary/LastTest.log
grep -hE '^ *(Passed|Unsupported|Expectedly Failed|Failed|Excluded|Skipped) *: *[0-9]' \
  "$last" 2>/dev/null | sed 's/^ */lit: /' || true
sed -n 's/^.*: note: \(.*tests that.*\)/lit: \1/p' "$last" 2>/dev/null |
  sort -u || true
grep -E 'tests passed|Total Test time|FAILED|^\s+[0-9]+ - .*\(|No tests were found' \
  "$log" || true
[ "$status" = 0 ] || die "tests failed; the whole log is in $log"
