#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace libsig::codec::internal {

/// The number of bytes from `at` on that stand for themselves in a JSON string
/// whatever surrounds them: ASCII, no control character, no `"`, no `\`.
[[nodiscard]] inline std::size_t plain_run(std::string_view text,
                                           std::size_t at) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t tops = ones << 7;
  const std::size_t begin = at;
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    // A byte's top bit is set where the byte is not plain; the borrow of a
    // subtraction can only reach bytes behind one that is not plain anyway.
    const std::uint64_t quote = word ^ ones * '"';
    const std::uint64_t backslash = word ^ ones * '\\';
    const std::uint64_t special =
      word | (word - ones * 0x20) | (quote - ones) | (backslash - ones);
    if ((special & tops) != 0) {
      break;
    }
    at += sizeof(word);
  }
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') {
      break;
    }
    ++at;
  }
  return at - begin;
}

} // namespace libsig::codec::internal
