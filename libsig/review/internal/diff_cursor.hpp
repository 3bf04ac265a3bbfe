#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/core/error.hpp"

namespace libsig::review::internal {

/// Walks over a text line by line; every byte is looked at once per line seen.
class diff_cursor {
public:
  explicit diff_cursor(std::string_view text) noexcept
    : begin_(text.data()), end_(text.data() + text.size()) {
    find_line_end();
  }

  /// Goes to the next line. Not to be called at the end.
  void advance() noexcept {
    begin_ = line_end_ == end_ ? end_ : line_end_ + 1;
    ++number_;
    find_line_end();
  }

  [[nodiscard]] bool at_end() const noexcept { return begin_ == end_; }

  /// The number of the current line, from 1; at the end, one more than there
  /// are lines.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

  /// The current line without its line feed; empty at the end.
  [[nodiscard]] std::string_view line() const noexcept {
    return {begin_, static_cast<std::size_t>(line_end_ - begin_)};
  }

  /// The current line without the carriage return that mail puts before the
  /// line feed. Git quotes names that end in one, so headers lose nothing.
  [[nodiscard]] std::string_view header_line() const noexcept {
    auto text = line();
    if (!text.empty() && text.back() == '\r')
      text.remove_suffix(1);
    return text;
  }

  /// A cursor that stands so many lines further, or at the end.
  [[nodiscard]] diff_cursor ahead(unsigned lines) const noexcept {
    auto other = *this;
    for (; lines > 0 && !other.at_end(); --lines)
      other.advance();
    return other;
  }

private:
  void find_line_end() noexcept {
    const auto size = static_cast<std::size_t>(end_ - begin_);
    const void* found = size == 0 ? nullptr : std::memchr(begin_, '\n', size);
    line_end_ = found == nullptr ? end_ : static_cast<const char*>(found);
  }

  const char* begin_;
  const char* line_end_ = nullptr;
  const char* end_;
  std::uint32_t number_ = 1;
};

/// The failed state of a diff that breaks a rule at a line.
[[nodiscard]] inline tl::unexpected<error>
broken(std::uint32_t line, std::string detail, std::string remedy) {
  return fail(error(errc::invalid_diff, std::move(detail))
                .at("line " + std::to_string(line))
                .mend(std::move(remedy)));
}

/// The failed state of a diff that ends too early; `cursor` stands at the end.
[[nodiscard]] inline tl::unexpected<error> cut_off(const diff_cursor& cursor,
                                                   std::string detail) {
  return broken(cursor.number() - (cursor.number() > 1 ? 1 : 0),
                std::move(detail), "pass the whole diff");
}

/// Takes the prefix off; false says that the text does not have it.
inline bool consume(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

} // namespace libsig::review::internal
