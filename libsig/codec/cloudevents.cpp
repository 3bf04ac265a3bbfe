#include "libsig/codec/cloudevents.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/codec/internal/event_reader.hpp"
#include "libsig/codec/internal/json_walker.hpp"
#include "libsig/codec/json_pointer.hpp"

#include <utility>

namespace libsig::codec {

namespace {

using internal::json_lexer;

// The one type of which a text may be longer than an event's.
constexpr std::string_view long_type = "review.request";

[[nodiscard]] tl::unexpected<error> too_large(std::size_t bytes_max) {
  return fail(errc::too_large,
              "more than " + std::to_string(bytes_max) + " bytes");
}

/// Moves behind a value of which only the nesting counts: it is refused
/// already. False when the text ends inside it.
[[nodiscard]] bool skip_refused(json_lexer& lexer) {
  std::size_t depth = 0;
  while (!lexer.at_end()) {
    const char letter = lexer.peek();
    if (letter == '"') {
      if (!lexer.string()) {
        return false;
      }
      continue;
    }
    if (depth == 0 && (letter == ',' || letter == ']' || letter == '}')) {
      return true;
    }
    if (letter == '[' || letter == '{') {
      ++depth;
    } else if (letter == ']' || letter == '}') {
      --depth;
    }
    lexer.seek(lexer.at() + 1);
  }
  return false;
}

/// Reads the items of a batch, one by one.
class batch_reader {
public:
  explicit batch_reader(std::string_view text) : text_{text}, lexer_{text} {}

  [[nodiscard]] result<std::vector<result<draft>>> read();

private:
  [[nodiscard]] tl::unexpected<error> refusal(errc code,
                                              std::string detail) const;
  [[nodiscard]] result<void> item();

  std::string_view text_;
  json_lexer lexer_;
  std::vector<result<draft>> items_;
};

tl::unexpected<error> batch_reader::refusal(errc code,
                                            std::string detail) const {
  return fail(
    error(code, std::move(detail)).at("byte " + std::to_string(lexer_.at())));
}

result<void> batch_reader::item() {
  std::string pointer;
  append_pointer_token(pointer, items_.size());
  internal::event_members members;
  internal::json_walker walker{text_, {}, members};
  auto end = walker.walk(lexer_.at());
  if (end) {
    lexer_.seek(*end);
    items_.push_back(make_draft(members, pointer));
    return {};
  }
  if (walker.broken()) {
    return fail(std::move(end).error());
  }
  const error& reason = end.error();
  items_.push_back(
    fail(error(reason.code(), reason.detail()).at(pointer + reason.place())));
  if (!skip_refused(lexer_)) {
    return refusal(errc::invalid_json, "an array that does not end");
  }
  return {};
}

result<std::vector<result<draft>>> batch_reader::read() {
  lexer_.skip_blanks();
  if (!lexer_.take('[')) {
    return refusal(errc::invalid_signal,
                   "a batch must be an array of CloudEvents");
  }
  lexer_.skip_blanks();
  for (bool more = !lexer_.take(']'); more;) {
    if (items_.size() == limits::batch_signals_max) {
      return refusal(errc::too_large,
                     "more than " + std::to_string(limits::batch_signals_max)
                       + " signals in a batch");
    }
    if (const auto taken = item(); !taken) {
      return fail(taken.error());
    }
    lexer_.skip_blanks();
    more = lexer_.take(',');
    if (!more && !lexer_.take(']')) {
      return refusal(errc::invalid_json, "expected ',' or ']'");
    }
  }
  if (const auto ended = internal::require_end(text_, lexer_.at()); !ended) {
    return fail(ended.error());
  }
  return std::move(items_);
}

} // namespace

result<draft> read_event(std::string_view text) {
  if (text.size() > limits::review_request_bytes_max) {
    return too_large(limits::review_request_bytes_max);
  }
  internal::event_members members;
  internal::json_walker walker{text, {}, members};
  const auto end = walker.walk(0);
  if (!end) {
    return fail(end.error());
  }
  if (const auto ended = internal::require_end(text, *end); !ended) {
    return fail(ended.error());
  }
  auto read = internal::make_draft(members, {});
  if (text.size() > limits::event_bytes_max
      && !(read && read->type == long_type)) {
    return too_large(limits::event_bytes_max);
  }
  return read;
}

result<std::vector<result<draft>>> read_batch(std::string_view text) {
  if (text.size() > limits::event_bytes_max) {
    return too_large(limits::event_bytes_max);
  }
  return batch_reader{text}.read();
}

} // namespace libsig::codec
