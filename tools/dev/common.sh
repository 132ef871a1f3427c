# shellcheck shell=bash
# Shared by the scripts in tools/dev; to be sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# As in the presets, for builds that ninja is called for: what one build folder
# has compiled serves the others.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# quietly LOG WHAT COMMAND...: runs the command with its output in LOG; when it
# fails, shows the end of the log and stops.
quietly() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "$what failed; the whole log is in $log"
  fi
}

# build PRESET [TARGET...]: configures where needed and builds; on a terminal
# with ninja's progress line, else with its output in a log.
build() {
  local preset=$1 dir=$root/build/$1
  shift
  [ -f "$dir/build.ninja" ] ||
    quietly "$dir/configure.log" "configuring preset $preset" \
      env -C "$root" cmake --preset "$preset"
  ! ninja -C "$dir" -n "$@" 2>/dev/null | grep -q 'no work to do' || return 0
  say "Building preset $preset in build/$preset ..."
  if [ -t 1 ]; then
    ninja -C "$dir" "$@" || die "building preset $preset failed"
  else
    quietly "$dir/build.log" "building preset $preset" ninja -C "$dir" "$@"
  fi
}
