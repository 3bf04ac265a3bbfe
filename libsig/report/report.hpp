#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/review/diff.hpp"
#include "libsig/review/signals.hpp"

/// What people and programs read of a summary, one function per format.
namespace libsig::report {

enum class format : std::uint8_t {
  pretty,   ///< for a terminal
  json,     ///< the `review.summary` CloudEvent
  sarif,    ///< SARIF 2.1.0
  markdown, ///< for a comment on a change
  github,   ///< workflow commands, at most 10 of a kind
  rdjson,   ///< Reviewdog diagnostics
};

[[nodiscard]] std::string_view to_string(format value) noexcept;
[[nodiscard]] std::optional<format> parse_format(std::string_view text);

struct options {
  /// ANSI colours in `pretty`.
  bool colour = false;
  /// Columns of the terminal, at least 40; `pretty` breaks its lines there.
  unsigned width = 80;
  /// Only ASCII of our own in `pretty`, for terminals without UTF-8.
  bool ascii = false;
  /// The version that reports name as their tool's.
  std::string tool_version;
};

/// What a report is made of. The change set gives `pretty` and `markdown` the
/// lines themselves; it may be null (then they stand without).
struct subject {
  const review::summary* summary = nullptr;
  const review::change_set* changes = nullptr;
  /// The CloudEvent as one line of JSON, for the format `json`.
  std::string_view event;
};

/// Makes the whole report, ending with a line feed. Nothing in it is a control
/// character of the diff: `pretty`, `markdown` and `github` show them escaped,
/// JSON formats as JSON does.
[[nodiscard]] std::string make_report(format which, const subject& of,
                                      const options& how);

/// Text of an untrusted source for a terminal: control characters (C0, DEL,
/// C1), bidirectional overrides and ill-formed UTF-8 as visible escapes.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace libsig::report
