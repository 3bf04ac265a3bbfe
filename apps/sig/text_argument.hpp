#pragma once

#include <span>
#include <string>
#include <string_view>

#include "apps/sig/arguments.hpp"
#include "libsig/core/error.hpp"

/// Texts of a command line on their way into JSON.
namespace libsig::sig {

/// Something wrong with an option, or with the argument of a name.
[[nodiscard]] error at_option(std::string_view option, std::string detail);

/// Refuses what is not UTF-8 and what is blank: JSON could not say it as it is.
[[nodiscard]] result<void> check_text(std::string_view text,
                                      std::string_view place);

/// Refuses what is not UTF-8 and control characters, which the rules of
/// CloudEvents keep out of attributes.
[[nodiscard]] result<void> check_line(std::string_view text,
                                      std::string_view place);

/// Refuses options that belong to another command, such as `sig topic wait`.
[[nodiscard]] result<void> check_none(const given_options& given,
                                      std::span<const std::string_view> options,
                                      std::string_view command);

/// Appends `"name":text` to the members of an object, with a comma where one is
/// due.
void append_text_member(std::string& out, std::string_view name,
                        std::string_view text);

/// The same for the text of an option, checked, when it is given.
[[nodiscard]] result<void> append_option(std::string& out,
                                         std::string_view name,
                                         const given_options& given,
                                         std::string_view option);

} // namespace libsig::sig
