#include "apps/sig/text_argument.hpp"

#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::sig {

error at_option(std::string_view option, std::string detail) {
  return error{errc::invalid_argument, std::move(detail)}.at(
    std::string{option});
}

result<void> check_text(std::string_view text, std::string_view place) {
  if (!is_utf8(text)) {
    return fail(at_option(place, "is not UTF-8"));
  }
  if (trim(text).empty()) {
    return fail(at_option(place, "is blank"));
  }
  return {};
}

result<void> check_line(std::string_view text, std::string_view place) {
  if (!is_utf8(text)) {
    return fail(at_option(place, "is not UTF-8"));
  }
  if (has_control_character(text)) {
    return fail(at_option(place, "holds a control character"));
  }
  return {};
}

result<void> check_none(const given_options& given,
                        std::span<const std::string_view> options,
                        std::string_view command) {
  for (const auto option : options) {
    if (given.has(option)) {
      return fail(at_option(option, "is an option of " + std::string{command}));
    }
  }
  return {};
}

void append_text_member(std::string& out, std::string_view name,
                        std::string_view text) {
  out += out.empty() || out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":";
  codec::append_json_string(out, text);
}

result<void> append_option(std::string& out, std::string_view name,
                           const given_options& given,
                           std::string_view option) {
  if (!given.has(option)) {
    return {};
  }
  const auto& text = given.one(option);
  if (auto fine = check_text(text, option); !fine) {
    return fine;
  }
  append_text_member(out, name, text);
  return {};
}

} // namespace libsig::sig
