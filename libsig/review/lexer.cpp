#include "libsig/review/lexer.hpp"

#include <algorithm>

#include "libsig/core/limits.hpp"
#include "libsig/review/lexer_engine.hpp"
#include "libsig/review/lexer_start.hpp"

namespace libsig::review {

namespace internal {

namespace {

constexpr language_set slash_comments{
  language::c_family,   language::csharp, language::go,
  language::java,       language::kotlin, language::php,
  language::javascript, language::rust,   language::scala};

constexpr language_set hash_comments{language::python, language::ruby,
                                     language::elixir, language::php};

constexpr language_set dollar_names{language::php, language::javascript,
                                    language::java, language::scala,
                                    language::mustache};

constexpr language_set at_names{language::ruby, language::elixir};

/// Length of the longest operator that begins with these three characters.
[[nodiscard]] std::size_t operator_length(char first, char second,
                                          char third) noexcept {
  switch (first) {
  case '=':
    if (second == '=')
      return third == '=' ? 3 : 2;
    return second == '>' || second == '~' ? 2 : 1;
  case '!':
    if (second == '=')
      return third == '=' ? 3 : 2;
    return second == '~' ? 2 : 1;
  case '<':
    if (second == '<' || second == '=')
      return third == '=' || (second == '=' && third == '>') ? 3 : 2;
    return second == '-' || second == '>' ? 2 : 1;
  case '>':
    if (second == '>')
      return third == '=' || third == '>' ? 3 : 2;
    return second == '=' ? 2 : 1;
  case '&':
  case '|':
  case '?':
    if (second == first)
      return third == '=' ? 3 : 2;
    if (first == '?')
      return second == '.' || second == ':'  ? 2
             : second == '-' && third == '>' ? 3
                                             : 1;
    return second == '=' || (first == '|' && second == '>')
               || (first == '&' && second == '.')
             ? 2
             : 1;
  case '.':
    if (second == '.')
      return third == '.' || third == '<' || third == '=' ? 3 : 2;
    return second == '=' && third != '=' ? 2 : 1;
  case '*':
  case '/':
    if (second == first)
      return third == '=' ? 3 : 2;
    return second == '=' ? 2 : 1;
  case '-':
    return second == '-' || second == '=' || second == '>' ? 2 : 1;
  case '+':
    if (second == '+')
      return third == '+' || third == '=' ? 3 : 2;
    return second == '=' ? 2 : 1;
  case ':':
    return second == ':' || second == '=' ? 2 : 1;
  case '%':
  case '^':
    return second == '=' ? 2 : 1;
  default:
    return 1;
  }
}

} // namespace

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

// -- lines
// ---------------------------------------------------------------------

lexer::lexer(std::vector<token>& out, language what) : out_(out), what_(what) {}

void lexer::run(const hunk& where, side which) {
  const bool markup = begins_in_markup(what_);
  frames_[0].kind = markup ? frame::what::markup : frame::what::code;
  frames_[0].spoken = what_;
  if (const auto first = first_frame(where, which, what_);
      first.kind != frames_[0].kind)
    frames_[++depth_] = first;
  const auto skipped =
    which == side::new_side ? line_kind::removed : line_kind::added;
  // What git leaves of a deleted file stands at its old lines.
  const bool deleted = which == side::old_side && where.new_start == 0;
  for (const auto& each : where.lines) {
    if (each.kind == skipped
        || each.text.size() > limits::checked_line_bytes_max)
      continue;
    text_ = each.text;
    at_ = 0;
    line_ = deleted ? each.old_line : each.new_line;
    origin_ = each.kind;
    line();
  }
  end();
}

void lexer::line() {
  begin_heredocs();
  if (what_ == language::slim && depth_ == 0)
    indented_markup();
  while (at_ < text_.size())
    step();
  end_line();
}

void lexer::step() {
  switch (top().kind) {
  case frame::what::code:
    code_step();
    break;
  case frame::what::string:
    text();
    break;
  case frame::what::block_comment:
    block_comment();
    break;
  case frame::what::markup:
    markup();
    break;
  }
}

void lexer::end_line() {
  for (;;) {
    auto& open = top();
    if (open.kind == frame::what::string && !open.multiline
        && !text_.ends_with('\\')) {
      emit(token_kind::string_close, text_.size(), text_.size());
      pop();
    } else if (open.kind == frame::what::code && open.is_hole
               && !frames_[depth_ - 1].multiline) {
      emit(token_kind::hole_close, text_.size(), text_.size());
      pop();
    } else if (open.kind == frame::what::code && open.ends_with_line
               && depth_ > 0) {
      emit(token_kind::markup_close, text_.size(), text_.size());
      pop();
    } else {
      return;
    }
  }
}

void lexer::begin_heredocs() {
  if (heredocs_begun_ == heredocs_queued_ || in_heredoc_)
    return;
  body_begin_ = out_.size();
  in_heredoc_ = push(heredocs_[heredocs_begun_].body);
}

void lexer::end() {
  at_ = text_.size();
  close_frames(0);
  // Bodies that the hunk does not show.
  for (; heredocs_begun_ < heredocs_queued_; ++heredocs_begun_) {
    auto& open = heredocs_[heredocs_begun_];
    auto close = out_[open.at];
    close.kind = token_kind::string_close;
    close.text = close.text.substr(close.text.size());
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(open.at) + 1, close);
    const auto place = open.at;
    for (auto& later : heredocs_)
      later.at += later.at > place ? 1u : 0u;
  }
}

void lexer::close_frames(std::size_t base) {
  while (depth_ > base) {
    switch (top().kind) {
    case frame::what::string:
      emit(token_kind::string_close, at_, at_);
      break;
    case frame::what::code:
      emit(top().is_hole ? token_kind::hole_close : token_kind::markup_close,
           at_, at_);
      break;
    case frame::what::block_comment:
    case frame::what::markup:
      break;
    }
    pop();
  }
}

// -- code
// ----------------------------------------------------------------------

void lexer::code_step() {
  while (at_ < text_.size() && is_space(text_[at_]))
    ++at_;
  if (at_ >= text_.size() || closes_code() || brace() || comment() || string())
    return;
  const char next = text_[at_];
  const auto spoken = top().spoken;
  const bool sigil = (next == '$' && dollar_names.has(spoken))
                     || (next == '@' && at_names.has(spoken));
  if (begins_name(next) || (sigil && (begins_name(peek(1)) || next == '$'))
      || (sigil && peek(1) == '@'))
    identifier();
  else if (is_digit(next))
    number();
  else
    punctuation();
}

void lexer::identifier() {
  const auto from = at_;
  const auto spoken = top().spoken;
  const bool dollars = dollar_names.has(spoken);
  while (at_ < text_.size() && (text_[at_] == '@' || text_[at_] == '$'))
    ++at_;
  while (at_ < text_.size()
         && (in_name(text_[at_]) || (dollars && text_[at_] == '$')))
    ++at_;
  if ((spoken == language::ruby || spoken == language::elixir)
      && (peek() == '?' || peek() == '!') && peek(1) != '=' && at_ > from)
    ++at_;
  emit(token_kind::identifier, from, at_);
}

void lexer::number() {
  const auto from = at_;
  const bool quotes = top().spoken == language::c_family;
  while (at_ < text_.size()) {
    const char next = text_[at_];
    const bool exponent = (next == '+' || next == '-') && at_ > from
                          && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E')
                          && text_[from] != '0';
    if (!in_name(next) && !(next == '.' && is_digit(peek(1)))
        && !(quotes && next == '\'' && in_name(peek(1))) && !exponent)
      break;
    ++at_;
  }
  emit(token_kind::number, from, at_);
}

void lexer::punctuation() {
  take(token_kind::punctuation, operator_length(peek(), peek(1), peek(2)));
}

bool lexer::comment() {
  const auto spoken = top().spoken;
  const char next = peek();
  const char after = peek(1);
  if (next != '/' && next != '#' && next != '-' && next != '=')
    return false;
  const bool slashes = slash_comments.has(spoken);
  if (next == '/' && after == '*' && (slashes || spoken == language::sql)) {
    frame inside;
    inside.kind = frame::what::block_comment;
    inside.spoken = spoken;
    inside.close = "*/";
    if (!push(inside))
      return false;
    const auto from = at_;
    at_ += 2;
    block_comment();
    out_.back().text = text_.substr(from, at_ - from);
    out_.back().column = static_cast<std::uint32_t>(from);
    return true;
  }
  const bool line_comment =
    (next == '/' && after == '/' && slashes)
    || (next == '#' && hash_comments.has(spoken)
        && !(spoken == language::php && after == '['))
    || (next == '-' && after == '-' && spoken == language::sql);
  if (line_comment) {
    auto to = text_.size();
    if (!top().closers.empty())
      to = std::min(
        to, text_.find(top().closers.substr(0, top().closers.find(' ')), at_));
    emit(token_kind::comment, at_, to);
    at_ = to;
    return true;
  }
  if (at_ == 0 && spoken == language::ruby && looking_at("=begin")) {
    frame inside;
    inside.kind = frame::what::block_comment;
    inside.close = "=end";
    if (!push(inside))
      return false;
    take(token_kind::comment, text_.size());
    return true;
  }
  return false;
}

void lexer::block_comment() {
  const auto close = top().close;
  const auto found = text_.find(close, at_);
  const auto to =
    found == std::string_view::npos ? text_.size() : found + close.size();
  emit(token_kind::comment, at_, to);
  at_ = to;
  if (found != std::string_view::npos)
    pop();
}

bool lexer::closes_code() {
  auto closers = top().closers;
  while (!closers.empty()) {
    const auto end = closers.find(' ');
    const auto closer = closers.substr(0, end);
    if (looking_at(closer)) {
      // `</script` belongs to the markup that follows.
      take(token_kind::markup_close,
           closer.starts_with("</") ? 0 : closer.size());
      pop();
      return true;
    }
    if (end == std::string_view::npos)
      break;
    closers.remove_prefix(end + 1);
  }
  return false;
}

bool lexer::brace() {
  auto& open = top();
  if (!open.is_hole && !open.ends_with_brace)
    return false;
  if (peek() == '{') {
    ++open.braces;
    return false;
  }
  if (peek() != '}')
    return false;
  if (open.braces > 0) {
    --open.braces;
    return false;
  }
  if (open.ends_with_brace) {
    take(token_kind::markup_close, 1);
  } else {
    const std::size_t wanted = frames_[depth_ - 1].hole_braces;
    std::size_t length = 1;
    while (length < wanted && peek(length) == '}')
      ++length;
    take(token_kind::hole_close, length);
  }
  pop();
  return true;
}

// -- leaves
// --------------------------------------------------------------------

void lexer::emit(token_kind kind, std::size_t from, std::size_t to) {
  out_.push_back(token{text_.substr(from, to - from), line_,
                       static_cast<std::uint32_t>(from), kind, origin_});
}

void lexer::take(token_kind kind, std::size_t length) {
  const auto to = std::min(at_ + length, text_.size());
  emit(kind, at_, to);
  at_ = to;
}

bool lexer::push(const frame& next) {
  if (depth_ + 1 == frames_max)
    return false;
  frames_[++depth_] = next;
  return true;
}

void lexer::pop() {
  const bool was_heredoc = top().kind == frame::what::string && top().heredoc;
  --depth_;
  if (!was_heredoc)
    return;
  in_heredoc_ = false;
  // The body moves behind its opening token; the others opened on that line
  // come after it and stay in order.
  const auto where = heredocs_[heredocs_begun_].at + 1;
  const auto moved = out_.size() - body_begin_;
  std::rotate(out_.begin() + static_cast<std::ptrdiff_t>(where),
              out_.begin() + static_cast<std::ptrdiff_t>(body_begin_),
              out_.end());
  for (++heredocs_begun_; auto& later : heredocs_)
    if (later.at >= body_begin_) // Opened within the body.
      later.at -= body_begin_ - where;
    else if (later.at >= where)
      later.at += moved;
  if (heredocs_begun_ == heredocs_queued_)
    heredocs_begun_ = heredocs_queued_ = 0;
}

} // namespace internal

std::vector<token> lex(const hunk& where, side which, language what) {
  std::vector<token> out;
  lex_into(out, where, which, what);
  return out;
}

void lex_into(std::vector<token>& out, const hunk& where, side which,
              language what) {
  out.clear();
  internal::lexer(out, what).run(where, which);
}

} // namespace libsig::review
