#include "apps/sig/help.hpp"

#include "apps/sig/node_command.hpp"

namespace libsig::sig {

std::string program_help() {
  constexpr std::size_t name_columns = 17;
  std::string text{R"(sig - review changes, and talk to a node of signals

Usage: sig COMMAND [OPTIONS]

Commands:
  review           review a change: from a diff, a git repository or an event
)"};
  for (const auto& form : node_commands()) {
    std::string name{form.name};
    name.resize(name_columns, ' ');
    text += "  " + name + std::string{form.summary} + "\n";
  }
  text += R"(  help [COMMAND]   this text, or that of a command

Options:
  -h, --help       this text
  --version        the version

Examples:
  git diff | sig review
  sig publish build.finished --data '{"ok":true}'
  sig tail 'build.*' -f

'sig help COMMAND' shows the options of a command.
)";
  return text;
}

std::string_view review_help() noexcept {
  return R"(sig review - review a change

Usage: sig review [OPTIONS]
       git diff | sig review [OPTIONS]

Source (one; default: a diff on standard input):
  --diff FILE          a diff from a file; - is standard input
  --range A..B         the change between two trees; A...B compares the merge
                       base with B
  --staged             what is added to the index, against HEAD
  --worktree           everything that is not committed, against HEAD
    --untracked        ... and the untracked files that .gitignore leaves
  --event FILE         a review.request CloudEvent; - is standard input

Request (not beside --event):
  --review-id ID       the id of the review (default: a new UUID)
  --label L            a label, repeatable; security and performance ask for a
                       deep review
  --intent WHAT        such as feature (default), bugfix or hotfix
  --risk-factor N      0..1 (default 0); from 0.5 on the review is deep
  --author, --branch, --repo NAME
                       whose change it is; kept in the request's metadata

Scope:
  --filter-mode MODE   which findings count: on lines the diff adds or removes
                       (added, default), on all lines of its hunks
                       (diff_context), in changed files (file), or all
                       (nofilter)
  --include GLOB       review only files that match, repeatable
  --exclude GLOB       leave out files that match, repeatable
  --only SPECIALIST    ask only this one, repeatable
  --skip SPECIALIST    do not ask this one, repeatable

Gate:
  --fail-level LEVEL   exit with 1 for findings from this severity on: none
                       (default), any, low, medium, high

Output:
  --format NAME[=FILE] pretty (default), json, sarif, markdown, github, rdjson;
                       repeatable, one of them on standard output (-), files
                       are replaced whole
  --progress MODE      on standard error: auto (default), plain, none
  --quiet              neither progress nor notes

Run:
  --timeout DURATION   such as 500ms, 30s (default), 2m
  --config FILE        TOML; its table [review] has the options above by their
                       names with _ for -, options win
  --server URL         a node reviews, and this program prints
    --token-file FILE  ... with this token (default: SIGD_TOKEN, else none)
    --identity NAME    ... asked by this name (default: SIG_IDENTITY, else
                       PRISM_AGENT_IDENTITY, else nobody)
    --ca-file FILE     ... believing the authorities in this file alone
                       (default: SIG_CA_FILE, else the system's)
  -h, --help           this text

Exit status:
  0  nothing at or above the fail level
  1  findings at or above it
  2  wrong usage, unreadable input, or refused by the node
  3  the review did not complete: a specialist or a check did not look
  4  an output cannot be written, no node, or a fault of the program or node
  124  the node did not answer in time

Example:
  sig review --range origin/main...HEAD --fail-level high \
             --format pretty --format sarif=review.sarif
)";
}

std::string_view version() noexcept { return LIBSIG_VERSION; }

std::string_view version_text() noexcept { return "sig " LIBSIG_VERSION "\n"; }

} // namespace libsig::sig
