#!/bin/sh
# Kills the built node many times, with a fresh seed, and looks after each start
# whether it has what it acknowledged. Prints the seed, so that a failure can be
# run again:  SIG_SOAK_SEED=... scripts/soak.sh ROUNDS
#
#   scripts/soak.sh [ROUNDS]    5,000 unless it is said
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
SIG_SOAK_ROUNDS=${1:-5000}
SIG_SOAK_SEED=${SIG_SOAK_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
export SIG_SOAK_ROUNDS SIG_SOAK_SEED
echo "soak: $SIG_SOAK_ROUNDS rounds, seed $SIG_SOAK_SEED"
[ -f build/release/build.ninja ] || cmake --preset release
ninja -C build/release test_e2e
exec build/release/tests/e2e/test_e2e --log_level=message --run_test='sigd_kill,sigd_power_cut,sigd_soak'
