#!/bin/sh
# Installs what is missing, builds the release and runs all of its tests. What
# follows goes to ctest:  scripts/test.sh -R coordinator
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/setup.sh"
cd "$root"
[ -f build/release/build.ninja ] || cmake --preset release
cmake --build --preset release
exec ctest --preset release "$@"
