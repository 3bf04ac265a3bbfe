#!/bin/sh
# Installs what is missing, builds the release and runs sig with the arguments
# given:  git diff | scripts/run.sh review
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build="$root/build/release"

# The diff on standard input is for sig alone; installers read theirs, too.
# Its status 1 would say that there are findings.
"$root/scripts/setup.sh" </dev/null || exit 4

# What is up to date is found so without a word; what is not is built with its
# output kept for the case that it fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  if ! "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "run: building failed; the output is above" >&2
    exit 4
  fi
}
if [ ! -f "$build/build.ninja" ]; then
  echo "run: building sig, which takes some minutes the first time" >&2
  cd "$root" && quietly cmake --preset release && cd "$OLDPWD"
fi
quietly ninja -C "$build" sig
rm -f "$log"
exec "$build/apps/sig/sig" "$@"
