#!/bin/sh
# Builds the fuzz targets of the preset check and runs each for SECONDS.
#
#   scripts/fuzz.sh SECONDS [NAME...]
#
# Without NAME all targets run, one after the other. What they learn stays in
# the corpus folder of the build; an input that fails stays in `failures` there
# and ends the script with 1. BUILD_DIR chooses another build folder, JOBS how
# many compilers run at once. With RUNS each target ends after so many inputs at
# the latest and begins with the seeds alone, always in the same way, so that a
# change is judged by what it does and not by luck.
set -eu

max_len=65536
rss_limit_mb=2048
timeout_s=10

usage() {
  echo "usage: scripts/fuzz.sh SECONDS [NAME...]" >&2
  exit 2
}

case "${1:-}" in
'' | *[!0-9]*) usage ;;
esac
seconds=$1
shift

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=${BUILD_DIR:-$root/build/check}
cd "$root"
cmake --preset check -B "$build" >/dev/null
cmake --build "$build" --target fuzz_programs --parallel "${JOBS:-2}"

if [ $# -eq 0 ]; then
  for source in tests/fuzz/*_fuzzer.cpp; do
    name=${source##*/}
    set -- "$@" "${name%_fuzzer.cpp}"
  done
fi

failed=
names=$*
for name in $names; do
  corpus=$build/fuzz/corpus/$name
  failures=$build/fuzz/failures/$name
  set --
  if [ -n "${RUNS:-}" ]; then
    set -- -seed=1 -runs="$RUNS"
    corpus=$build/fuzz/fresh/$name
    rm -rf "$corpus"
  fi
  mkdir -p "$corpus" "$failures"
  echo "fuzz $name: $seconds s"
  if ! "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" \
    -max_len=$max_len -rss_limit_mb=$rss_limit_mb -timeout=$timeout_s \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$failures/" \
    "$@" "$corpus" "tests/fuzz/seeds/$name"; then
    failed="$failed $name"
  fi
done

if [ -n "$failed" ]; then
  echo "failed:$failed (inputs below $build/fuzz/failures)" >&2
  exit 1
fi
