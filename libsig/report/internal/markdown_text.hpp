#pragma once

#include <string>
#include <string_view>

/// Untrusted text in a Markdown document, none of which is markup.
namespace libsig::report {

/// Text within a paragraph: markup is escaped, control characters are shown,
/// mentions and references are taken apart. What stands between two back quotes
/// becomes a code span.
[[nodiscard]] std::string markdown_prose(std::string_view text);

/// A code span, whatever the text holds; a blank where it is empty.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// A fence that no line of the text ends: back quotes, at least three.
[[nodiscard]] std::string markdown_fence(std::string_view text);

} // namespace libsig::report
