#include "libsig/review/internal/diff_binary.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace libsig::review::internal {

namespace {

constexpr std::string_view alphabet =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  "!#$%&()*+-;<=>?@^_`{|}~";

constexpr std::array<bool, 256> make_digits() noexcept {
  std::array<bool, 256> digits{};
  for (const char digit : alphabet)
    digits[static_cast<unsigned char>(digit)] = true;
  return digits;
}

constexpr auto digits = make_digits();

bool is_block_header(std::string_view line) noexcept {
  if (!consume(line, "literal ") && !consume(line, "delta "))
    return false;
  std::uint64_t size = 0;
  const auto* end = line.data() + line.size();
  const auto [stop, code] = std::from_chars(line.data(), end, size);
  return code == std::errc() && stop == end;
}

/// How many bytes the first character of a line says that it has: A is 1, Z 26,
/// a 27, z 52.
std::size_t bytes_of(char first) noexcept {
  if (first >= 'A' && first <= 'Z')
    return static_cast<std::size_t>(first - 'A') + 1;
  if (first >= 'a' && first <= 'z')
    return static_cast<std::size_t>(first - 'a') + 27;
  return 0;
}

/// Five characters carry four bytes; the last group may carry fewer.
bool is_data(std::string_view line) noexcept {
  const auto bytes = bytes_of(line.front());
  line.remove_prefix(1);
  if (bytes == 0 || line.size() != (bytes + 3) / 4 * 5)
    return false;
  for (const char byte : line)
    if (!digits[static_cast<unsigned char>(byte)])
      return false;
  return true;
}

/// Skips a block from its header to its blank line.
result<void> skip_block(diff_cursor& cursor) {
  cursor.advance();
  while (!cursor.at_end() && !cursor.header_line().empty()) {
    if (!is_data(cursor.header_line()))
      return broken(cursor.number(), "this is no line of a binary patch",
                    "pass the diff as git wrote it");
    cursor.advance();
  }
  if (cursor.at_end())
    return cut_off(cursor, "the binary patch breaks off");
  cursor.advance();
  return {};
}

} // namespace

result<void> skip_binary_patch(diff_cursor& cursor) {
  cursor.advance();
  if (cursor.at_end())
    return cut_off(cursor, "the binary patch breaks off");
  if (!is_block_header(cursor.header_line()))
    return broken(cursor.number(), "a binary patch has no literal or delta",
                  "pass the diff as git wrote it");
  if (auto skipped = skip_block(cursor); !skipped)
    return skipped;
  if (is_block_header(cursor.header_line()))
    return skip_block(cursor);
  return {};
}

} // namespace libsig::review::internal
