#include "libsig/codec/internal/json_walker.hpp"

#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/json_pointer.hpp"

#include <utility>

namespace libsig::codec::internal {

namespace {

/// The next byte of a text, for people.
[[nodiscard]] std::string describe(const json_lexer& lexer) {
  if (lexer.at_end()) {
    return "the end of the text";
  }
  const char letter = lexer.peek();
  if (letter > ' ' && letter < '\x7F') {
    return {'\'', letter, '\''};
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(letter);
  return {
    'b', 'y', 't', 'e', ' ', '0', 'x', digits[byte >> 4], digits[byte & 0xF]};
}

} // namespace

result<void> require_end(std::string_view text, std::size_t at) {
  json_lexer lexer{text};
  lexer.seek(at);
  lexer.skip_blanks();
  if (lexer.at_end()) {
    return {};
  }
  return fail(
    error(errc::invalid_json, "text behind the value, " + describe(lexer))
      .at("byte " + std::to_string(lexer.at())));
}

error json_walk::syntax_error() {
  broken_ = true;
  return error(errc::invalid_json, std::string{lexer_.what()})
    .at("byte " + std::to_string(lexer_.failed_at()));
}

bool json_walk::breach(errc code, std::string detail, std::string place) {
  breach_ = error(code, std::move(detail)).at(std::move(place));
  return false;
}

std::string json_walk::pointer() const {
  std::string text;
  for (const auto& value : open_) {
    if (value.count == 0) {
      break;
    }
    if (value.kind == json_kind::array) {
      append_pointer_token(text, value.count - 1);
    } else {
      std::string name;
      append_unescaped(name, value.name);
      append_pointer_token(text, name);
    }
  }
  return text;
}

bool json_walk::expected(std::string_view what) {
  broken_ = true;
  return breach(errc::invalid_json,
                "expected " + std::string{what} + ", found " + describe(lexer_),
                "byte " + std::to_string(lexer_.at()));
}

bool json_walk::count_member() {
  ++open_.back().count;
  ++members_;
  if (members_ <= bounds_.members_max) {
    return true;
  }
  // The name of a member was not read yet, so its object is named.
  if (open_.back().kind == json_kind::object) {
    open_.back().count = 0;
  }
  return breach(errc::too_many_members,
                "more than " + std::to_string(bounds_.members_max)
                  + " members and elements",
                pointer());
}

bool json_walk::enter(json_kind kind) {
  if (open_.size() == bounds_.depth_max) {
    return breach(errc::too_deep,
                  "nested more than " + std::to_string(bounds_.depth_max)
                    + " levels deep",
                  pointer());
  }
  open_.push_back({kind, lexer_.at(), 0, {}, names_.here()});
  lexer_.seek(lexer_.at() + 1);
  return true;
}

bool json_walk::leave() {
  open_value& last = open_.back();
  if (last.kind == json_kind::object) {
    if (const auto twice = names_.find_twice(last.names)) {
      std::string name{*twice};
      last.count = 0;
      std::string place = pointer();
      append_pointer_token(place, name);
      return breach(errc::duplicate_member, "a member that stands there twice",
                    std::move(place));
    }
    names_.forget(last.names);
  }
  open_.pop_back();
  return true;
}

bool json_walk::name() {
  if (lexer_.peek() != '"') {
    return expected("the name of a member");
  }
  const std::size_t begin = lexer_.at() + 1;
  if (!lexer_.string()) {
    return false;
  }
  open_value& owner = open_.back();
  owner.name = lexer_.text().substr(begin, lexer_.at() - 1 - begin);
  names_.add(owner.name, lexer_.escaped());
  lexer_.skip_blanks();
  return lexer_.take(':') || expected("':'");
}

bool json_walk::number_value() {
  const std::size_t begin = lexer_.at();
  const char first = lexer_.peek();
  if (first != '-' && (first < '0' || first > '9')) {
    return expected("a value");
  }
  if (!lexer_.number()) {
    return false;
  }
  if (fits_double(lexer_.text().substr(begin, lexer_.at() - begin))) {
    return true;
  }
  return breach(errc::invalid_json, "a number beyond the range of a double",
                open_.empty() ? "byte " + std::to_string(begin) : pointer());
}

} // namespace libsig::codec::internal
