#include <algorithm>
#include <array>

#include "libsig/review/lexer_engine.hpp"

namespace libsig::review::internal {

namespace {

/// What begins code in a template. The first match counts, so that longer marks
/// stand before those they begin with.
struct opening {
  language where;
  std::string_view mark;
  language spoken;
  std::string_view closers; ///< `}` ends it at the matching brace
  bool comment = false;
};

constexpr auto openings = std::to_array<opening>({
  {language::php, "<?php", language::php, "?>"},
  {language::php, "<?=", language::php, "?>"},
  {language::php, "<?xml", language::unknown, "?>", true},
  {language::php, "<?", language::php, "?>"},
  {language::erb, "<%!--", language::unknown, "--%>", true},
  {language::erb, "<%#", language::unknown, "%>", true},
  {language::erb, "<%==", language::ruby, "-%> %>"},
  {language::erb, "<%=", language::ruby, "-%> %>"},
  {language::erb, "<%-", language::ruby, "-%> %>"},
  {language::erb, "<%", language::ruby, "-%> %>"},
  {language::ejs, "<%#", language::unknown, "%>", true},
  {language::ejs, "<%=", language::javascript, "-%> _%> %>"},
  {language::ejs, "<%-", language::javascript, "-%> _%> %>"},
  {language::ejs, "<%", language::javascript, "-%> _%> %>"},
  {language::jsp, "<%--", language::unknown, "--%>", true},
  {language::jsp, "<%@", language::java, "%>"},
  {language::jsp, "<%=", language::java, "%>"},
  {language::jsp, "<%:", language::java, "%>"},
  {language::jsp, "<%#", language::java, "%>"},
  {language::jsp, "<%!", language::java, "%>"},
  {language::jsp, "<%", language::java, "%>"},
  {language::jsp, "${", language::java, "}"},
  {language::jsp, "#{", language::java, "}"},
  {language::jinja, "{#", language::unknown, "#}", true},
  {language::jinja, "{%-", language::jinja, "-%} %}"},
  {language::jinja, "{%", language::jinja, "-%} %}"},
  {language::jinja, "{{-", language::jinja, "-}} }}"},
  {language::jinja, "{{", language::jinja, "-}} }}"},
  {language::mustache, "{{!--", language::unknown, "--}}", true},
  {language::mustache, "{{!", language::unknown, "}}", true},
  {language::mustache, "{{{", language::mustache, "}}}"},
  {language::mustache, "{{~{", language::mustache, "}~}} }}}"},
  {language::mustache, "{{&", language::mustache, "}}"},
  {language::mustache, "{{", language::mustache, "~}} }}"},
  {language::vue, "{{", language::javascript, "}}"},
  {language::vue, "{@html", language::javascript, "}"},
  {language::html, "{#", language::unknown, "#}", true},
  {language::html, "{%-", language::jinja, "-%} %}"},
  {language::html, "{%", language::jinja, "-%} %}"},
  {language::html, "{{{", language::mustache, "}}}"},
  {language::html, "{{", language::jinja, "-}} }}"},
  {language::html, "<%==", language::ruby, "%>"},
  {language::html, "<%=", language::ruby, "%>"},
  {language::html, "<%-", language::ruby, "%>"},
  {language::html, "<%", language::ruby, "%>"},
  {language::html, "${", language::java, "}"},
  {language::slim, "#{", language::ruby, "}"},
  {language::slim, "!{", language::ruby, "}"},
  {language::blade, "{{--", language::unknown, "--}}", true},
  {language::blade, "{!!", language::php, "!!}"},
  {language::blade, "{{", language::php, "}}"},
  {language::blade, "@php", language::php, "@endphp"},
  {language::blade, "<?php", language::php, "?>"},
  {language::blade, "<?=", language::php, "?>"},
  {language::razor, "@*", language::unknown, "*@", true},
  {language::razor, "@{", language::csharp, "}"},
  {language::razor, "@functions {", language::csharp, "}"},
  {language::razor, "@functions{", language::csharp, "}"},
  {language::razor, "@code {", language::csharp, "}"},
  {language::razor, "@code{", language::csharp, "}"},
  {language::twirl, "@*", language::unknown, "*@", true},
  {language::twirl, "@{", language::scala, "}"},
});

/// Whether any mark of the language may begin with the character.
[[nodiscard]] constexpr bool may_open(char given) noexcept {
  return given == '<' || given == '{' || given == '@' || given == '$'
         || given == '#' || given == '!';
}

[[nodiscard]] bool has_expressions(language what) noexcept {
  return what == language::razor || what == language::twirl
         || what == language::blade;
}

[[nodiscard]] language expression_language(language what) noexcept {
  return what == language::razor   ? language::csharp
         : what == language::twirl ? language::scala
                                   : language::php;
}

/// The end of the brackets that open at `from`, or of the line.
[[nodiscard]] std::size_t skip_brackets(std::string_view text,
                                        std::size_t from) noexcept {
  std::size_t level = 0;
  char quote = 0;
  for (auto at = from; at < text.size(); ++at) {
    const char next = text[at];
    if (quote != 0) {
      if (next == '\\')
        ++at;
      else if (next == quote)
        quote = 0;
    } else if (next == '"' || next == '\'') {
      quote = next;
    } else if (next == '(' || next == '[' || next == '{') {
      ++level;
    } else if (next == ')' || next == ']' || next == '}') {
      if (--level == 0)
        return at + 1;
    }
  }
  return text.size();
}

/// The end of `name.name(…)[…]` or `(…)` at `from`.
[[nodiscard]] std::size_t expression_end(std::string_view text,
                                         std::size_t from) noexcept {
  auto at = from;
  for (;;) {
    while (at < text.size() && in_name(text[at]))
      ++at;
    while (at < text.size()
           && (text[at] == '(' || text[at] == '[' || text[at] == '{')) {
      if (text[at] == '{')
        return at;
      at = skip_brackets(text, at);
    }
    if (at + 1 < text.size() && text[at] == '.' && begins_name(text[at + 1]))
      ++at;
    else
      return at;
  }
}

[[nodiscard]] std::size_t indented_operator(std::string_view text) noexcept {
  for (const std::string_view each : {"!==", "!=", "==", "&=", "=", "~", "-"})
    if (text.starts_with(each))
      return each.size();
  return 0;
}

} // namespace

void lexer::markup() {
  const auto from = at_;
  while (at_ < text_.size()) {
    if (!may_open(text_[at_])) {
      ++at_;
      continue;
    }
    const auto found = at_;
    const auto tokens = static_cast<std::ptrdiff_t>(out_.size());
    if (opens_code() || opens_script() || opens_expression()) {
      // What was opened has been emitted; the text before it goes first.
      if (found > from) {
        out_.insert(out_.begin() + tokens,
                    token{text_.substr(from, found - from), line_,
                          static_cast<std::uint32_t>(from), token_kind::markup,
                          origin_});
        for (auto& later : heredocs_)
          later.at += later.at >= static_cast<std::size_t>(tokens) ? 1u : 0u;
      }
      return;
    }
    ++at_;
  }
  if (at_ > from)
    emit(token_kind::markup, from, at_);
}

bool lexer::opens_code() {
  const auto here = top().spoken;
  for (const auto& each : openings) {
    if (each.where != here || !looking_at(each.mark))
      continue;
    if (each.comment)
      skip_template_comment(each.mark.size(), each.closers);
    else
      open_code(each.mark.size(), each.spoken, each.closers);
    return true;
  }
  return false;
}

void lexer::open_code(std::size_t length, language spoken,
                      std::string_view closers) {
  frame code;
  code.spoken = spoken;
  if (closers == "}")
    code.ends_with_brace = true;
  else
    code.closers = closers;
  take(token_kind::markup_open, length);
  if (!push(code))
    emit(token_kind::markup_close, at_, at_);
}

void lexer::skip_template_comment(std::size_t length, std::string_view close) {
  frame inside;
  inside.kind = frame::what::block_comment;
  inside.close = close;
  take(token_kind::comment, length);
  // Without room for a frame the comment is read as markup.
  static_cast<void>(push(inside));
}

bool lexer::opens_script() {
  const auto here = top().spoken;
  if ((here != language::html && here != language::vue)
      || !looking_at("<script"))
    return false;
  const auto end = text_.find('>', at_);
  if (end == std::string_view::npos || text_[end - 1] == '/')
    return false;
  const auto tag = text_.substr(at_, end - at_);
  if (tag.find("template") != std::string_view::npos
      || tag.find("x-handlebars") != std::string_view::npos
      || tag.find("text/html") != std::string_view::npos)
    return false;
  frame code;
  code.spoken = language::javascript;
  code.closers = "</script";
  take(token_kind::markup_open, end + 1 - at_);
  if (!push(code))
    emit(token_kind::markup_close, at_, at_);
  return true;
}

bool lexer::opens_expression() {
  if (peek() != '@' || !has_expressions(top().spoken))
    return false;
  if (at_ > 0 && in_name(text_[at_ - 1]))
    return false; // An address of mail.
  const char next = peek(1);
  if (!begins_name(next) && next != '(')
    return false;
  expression();
  return true;
}

void lexer::expression() {
  const auto spoken = expression_language(top().spoken);
  const auto to = expression_end(text_, at_ + 1);
  frame code;
  code.spoken = spoken;
  const auto whole = text_;
  const auto base = depth_;
  take(token_kind::markup_open, 1);
  if (!push(code)) {
    emit(token_kind::markup_close, at_, at_);
    return;
  }
  text_ = whole.substr(0, to);
  while (at_ < text_.size() && depth_ > base)
    step();
  at_ = to;
  close_frames(base);
  text_ = whole;
}

void lexer::indented_markup() {
  auto at = text_.find_first_not_of(" \t");
  if (at == std::string_view::npos)
    return;
  const auto line = text_.substr(at);
  if (line.starts_with('/') || line.starts_with("-#")) {
    emit(token_kind::comment, at, text_.size());
    at_ = text_.size();
    return;
  }
  auto length = indented_operator(line);
  if (length == 0) {
    const auto begin = at;
    while (at < text_.size()
           && (in_name(text_[at]) || text_[at] == '.' || text_[at] == '#'
               || text_[at] == '%' || text_[at] == ':' || text_[at] == '-')
           && text_.substr(at, 2) != "#{")
      ++at;
    while (at < text_.size() && at > begin
           && (text_[at] == '(' || text_[at] == '[' || text_[at] == '{'))
      at = skip_brackets(text_, at);
    // Slim lets a blank stand before the operator.
    if (at > begin && text_.substr(at).starts_with(" ="))
      ++at;
    length = at > begin ? indented_operator(text_.substr(at)) : 0;
    if (length == 0 || text_[at] == '-' || text_[at] == '~')
      return;
  }
  if (at > 0)
    emit(token_kind::markup, 0, at);
  at_ = at;
  open_code(length, language::ruby, "");
  top().ends_with_line = depth_ > 0;
}

} // namespace libsig::review::internal
