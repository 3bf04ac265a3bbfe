#include "libsig/codec/internal/json_number.hpp"

#include "libsig/codec/json_text.hpp"

#include <algorithm>

namespace libsig::codec::internal {

namespace {

constexpr std::int64_t magnitude_bound = 1'000'000'000'000'000;

/// Reads an exponent; beyond the bound it stays there.
[[nodiscard]] std::int64_t exponent_of(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (const char digit : text) {
    value = std::min(value * 10 + (digit - '0'), magnitude_bound);
  }
  return negative ? -value : value;
}

/// How many digits there are, a point among them apart.
[[nodiscard]] std::int64_t count_digits(std::string_view digits) noexcept {
  const bool has_point = digits.find('.') != std::string_view::npos;
  return static_cast<std::int64_t>(digits.size()) - (has_point ? 1 : 0);
}

/// Appends the digits less their point.
void append_digits(std::string& out, std::string_view digits) {
  const std::size_t point = digits.find('.');
  out += digits.substr(0, point);
  if (point != std::string_view::npos) {
    out += digits.substr(point + 1);
  }
}

void append_with_exponent(std::string& out, const decimal& value) {
  const std::size_t begin = out.size();
  append_digits(out, value.digits);
  if (out.size() - begin > 1) {
    out.insert(begin + 1, 1, '.');
  }
  out += 'e';
  append_json_integer(out, value.magnitude);
}

} // namespace

decimal decimal_of(std::string_view number) noexcept {
  decimal value;
  value.negative = number.starts_with('-');
  if (value.negative) {
    number.remove_prefix(1);
  }
  const std::size_t mark = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) {
    return value;
  }
  const std::size_t last = mantissa.find_last_not_of("0.");
  value.digits = mantissa.substr(first, last - first + 1);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  value.magnitude = static_cast<std::int64_t>(point)
                    - static_cast<std::int64_t>(first)
                    - (first < point ? 1 : 0);
  if (mark != std::string_view::npos) {
    value.magnitude += exponent_of(number.substr(mark + 1));
  }
  value.magnitude =
    std::clamp(value.magnitude, -magnitude_bound, magnitude_bound);
  return value;
}

void append_canonical_number(std::string& out, std::string_view number) {
  const decimal value = decimal_of(number);
  if (value.zero()) {
    out += '0';
    return;
  }
  if (value.negative) {
    out += '-';
  }
  const std::int64_t count = count_digits(value.digits);
  const std::int64_t whole = value.magnitude + 1;
  const std::size_t begin = out.size();
  if (whole > 21 || whole < -5) {
    append_with_exponent(out, value);
  } else if (whole <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-whole), '0');
    append_digits(out, value.digits);
  } else {
    append_digits(out, value.digits);
    if (count > whole) {
      out.insert(begin + static_cast<std::size_t>(whole), 1, '.');
    } else {
      out.append(static_cast<std::size_t>(whole - count), '0');
    }
  }
}

} // namespace libsig::codec::internal
