#!/bin/bash
# Enforces the arrows of docs/architecture.md: which folder may include which,
# where CAF and the JSON library may be named, what tests may not do. Prints
# each offence as file:line and exits 1 when there is one.
set -u
# Without it the rules' results would be lost in subshells.
shopt -s lastpipe
cd "$(dirname "$0")/.." || exit 2
failed=0

# offence TEXT: reads grep's lines and prints them with the rule they break.
offence() {
  local lines
  lines=$(cat)
  [ -n "$lines" ] || return 0
  printf '%s\n' "$lines" | cut -c1-160
  printf '  ^ %s\n' "$1"
  failed=1
}

sources() { git ls-files --cached --others --exclude-standard -- "$@"; }

# -- folders -------------------------------------------------------------------

declare -A allowed=(
  [core]="core"
  [codec]="core codec"
  [config]="core codec config"
  [http]="core http"
  [access]="core access"
  [metrics]="core metrics"
  [redact]="core codec redact"
  [route]="core route"
  [schema]="core codec schema"
  [journal]="core codec journal"
  [publish]="core codec redact journal publish"
  [review]="core codec schema review"
  [report]="core codec review report"
  [actor]="core codec actor"
  [topic]="core codec redact actor topic"
  [subscription]="core codec route actor subscription"
  [schedule]="core codec actor schedule"
  [client]="core codec redact metrics schema route journal actor engine runtime topic subscription schedule client"
  [engine]="core codec metrics schema route journal actor engine"
  [runtime]="core codec metrics schema route journal actor engine runtime"
)
for folder in libsig/*/; do
  name=$(basename "$folder")
  list=${allowed[$name]:-}
  if [ -z "$list" ]; then
    echo "$folder" | offence "a folder that scripts/check_layout.sh does not know"
    continue
  fi
  sources "$folder*.hpp" "$folder*.cpp" | xargs -r -d '\n' grep -nE \
    '#include "(libsig|actors|apps|tests)/' /dev/null |
    grep -vE "#include \"libsig/(${list// /|})/" |
    offence "$name may include of the project only: $list"
done
sources 'actors/*.hpp' 'actors/*.cpp' | while read -r file; do
  own=$(basename "${file%.*}")
  grep -HnE '#include "(actors|apps|libsig/(runtime|engine|journal|route))/' "$file" |
    grep -v "#include \"actors/$own.hpp\""
done | offence "an actor includes no other actor and nothing of the runtime"
sources 'apps/*' | xargs -r -d '\n' grep -nE \
  '#include "(tests|libsig/[a-z]*/internal)/' /dev/null |
  offence "programs use the library's public headers"

# -- libraries -----------------------------------------------------------------

sources '*.hpp' '*.cpp' |
  grep -vE '^(libsig/runtime/(internal/|runtime\.cpp)|tests/support/|bench/)' |
  xargs -r -d '\n' grep -nE '#include [<"]caf/|caf::' /dev/null |
  offence "CAF is named in libsig/runtime/internal, runtime.cpp, tests/support and bench alone"
sources '*.hpp' |
  grep -vE '^(libsig/codec/json_forward\.hpp$|tests/(e2e|sigd)/)' |
  xargs -r -d '\n' grep -nE '#include <nlohmann/' /dev/null |
  offence "headers do not include the JSON library (libsig/codec/json_forward.hpp, tests/e2e and tests/sigd do)"
sources 'libsig/*' 'actors/*' 'apps/*' | grep -E '\.[ch]pp$' |
  xargs -r -d '\n' grep -nE '#include <regex>|std::regex' /dev/null |
  offence "std::regex overflows the stack on long input; use RE2"
# What differs between CAF's versions, is slow, or never ends.
sources 'libsig/runtime/*' | grep -vE 'internal/caf\.hpp$' | grep -E '\.[ch]pp$' |
  xargs -r -d '\n' grep -nE -- \
    '(->|[^_a-z])(request|delayed_send|mail|monitor)\(|set_(down|exit)_handler|caf::atom|CAF_ADD_ATOM|opt_group|custom_options_|caf::(optional|string_view|variant|group|stream)|typed_actor|stateful_actor|actor_pool|aout|[^_a-z]after\(|weak_actor_ptr|CAF_VERSION|CAF_LOG_' /dev/null |
  offence "this part of CAF is not used (see docs/adr)"

# -- code ----------------------------------------------------------------------

sources 'libsig/*' 'actors/*' 'apps/*' | grep -E '\.[ch]pp$' |
  xargs -r -d '\n' grep -nE '(^|[^_[:alnum:]"])(new [A-Za-z_:<>]+ *[({[;]|delete(\[\])? [a-z_]+;)' /dev/null |
  grep -vE '//.*(new|delete) ' |
  offence "no new and delete"
# Tests of a node in a process of its own wait for it, with a deadline.
sources 'tests/*' | grep -E '\.[ch]pp$' |
  grep -vE '^tests/(e2e/sigd_|support/node_process\.hpp)' |
  xargs -r -d '\n' grep -nE \
    'sleep_(for|until)|usleep\(|nanosleep\(|(system|steady|high_resolution)_clock::now' /dev/null |
  offence "tests neither sleep nor read the clock"
sources '*.hpp' '*.cpp' '*.sh' '*.cmake' '*.md' '*.txt' | grep -v '^scripts/check_layout.sh$' |
  xargs -r -d '\n' grep -nE '(TODO|FIXME)([^A-Za-z]|$)' /dev/null |
  grep -vE '^(libsig/review/checks|tests)/' |
  offence "an open end belongs into an issue"

if [ "$failed" -eq 0 ]; then
  echo "layout: all rules hold"
fi
exit "$failed"
