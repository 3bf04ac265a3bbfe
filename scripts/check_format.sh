#!/bin/sh
# Checks that every C++ file looks as clang-format 14 would have it; with --fix
# makes it so.
set -eu
cd "$(dirname "$0")/.."
mode="--dry-run --Werror"
[ "${1:-}" = --fix ] && mode=-i
# shellcheck disable=SC2086 # two options
git ls-files --cached --others --exclude-standard -- '*.hpp' '*.cpp' |
  tr '\n' '\0' | xargs -0 -r -P 2 -n 40 clang-format $mode
echo "format: every file is as clang-format has it"
