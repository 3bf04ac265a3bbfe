#include "libsig/review/internal/diff_fields.hpp"

#include <charconv>
#include <system_error>

#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

namespace {

/// The names of the empty blob, as SHA-1 and SHA-256.
constexpr std::string_view empty_sha1 =
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
constexpr std::string_view empty_sha256 =
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";

bool has_content(std::string_view object) noexcept {
  return object.find_first_not_of('0') != std::string_view::npos
         && !empty_sha1.starts_with(object)
         && !empty_sha256.starts_with(object);
}

} // namespace

std::optional<std::uint32_t> parse_mode(std::string_view text) {
  std::uint32_t mode = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, mode, 8);
  if (code != std::errc() || stop != end || text.size() > 6 || mode == 0)
    return std::nullopt;
  return mode;
}

bool is_percentage(std::string_view text) noexcept {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  return code == std::errc() && end - stop == 1 && *stop == '%' && value <= 100;
}

bool is_object_name(std::string_view text) noexcept {
  return text.size() >= 4 && text.size() <= 64
         && text.find_first_not_of("0123456789abcdef")
              == std::string_view::npos;
}

std::optional<index_line> parse_index(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos)
    return std::nullopt;
  auto parents = text.substr(0, dots);
  auto after = text.substr(dots + 2);
  index_line line;
  if (const auto space = after.find(' '); space != std::string_view::npos) {
    line.mode = parse_mode(after.substr(space + 1));
    if (!line.mode)
      return std::nullopt;
    after = after.substr(0, space);
  }
  if (!is_object_name(after))
    return std::nullopt;
  line.content_differs =
    parents.substr(0, parents.find(',')) != after && has_content(after);
  do {
    const auto comma = parents.find(',');
    if (!is_object_name(parents.substr(0, comma)))
      return std::nullopt;
    ++line.parents;
    parents = comma == std::string_view::npos ? std::string_view()
                                              : parents.substr(comma + 1);
  } while (!parents.empty());
  return line;
}

} // namespace libsig::review::internal
