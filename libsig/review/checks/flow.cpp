#include "libsig/review/checks/flow.hpp"

#include <algorithm>

#include "libsig/review/checks/words.hpp"

namespace libsig::review::checks {

namespace {

constexpr language_set indented{language::python, language::ruby,
                                language::elixir, language::erb,
                                language::slim};

constexpr language_set semicolons{
  language::c_family, language::csharp, language::java, language::php,
  language::rust,     language::jsp,    language::blade};

constexpr language_set rubies{language::ruby, language::erb, language::slim,
                              language::html};

constexpr language_set typed_before{language::c_family, language::csharp,
                                    language::java, language::php,
                                    language::jsp};

/// Languages in which `name(…) {` begins a function without a keyword.
constexpr language_set plain_heads{
  language::c_family, language::csharp, language::java, language::javascript,
  language::jsp,      language::vue,    language::html};

constexpr auto function_words = make_words(
  {"def", "defp", "defmacro", "fun", "func", "fn", "function", "sub", "defn"});

constexpr auto control_words = make_words(
  {"if",    "for",    "foreach", "while",        "switch", "catch", "using",
   "lock",  "with",   "return",  "synchronized", "elseif", "elsif", "unless",
   "until", "match",  "when",    "case",         "new",    "throw", "await",
   "in",    "and",    "or",      "not",          "else",   "do",    "function",
   "print", "typeof", "sizeof",  "fixed",        "checked"});

constexpr auto guard_words =
  make_words({"if", "elif", "elsif", "elseif", "unless", "assert", "guard",
              "while", "require", "raise"});

/// Tests of a list for an argument, and of a text by its receiver.
constexpr auto membership_words =
  make_words({"includes",   "contains",       "include?",    "in?",
              "has",        "containskey",    "in_array",    "array_key_exists",
              "indexof",    "hasownproperty", "member?",     "key?",
              "is_numeric", "ctype_digit",    "ctype_alnum", "ctype_alpha",
              "preg_match", "isnan",          "isinteger",   "has_key?",
              "exists",     "test",           "fullmatch",   "match",
              "match?",     "is_int",         "matchstring", "is_valid",
              "isvalid",    "validate",       "anymatch",    "tryparse",
              "isfinite",   "inarray",        "ismatch",     "some"});

constexpr auto own_test_words =
  make_words({"matches", "isdigit", "isalnum", "isnumeric", "isalpha", "match?",
              "match", "isidentifier", "isdecimal", "in?"});

constexpr auto appending_words = make_words(
  {"append", "appendformat", "appendline", "writestring", "push", "add",
   "appendln", "concat", "extend", "write", "array_push", "plus", "insert",
   "puts", "safe_concat", "writebyte", "writerune"});

/// Names that are called without brackets, where their language lets them.
constexpr auto bare_words =
  make_words({"execute",      "exec_query",    "select_all",  "select_rows",
              "select_value", "select_values", "select_one",  "find_by_sql",
              "count_by_sql", "where",         "order",       "group",
              "having",       "joins",         "select",      "pluck",
              "raw",          "render",        "link_to",     "exec",
              "query",        "run",           "fetch",       "update_all",
              "delete_all",   "from",          "reorder",     "safe_concat",
              "content_tag",  "sanitize",      "insert",      "update",
              "delete",       "print",         "echo",        "exec_update",
              "exec_insert",  "puts",          "reselect",    "not",
              "rewhere",      "html",          "concat",      "exit",
              "die",          "text",          "exec_delete", "and",
              "or",           "lock",          "sum",         "calculate",
              "returning"});

constexpr auto literal_words = make_words(
  {"true", "false", "null", "nil", "none", "undefined", "this", "self", "super",
   "void", "nullptr", "cls", "static", "parent", "new", "await", "return"});

[[nodiscard]] bool is_assigning(std::string_view text) noexcept {
  return text == "=" || text == ":=" || text == "+=" || text == ".="
         || text == "||=" || text == "?\?=" || text == "&=" || text == "<>=";
}

/// Whether an expression goes on in the next line behind this token.
[[nodiscard]] bool goes_on_behind(const token& last) noexcept {
  if (last.kind == token_kind::identifier)
    return last.text == "and" || last.text == "or" || last.text == "not"
           || last.text == "in" || last.text == "await" || last.text == "new"
           || last.text == "return" || last.text == "else";
  if (last.kind != token_kind::punctuation)
    return last.kind == token_kind::hole_open
           || last.kind == token_kind::markup_open
           || last.kind == token_kind::string_open;
  const auto text = last.text;
  return text != ")" && text != "]" && text != "}" && text != "++"
         && text != "--" && text != "!" && text != "?";
}

/// Whether an expression goes on in this line with this token.
[[nodiscard]] bool goes_on_with(const token& first, language spoken) noexcept {
  if (first.kind != token_kind::punctuation)
    return first.kind == token_kind::string_text
           || first.kind == token_kind::string_close
           || first.kind == token_kind::hole_open;
  const auto text = first.text;
  if (text == "{" && spoken == language::csharp)
    return true;
  return text == "." || text == "+" || text == "?" || text == ":"
         || text == "?." || text == "&." || text == "|>" || text == "<>"
         || text == "||" || text == "&&" || text == "->" || text == "=="
         || text == "%" || text == "??" || text == "?:" || text == "=";
}

} // namespace

// -- preparation
// ---------------------------------------------------------------

flow::flow(std::span<const token> tokens, language spoken) : spoken_(spoken) {
  prepare(tokens);
  constexpr std::uint64_t looks_per_token = 96;
  fuel_ = 20'000 + looks_per_token * tokens_.size();
}

bool flow::is_open(std::uint32_t at) const noexcept {
  const auto code = codes_[at];
  if (code != 0)
    return code == code_of("(") || code == code_of("[") || code == code_of("{");
  const auto kind = tokens_[at].kind;
  return kind == token_kind::string_open || kind == token_kind::hole_open
         || kind == token_kind::markup_open;
}

bool flow::is_close(std::uint32_t at) const noexcept {
  const auto code = codes_[at];
  if (code != 0)
    return code == code_of(")") || code == code_of("]") || code == code_of("}");
  const auto kind = tokens_[at].kind;
  return kind == token_kind::string_close || kind == token_kind::hole_close
         || kind == token_kind::markup_close;
}

namespace {

[[nodiscard]] bool belongs(const token& open, const token& close) noexcept {
  switch (close.kind) {
  case token_kind::string_close:
    return open.kind == token_kind::string_open;
  case token_kind::hole_close:
    return open.kind == token_kind::hole_open;
  case token_kind::markup_close:
    return open.kind == token_kind::markup_open;
  case token_kind::punctuation:
    return open.kind == token_kind::punctuation
           && ((open.text == "(" && close.text == ")")
               || (open.text == "[" && close.text == "]")
               || (open.text == "{" && close.text == "}"));
  case token_kind::identifier:
  case token_kind::number:
  case token_kind::string_open:
  case token_kind::string_text:
  case token_kind::hole_open:
  case token_kind::comment:
  case token_kind::markup:
  case token_kind::markup_open:
    return false;
  }
  return false;
}

} // namespace

void flow::prepare(std::span<const token> tokens) {
  tokens_.reserve(tokens.size());
  for (const auto& each : tokens)
    if (each.kind != token_kind::comment)
      tokens_.push_back(each);
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  codes_.resize(count);
  for (std::uint32_t at = 0; at < count; ++at)
    codes_[at] = tokens_[at].kind == token_kind::punctuation
                   ? code_of(tokens_[at].text)
                   : 0;
  match_.assign(count, count);
  around_.assign(count, count);
  indents_.resize(count);
  std::vector<std::uint32_t> open;
  open.reserve(64);
  std::uint32_t indent = 0;
  for (std::uint32_t at = 0; at < count; ++at) {
    const auto& it = tokens_[at];
    if (at == 0
        || (it.line != tokens_[at - 1].line
            && it.kind != token_kind::string_text
            && it.kind != token_kind::string_close))
      indent = it.column;
    indents_[at] = indent;
    if (is_close(at)) {
      // What was left open inside ends here; a stray closing one is nothing.
      constexpr std::size_t reach = 16;
      for (std::size_t back = 0; back < std::min(open.size(), reach); ++back) {
        const auto candidate = open[open.size() - 1 - back];
        if (!belongs(tokens_[candidate], it))
          continue;
        match_[candidate] = at;
        match_[at] = candidate;
        open.resize(open.size() - 1 - back);
        break;
      }
    }
    around_[at] = open.empty() ? count : open.back();
    if (is_open(at))
      open.push_back(at);
  }
}

std::uint32_t flow::behind(std::uint32_t at) const noexcept {
  if (!is_open(at))
    return at + 1;
  const auto end = match_[at];
  return end < tokens_.size() ? end + 1 : end;
}

// -- the walk
// ------------------------------------------------------------------

void flow::run(flow_observer& seen) {
  seen_ = &seen;
  while (at_ < tokens_.size())
    step();
  while (!scopes_.empty())
    pop_scope();
  for (const auto& each : variables_)
    seen_->on_scope_end(*this, each);
}

void flow::step() {
  leave_scopes();
  enter_line();
  const auto& it = tokens_[at_];
  const auto before = at_;
  if (it.kind == token_kind::punctuation) {
    if (is_assigning(it.text) || (it.text == "<<" && rubies.has(spoken_)))
      assignment();
    else if (it.text == "=>" || it.text == "->")
      arrow();
  } else if (it.kind == token_kind::markup_open) {
    markup_hole();
  } else if (it.kind == token_kind::identifier) {
    // Keywords are short and begin with a small letter.
    constexpr std::size_t keyword_bytes_max = 8;
    const bool may_be_keyword = it.text.size() <= keyword_bytes_max
                                && it.text.front() >= 'a'
                                && it.text.front() <= 'w';
    const auto hash = may_be_keyword ? hash_of(it.text) : 0u;
    const bool calls = at_ + 1 < tokens_.size() && is_operator(at_ + 1, "(");
    if ((may_be_keyword && function_words.has(it.text, hash))
        || (calls && plain_heads.has(spoken_))) {
      enter_function();
      if (at_ != before)
        return;
    }
    if (it.text == "return")
      return_value();
    else if (it.text == "for" || it.text == "foreach")
      loop_variable();
    else if (may_be_keyword && guard_words.has(it.text, hash))
      guard();
    call();
  }
  ++at_;
}

void flow::leave_scopes() {
  const auto& it = tokens_[at_];
  while (!scopes_.empty()) {
    const auto& inner = scopes_.back();
    const bool new_line = at_ > 0 && it.line != tokens_[at_ - 1].line
                          && it.kind != token_kind::string_text
                          && it.kind != token_kind::string_close;
    const bool left =
      inner.by_indent ? new_line && it.column <= inner.indent : at_ > inner.end;
    if (!left)
      return;
    pop_scope();
  }
}

void flow::enter_line() {
  if (at_ > 0 && tokens_[at_].line == tokens_[at_ - 1].line)
    return;
  const auto indent = indents_[at_];
  while (!blocks_.empty() && blocks_.back().indent > indent)
    blocks_.pop_back();
  if ((blocks_.empty() || blocks_.back().indent < indent)
      && blocks_.size() < blocks_max)
    blocks_.push_back({indent, at_});
}

/// Whether the block here is another branch than the one that set the variable.
bool flow::is_alternative(const variable& known) const noexcept {
  if (blocks_.empty() || known.token >= blocks_.back().begin)
    return false;
  constexpr auto branches =
    make_words({"else", "elif", "elsif", "elseif", "case", "default", "catch",
                "except", "rescue", "when"});
  const auto begin = blocks_.back().begin;
  for (std::uint32_t back = 1; back <= 12 && back <= begin; ++back) {
    const auto& it = tokens_[begin - back];
    if (it.kind == token_kind::identifier && branches.has(lowered(it.text)))
      return true;
  }
  return false;
}

void flow::pop_scope() {
  const auto keep = scopes_.back().variables;
  scopes_.pop_back();
  for (auto at = keep; at < variables_.size(); ++at)
    seen_->on_scope_end(*this, variables_[at]);
  variables_.resize(std::min(keep, variables_.size()));
}

bool flow::function_head(token_range& parameters, std::uint32_t& body) const {
  auto at = at_;
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  const bool keyword = function_words.has(tokens_[at].text);
  if (keyword) {
    ++at;
    if (spoken_ == language::go && at < count && is_operator(at, "(")) {
      const auto after = behind(at);
      if (after < count && tokens_[after].kind == token_kind::identifier)
        at = after; // The receiver.
    }
    // The name, with what qualifies it and its type parameters.
    for (int steps = 0; at < count && steps < 16; ++steps) {
      if (is_operator(at, "("))
        break;
      if (tokens_[at].kind == token_kind::identifier && at > at_ + 1
          && tokens_[at].line != tokens_[at - 1].line)
        break;
      at = behind(at);
    }
    if (at >= count || !is_operator(at, "(")
        || tokens_[at].line != tokens_[at_].line) {
      parameters = {};
      body = at_ + 1;
      return tokens_[at_].text != "fn" && at_ + 1 < count
             && tokens_[at_ + 1].kind == token_kind::identifier;
    }
  } else {
    if (control_words.has(tokens_[at].text) || at + 1 >= count
        || !is_operator(at + 1, "("))
      return false;
    ++at;
  }
  const auto close = match_[at];
  if (close >= count)
    return false;
  parameters = {at + 1, close};
  body = close + 1;
  if (keyword)
    return true;
  // Without a keyword it is a function only when a body follows.
  auto next = body;
  for (int steps = 0; next < count && steps < 24;
       ++steps, next = behind(next)) {
    if (is_operator(next, "{"))
      break;
    const bool allowed =
      is_word(next, "throws") || is_word(next, "const")
      || is_word(next, "override") || is_word(next, "noexcept")
      || is_word(next, "async") || is_word(next, "where")
      || is_operator(next, ":")
      || (next > body
          && (tokens_[next].kind == token_kind::identifier
              || is_operator(next, ",") || is_operator(next, ".")
              || is_operator(next, "<") || is_operator(next, ">")
              || is_operator(next, "[") || is_operator(next, "(")
              || is_operator(next, "|")));
    if (!allowed)
      return false;
  }
  return next < count && is_operator(next, "{")
         && (at_ == 0 || !is_operator(at_ - 1, "."));
}

void flow::enter_function() {
  token_range parameters;
  std::uint32_t body = 0;
  if (!function_head(parameters, body))
    return;
  const auto head = at_;
  enter_scope(parameters, head, body);
  at_ = std::max(body, at_ + 1);
}

void flow::enter_scope(token_range parameters, std::uint32_t head,
                       std::uint32_t body) {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  if (scopes_.size() == scopes_max)
    return;
  scope inner;
  inner.variables = variables_.size();
  inner.by_indent = indented.has(spoken_);
  inner.indent = indents_[head];
  if (!inner.by_indent) {
    auto at = body;
    for (int steps = 0; at < count && steps < 40; ++steps, at = behind(at))
      if (is_operator(at, "{") || is_operator(at, ";") || is_operator(at, "}"))
        break;
    if (at < count && is_operator(at, "{")) {
      inner.end = match_[at];
    } else {
      inner.by_indent = true;
    }
  }
  scopes_.push_back(inner);
  declare_parameters(parameters);
}

void flow::declare_parameters(token_range parameters) {
  // From the last to the first, because Go writes one type behind several.
  std::array<token_range, 24> parts{};
  std::size_t count = 0;
  auto from = parameters.first;
  for (auto at = from; at < parameters.last && count < parts.size();) {
    if (is_operator(at, ",")) {
      parts[count++] = {from, at};
      from = at + 1;
    }
    at = behind(at);
  }
  if (count < parts.size() && from < parameters.last)
    parts[count++] = {from, parameters.last};
  while (count > 0)
    declare_parameter(parts[--count]);
}

void flow::declare_parameter(token_range one) {
  constexpr auto modifiers =
    make_words({"val",   "var",    "private",  "public",   "protected",
                "final", "mut",    "implicit", "const",    "ref",
                "out",   "in",     "readonly", "override", "vararg",
                "this",  "params", "struct",   "unsigned", "volatile"});
  constexpr auto from_client = make_words(
    {"requestparam", "pathvariable", "requestbody", "fromquery", "frombody",
     "fromform", "fromroute", "requestheader", "queryparam", "pathparam",
     "formparam", "cookievalue", "cookieparam", "headerparam", "query", "param",
     "body", "modelattribute"});
  std::uint32_t name = 0;
  std::string_view type;
  bool found = false;
  bool client = false;
  bool typed = false;
  for (auto at = one.first; at < one.last; at = behind(at)) {
    const auto& it = tokens_[at];
    if (is_operator(at, "="))
      break;
    if (is_operator(at, ":")) {
      typed = true;
      continue;
    }
    if (it.kind != token_kind::identifier || modifiers.has(lowered(it.text)))
      continue;
    if (at > one.first && is_operator(at - 1, "@")) {
      client = client || from_client.has(lowered(it.text));
      continue;
    }
    if (typed || (spoken_ == language::go && found)) {
      if (type.empty() || spoken_ == language::go)
        type = it.text;
    } else if (typed_before.has(spoken_)) {
      type = found ? tokens_[name].text : type;
      name = at;
      found = true;
    } else if (!found) {
      name = at;
      found = true;
    }
  }
  if (spoken_ == language::csharp && one.first < one.last
      && is_operator(one.first, "["))
    client = true;
  if (!found || variables_.size() == variables_max)
    return;
  if (spoken_ == language::go && type.empty() && !variables_.empty()
      && variables_.back().token == one.last + 1)
    type = "inherit";
  variable made;
  made.name = tokens_[name].text;
  made.indent = indents_[one.first];
  made.token = one.first;
  if (type == "inherit")
    made.held = variables_.back().held;
  else if (!is_harmless_type(type))
    made.held.facts =
      fact::free | fact::parameter | (client ? fact::request : 0u);
  variables_.push_back(made);
}

void flow::arrow() {
  if (spoken_ != language::javascript && spoken_ != language::csharp
      && spoken_ != language::vue && spoken_ != language::html)
    return;
  if (at_ == 0 || scopes_.size() == scopes_max)
    return;
  token_range parameters{at_ - 1, at_};
  if (is_operator(at_ - 1, ")")) {
    if (match_[at_ - 1] >= tokens_.size())
      return;
    parameters = {match_[at_ - 1] + 1, at_ - 1};
  }
  const auto body = at_ + 1;
  scope inner;
  inner.variables = variables_.size();
  inner.end = body < tokens_.size() && is_operator(body, "{")
                ? match_[body]
                : expression_end(body);
  scopes_.push_back(inner);
  declare_parameters(parameters);
}

void flow::markup_hole() {
  seen_call made;
  made.name = tokens_[at_].text;
  made.root = made.name;
  made.at = made.start = at_;
  made.count = 1;
  made.ranges[0] = {at_ + 1, match_[at_]};
  // Blocks of code are walked through; a hole is one expression.
  const bool prints = made.name != "<?php" && made.name != "<%"
                      && made.name != "{%" && made.name != "@php"
                      && made.name != "{%-" && made.name != "<?"
                      && made.name != "@{" && !made.name.starts_with("<script")
                      && made.name != "-";
  if (prints)
    made.arguments[0] = evaluate(made.ranges[0]);
  seen_->on_call(*this, made);
}

// -- assignments
// ---------------------------------------------------------------

token_range flow::target_before(std::uint32_t at) const noexcept {
  if (at == 0)
    return {};
  auto begin = at - 1;
  std::uint32_t end = at;
  while (is_close(begin) && is_operator(begin, "]") && match_[begin] < begin
         && match_[begin] > 0) {
    begin = match_[begin] - 1;
    end = begin + 1;
  }
  if (tokens_[begin].kind != token_kind::identifier)
    return {};
  // `name: Type =` names the type last.
  if (begin >= 2 && is_operator(begin - 1, ":")
      && tokens_[begin - 2].kind == token_kind::identifier
      && spoken_ != language::php
      && tokens_[begin].line == tokens_[begin - 2].line)
    return {begin - 2, begin - 1};
  while (begin >= 2
         && (is_operator(begin - 1, ".") || is_operator(begin - 1, "->")
             || is_operator(begin - 1, "::"))
         && tokens_[begin - 2].kind == token_kind::identifier)
    begin -= 2;
  return {begin, end};
}

std::string_view flow::chain_text(token_range what) const noexcept {
  if (what.empty())
    return {};
  const auto& first = tokens_[what.first];
  const auto& last = tokens_[what.last - 1];
  if (first.line != last.line || last.column < first.column)
    return last.text;
  return {first.text.data(), last.column - first.column + last.text.size()};
}

void flow::assignment() {
  const auto& it = tokens_[at_];
  const auto enclosing = around_[at_];
  if (enclosing < tokens_.size() && is_operator(enclosing, "(") && enclosing > 0
      && tokens_[enclosing - 1].kind == token_kind::identifier
      && !control_words.has(lowered(tokens_[enclosing - 1].text)))
    return; // A named argument.
  auto target = target_before(at_);
  if (target.empty())
    return;
  if (it.text == "<<"
      && (target.first == 0 || tokens_[target.first - 1].line == it.line))
    return; // A shift, or a class's `<<`.
  const token_range right{at_ + 1, expression_end(at_ + 1)};
  if (right.empty())
    return;
  const auto given = evaluate(right);
  const bool adds = it.text == "+=" || it.text == ".=" || it.text == "<<"
                    || it.text == "<>=" || is_operator(at_ - 1, "]");
  seen_->on_assignment(*this, target, given);
  if (given.has(fact::sql_built | fact::html_built))
    consume(right); // Its parts are reported as this variable, if at all.
  set(target, given, adds);
  for (int others = 0;
       others < 4 && target.first >= 2 && is_operator(target.first - 1, ",")
       && (enclosing >= tokens_.size() || !is_operator(enclosing, "("));
       ++others) {
    target = target_before(target.first - 1);
    if (target.empty())
      return;
    set(target, given, adds);
  }
}

void flow::set(token_range target, value given, bool adds) {
  const auto name = chain_text(target);
  const auto indent = indents_[target.first];
  const auto first =
    scopes_.empty() ? std::size_t{0} : scopes_.back().variables;
  // `if (x) name = y;` on one line.
  bool guarded = false;
  for (std::uint32_t back = 1; back <= 24 && back <= target.first; ++back) {
    const auto& it = tokens_[target.first - back];
    if (it.line != tokens_[target.first].line)
      break;
    guarded =
      guarded || it.text == "if" || it.text == "else" || it.text == "unless";
  }
  // Blocks see the names around them; only a function hides them.
  for (auto at = variables_.size(); at > 0; --at) {
    auto& known = variables_[at - 1];
    if (known.name != name)
      continue;
    if (adds)
      known.held = joined(known.held, given, tokens_[target.first].line);
    else if ((indent > known.indent && at - 1 >= first) || guarded
             || (indent == known.indent && is_alternative(known)))
      known.held = either(known.held, given);
    else
      known.held = given;
    if (given.line != 0 || adds)
      known.token = target.first;
    known.reported = known.reported && adds;
    return;
  }
  if (variables_.size() == variables_max)
    return;
  variables_.push_back({name, given, indent, target.first, false});
}

void flow::loop_variable() {
  auto at = at_ + 1;
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  auto last = std::min(count, at + 24);
  if (at < count && is_operator(at, "(")) {
    last = std::min(last + 40, match_[at]);
    ++at;
  }
  const bool as_word = spoken_ == language::php || spoken_ == language::blade;
  for (auto mark = at; mark < last; mark = behind(mark)) {
    const bool found = as_word ? is_word(mark, "as")
                               : is_word(mark, "in") || is_word(mark, "of")
                                   || is_word(mark, "range")
                                   || is_operator(mark, "<-");
    if (!found && !(is_operator(mark, ":") && typed_before.has(spoken_)))
      continue;
    if (as_word) {
      const auto list = evaluate(token_range{at, mark});
      for (auto name = mark + 1; name < last; ++name)
        if (tokens_[name].kind == token_kind::identifier)
          set({name, name + 1}, list, false);
    } else {
      const auto list =
        evaluate(token_range{mark + 1, expression_end(mark + 1)});
      for (auto name = at; name < mark; ++name)
        if (tokens_[name].kind == token_kind::identifier
            && !control_words.has(lowered(tokens_[name].text))
            && tokens_[name].text != "const" && tokens_[name].text != "let")
          set({name, name + 1}, list, false);
    }
    return;
  }
}

// -- guards
// --------------------------------------------------------------------

void flow::guard() {
  const auto from = at_ + 1;
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  auto to = from;
  for (int steps = 0; to < count && steps < 48; ++steps) {
    if (is_operator(to, "{") || is_operator(to, ";")
        || (to > from && tokens_[to].line > tokens_[to - 1].line
            && !goes_on_behind(tokens_[to - 1])
            && !goes_on_with(tokens_[to], spoken_)))
      break;
    to = behind(to);
  }
  clean({from, std::min(to, count)});
}

void flow::clean_name(std::uint32_t at) {
  if (variables_.size() == variables_max
      || tokens_[at].kind != token_kind::identifier
      || is_constant_name(tokens_[at].text)
      || is_request_data(tokens_[at].text, spoken_))
    return;
  set({at, at + 1}, value{}, false);
  for (auto& each : variables_)
    if (each.name == tokens_[at].text)
      each.held = value{};
}

void flow::clean(token_range condition) {
  for (auto at = condition.first; at < condition.last; ++at) {
    if (tokens_[at].kind != token_kind::identifier)
      continue;
    if (tokens_[at].text == "in" || tokens_[at].text == "not") {
      if (at > condition.first && tokens_[at].text == "in"
          && at + 1 < condition.last) {
        const auto name = is_word(at - 1, "not") && at > 1 ? at - 2 : at - 1;
        clean_name(name);
      }
      continue;
    }
    if (at + 1 >= tokens_.size() || !is_operator(at + 1, "("))
      continue;
    const lowered word(tokens_[at].text);
    if (membership_words.has(word)) {
      const auto end = std::min(match_[at + 1], condition.last + 32);
      for (auto inside = at + 2; inside < end && inside < tokens_.size();
           ++inside)
        if (tokens_[inside].kind == token_kind::identifier)
          clean_name(inside);
    }
    if (own_test_words.has(word) && at >= 2 && is_operator(at - 1, "."))
      clean_name(at - 2);
  }
}

// -- calls
// ---------------------------------------------------------------------

void flow::call() {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  const auto& it = tokens_[at_];
  auto open = at_ + 1;
  if (open >= count && it.text != "html_safe")
    return;
  const auto marked = [this, count](std::uint32_t where,
                                    std::string_view text) {
    return where < count && is_operator(where, text);
  };
  if (marked(open, "!") && spoken_ == language::rust)
    ++open;
  if (marked(open, "<") || (marked(open, "[") && spoken_ == language::scala)) {
    // `Query<User>(…)`: type arguments are short.
    auto close = open + 1;
    for (int steps = 0; close < count && steps < 12; ++steps, ++close)
      if (is_operator(close, ">") || is_operator(close, "]"))
        break;
    if (close + 1 < count && is_operator(close + 1, "(")
        && (is_operator(close, ">") || is_operator(close, "]")))
      open = close + 1;
  }
  seen_call made;
  made.name = it.text;
  made.word = lowered(it.text);
  made.root = it.text;
  made.at = at_;
  made.start = at_;
  auto begin = at_;
  while (begin >= 2
         && (is_operator(begin - 1, ".") || is_operator(begin - 1, "->")
             || is_operator(begin - 1, "::") || is_operator(begin - 1, "?.")
             || is_operator(begin - 1, "&."))) {
    auto next = begin - 2;
    int jumps = 0;
    while (next > 0 && is_close(next) && match_[next] < next && jumps++ < 4) {
      next = match_[next];
      if (next > 0 && tokens_[next].kind == token_kind::punctuation
          && !is_operator(next, "{")
          && (tokens_[next - 1].kind == token_kind::identifier
              || is_close(next - 1)))
        --next;
      else
        break;
    }
    if (begin == at_ && tokens_[begin - 2].kind == token_kind::identifier)
      made.previous = tokens_[begin - 2].text;
    else if (begin == at_ && tokens_[next].kind == token_kind::identifier)
      made.previous = tokens_[next].text;
    begin = next;
    if (tokens_[begin].kind != token_kind::identifier)
      break;
  }
  made.start = begin;
  made.root = tokens_[begin].text;
  made.is_constructor = begin > 0 && is_word(begin - 1, "new")
                        && tokens_[begin - 1].line == tokens_[begin].line;
  if (made.is_constructor)
    made.start = begin - 1;
  const bool declares = it.text == "html_safe" && rubies.has(spoken_);
  if (marked(open, "(")) {
    collect_arguments(made, open + 1, match_[open]);
  } else if (!declares) {
    const bool bare_language =
      rubies.has(spoken_) || spoken_ == language::elixir
      || spoken_ == language::php || spoken_ == language::blade;
    const bool begins = tokens_[open].kind == token_kind::string_open
                        || tokens_[open].kind == token_kind::identifier
                        || marked(open, "[") || marked(open, ":")
                        || marked(open, "(");
    if (!bare_language || !begins || tokens_[open].line != it.line
        || !bare_words.has(lowered(it.text))
        || (marked(open, "[")
            && tokens_[open].column == it.column + it.text.size()))
      return;
    auto end = open;
    while (end < count) {
      end = expression_end(end);
      if (end >= count || !is_operator(end, ","))
        break;
      ++end;
    }
    collect_arguments(made, open, end);
  }
  if (begin > 0 && is_operator(begin - 1, "|>")) {
    const auto from = statement_begin(begin - 1);
    std::rotate(made.arguments.begin(), made.arguments.end() - 1,
                made.arguments.end());
    std::rotate(made.ranges.begin(), made.ranges.end() - 1, made.ranges.end());
    made.ranges[0] = {from, begin - 1};
    made.arguments[0] = evaluate(made.ranges[0]);
    made.count = std::min(made.count + 1, seen_call::arguments_max);
  }
  if (begin < at_)
    made.receiver = evaluate(token_range{begin, at_ - 1});
  seen_->on_call(*this, made);
  append_call(made);
}

void flow::collect_arguments(seen_call& call, std::uint32_t first,
                             std::uint32_t last) {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  last = std::min(last, count);
  auto from = first;
  for (auto at = first; at <= last && call.count < seen_call::arguments_max;) {
    if (at == last || is_operator(at, ",")) {
      if (from < at) {
        call.ranges[call.count] = {from, at};
        call.arguments[call.count] = evaluate(token_range{from, at});
        ++call.count;
      }
      from = at + 1;
      if (at == last)
        break;
    }
    if (fuel_ == 0)
      return;
    --fuel_;
    at = std::max(at + 1, std::min(behind(at), last));
  }
}

void flow::append_call(const seen_call& call) {
  const lowered word(call.name);
  if (word == "fprintf" || word == "fprint") {
    if (call.count < 2)
      return;
    value all;
    for (std::size_t each = 1; each < call.count; ++each)
      all = joined(all, call.arguments[each], tokens_[call.at].line);
    const auto name = call.ranges[0].last - 1;
    if (tokens_[name].kind == token_kind::identifier
        && find(tokens_[name].text))
      set({name, name + 1}, all, true);
    return;
  }
  if (call.start == call.at || !appending_words.has(word)
      || tokens_[call.start].kind != token_kind::identifier)
    return;
  value all;
  for (std::size_t each = 0; each < call.count; ++each)
    all = joined(all, call.arguments[each], tokens_[call.at].line);
  // `this.buffer.append(…)`: the chain up to the method's name.
  const auto root = call.start;
  auto last = root + 1;
  while (last + 1 < call.at && is_operator(last, ".")
         && tokens_[last + 1].kind == token_kind::identifier
         && !is_operator(last + 2, "("))
    last += 2;
  if (!find(chain_text({root, last})) && (all.facts & fact::text) == 0)
    return;
  set({root, last}, all, true);
}

void flow::return_value() {
  if (at_ + 1 >= tokens_.size() || tokens_[at_ + 1].line != tokens_[at_].line)
    return;
  const token_range what{at_ + 1, expression_end(at_ + 1)};
  if (!what.empty())
    seen_->on_return(*this, at_, evaluate(what));
}

void flow::consume(token_range what) {
  for (auto at = what.first; at < what.last && at < tokens_.size(); ++at) {
    if (tokens_[at].kind != token_kind::identifier)
      continue;
    for (auto& each : variables_)
      if (each.name.starts_with(tokens_[at].text))
        each.reported = true;
    if (fuel_ < variables_.size())
      return;
    fuel_ -= variables_.size();
  }
}

// -- extents
// -------------------------------------------------------------------

std::uint32_t flow::expression_end(std::uint32_t from) const noexcept {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  auto at = from;
  while (at < count && fuel_ > 0) {
    --fuel_;
    const auto& it = tokens_[at];
    if (is_close(at) || it.kind == token_kind::markup)
      return at;
    if (it.kind == token_kind::punctuation
        && (it.text == ";" || it.text == ","))
      return at;
    if (at > from && tokens_[at - 1].line != it.line) {
      const auto& last = tokens_[at - 1];
      const bool backslash = last.is(token_kind::punctuation, "\\");
      const bool inside =
        around_[at] < count && !is_operator(around_[at], "{")
        && tokens_[around_[at]].kind != token_kind::markup_open;
      if (!backslash && !inside && !semicolons.has(spoken_)) {
        if (spoken_ == language::python
            || (!goes_on_behind(last) && !goes_on_with(it, spoken_)))
          return at;
      }
    }
    // A block's brace behind a name ends it, unless it is a literal's.
    if (it.is(token_kind::punctuation, "{") && at > from
        && semicolons.has(spoken_) && is_operator(at - 1, ")")
        && spoken_ != language::csharp && spoken_ != language::java)
      return at;
    if (rubies.has(spoken_) && it.kind == token_kind::identifier && at > from
        && (it.text == "do" || it.text == "then"))
      return at;
    at = behind(at);
  }
  return std::min(at, count);
}

std::uint32_t flow::statement_begin(std::uint32_t at) const noexcept {
  constexpr int hops_max = 256;
  for (int hops = 0; at > 0 && hops < hops_max; ++hops) {
    const auto before = at - 1;
    if (is_close(before) && match_[before] < before) {
      if (is_operator(before, "}") && tokens_[before].line != tokens_[at].line
          && !goes_on_with(tokens_[at], spoken_))
        return at;
      at = match_[before];
      continue;
    }
    if (is_open(before) || is_operator(before, ";")
        || tokens_[before].kind == token_kind::markup)
      return at;
    if (tokens_[before].line != tokens_[at].line && !semicolons.has(spoken_)
        && !goes_on_behind(tokens_[before])
        && !goes_on_with(tokens_[at], spoken_))
      return at;
    at = before;
  }
  return at;
}

} // namespace libsig::review::checks
