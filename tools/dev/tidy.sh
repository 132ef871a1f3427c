#!/usr/bin/env bash
# Runs clang-tidy on the C++ sources that differ from a base, by default what
# this branch and the working tree add to main.
#
#   tools/dev/tidy.sh            changed .cpp files
#   tools/dev/tidy.sh HEAD~3     changed since that commit
#   tools/dev/tidy.sh --all      every .cpp file
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

cd "$root"
dir=$root/build/dev
if [ "${1:-}" = --all ]; then
  mapfile -t sources < <(git ls-files 'lib/*.cpp' 'tools/*.cpp' 'python/src/*.cpp')
else
  base=$(git merge-base HEAD "${1:-main}" 2>/dev/null) ||
    die "'${1:-main}' is no commit of this repository"
  mapfile -t sources < <(git diff --name-only --diff-filter=d "$base" -- \
    'lib/*.cpp' 'tools/*.cpp' 'python/src/*.cpp')
fi
[ ${#sources[@]} -gt 0 ] || { say "No C++ source differs."; exit 0; }

# Generated headers must exist, so build first.
build dev
say "clang-tidy on ${#sources[@]} files ..."
printf '%s\0' "${sources[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy-22 --quiet -p "$dir"
