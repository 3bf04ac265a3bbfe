#pragma once

#include <string>

#include "libsig/config/configuration.hpp"

namespace libsig::config {

/// What is said of a value of a secret key that is not empty.
inline constexpr std::string_view hidden_text = "(hidden)";

/// A value as the file has it: texts in quotes, sizes and durations with their
/// units. A secret is `(hidden)`.
[[nodiscard]] std::string show_value(const setting& what);

/// A line for each setting: full name, value and, when asked for, where it
/// comes from, in columns; then the tables of the lists as
/// `tokens[0].tenant`. Control characters are escaped.
[[nodiscard]] std::string show_text(const configuration& what,
                                    bool with_origin);

/// The same as one JSON object and a line feed:
/// `{"file","settings":[{"section","key","value","origin"?}],"<list>":[[{"key",
/// "value","origin"?}]]}`. Numbers and sizes are numbers, durations texts
/// (`"10s"`), what is unbounded is `"unlimited"`, `file` null without one.
[[nodiscard]] std::string show_json(const configuration& what,
                                    bool with_origin);

} // namespace libsig::config
