#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace libsig::codec::internal {

/// The six types of JSON.
enum class json_kind : std::uint8_t {
  null,
  boolean,
  number,
  string,
  array,
  object,
};

/// The name of a type of JSON, as refusals say it: `number`.
[[nodiscard]] std::string_view to_string(json_kind kind) noexcept;

/// Reads the tokens of a JSON text, one by one, without copying anything.
///
/// Functions that read a token stand at its first byte and move behind it; on
/// failure they answer false, and `what` and `failed_at` say why and where.
class json_lexer {
public:
  // -- constructors -----------------------------------------------------------

  explicit json_lexer(std::string_view text) noexcept : text_{text} {}

  // -- mutators ---------------------------------------------------------------

  void seek(std::size_t at) noexcept { at_ = at; }

  void skip_blanks() noexcept {
    while (at_ < text_.size()
           && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r'
               || text_[at_] == '\t')) {
      ++at_;
    }
  }

  /// Moves past one byte when it is the given one.
  [[nodiscard]] bool take(char byte) noexcept {
    if (at_ < text_.size() && text_[at_] == byte) {
      ++at_;
      return true;
    }
    return false;
  }

  /// Reads a string: valid UTF-8, no control characters, known escapes, no
  /// lone surrogates.
  [[nodiscard]] bool string() noexcept;

  /// Reads a number by the grammar of JSON, whatever its size.
  [[nodiscard]] bool number() noexcept;

  /// Reads `true`, `false` or `null`.
  [[nodiscard]] bool literal() noexcept;

  /// Notes a failure; false, for the caller to return.
  [[nodiscard]] bool fail_at(std::size_t at, std::string_view what) noexcept {
    failed_at_ = at;
    what_ = what;
    return false;
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t at() const noexcept { return at_; }

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }

  /// The next byte, NUL at the end.
  [[nodiscard]] char peek() const noexcept {
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  /// Whether the string that was read last has escapes.
  [[nodiscard]] bool escaped() const noexcept { return escaped_; }

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  [[nodiscard]] std::string_view what() const noexcept { return what_; }

  [[nodiscard]] std::size_t failed_at() const noexcept { return failed_at_; }

private:
  [[nodiscard]] bool escape() noexcept;
  [[nodiscard]] bool unicode_escape(std::size_t begin) noexcept;
  [[nodiscard]] bool code_unit(std::uint32_t& value) noexcept;
  [[nodiscard]] bool digits() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  bool escaped_ = false;
  std::string_view what_;
  std::size_t failed_at_ = 0;
};

/// Whether a number, which the lexer has read, fits a double when it is
/// rounded; what is too small for one rounds to zero and fits.
[[nodiscard]] bool fits_double(std::string_view number) noexcept;

} // namespace libsig::codec::internal
