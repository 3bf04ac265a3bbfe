#include "libsig/codec/internal/json_lexer.hpp"

#include "libsig/codec/internal/json_number.hpp"
#include "libsig/codec/internal/plain_run.hpp"
#include "libsig/core/utf8.hpp"

#include <charconv>
#include <cmath>

namespace libsig::codec::internal {

namespace {

[[nodiscard]] bool is_digit(char letter) noexcept {
  return letter >= '0' && letter <= '9';
}

} // namespace

std::string_view to_string(json_kind kind) noexcept {
  switch (kind) {
  case json_kind::null:
    return "null";
  case json_kind::boolean:
    return "boolean";
  case json_kind::number:
    return "number";
  case json_kind::string:
    return "string";
  case json_kind::array:
    return "array";
  case json_kind::object:
    return "object";
  }
  return "unknown";
}

bool json_lexer::string() noexcept {
  const std::size_t begin = at_;
  escaped_ = false;
  ++at_;
  for (;;) {
    at_ += plain_run(text_, at_);
    if (at_end()) {
      return fail_at(begin, "a string that does not end");
    }
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '"') {
      ++at_;
      return true;
    }
    if (byte < 0x20) {
      return fail_at(at_, "a control character inside a string");
    }
    if (byte == '\\') {
      if (!escape()) {
        return false;
      }
      continue;
    }
    const auto unit = utf8_unit_at(text_, at_);
    if (!unit.valid) {
      return fail_at(at_, "bytes that are not UTF-8");
    }
    at_ += unit.length;
  }
}

bool json_lexer::escape() noexcept {
  const std::size_t begin = at_;
  escaped_ = true;
  ++at_;
  switch (peek()) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
    ++at_;
    return true;
  case 'u':
    ++at_;
    return unicode_escape(begin);
  default:
    return fail_at(begin, at_end() ? "a string that does not end"
                                   : "an escape that JSON does not know");
  }
}

bool json_lexer::unicode_escape(std::size_t begin) noexcept {
  constexpr std::string_view lone = "a surrogate without its other half";
  std::uint32_t first = 0;
  if (!code_unit(first)) {
    return fail_at(begin, "\\u without four hexadecimal digits");
  }
  if (first < 0xD800 || first > 0xDFFF) {
    return true;
  }
  std::uint32_t second = 0;
  if (first > 0xDBFF || !take('\\') || !take('u') || !code_unit(second)
      || second < 0xDC00 || second > 0xDFFF) {
    return fail_at(begin, lone);
  }
  return true;
}

bool json_lexer::code_unit(std::uint32_t& value) noexcept {
  if (text_.size() - at_ < 4) {
    return false;
  }
  const char* const begin = text_.data() + at_;
  const auto read = std::from_chars(begin, begin + 4, value, 16);
  at_ += 4;
  return read.ptr == begin + 4;
}

bool json_lexer::digits() noexcept {
  if (!is_digit(peek())) {
    return fail_at(at_, "a number that lacks a digit");
  }
  while (is_digit(peek())) {
    ++at_;
  }
  return true;
}

bool json_lexer::number() noexcept {
  const std::size_t begin = at_;
  static_cast<void>(take('-'));
  if (take('0')) {
    if (is_digit(peek())) {
      return fail_at(begin, "a number with a leading zero");
    }
  } else if (!digits()) {
    return false;
  }
  if (take('.') && !digits()) {
    return false;
  }
  if (take('e') || take('E')) {
    if (!take('+')) {
      static_cast<void>(take('-'));
    }
    return digits();
  }
  return true;
}

bool json_lexer::literal() noexcept {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text_.substr(at_).starts_with(word)) {
      at_ += word.size();
      return true;
    }
  }
  return fail_at(at_, "a word that is neither true, false nor null");
}

bool fits_double(std::string_view number) noexcept {
  // Decimal magnitudes of the largest double and of what lies beyond it.
  constexpr std::int64_t magnitude_max = 308;
  if (number.size() <= static_cast<std::size_t>(magnitude_max)
      && number.find_first_of("eE") == std::string_view::npos) {
    return true;
  }
  const auto parts = decimal_of(number);
  if (parts.magnitude != magnitude_max || parts.zero()) {
    return parts.zero() || parts.magnitude < magnitude_max;
  }
  double value = 0;
  const auto read =
    std::from_chars(number.data(), number.data() + number.size(), value);
  return read.ec == std::errc{} && std::isfinite(value);
}

} // namespace libsig::codec::internal
