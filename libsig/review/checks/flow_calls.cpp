#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

// -- calls

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
          && tokens_[next - 1].line == tokens_[next].line
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
  checking_call(made);
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
  if (call.start == call.at)
    return;
  if (call.at > call.start)
    element_call(call);
  if (!appending_words.has(word)
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

} // namespace libsig::review::checks
