#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

// -- the walk

void flow::run(flow_observer& seen) {
  seen_ = &seen;
  while (at_ < tokens_.size()) {
    if (dead_.empty()) {
      step();
      continue;
    }
    const auto dead =
      std::find_if(dead_.begin(), dead_.end(), [this](token_range each) {
        return each.first <= at_ && at_ < each.last;
      });
    if (dead == dead_.end())
      step();
    else
      at_ = dead->last;
  }
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
  } else if (it.kind == token_kind::string_open && rubies.has(spoken_)) {
    last_value();
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
    else if (it.text == "switch"
             || (it.text == "match" && spoken_ == language::python))
      choose_case();
    if (at_ + 2 < tokens_.size()
        && tokens_[at_ + 1].kind == token_kind::identifier
        && (is_operator(at_ + 2, ";") || it.text == "var"))
      declaration();
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
    blocks_.push_back({indent, at_, opens_surely(at_)});
  if (!scopes_.empty())
    scopes_.back().begins = false;
}

/// Whether a block that begins here runs whenever what is around it does.
bool flow::opens_surely(std::uint32_t at) const noexcept {
  if (at == 0 || (!scopes_.empty() && scopes_.back().begins))
    return true; // The body of a function.
  if (is_live(at, blocks_.empty() ? 0 : blocks_.back().begin))
    return true;
  constexpr auto sure =
    make_words({"try", "using", "lock", "synchronized", "with", "do", "unsafe",
                "finally", "begin", "unchecked"});
  auto opener = at - 1;
  if (is_operator(opener, "{") && opener > 0) {
    --opener;
    if (is_operator(opener, ")") && match_[opener] < opener
        && match_[opener] > 0)
      opener = match_[opener] - 1;
  } else if (is_operator(opener, ":") && spoken_ == language::python) {
    constexpr int hops_max = 40;
    const auto line = tokens_[opener].line;
    for (int hops = 0;
         opener > 0 && hops < hops_max && tokens_[opener - 1].line == line;
         ++hops)
      --opener;
    if (is_word(opener, "async"))
      ++opener;
  }
  return tokens_[opener].kind == token_kind::identifier
         && sure.has(tokens_[opener].text);
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
  if (spoken_ == language::python)
    typed_route(head);
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
  inner.begins = true;
  inner.number = ++functions_;
  // The name stands before the bracket of the parameters.
  if (parameters.first >= 2
      && tokens_[parameters.first - 2].kind == token_kind::identifier)
    inner.name = tokens_[parameters.first - 2].text;
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
  constexpr auto containers = make_words(
    {"list", "set", "seq", "collection", "array", "iterable", "sequence",
     "vector", "option", "optional", "iterator", "readonlyarray", "tuple",
     "mutablelist", "indexedseq", "nonemptylist", "vec"});
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
      // `Seq[Long]`, `list[int]`: what it holds counts.
      if ((is_operator(at + 1, "[") || is_operator(at + 1, "<"))
          && at + 2 < one.last && containers.has(lowered(it.text)))
        type = tokens_[at + 2].text;
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
  if (!found || variables_.size() == variables_max
      || tokens_[name].text == "self" || tokens_[name].text == "cls")
    return;
  if (spoken_ == language::go && type.empty() && !variables_.empty()
      && variables_.back().token == one.last + 1)
    type = "inherit";
  variable made;
  made.name = tokens_[name].text;
  made.indent = indents_[one.first];
  made.token = one.first;
  if (type == "inherit") {
    made.held = variables_.back().held;
    made.typed = variables_.back().typed;
  } else if (is_harmless_type(type))
    made.typed = typed_before.has(spoken_) || spoken_ == language::go;
  else
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
  inner.begins = true;
  inner.number = ++functions_;
  // `const f = (x) => …` names it.
  const auto equals = parameters.first > 0 ? parameters.first - 1 : 0;
  const auto mark =
    is_operator(at_ - 1, ")") && equals > 0 ? equals - 1 : equals;
  if (mark > 0 && is_operator(mark, "=")
      && tokens_[mark - 1].kind == token_kind::identifier)
    inner.name = tokens_[mark - 1].text;
  scopes_.push_back(inner);
  declare_parameters(parameters);
  if (scouts_ && !inner.name.empty() && !is_operator(body, "{"))
    seen_->on_return(*this, at_,
                     evaluate(token_range{body, expression_end(body)}));
}

/// A text that ends a function or a block of Ruby is what it gives back.
void flow::last_value() {
  const auto end = behind(at_);
  if (end >= tokens_.size() || !is_word(end, "end") || at_ == 0
      || tokens_[at_ - 1].line == tokens_[at_].line)
    return;
  seen_->on_return(*this, at_ - 1, evaluate(token_range{at_, end}));
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

} // namespace libsig::review::checks
