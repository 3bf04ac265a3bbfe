#!/bin/sh
# Builds the benchmarks and runs those named, or all: one line of JSON each.
#
#   scripts/bench.sh [NAME...]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
scripts/setup.sh
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
if [ $# -eq 0 ]; then
  for source in bench/*.cpp; do
    name=${source##*/}
    set -- "$@" "${name%.cpp}"
  done
fi
for name in "$@"; do
  ninja -C build/release "bench_$name" >/dev/null
  "build/release/bench/bench_$name"
done
