#include "libsig/redact/redact.hpp"

#include <algorithm>
#include <array>

namespace libsig::redact {

namespace {

constexpr std::array<std::string_view, 5> endings = {
  "apikey", "token", "password", "secret", "authorization",
};

[[nodiscard]] constexpr char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a')
                                        : letter;
}

/// The same rule names all that are hidden: `openai_api_key`, `api_key`,
/// `token`, `authorization`, `password` and `secret` end in one of these.
[[nodiscard]] bool ends_in(std::string_view name,
                           std::string_view ending) noexcept {
  auto left = ending.size();
  for (auto at = name.size(); at > 0 && left > 0; --at) {
    const char letter = name[at - 1];
    if (letter == '-' || letter == '_') {
      continue;
    }
    if (lower(letter) != ending[left - 1]) {
      return false;
    }
    --left;
  }
  return left == 0;
}

} // namespace

bool is_secret_name(std::string_view name) noexcept {
  return std::ranges::any_of(
    endings, [name](std::string_view ending) { return ends_in(name, ending); });
}

} // namespace libsig::redact
