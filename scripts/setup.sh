#!/bin/sh
# Installs what building and testing need, from Debian 12's packages. Does
# nothing, quickly, when all of it is there. Needs apt-get, and sudo when not
# run by root.
set -eu

packages="
ccache
clang
clang-format
cmake
g++
git
libbenchmark-dev
libboost-dev
libboost-test-dev
libcaf-dev
libclang-rt-14-dev
libcli11-dev
libcurl4-openssl-dev
libexpected-dev
libmimalloc-dev
librapidcheck-dev
libre2-dev
libsodium-dev
libspdlog-dev
libsqlite3-dev
libssl-dev
libtomlplusplus-dev
libvalijson-dev
ninja-build
nlohmann-json3-dev
openssl
pkg-config
"

# One question for all packages; those it does not know are missing, too.
# shellcheck disable=SC2086 # the list is meant to be split
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $packages \
  2>/dev/null | sed -n 's/ installed$//p') || true
missing=
for package in $packages; do
  case "
$installed
" in
  *"
$package
"*) ;;
  *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "setup: this machine has no apt-get; install:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: run as root, or install sudo; missing:$missing" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "setup: installing$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
install_missing() {
  # shellcheck disable=SC2086 # the list is meant to be split
  $as_root apt-get install -y -q --no-install-recommends $missing
}
if ! { $as_root apt-get update -q && install_missing; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "setup: installing failed; the output is above" >&2
  exit 1
fi
