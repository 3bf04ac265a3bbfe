#include "libsig/redact/internal/json_redactor.hpp"

#include "libsig/codec/base64.hpp"
#include "libsig/codec/internal/json_lexer.hpp"
#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/internal/json_walker.hpp"
#include "libsig/codec/internal/plain_run.hpp"
#include "libsig/redact/redact.hpp"

#include <algorithm>
#include <utility>

namespace libsig::redact {

namespace internal {

namespace {

using codec::internal::json_kind;

constexpr std::string_view hidden_value = "\"[REDACTED]\"";
constexpr std::string_view binary_name = "data_base64";
constexpr std::string_view data_name = "data";

// What clients send has at most as many levels; answers put a few around them.
constexpr std::size_t objects_max = 2 * limits::json_depth_max;

[[nodiscard]] bool is_blank(char letter) noexcept {
  return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
}

/// What a string, with its quotes, stands for; nothing when it is none of JSON.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view quoted) {
  codec::internal::json_lexer lexer{quoted};
  if (!lexer.string() || !lexer.at_end()) {
    return std::nullopt;
  }
  return codec::internal::unquoted(quoted);
}

/// Whether an object or array begins the bytes; most bytes are something else
/// and need no decoding.
[[nodiscard]] bool may_hold_names(std::string_view base64) {
  for (std::size_t at = 0; at < base64.size(); at += 4) {
    const auto bytes = codec::decode_base64(base64.substr(at, 4));
    if (!bytes) {
      return false;
    }
    // A byte order mark is no part of JSON, but many readers pass over it.
    const auto text = std::string_view{*bytes};
    const auto marked = at == 0 && text.starts_with("\xef\xbb\xbf");
    const auto first =
      std::ranges::find_if_not(text.substr(marked ? 3 : 0), is_blank);
    if (first != text.end()) {
      return *first == '{' || *first == '[';
    }
  }
  return false;
}

/// The check of a text only asks whether it can be read.
struct nothing {
  void on_open(json_kind) noexcept {}
  void on_name(std::string_view, bool) noexcept {}
  void on_scalar(json_kind, std::string_view) noexcept {}
  void on_close(json_kind, std::string_view) noexcept {}
};

/// Whether the bytes are one JSON text within the limits.
[[nodiscard]] bool is_document(std::string_view bytes) {
  nothing handler;
  codec::internal::json_walker walker{bytes, codec::json_limits{}, handler};
  const auto end = walker.walk(0);
  return end && codec::internal::require_end(bytes, *end);
}

} // namespace

std::optional<std::string> redact_bytes(std::string_view bytes) {
  // Bytes in base64 within bytes lead here again, at most as often as a text
  // can shrink by a quarter: about sixty times.
  auto redacted = json_redactor{bytes}.run();
  if (!redacted) {
    return std::nullopt;
  }
  // Some reader may take for JSON what we do not: lines of it, a lone
  // surrogate, a byte order mark. What has something to hide is hidden whole
  // then.
  return is_document(bytes) ? redacted : std::string{hidden_value};
}

std::optional<std::string> json_redactor::run() {
  std::size_t at = 0;
  while (at < text_.size()) {
    const char letter = text_[at];
    if (letter == '"') {
      const auto end = behind_string(at);
      const auto next = behind_blanks(end);
      at = next < text_.size() && text_[next] == ':'
             ? member(at, end, behind_blanks(next + 1))
             : next;
      continue;
    }
    if (letter == '{') {
      open();
    } else if (letter == '}') {
      close();
    }
    ++at;
  }
  if (edits_.empty()) {
    return std::nullopt;
  }
  return edited();
}

void json_redactor::open() {
  if (open_.size() == objects_max) {
    ++deeper_;
  } else {
    open_.emplace_back();
  }
}

void json_redactor::close() {
  if (deeper_ > 0) {
    --deeper_;
    return;
  }
  if (open_.empty()) {
    return;
  }
  const auto& last = open_.back();
  if (last.has_data && last.unpacked) {
    unpacked_[*last.unpacked].keeps_form = true;
  }
  open_.pop_back();
}

std::size_t json_redactor::member(std::size_t begin, std::size_t end,
                                  std::size_t value) {
  const auto quoted = text_.substr(begin, end - begin);
  auto name = quoted.substr(1, quoted.size() < 2 ? 0 : quoted.size() - 2);
  std::optional<std::string> plain;
  if (name.find('\\') != std::string_view::npos) {
    plain = unescaped(quoted);
    name = plain ? *plain : name;
  }
  if (is_secret_name(name)) {
    return hide(value);
  }
  if (name == data_name && deeper_ == 0 && !open_.empty()) {
    open_.back().has_data = true;
  }
  const bool holds_bytes =
    name == binary_name && value < text_.size() && text_[value] == '"';
  return holds_bytes ? look_inside(begin, end, value) : value;
}

std::size_t json_redactor::hide(std::size_t value) {
  const auto end = behind_value(value);
  if (text_.substr(value, end - value) != hidden_value) {
    edits_.push_back({value, end, 0, change::hide});
  }
  return end;
}

std::size_t json_redactor::look_inside(std::size_t begin, std::size_t end,
                                       std::size_t value) {
  const auto behind = behind_string(value);
  const auto base64 = unescaped(text_.substr(value, behind - value));
  if (!base64 || !may_hold_names(*base64)) {
    return behind;
  }
  const auto bytes = codec::decode_base64(*base64);
  auto redacted = bytes ? redact_bytes(*bytes) : std::nullopt;
  if (!redacted) {
    return behind;
  }
  const auto index = unpacked_.size();
  // What stands beside it is known only of the objects that are kept apart.
  const bool kept_apart = deeper_ == 0 && !open_.empty();
  unpacked_.push_back({*std::move(redacted), !kept_apart});
  if (kept_apart) {
    open_.back().unpacked = index;
  }
  edits_.push_back({begin, end, index, change::rename});
  edits_.push_back({value, behind, index, change::unpack});
  return behind;
}

std::size_t json_redactor::behind_string(std::size_t at) const noexcept {
  ++at;
  while (at < text_.size()) {
    at += codec::internal::plain_run(text_, at);
    if (at >= text_.size()) {
      break;
    }
    if (text_[at] == '"') {
      return at + 1;
    }
    at += text_[at] == '\\' ? 2 : 1;
  }
  return text_.size();
}

std::size_t json_redactor::behind_value(std::size_t at) const noexcept {
  std::size_t depth = 0;
  while (at < text_.size()) {
    const char letter = text_[at];
    const bool closes = letter == '}' || letter == ']';
    if (depth == 0 && (closes || letter == ',' || is_blank(letter))) {
      return at;
    }
    at = letter == '"' ? behind_string(at) : at + 1;
    depth += letter == '{' || letter == '[' ? 1 : 0;
    depth -= closes ? 1 : 0;
    if (depth == 0 && (closes || letter == '"')) {
      return at;
    }
  }
  return at;
}

std::size_t json_redactor::behind_blanks(std::size_t at) const noexcept {
  while (at < text_.size() && is_blank(text_[at])) {
    ++at;
  }
  return at;
}

std::string json_redactor::edited() const {
  std::string out;
  out.reserve(text_.size());
  std::size_t begin = 0;
  for (const auto& next : edits_) {
    out += text_.substr(begin, next.begin - begin);
    append_edit(out, next);
    begin = next.end;
  }
  out += text_.substr(begin);
  return out;
}

void json_redactor::append_edit(std::string& out, const edit& next) const {
  if (next.what == change::hide) {
    out += hidden_value;
    return;
  }
  const auto& found = unpacked_[next.index];
  if (next.what == change::rename) {
    out += found.keeps_form ? text_.substr(next.begin, next.end - next.begin)
                            : std::string_view{"\"data\""};
  } else if (found.keeps_form) {
    out += '"';
    codec::append_base64(out, found.text);
    out += '"';
  } else {
    out += found.text;
  }
}

} // namespace internal

std::optional<std::string> redact_json(std::string_view json) {
  return internal::json_redactor{json}.run();
}

} // namespace libsig::redact
