#include <algorithm>

#include "libsig/review/lexer_engine.hpp"

namespace libsig::review::internal {

namespace {

[[nodiscard]] frame string_frame(std::string_view close) {
  frame made;
  made.kind = frame::what::string;
  made.close = close;
  made.escapes = true;
  return made;
}

[[nodiscard]] char closing_bracket(char open) noexcept {
  switch (open) {
  case '(':
    return ')';
  case '[':
    return ']';
  case '{':
    return '}';
  case '<':
    return '>';
  default:
    return open;
  }
}

[[nodiscard]] bool is_one_of(std::string_view set, char given) noexcept {
  return given != '\0' && set.find(given) != std::string_view::npos;
}

} // namespace

// -- opening
// -------------------------------------------------------------------

void lexer::open_string(std::size_t length, frame how) {
  how.spoken = top().spoken;
  take(token_kind::string_open, length);
  if (!push(how))
    emit(token_kind::string_close, at_, at_);
}

void lexer::queue_heredoc(std::size_t length, frame how) {
  how.spoken = top().spoken;
  how.heredoc = true;
  how.multiline = true;
  take(token_kind::string_open, length);
  if (heredocs_queued_ == heredocs_max) {
    emit(token_kind::string_close, at_, at_);
    return;
  }
  heredocs_[heredocs_queued_++] = heredoc{how, out_.size() - 1};
}

bool lexer::string() {
  const char next = peek();
  // What no language begins a string with.
  if (!begins_name(next) && !is_one_of("\"'`$@%/<~:", next))
    return false;
  const auto spoken = top().spoken;
  if (spoken == language::javascript || spoken == language::go)
    return script_string();
  if (spoken == language::python)
    return python_string();
  if (spoken == language::java || spoken == language::scala
      || spoken == language::kotlin)
    return scala_string();
  if (spoken == language::c_family)
    return c_string();
  if (spoken == language::csharp)
    return csharp_string();
  if (spoken == language::php)
    return php_string();
  if (spoken == language::ruby)
    return ruby_string();
  if (spoken == language::elixir)
    return elixir_string();
  if (spoken == language::rust)
    return rust_string();
  return plain_string();
}

bool lexer::plain_string() {
  const char next = peek();
  if (next != '"' && next != '\'' && next != '`')
    return false;
  auto how = string_frame(text_.substr(at_, 1));
  if (top().spoken == language::sql) {
    how.doubled = true;
    how.escapes = false;
    how.multiline = next == '\'';
  }
  open_string(1, how);
  return true;
}

bool lexer::c_string() {
  std::size_t prefix = 0;
  while (prefix < 3 && is_one_of("LuU8", peek(prefix)))
    ++prefix;
  if (peek(prefix) == 'R' && peek(prefix + 1) == '"') {
    const auto open = text_.find('(', at_ + prefix + 2);
    const auto from = at_ + prefix + 2;
    if (open == std::string_view::npos || open - from > 16)
      return false;
    auto how = string_frame(text_.substr(from, open - from));
    how.escapes = false;
    how.multiline = true;
    how.lead = ')';
    how.tail = '"';
    how.tail_count = 1;
    open_string(open + 1 - at_, how);
    return true;
  }
  if (peek(prefix) != '"' && peek(prefix) != '\'')
    return false;
  open_string(prefix + 1, string_frame(text_.substr(at_ + prefix, 1)));
  return true;
}

bool lexer::csharp_string() {
  std::size_t dollars = 0;
  bool verbatim = false;
  std::size_t prefix = 0;
  for (; peek(prefix) == '$' || peek(prefix) == '@'; ++prefix) {
    dollars += peek(prefix) == '$' ? 1u : 0u;
    verbatim = verbatim || peek(prefix) == '@';
  }
  const char quote = peek(prefix);
  if (quote != '"' && (quote != '\'' || prefix > 0))
    return false;
  std::size_t quotes = 1;
  while (quote == '"' && peek(prefix + quotes) == '"' && quotes < 16)
    ++quotes;
  const bool raw = quotes >= 3 && !verbatim;
  auto how = string_frame(text_.substr(at_ + prefix, raw ? quotes : 1));
  how.code = dollars > 0 ? holes::brace : holes::none;
  how.hole_braces =
    static_cast<std::uint8_t>(raw ? std::clamp<std::size_t>(dollars, 1, 8) : 1);
  how.multiline = raw || verbatim;
  how.escapes = !raw && !verbatim;
  how.doubled = verbatim;
  open_string(prefix + how.close.size(), how);
  return true;
}

bool lexer::python_string() {
  std::size_t prefix = 0;
  bool raw = false;
  bool format = false;
  for (; prefix < 3 && is_one_of("rbfutRBFUT", peek(prefix)); ++prefix) {
    raw = raw || peek(prefix) == 'r' || peek(prefix) == 'R';
    format = format || peek(prefix) == 'f' || peek(prefix) == 'F'
             || peek(prefix) == 't' || peek(prefix) == 'T';
  }
  const char quote = peek(prefix);
  if (quote != '"' && quote != '\'')
    return false;
  const bool triple = peek(prefix + 1) == quote && peek(prefix + 2) == quote;
  auto how = string_frame(text_.substr(at_ + prefix, triple ? 3 : 1));
  how.multiline = triple;
  // A raw string's backslash still keeps a quote from ending it.
  how.escapes = true;
  how.code = format ? holes::brace : holes::none;
  open_string(prefix + how.close.size(), how);
  return true;
}

bool lexer::ruby_string() {
  const char next = peek();
  if (next == '"' || next == '`') {
    auto how = string_frame(text_.substr(at_, 1));
    how.code = holes::hash_brace;
    how.multiline = next == '"';
    open_string(1, how);
    return true;
  }
  if (next == '\'') {
    auto how = string_frame(text_.substr(at_, 1));
    how.multiline = top().closers.empty();
    open_string(1, how);
    return true;
  }
  if (next == '<' && ruby_heredoc())
    return true;
  if (next == '%' && ruby_percent())
    return true;
  if (next == '/' && regex_allowed()) {
    regex();
    return true;
  }
  return false;
}

bool lexer::ruby_percent() {
  std::size_t at = 1;
  const char type = is_one_of("qQwWiIrsx", peek(1)) ? peek(1) : '\0';
  if (type != '\0')
    ++at;
  const char open = peek(at);
  if (!is_one_of("([{<|!/", open) || (type == '\0' && !regex_allowed())
      || (open == '<' && peek(at + 1) == '='))
    return false;
  auto how = string_frame({});
  how.tail = closing_bracket(open);
  how.tail_count = 1;
  how.nests = how.tail == open ? '\0' : open;
  how.multiline = true;
  how.code = is_one_of("qwis", type) ? holes::none : holes::hash_brace;
  open_string(at + 1, how);
  return true;
}

bool lexer::ruby_heredoc() {
  if (!looking_at("<<"))
    return false;
  std::size_t at = 2;
  const bool marked = peek(at) == '~' || peek(at) == '-';
  if (marked)
    ++at;
  const char quote = is_one_of("'\"`", peek(at)) ? peek(at) : '\0';
  if (quote != '\0')
    ++at;
  const auto from = at_ + at;
  auto to = from;
  while (to < text_.size() && in_name(text_[to]))
    ++to;
  // Without a mark only a name in capitals tells it from a shift.
  if (to == from || !begins_name(text_[from])
      || (!marked && quote == '\0'
          && !(text_[from] >= 'A' && text_[from] <= 'Z')))
    return false;
  auto how = string_frame(text_.substr(from, to - from));
  how.code = quote == '\'' ? holes::none : holes::hash_brace;
  how.escapes = quote != '\'';
  queue_heredoc(to - at_ + (quote != '\0' ? 1u : 0u), how);
  return true;
}

bool lexer::elixir_string() {
  const char next = peek();
  if (next == '"' || next == '\'') {
    const bool triple = peek(1) == next && peek(2) == next;
    auto how = string_frame(text_.substr(at_, triple ? 3 : 1));
    how.code = holes::hash_brace;
    how.multiline = triple || next == '"';
    open_string(how.close.size(), how);
    return true;
  }
  if (next != '~' || !begins_name(peek(1)))
    return false;
  std::size_t at = 2;
  while (begins_name(peek(at)) && at < 10)
    ++at;
  const char open = peek(at);
  if (!is_one_of("([{<|\"'/", open))
    return false;
  const bool triple = (open == '"' || open == '\'') && peek(at + 1) == open
                      && peek(at + 2) == open;
  auto how =
    string_frame(triple ? text_.substr(at_ + at, 3) : std::string_view{});
  how.multiline = true;
  how.code = peek(1) >= 'a' ? holes::hash_brace : holes::none;
  if (!triple) {
    how.tail = closing_bracket(open);
    how.tail_count = 1;
    how.nests = how.tail == open ? '\0' : open;
  }
  open_string(at + (triple ? 3 : 1), how);
  return true;
}

bool lexer::php_string() {
  const char next = peek();
  if (next == '"' || next == '\'' || next == '`') {
    auto how = string_frame(text_.substr(at_, 1));
    how.code = next == '\'' ? holes::none : holes::php;
    how.multiline = true;
    open_string(1, how);
    return true;
  }
  return next == '<' && php_heredoc();
}

bool lexer::php_heredoc() {
  if (!looking_at("<<<"))
    return false;
  std::size_t at = 3;
  while (peek(at) == ' ')
    ++at;
  const char quote = is_one_of("'\"", peek(at)) ? peek(at) : '\0';
  if (quote != '\0')
    ++at;
  const auto from = at_ + at;
  auto to = from;
  while (to < text_.size() && in_name(text_[to]))
    ++to;
  if (to == from)
    return false;
  auto how = string_frame(text_.substr(from, to - from));
  how.code = quote == '\'' ? holes::none : holes::php;
  queue_heredoc(to - at_ + (quote != '\0' ? 1u : 0u), how);
  return true;
}

bool lexer::rust_string() {
  std::size_t at = 0;
  while (at < 2 && is_one_of("bcr", peek(at)))
    ++at;
  std::size_t hashes = 0;
  while (at > 0 && peek(at + hashes) == '#' && hashes < 16)
    ++hashes;
  const bool raw = at > 0 && peek(at - 1) == 'r';
  if (peek(at + hashes) == '"' && (hashes == 0 || raw)) {
    auto how = string_frame(text_.substr(at_ + at + hashes, 1));
    how.multiline = true;
    how.escapes = !raw;
    how.tail = '#';
    how.tail_count = static_cast<std::uint8_t>(hashes);
    open_string(at + hashes + 1, how);
    return true;
  }
  if (peek() != '\'' && !(peek() == 'b' && peek(1) == '\''))
    return false;
  const std::size_t quote = peek() == 'b' ? 1 : 0;
  // A lifetime is a name without a closing quote.
  if (begins_name(peek(quote + 1)) && peek(quote + 2) != '\''
      && !has_class(peek(quote + 1), class_other)
      && static_cast<unsigned char>(peek(quote + 1)) < 0x80) {
    const auto from = at_++;
    while (at_ < text_.size() && in_name(text_[at_]))
      ++at_;
    emit(token_kind::identifier, from, at_);
    return true;
  }
  open_string(quote + 1, string_frame(text_.substr(at_ + quote, 1)));
  return true;
}

bool lexer::scala_string() {
  const auto spoken = top().spoken;
  std::size_t prefix = 0;
  if (spoken == language::scala && begins_name(peek())) {
    while (in_name(peek(prefix)))
      ++prefix;
    if (peek(prefix) != '"')
      return false;
  }
  const char quote = peek(prefix);
  if (quote == '\'' && prefix == 0) {
    // A character; in Scala a symbol has no closing quote.
    if (spoken == language::scala && peek(1) != '\\' && peek(2) != '\''
        && static_cast<unsigned char>(peek(1)) < 0x80)
      return false;
    open_string(1, string_frame(text_.substr(at_, 1)));
    return true;
  }
  if (quote != '"')
    return false;
  const bool triple = peek(prefix + 1) == '"' && peek(prefix + 2) == '"';
  auto how = string_frame(text_.substr(at_ + prefix, triple ? 3 : 1));
  how.multiline = triple;
  how.escapes = !triple || spoken == language::java;
  if (prefix > 0 || spoken == language::kotlin)
    how.code = holes::dollar_name;
  open_string(prefix + how.close.size(), how);
  return true;
}

bool lexer::script_string() {
  const char next = peek();
  if (next == '"' || next == '\'') {
    open_string(1, string_frame(text_.substr(at_, 1)));
    return true;
  }
  if (next == '`') {
    auto how = string_frame(text_.substr(at_, 1));
    how.multiline = true;
    if (top().spoken == language::javascript)
      how.code = holes::dollar_brace;
    else
      how.escapes = false;
    open_string(1, how);
    return true;
  }
  if (next == '/' && top().spoken == language::javascript && peek(1) != '/'
      && peek(1) != '*' && regex_allowed()) {
    regex();
    return true;
  }
  return false;
}

// -- regular expressions
// -------------------------------------------------------

bool lexer::regex_allowed() const noexcept {
  for (auto before = out_.rbegin(); before != out_.rend(); ++before) {
    switch (before->kind) {
    case token_kind::comment:
      continue;
    case token_kind::identifier: {
      for (const std::string_view keyword :
           {"return", "typeof", "case", "in", "of", "if", "unless", "when",
            "and", "or", "not", "elsif", "while"})
        if (before->text == keyword)
          return true;
      // `split /x/` of Ruby: a blank before, none behind.
      return top().spoken == language::ruby && at_ > 0
             && is_space(text_[at_ - 1]) && at_ + 1 < text_.size()
             && !is_space(text_[at_ + 1]) && text_[at_ + 1] != '='
             && before->line == line_;
    }
    case token_kind::number:
    case token_kind::string_close:
    case token_kind::hole_close:
      return false;
    case token_kind::punctuation:
      // `</div>` of JSX is no regular expression either.
      return !is_one_of(")]}<", before->text.back());
    case token_kind::string_open:
    case token_kind::string_text:
    case token_kind::hole_open:
    case token_kind::markup:
    case token_kind::markup_open:
    case token_kind::markup_close:
      return true;
    }
  }
  return true;
}

void lexer::regex() {
  bool in_class = false;
  auto to = at_ + 1;
  for (; to < text_.size(); ++to) {
    const char next = text_[to];
    if (next == '\\')
      ++to;
    else if (next == '[')
      in_class = true;
    else if (next == ']')
      in_class = false;
    else if (next == '/' && !in_class)
      break;
  }
  if (to >= text_.size()) {
    take(token_kind::punctuation, 1);
    return;
  }
  take(token_kind::string_open, 1);
  if (to > at_)
    take(token_kind::string_text, to - at_);
  auto end = to + 1;
  while (end < text_.size() && text_[end] >= 'a' && text_[end] <= 'z')
    ++end;
  take(token_kind::string_close, end - at_);
}

// -- inside
// --------------------------------------------------------------------

void lexer::text() {
  auto& open = top();
  if (open.heredoc && at_ == 0) {
    const auto line = trim(text_);
    const bool alone = line.starts_with(open.close)
                       && (line.size() == open.close.size()
                           || (open.spoken == language::php
                               && !in_name(line[open.close.size()])));
    if (alone) {
      at_ = static_cast<std::size_t>(line.data() - text_.data());
      take(token_kind::string_close, open.close.size());
      pop();
      return;
    }
  }
  const auto from = at_;
  while (at_ < text_.size()) {
    const char next = text_[at_];
    if (next == '\\' && open.escapes) {
      at_ = std::min(at_ + 2, text_.size());
      continue;
    }
    if (!begins_name(next)) {
      const auto mark = at_;
      const auto tokens = static_cast<std::ptrdiff_t>(out_.size());
      if (closes_string() || hole()) {
        // What was opened or closed has been emitted; the text goes before.
        if (mark > from)
          out_.insert(out_.begin() + tokens,
                      token{text_.substr(from, mark - from), line_,
                            static_cast<std::uint32_t>(from),
                            token_kind::string_text, origin_});
        return;
      }
    }
    if (at_ < text_.size())
      ++at_;
  }
  if (at_ > from)
    emit(token_kind::string_text, from, at_);
}

bool lexer::closes_string() {
  auto& open = top();
  if (open.heredoc)
    return false;
  const char next = text_[at_];
  if (open.nests != '\0' && next == open.nests) {
    ++open.level;
    return false;
  }
  std::size_t length = 0;
  if (open.lead != '\0') {
    if (next != open.lead)
      return false;
    length = 1;
  }
  if (!text_.substr(at_ + length).starts_with(open.close))
    return false;
  length += open.close.size();
  for (unsigned count = 0; count < open.tail_count; ++count, ++length)
    if (peek(length) != open.tail)
      return false;
  if (open.level > 0) {
    --open.level;
    return false;
  }
  if (open.doubled && peek(length) == next) {
    ++at_; // The second one is skipped by the caller.
    return false;
  }
  // Sigils and regular expressions have flags behind them.
  take(token_kind::string_close, length);
  pop();
  return true;
}

bool lexer::hole() {
  const auto& open = top();
  const char next = text_[at_];
  std::size_t length = 0;
  switch (open.code) {
  case holes::none:
    return false;
  case holes::dollar_brace:
    length = next == '$' && peek(1) == '{' ? 2 : 0;
    break;
  case holes::dollar_name:
    if (next != '$')
      return false;
    if (peek(1) == '$') {
      ++at_;
      return false;
    }
    if (begins_name(peek(1))) {
      named_hole(1, false);
      return true;
    }
    length = peek(1) == '{' ? 2 : 0;
    break;
  case holes::php:
    if (next == '$' && begins_name(peek(1))) {
      named_hole(0, true);
      return true;
    }
    length = next == '{' && peek(1) == '$'   ? 1
             : next == '$' && peek(1) == '{' ? 2
                                             : 0;
    break;
  case holes::hash_brace:
    length = next == '#' && peek(1) == '{' ? 2 : 0;
    break;
  case holes::brace:
    if (next != '{')
      return false;
    for (length = 1; peek(length) == '{';)
      ++length;
    if (open.hole_braces == 1 && length % 2 == 0) {
      at_ += length - 1;
      return false;
    }
    if (length < open.hole_braces)
      return false;
    if (open.hole_braces == 1 && length > 1) {
      at_ += length - 2; // The last brace opens the hole.
      return false;
    }
    length = open.hole_braces;
    break;
  }
  if (length == 0)
    return false;
  frame code;
  code.spoken = open.spoken;
  code.is_hole = true;
  if (!push(code))
    return false;
  take(token_kind::hole_open, length);
  return true;
}

void lexer::named_hole(std::size_t mark, bool php) {
  take(token_kind::hole_open, mark);
  auto to = at_ + 1;
  while (to < text_.size() && in_name(text_[to]))
    ++to;
  take(token_kind::identifier, to - at_);
  if (php && looking_at("->") && begins_name(peek(2))) {
    take(token_kind::punctuation, 2);
    to = at_;
    while (to < text_.size() && in_name(text_[to]))
      ++to;
    take(token_kind::identifier, to - at_);
  } else if (php && peek() == '[') {
    const auto close = text_.find(']', at_);
    if (close != std::string_view::npos && close - at_ < 128) {
      take(token_kind::punctuation, 1);
      if (close > at_)
        take(begins_name(peek()) || peek() == '$' ? token_kind::identifier
                                                  : token_kind::number,
             close - at_);
      take(token_kind::punctuation, 1);
    }
  }
  emit(token_kind::hole_close, at_, at_);
}

} // namespace libsig::review::internal
