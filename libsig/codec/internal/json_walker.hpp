#pragma once

#include "libsig/codec/guard.hpp"
#include "libsig/codec/internal/json_lexer.hpp"
#include "libsig/codec/internal/json_names.hpp"
#include "libsig/core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::codec::internal {

/// An array or object that is being read.
struct open_value {
  json_kind kind = json_kind::array;
  std::size_t begin = 0;
  /// Members or elements so far, the one that is being read included.
  std::size_t count = 0;
  /// The member that is being read: the inside of its name in the text.
  std::string_view name;
  json_names::mark names;
};

/// Refuses anything but blanks from `at` on.
[[nodiscard]] result<void> require_end(std::string_view text, std::size_t at);

/// The part of `json_walker` that does not depend on the handler.
class json_walk {
public:
  json_walk(std::string_view text, const json_limits& bounds)
    : lexer_{text}, bounds_{bounds} {}

  /// Whether the failure was one of form: what follows cannot be read either.
  /// A breach of a limit leaves the rest of the text readable.
  [[nodiscard]] bool broken() const noexcept { return broken_; }

protected:
  /// The failure of the lexer as an error.
  [[nodiscard]] error syntax_error();

  [[nodiscard]] bool breach(errc code, std::string detail, std::string place);

  /// The JSON pointer of the value that is being read.
  [[nodiscard]] std::string pointer() const;

  [[nodiscard]] bool expected(std::string_view what);

  /// Counts one member or element more; false beyond the limit.
  [[nodiscard]] bool count_member();

  [[nodiscard]] bool enter(json_kind kind);
  [[nodiscard]] bool leave();
  [[nodiscard]] bool name();
  [[nodiscard]] bool number_value();

  json_lexer lexer_;
  json_limits bounds_;
  std::vector<open_value> open_;
  json_names names_;
  std::size_t members_ = 0;
  bool broken_ = false;
  // Set for a breach of a limit; otherwise the lexer knows what is wrong.
  std::optional<error> breach_;
};

/// Reads JSON values of a text within limits, without recursion, and tells a
/// handler what it meets:
///
/// - `on_open(kind)`: an array or object begins
/// - `on_name(inside, escaped)`: the name of the next member
/// - `on_scalar(kind, text)`: any other value, as it stands in the text
/// - `on_close(kind, text)`: an array or object has ended; its whole text
template <class Handler>
class json_walker : public json_walk {
public:
  json_walker(std::string_view text, const json_limits& bounds,
              Handler& handler)
    : json_walk{text, bounds}, handler_{handler} {}

  /// Reads one value from `at` on, blanks before it included; the place behind
  /// it.
  [[nodiscard]] result<std::size_t> walk(std::size_t at) {
    lexer_.seek(at);
    open_.clear();
    names_.forget({});
    members_ = 0;
    if (!walk_value()) {
      return fail(breach_ ? *std::move(breach_) : syntax_error());
    }
    return lexer_.at();
  }

private:
  [[nodiscard]] bool walk_value() {
    do {
      if (!begin_value()) {
        return false;
      }
      while (value_complete_ && !open_.empty()) {
        if (!go_on()) {
          return false;
        }
      }
    } while (!value_complete_);
    return true;
  }

  /// Reads a scalar, or the beginning of an array or object up to its first
  /// value.
  [[nodiscard]] bool begin_value() {
    lexer_.skip_blanks();
    const std::size_t begin = lexer_.at();
    switch (lexer_.peek()) {
    case '{':
      return begin_container(json_kind::object);
    case '[':
      return begin_container(json_kind::array);
    case '"':
      return lexer_.string() && finish_scalar(json_kind::string, begin);
    case 't':
    case 'f':
      return lexer_.literal() && finish_scalar(json_kind::boolean, begin);
    case 'n':
      return lexer_.literal() && finish_scalar(json_kind::null, begin);
    default:
      return number_value() && finish_scalar(json_kind::number, begin);
    }
  }

  [[nodiscard]] bool finish_scalar(json_kind kind, std::size_t begin) {
    handler_.on_scalar(kind, lexer_.text().substr(begin, lexer_.at() - begin));
    value_complete_ = true;
    return true;
  }

  [[nodiscard]] bool begin_container(json_kind kind) {
    if (!enter(kind)) {
      return false;
    }
    handler_.on_open(kind);
    lexer_.skip_blanks();
    if (lexer_.take(kind == json_kind::object ? '}' : ']')) {
      return finish_container();
    }
    return begin_member();
  }

  [[nodiscard]] bool begin_member() {
    value_complete_ = false;
    if (!count_member()) {
      return false;
    }
    if (open_.back().kind == json_kind::array) {
      return true;
    }
    if (!name()) {
      return false;
    }
    handler_.on_name(open_.back().name, lexer_.escaped());
    return true;
  }

  [[nodiscard]] bool finish_container() {
    const open_value& last = open_.back();
    const auto kind = last.kind;
    const auto begin = last.begin;
    if (!leave()) {
      return false;
    }
    handler_.on_close(kind, lexer_.text().substr(begin, lexer_.at() - begin));
    value_complete_ = true;
    return true;
  }

  /// Reads what stands behind a value: a comma and what leads to the next
  /// value, or the end of the array or object.
  [[nodiscard]] bool go_on() {
    lexer_.skip_blanks();
    const bool in_object = open_.back().kind == json_kind::object;
    if (lexer_.take(in_object ? '}' : ']')) {
      return finish_container();
    }
    if (!lexer_.take(',')) {
      return expected(in_object ? "',' or '}'" : "',' or ']'");
    }
    lexer_.skip_blanks();
    return begin_member();
  }

  Handler& handler_;
  bool value_complete_ = false;
};

} // namespace libsig::codec::internal
