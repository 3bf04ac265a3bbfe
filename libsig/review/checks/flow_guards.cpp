#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

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
  to = std::min(to, count);
  const auto& word = tokens_[at_].text;
  if (word == "if" || word == "elif") {
    token_range condition{from, to};
    // Without braces the condition is what stands in brackets.
    if (from < count && is_operator(from, "(") && match_[from] < count
        && spoken_ != language::python && spoken_ != language::go
        && !rubies.has(spoken_)) {
      condition = {from + 1, match_[from]};
      to = match_[from] + 1;
    } else if (to > from && is_operator(to - 1, ":")) {
      condition.last = to - 1;
    } else {
      // `if x == 1: y = 2` in one line.
      for (auto colon = from; colon < to; colon = behind(colon))
        if (is_operator(colon, ":") && spoken_ == language::python) {
          condition.last = colon;
          to = colon + 1;
          break;
        }
    }
    choose_branch(condition, to);
    clean_compared(condition, to);
  }
  clean({from, std::min(to, count)});
}

// -- comparisons with constants

std::uint32_t flow::compared_name(token_range condition,
                                  bool equal) const noexcept {
  const auto none = static_cast<std::uint32_t>(tokens_.size());
  auto name = none;
  auto at = condition.first;
  constexpr int parts_max = 8;
  for (int parts = 0; parts < parts_max && at + 3 < condition.last; ++parts) {
    if (tokens_[at].kind != token_kind::identifier
        || tokens_[at + 2].kind != token_kind::string_open
        || match_[at + 2] != at + 4
        || (name != none && tokens_[name].text != tokens_[at].text))
      return none;
    const bool fits =
      equal ? is_operator(at + 1, "==") || is_operator(at + 1, "===")
            : is_operator(at + 1, "!=") || is_operator(at + 1, "!==");
    if (!fits)
      return none;
    name = at;
    at += 5;
    if (at >= condition.last)
      return at == condition.last ? name : none;
    const bool goes_on = equal ? is_operator(at, "||") || is_word(at, "or")
                               : is_operator(at, "&&") || is_word(at, "and");
    if (!goes_on)
      return none;
    ++at;
  }
  return none;
}

/// `if (x != "a" && x != "b") return;`: x is one of them from here on.
void flow::clean_compared(token_range condition, std::uint32_t body) {
  const auto name = compared_name(condition, false);
  if (name >= tokens_.size())
    return;
  constexpr std::uint32_t reach = 24;
  const auto indent = indents_[at_];
  for (auto at = body; at < body + reach && at < tokens_.size(); ++at) {
    const auto& it = tokens_[at];
    if (it.line > tokens_[at_].line + 1 && it.column <= indent)
      break;
    const bool leaves =
      it.kind == token_kind::identifier && leaving_words.has(lowered(it.text));
    const bool replaced = it.text == tokens_[name].text
                          && at + 1 < tokens_.size()
                          && is_operator(at + 1, "=");
    if (leaves || replaced) {
      clean_name(name);
      return;
    }
  }
}

/// `validate_column(name);`, `int(name)` alone on a line: it throws when the
/// name holds what it must not.
void flow::checking_call(const seen_call& call) {
  if (call.count == 0
      || (call.start > 0
          && tokens_[call.start - 1].line == tokens_[call.start].line
          && !is_operator(call.start - 1, ";")
          && !is_operator(call.start - 1, "{")))
    return;
  const std::string_view word(call.word);
  const auto has = [word](std::string_view part) {
    return word.find(part) != std::string_view::npos;
  };
  if (asserting_words.has(call.word)) {
    clean(call.ranges[0]);
    return;
  }
  if (word == "settype" && call.count == 2) {
    if (is_harmless_type(literal_text(call.ranges[1])))
      clean_name(call.ranges[0].first);
    return;
  }
  const bool checks =
    has("valid") || has("allowed") || has("whitelist") || has("allowlist")
    || has("permitted") || word.starts_with("ensure")
    || word.starts_with("parseint") || word.starts_with("atoi") || word == "int"
    || word == "parselong" || word == "fromstring";
  if (!checks)
    return;
  for (std::size_t each = 0; each < call.count; ++each) {
    const auto range = call.ranges[each];
    if (range.last - range.first == 1
        && tokens_[range.first].kind == token_kind::identifier
        && find(tokens_[range.first].text) != nullptr)
      clean_name(range.first);
  }
}

/// `@app.route("/items/<int:number>")` says what the parameter is.
void flow::typed_route(std::uint32_t head) {
  constexpr std::uint32_t reach = 64;
  for (std::uint32_t back = 1; back <= reach && back <= head; ++back) {
    const auto& it = tokens_[head - back];
    if (it.kind == token_kind::identifier
        && (it.text == "def" || it.text == "class"))
      return;
    if (it.kind != token_kind::string_text)
      continue;
    for (const std::string_view type : {"<int:", "<float:", "<uuid:"})
      for (auto found = it.text.find(type); found != std::string_view::npos;
           found = it.text.find(type, found + 1)) {
        const auto begin = found + type.size();
        const auto end = it.text.find('>', begin);
        if (end == std::string_view::npos)
          break;
        if (auto* named = find(it.text.substr(begin, end - begin))) {
          named->held = {};
          named->typed = true;
        }
      }
  }
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

/// Not a name of its own but a part of a request was tested.
void flow::clean_chain(token_range what) {
  if (what.last - what.first < 2 || checked_.size() == ranges_max
      || tokens_[what.first].kind != token_kind::identifier)
    return;
  checked_.push_back({function_number(), chain_text(what)});
}

bool flow::is_checked(token_range what) const noexcept {
  if (checked_.empty() || what.last - what.first < 2)
    return false;
  const auto text = chain_text(what);
  return std::any_of(
    checked_.begin(), checked_.end(), [&](const checked_chain& each) {
      return each.text == text && each.function == function_number();
    });
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
      clean_chain({at + 2, std::min(end, match_[at + 1])});
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
