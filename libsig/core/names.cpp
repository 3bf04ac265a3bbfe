#include "libsig/core/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "libsig/core/limits.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig {

namespace {

/// Unicode's white space beyond ASCII that is no control character, as UTF-8.
constexpr std::array<std::string_view, 18> wide_blanks = {
  "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
  "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
  "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
};

/// Bytes of the blank at the beginning of the text, 0 when there is none.
std::size_t blank_size(std::string_view text) {
  if (text.starts_with(' '))
    return 1;
  const auto* const found =
    std::ranges::find_if(wide_blanks, [text](std::string_view blank) {
      return text.starts_with(blank);
    });
  return found == wide_blanks.end() ? 0 : found->size();
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto size = blank_size(text);
    if (size == 0)
      return false;
    text.remove_prefix(size);
  }
  return true;
}

/// What is checked, and the rules that differ.
struct rules {
  std::string_view subject;
  std::size_t bytes_max;
  std::string_view forbidden;
};

/// What is wrong with the text, to stand behind the subject; empty when it is
/// a name.
std::string flaw(std::string_view text, const rules& binding) {
  if (text.empty())
    return "is empty";
  if (text.size() > binding.bytes_max)
    return "has more than " + std::to_string(binding.bytes_max) + " bytes";
  if (!is_utf8(text))
    return "is not UTF-8";
  if (has_control_character(text))
    return "holds a control character";
  const auto at = text.find_first_of(binding.forbidden);
  if (at != std::string_view::npos)
    return std::string("holds '").append(1, text[at]).append("'");
  if (text == "." || text == ".." || text == "*")
    return std::string("may not be '").append(text).append("'");
  return is_blank(text) ? "is blank" : "";
}

/// Most names are of printable ASCII without the forbidden; they need no closer
/// look unless they may be `.`, `..`, `*` or blank.
bool is_plain(std::string_view text, const rules& binding) {
  return text.size() > 2 && text.size() <= binding.bytes_max
         && text.front() != ' ' && is_printable_ascii(text)
         && std::ranges::none_of(binding.forbidden, [text](char letter) {
              // One search through the text for each of the few, which is
              // faster than one through the few for each letter.
              return text.find(letter) != std::string_view::npos;
            });
}

result<void> check(std::string_view text, const rules& binding) {
  if (is_plain(text, binding))
    return {};
  const auto wrong = flaw(text, binding);
  if (wrong.empty())
    return {};
  return fail(errc::invalid_argument,
              std::string(binding.subject).append(" ").append(wrong));
}

} // namespace

result<void> check_name(std::string_view name) {
  return check(name, {"a name", limits::name_bytes_max, "/\\"});
}

result<void> check_review_id(std::string_view id) {
  return check(id, {"a review id", limits::review_id_bytes_max, "\\"});
}

} // namespace libsig
