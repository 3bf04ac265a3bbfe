#include "libsig/core/row_key.hpp"

#include <charconv>

namespace libsig {

namespace {

constexpr std::size_t digits_count = 16;
constexpr char separator = '/';
/// The character behind the separator.
constexpr char behind_separator = '0';

void append_sequence(std::string& out, std::uint64_t sequence) {
  constexpr std::string_view digits{"0123456789abcdef"};
  const auto number = ~sequence;
  for (auto shift = 4 * digits_count; shift > 0;) {
    shift -= 4;
    out += digits[(number >> shift) & 0xf];
  }
}

[[nodiscard]] std::string begun(std::string_view tenant, std::size_t more) {
  std::string made;
  made.reserve(tenant.size() + 1 + more);
  made.append(tenant);
  return made;
}

} // namespace

std::string to_string(const row_key& what) {
  auto made = begun(what.tenant, digits_count + 1 + what.name.size());
  made += separator;
  append_sequence(made, what.sequence);
  made += separator;
  made.append(what.name);
  return made;
}

std::optional<row_key> read_row_key(std::string_view text) {
  const auto tenant_end = text.find(separator);
  if (tenant_end == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rest = text.substr(tenant_end + 1);
  if (rest.size() <= digits_count || rest[digits_count] != separator) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto* const end = rest.data() + digits_count;
  const auto read = std::from_chars(rest.data(), end, number, 16);
  if (read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  return row_key{text.substr(0, tenant_end), ~number,
                 rest.substr(digits_count + 1)};
}

std::string row_key_before(std::string_view tenant) {
  auto made = begun(tenant, 0);
  made += separator;
  return made;
}

std::string row_key_behind(std::string_view tenant, std::uint64_t sequence) {
  auto made = begun(tenant, digits_count + 1);
  made += separator;
  append_sequence(made, sequence);
  made += behind_separator;
  return made;
}

std::string row_key_behind(std::string_view tenant) {
  auto made = begun(tenant, 0);
  made += behind_separator;
  return made;
}

} // namespace libsig
