#!/usr/bin/env bash
# Sets a Debian 12 machine up for building and testing Placement: compilers,
# MLIR 22, the libraries of the solver core, a virtual environment in .venv with
# the Python packages of the tests, and the solver HiGHS in .deps, which takes
# about two minutes. Idempotent; prints nothing when there is nothing to do.
#
#   tools/dev/setup.sh                       as root, or as a user who may sudo
#   tools/dev/setup.sh build                 only what building needs: without
#                                            .venv and HiGHS
#   PLACEMENT_SKIP_APT=1 tools/dev/setup.sh  leaves packages to you, for other
#                                            distributions; MLIR_DIR says where
#                                            MLIR 22.1 is
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "$0")/common.sh"

packages=(
  # Compilers and build tools.
  g++ cmake ninja-build ccache git
  clang-22 lld-22 libclang-rt-22-dev clang-format-22 clang-tidy-22
  # MLIR, with FileCheck and lit, and what its CMake files look for.
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools zlib1g-dev
  # Libraries of the solver core and its tests.
  libsimdjson-dev nlohmann-json3-dev libgtest-dev libgmock-dev
  # Graph partitioners that two baselines call; the project builds without.
  libscotch-dev libmetis-dev
  # The Python package, scripts and integration tests.
  python3-venv python3-dev
)

# Those of the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null |
      grep -qx installed || printf '%s\n' "$package"
  done
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is no Debian system. Install MLIR 22.1, clang 22, CMake, Ninja," \
      "ccache, simdjson, nlohmann-json and GoogleTest your own way, and run" \
      "again with PLACEMENT_SKIP_APT=1"
  fi
  local missing sudo=()
  mapfile -t missing < <(missing_packages "${packages[@]}")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      die "these packages are missing and neither root nor sudo is at hand:" \
        "apt-get install --no-install-recommends ${missing[*]}"
    sudo=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  local log
  log=$(mktemp -t placement-apt.XXXXXX)
  quietly "$log" "apt-get update" "${sudo[@]}" apt-get update -qq
  local package
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 ||
      die "apt knows no package $package. LLVM 22 is in Debian 12's security" \
        "archive: add the suite bookworm-security, component main, to your" \
        "apt sources and run again"
  done
  quietly "$log" "apt-get install" "${sudo[@]}" env \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}"
  rm -f "$log"
}

# The virtual environment follows the requirements files, which pin every
# package by its hash: other files, another environment.
install_python() {
  local file files=() stamp=$root/.venv/requirements.sha256 want
  local alone=$root/test/Integration/ortools.txt
  for file in "$root"/{tools/dev,test/Integration}/requirements.txt; do
    [ ! -f "$file" ] || files+=("$file")
  done
  want=$(cat "${files[@]}" "$alone" | sha256sum)
  [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$want" ] || return 0
  say "Installing the Python packages of the tests into .venv ..."
  quietly "$root/build/venv.log" "python3 -m venv" \
    python3 -m venv --clear "$root/.venv"
  quietly "$root/build/venv.log" "pip install" \
    "$root/.venv/bin/pip" install --disable-pip-version-check \
    --require-hashes "${files[@]/#/--requirement=}"
  quietly "$root/build/venv.log" "pip install" \
    "$root/.venv/bin/pip" install --disable-pip-version-check \
    --require-hashes --no-deps "--requirement=$alone"
  printf '%s\n' "$want" >"$stamp"
}

# HiGHS, a static library for placement-worker. The Python package's source lacks
# two files that its CMake project names.
install_highs() {
  local prefix=$root/.deps/highs work=$root/.deps/highs-build
  local log=$root/build/highs.log stamp=$root/.deps/highs/source.sha256 want
  want=$(sha256sum <"$root/tools/dev/highs.txt")
  [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$want" ] || return 0
  say "Building the solver HiGHS into .deps/highs ..."
  rm -rf "$work" "$prefix"
  mkdir -p "$work/source"
  quietly "$log" "downloading HiGHS" "$root/.venv/bin/pip" download \
    --disable-pip-version-check --no-deps --no-binary highspy \
    --no-build-isolation --require-hashes --dest "$work" \
    "--requirement=$root/tools/dev/highs.txt"
  tar -xf "$work"/highspy-*.tar.gz -C "$work/source" --strip-components=1
  mkdir -p "$work/source/app"
  touch "$work/source/app/CMakeLists.txt" "$work/source/highs.pc.in"
  local compiler=()
  ! command -v clang++-22 >/dev/null ||
    compiler=(-DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22)
  ! command -v ccache >/dev/null ||
    compiler+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache
      -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  quietly "$log" "configuring HiGHS" cmake -S "$work/source" -B "$work/build" \
    -G Ninja "${compiler[@]}" -DCMAKE_BUILD_TYPE=Release \
    "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
    -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF -DBUILD_CXX_EXE=OFF \
    -DZLIB=OFF -DHIPO=OFF
  quietly "$log" "building HiGHS" ninja -C "$work/build" install
  rm -rf "$work"
  printf '%s\n' "$want" >"$stamp"
}

[ -n "${PLACEMENT_SKIP_APT:-}" ] || install_packages
if [ "${1:-}" != build ]; then
  install_python
  install_highs
fi
