#include "libsig/codec/json_writer.hpp"

#include <algorithm>
#include <cstddef>

namespace libsig::codec {

json_members::json_members(std::string_view object_text) {
  const bool object = object_text.size() > 2 && object_text.front() == '{'
                      && object_text.back() == '}';
  if (object) {
    rest_ = object_text.substr(1, object_text.size() - 2);
  }
  next();
}

void json_members::next() {
  std::size_t depth = 0;
  bool in_string = false;
  std::size_t at = 0;
  for (; at < rest_.size(); ++at) {
    const char byte = rest_[at];
    if (in_string) {
      at += byte == '\\' ? 1 : 0;
      in_string = byte != '"';
    } else if (byte == ',' && depth == 0) {
      break;
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if (byte == '}' || byte == ']') {
      depth -= depth > 0 ? 1 : 0;
    }
  }
  member_ = rest_.substr(0, at);
  rest_.remove_prefix(std::min(rest_.size(), at + 1));
}

bool json_members::before(std::string_view name) const noexcept {
  std::size_t at = 1;
  for (const char expected : name) {
    const char byte = at < member_.size() ? member_[at] : '"';
    if (byte == expected) {
      ++at;
      continue;
    }
    if (byte == '"') {
      return true;
    }
    // An escape stands for a control character, a quote or a backslash.
    const bool escaped =
      byte == '\\' && at + 1 < member_.size() && member_[at + 1] != '\\';
    return escaped
           || static_cast<unsigned char>(byte)
                < static_cast<unsigned char>(expected);
  }
  return false;
}

} // namespace libsig::codec
