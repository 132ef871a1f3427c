#!/usr/bin/env bash
# Builds the coverage preset, runs the tests and prints which share of lines and
# branches of each file they reach. A page with the lines themselves is written
# to build/coverage/report/index.html.
#
#   tools/dev/coverage.sh            every test
#   tools/dev/coverage.sh -L unit    arguments go to ctest
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

"$root/tools/dev/setup.sh"
build coverage
folder=$root/build/coverage
llvm=$(llvm-config-22 --bindir)

rm -rf "$folder/profiles"
mkdir -p "$folder/profiles"
# One file a process; lit hands the variable on to the programs that it runs.
LLVM_PROFILE_FILE=$folder/profiles/%p.profraw \
  ctest --test-dir "$folder" --output-on-failure --no-tests=error "$@"

find "$folder/profiles" -name '*.profraw' >"$folder/profiles/list"
"$llvm/llvm-profdata" merge -sparse -f "$folder/profiles/list" \
  -o "$folder/all.profdata"
# The first program stands alone, the others behind -object.
programs=()
for program in "$folder"/bin/*; do
  [ ${#programs[@]} = 0 ] || programs+=(-object)
  programs+=("$program")
done
sources=("$root/lib" "$root/include" "$root/tools")
"$llvm/llvm-cov" report "${programs[@]}" -instr-profile="$folder/all.profdata" \
  "${sources[@]}"
"$llvm/llvm-cov" show "${programs[@]}" -instr-profile="$folder/all.profdata" \
  -format=html -output-dir="$folder/report" "${sources[@]}"
say "The lines: $folder/report/index.html"
