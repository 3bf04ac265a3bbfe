#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

/// Percent-encoding (RFC 3986, 2.1) of what stands in targets and in header
/// fields. Pure and linear.
namespace libsig {

/// Decodes a segment of a path once. Nothing when a `%` starts no escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// Decodes a name or a value of a query once: like `percent_decode`, and `+` is
/// a blank.
[[nodiscard]] std::optional<std::string>
percent_decode_query(std::string_view text);

/// Appends the text so that it is one segment of a path, or one name or value
/// of a query: all but RFC 3986's unreserved characters are escaped.
void append_percent_encoded(std::string& out, std::string_view text);

/// What the value of a header field of CloudEvents, or of `Sig-Identity`,
/// stands for: double quotes around it are unwrapped, then escapes are decoded
/// once. A `%` that starts no escape and bytes beyond ASCII are kept. What
/// decodes to bytes that are not UTF-8 is `errc::invalid_argument`.
[[nodiscard]] result<std::string> decode_field_value(std::string_view value);

/// Appends a text as the value of a header field, as the HTTP binding of
/// CloudEvents demands: blanks, `"`, `%`, control characters and all beyond
/// ASCII are escaped, so that `decode_field_value` gives the text back.
void append_field_value(std::string& out, std::string_view text);

} // namespace libsig
