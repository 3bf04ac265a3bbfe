#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "apps/sigd/log.hpp"

namespace libsig::sigd {

/// Appends a string of JSON in which nothing is invisible: beside what JSON
/// escapes also DEL, C1, and the characters that end lines or turn the
/// direction of text. What is longer than `logger::field_bytes_max` is cut and
/// ends in `...`.
void append_visible_string(std::string& out, std::string_view text);

/// An event and its fields as text: `ready listen=127.0.0.1:7733 pid=7`.
/// Strings that are more than a word are in quotes, as in JSON.
[[nodiscard]] std::string log_text(std::string_view event,
                                   std::initializer_list<log_field> fields);

/// The same as members of JSON: `"event":"ready","pid":7`.
[[nodiscard]] std::string log_members(std::string_view event,
                                      std::initializer_list<log_field> fields);

} // namespace libsig::sigd
