#include "apps/sigd/help.hpp"

namespace libsig::sigd {

std::string_view program_help() noexcept {
  return R"(sigd - a node that keeps what it acknowledged

Usage: sigd [OPTIONS]
       sigd --check-config | --verify | --salvage [OPTIONS]
       sigd token new [OPTIONS]

Takes CloudEvents over HTTP, writes them to its log, reviews what is published
as review.request, and shows all of it to whoever follows.

Options (each beats the environment, which beats the file):
  --config FILE        the configuration, TOML (default: $SIGD_CONFIG, else
                       /etc/sigd/sigd.toml when it is there)
  --data DIR           the folder of the log (default: $SIGD_DATA, else
                       $XDG_STATE_HOME/libsig, else ~/.local/state/libsig)
  --listen HOST:PORT   where to listen, repeatable (default 127.0.0.1:7733);
                       port 0 takes a free one, https:// before it asks for
                       TLS
  --durability HOW     full (default): acknowledged means on the disk;
                       relaxed: a power cut may take the last signals

Instead of running:
  --check-config       say whether the configuration is right
  --verify             look at everything in the log; changes nothing
  --salvage            make a new log of what can be read of a damaged one,
                       which is kept beside it
  --json               print what --verify and --salvage say as JSON
  token new            make a token; 'sigd token new --help' says more
  -h, --help           this text
  --version            the version

Signals:
  SIGTERM, SIGINT      answer what was asked, and end; a second one ends at once
  SIGHUP               read configuration, tokens and certificates again

Exit status:
  0  it was told to end, or what was asked for is done
  1  --verify found problems
  2  wrong usage or configuration, or a log that it may not use
  4  the log or the network failed

Example:
  sigd --data /var/lib/sigd --listen 127.0.0.1:7733

One JSON line on standard output says when it listens. The keys of the
configuration, and their names in the environment, are in sigd.toml(5).
)";
}

std::string_view token_help() noexcept {
  return R"(sigd token new - make a token

Usage: sigd token new [OPTIONS]

Prints a token, which is kept nowhere, and the entry of [[tokens]] for the
node's configuration, which has its hash. The node reads it on SIGHUP.

Options:
  --tenant NAME        whose things it sees (default: default)
  --scope SCOPE        what it may do, repeatable: publish, subscribe, review,
                       admin (default: all but admin)
  --type PATTERN       narrows the scopes to types, repeatable (default: all)
  --identity NAME      a name that it may use, repeatable; with one, callers
                       must state one in Sig-Identity (default: none)
  --grant GRANT        what no scope contains, repeatable: claim_source,
                       emit_reserved, unredacted (default: none)
  --json               print {"token","hash","entry"}
  -h, --help           this text

Example:
  sigd token new --scope publish --type 'ci.**' --identity builder
)";
}

std::string_view version_text() noexcept { return "sigd " LIBSIG_VERSION "\n"; }

} // namespace libsig::sigd
