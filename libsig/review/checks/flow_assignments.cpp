#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

// -- assignments

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

} // namespace libsig::review::checks
