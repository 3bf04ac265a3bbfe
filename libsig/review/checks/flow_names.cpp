#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"
#include "libsig/review/checks/value_words.hpp"

namespace libsig::review::checks {

// -- names

std::uint32_t flow::arguments_open(std::uint32_t at,
                                   std::uint32_t last) const noexcept {
  if (at < last && is_operator(at, "!"))
    ++at;
  if (at < last && is_operator(at, "("))
    return at;
  if (at >= last
      || !(is_operator(at, "<")
           || (is_operator(at, "[") && spoken_ == language::scala)))
    return last;
  for (int steps = 0; at + 1 < last && steps < 12; ++at, ++steps)
    if ((is_operator(at, ">") || is_operator(at, "]"))
        && is_operator(at + 1, "("))
      return at + 1;
  return last;
}

value flow::evaluate_name(std::uint32_t& at, std::uint32_t last, int depth) {
  const auto name = tokens_[at].text;
  const auto root = at++;
  const auto open = arguments_open(at, last);
  if (open < last) {
    const auto close = std::min(match_[open], last);
    at = close < last ? close + 1 : last;
    return apply(root, {}, {open + 1, close}, depth);
  }
  if (at < last && tokens_[at].kind == token_kind::string_open
      && tokens_[at].text == "`") {
    // A tagged template: what the tag makes of the holes is its business,
    // which is to bind or to escape them.
    const auto made = evaluate_string(at, depth);
    return name == "raw" ? made : value{fact::text, 0};
  }
  if (is_request_data(name, spoken_))
    return {fact::free | fact::request, 0};
  const bool member = at + 1 < last && is_member_mark(tokens_[at], spoken_)
                      && tokens_[at + 1].kind == token_kind::identifier;
  if (member && arguments_open(at + 2, last) == last)
    if (const auto* known = find(chain_text({root, at + 2}))) {
      at += 2;
      return known->held;
    }
  if (const auto* known = find(name)) {
    value chosen;
    return element_at(*known, at, last, chosen) ? chosen : known->held;
  }
  if (literal_words.has(lowered(name)))
    return member ? value{fact::thing, 0} : value{};
  if (is_constant_name(name) || names_table(name))
    return names_table(name) && spoken_ != language::sql
               && !is_constant_name(name) && !name.starts_with('$')
             ? unknown_value
             : value{};
  if (member
      && ((is_capitalised(name) && !given_to_view.has(lowered(name)))
          || (spoken_ == language::csharp && name == "string")))
    return {fact::thing, 0};
  // `strings.TrimSpace(x)` of Go: a package, not a value.
  if (spoken_ == language::go && member && is_capitalised(tokens_[at + 1].text)
      && arguments_open(at + 2, last) < last)
    return {fact::thing, 0};
  if (bare_calls.has(spoken_) && !member) {
    const auto what = effect_of(name);
    if (what == effect::literal)
      return {};
  }
  return unknown_value;
}

value flow::evaluate_member(value base, std::uint32_t& at, std::uint32_t last,
                            int depth) {
  // `a.b` and `a(…).b`: the name before the mark, when there is one.
  const auto before = at > 0 && tokens_[at - 1].kind == token_kind::identifier
                        ? tokens_[at - 1].text
                        : std::string_view{};
  const auto member = at + 1;
  const auto name = tokens_[member].text;
  at = member + 1;
  const bool client = !before.empty() && reads_request(before, name, spoken_);
  if (client)
    base.facts |= fact::free | fact::request;
  const auto open = arguments_open(at, last);
  if (open < last) {
    const auto close = std::min(match_[open], last);
    at = close < last ? close + 1 : last;
    return apply(member, base, {open + 1, close}, depth);
  }
  if (client)
    return base;
  if (is_constant_name(name) && !base.has(fact::request))
    return {};
  const auto what = effect_of(name);
  if (what == effect::number || what == effect::literal)
    return base.has(fact::request) && what == effect::literal ? base : value{};
  if (bare_calls.has(spoken_) && what != effect::unknown)
    return apply(member, base, {}, depth);
  if (base.has(fact::thing)) {
    const bool own = before == "self" || before == "this" || before == "$this"
                     || before == "cls" || before == "static";
    if (own && !names_table(name))
      return unknown_value;
    return own ? value{} : value{fact::thing, 0};
  }
  if (before == "$wpdb" || before == "wpdb")
    return {};
  return base;
}

value flow::evaluate_chain(value base, std::uint32_t at, std::uint32_t last,
                           int depth) {
  while (at < last) {
    if (is_member_mark(tokens_[at], spoken_) && at + 1 < last
        && tokens_[at + 1].kind == token_kind::identifier) {
      base = evaluate_member(base, at, last, depth);
    } else if (is_operator(at, "(") || is_operator(at, "[")) {
      at = std::min(behind(at), last);
    } else if (is_operator(at, "{") && spoken_ != language::php) {
      // A block: `ids.map { "?" }` is what the block says.
      const auto close = std::min(match_[at], last);
      auto body = at + 1;
      if (body < close && is_operator(body, "|"))
        for (++body; body < close && !is_operator(body, "|");)
          ++body;
      const auto bar = body > at + 1 ? body : at + 1;
      const auto given =
        evaluate_with({at + 1, bar}, base, {body + 1, close}, depth);
      if (!given.has(fact::free))
        base = given;
      at = close < last ? close + 1 : last;
    } else if (is_operator(at, "|") && spoken_ == language::jinja) {
      ++at;
    } else {
      ++at;
    }
  }
  return base;
}

// -- calls in values

value flow::format(value receiver, token_range arguments, int depth) {
  // A module or a class before the function's name is no part of the text.
  auto all = receiver.has(fact::text) ? receiver : value{};
  bool first = !receiver.has(fact::text);
  auto from = arguments.first;
  for (auto at = from; at <= arguments.last;) {
    if (at == arguments.last || is_operator(at, ",")) {
      const token_range part{from, at};
      if (first && tokens_[part.first].kind == token_kind::string_open
          && has_only_number_verbs(part))
        return evaluate(part, depth + 1);
      const auto given = evaluate(part, depth + 1);
      all = joined(all, given, tokens_[arguments.first].line);
      // `String.format(Locale.ROOT, "…", …)` has its text second.
      first = first && !given.has(fact::text);
      from = at + 1;
      if (at == arguments.last)
        break;
    }
    at = std::max(at + 1, std::min(behind(at), arguments.last));
  }
  return all;
}

value flow::mapped(value receiver, token_range arguments, int depth) {
  if (arguments.empty())
    return receiver; // A block follows, which is looked at by itself.
  // `ids.map((id, place) => …)`: what the function makes of each of them.
  for (auto at = arguments.first; at + 1 < arguments.last; at = behind(at)) {
    if (is_operator(at, ","))
      break;
    if ((is_operator(at, "=>") || is_operator(at, "->"))
        && !is_operator(at + 1, "{"))
      return evaluate_with({arguments.first, at}, receiver,
                           {at + 1, arguments.last}, depth);
  }
  const auto given = evaluate_list(arguments, depth);
  for (auto at = arguments.first; at < arguments.last; ++at) {
    const auto& it = tokens_[at];
    if (it.kind != token_kind::identifier && it.kind != token_kind::string_text)
      continue;
    const auto what = effect_of(it.text);
    if (what == effect::number || what == effect::quotes_sql
        || what == effect::cleans || is_harmless_type(it.text))
      return {};
    break;
  }
  for (auto at = arguments.first; at + 1 < arguments.last; at = behind(at))
    if ((is_operator(at, "=>") || is_operator(at, "->"))
        && !is_operator(at + 1, "{"))
      return given;
  return given.has(fact::free) ? either(receiver, given) : given;
}

/// `he.encode(…)`, `HtmlEncoder.Default.Encode(…)`: whose method it is says
/// what for.
bool flow::encodes_html(std::uint32_t name) const noexcept {
  if (lowered(tokens_[name].text) != "encode")
    return false;
  for (std::uint32_t back = 2; back <= 4 && back <= name; back += 2) {
    const lowered low(tokens_[name - back].text);
    const std::string_view word(low);
    if (word == "he" || word.find("html") != std::string_view::npos
        || word.find("entit") != std::string_view::npos
        || word.find("xss") != std::string_view::npos)
      return true;
  }
  return false;
}

/// What `replace` leaves: entities for the marks of HTML, or nothing of what
/// is not in a class of letters.
value flow::replaced(value given, std::uint32_t name,
                     token_range arguments) const {
  const lowered word(tokens_[name].text);
  if (!given.has(fact::free) || !replacing.has(word))
    return given;
  bool negated = false;
  bool empty = false;
  bool entities = false;
  for (auto at = arguments.first; at < arguments.last; ++at) {
    const auto& it = tokens_[at];
    if (it.kind == token_kind::string_open)
      empty = empty || match_[at] == at + 1;
    if (it.kind != token_kind::string_text)
      continue;
    entities = entities || it.text.find("&lt;") != std::string_view::npos;
    const auto open = it.text.find("[^");
    negated = negated || it.text == "\\W" || it.text == "\\D"
              || it.text == "\\W+" || it.text == "\\D+";
    if (open == std::string_view::npos)
      continue;
    const auto letters = it.text.substr(open, it.text.find(']', open) - open);
    negated =
      negated || letters.find_first_of("'\"<>") == std::string_view::npos;
  }
  if (negated && empty)
    return {given.facts & fact::text, 0};
  if (entities)
    given.facts &= ~(fact::free_in_html | fact::html_built);
  return given;
}

/// `filter_var` and `filter_input` of PHP do what the filter's name says.
value flow::filtered(value given, std::string_view name,
                     token_range arguments) const {
  if (name == "filter_input")
    given.facts |= fact::free | fact::request;
  for (auto at = arguments.first; at < arguments.last; ++at) {
    const auto text = tokens_[at].text;
    const auto has = [text](std::string_view part) {
      return text.find(part) != std::string_view::npos;
    };
    if (!text.starts_with("FILTER_"))
      continue;
    if (has("_INT") || has("_FLOAT") || has("_BOOL"))
      return {};
    if (has("SPECIAL_CHARS") || has("ENCODED") || has("SANITIZE_STRING"))
      given.facts &= ~(fact::free_in_html | fact::html_built);
    if (has("QUOTES") || has("ADD_SLASHES"))
      given.facts &= ~(fact::free_in_sql | fact::sql_built);
    return given;
  }
  return given;
}

value flow::apply(std::uint32_t name, value receiver, token_range arguments,
                  int depth) {
  const auto spelled = tokens_[name].text;
  const auto what = effect_of(spelled);
  const auto root = name >= 2 ? tokens_[name - 2].text : std::string_view{};
  if (what == effect::number || what == effect::literal)
    return {};
  const bool member = name > 0 && is_member_mark(at(name - 1), spoken_);
  if (what == effect::passes && !member && find_helper(spelled) != nullptr)
    return helped(*find_helper(spelled), evaluate_list(arguments, depth));
  if (what == effect::passes && member && encodes_html(name)) {
    auto encoded = evaluate_list(arguments, depth);
    encoded.facts &= ~(fact::free_in_html | fact::html_built);
    return encoded;
  }
  if (what == effect::passes && is_member_mark(at(name - 1), spoken_)
      && is_harmless_type(root))
    return {};
  // `Order.valueOf(x)` is an element of an enumeration or a number.
  if (spelled == "valueOf" && is_capitalised(root) && root != "String")
    return {};
  if (what == effect::formats)
    return format(receiver, arguments, depth);
  if (what == effect::maps) {
    // `collect(Collectors.joining(","))` of Java puts together what there is.
    if (spelled == "collect" && !arguments.empty() && !rubies.has(spoken_)
        && spoken_ != language::elixir)
      return receiver;
    return mapped(receiver, arguments, depth);
  }
  // `make([]string, n)` of Go is empty, `$('<p>').text(x)` of jQuery escaped.
  if ((spoken_ == language::go && spelled == "make")
      || (spoken_ == language::javascript && spelled == "text" && member
          && !arguments.empty() && is_operator(name - 2, ")")))
    return {};
  const auto given = evaluate_list(arguments, depth);
  if (what == effect::looks_up) {
    if (receiver.has(fact::thing)
        || (receiver.facts == 0 && name > 0
            && !is_member_mark(at(name - 1), spoken_)))
      return {(given.facts & fact::request) | fact::free, 0};
    return receiver;
  }
  auto all = joined(receiver, given, tokens_[name].line);
  switch (what) {
  case effect::quotes_sql:
    all.facts &= ~(fact::free_in_sql | fact::sql_built | fact::sql_built_maybe);
    return all;
  case effect::escapes:
    if (spelled == "escape" || spelled == "Escape")
      return {fact::text, 0};
    all.facts &= ~(fact::free_in_html | fact::html_built);
    return all;
  case effect::cleans:
    return {all.facts & fact::text, 0};
  case effect::passes:
    all.facts &= ~fact::thing;
    return replaced(all, name, arguments);
  case effect::unknown:
    if (const auto* own = find_helper(spelled))
      return helped(
        *own, either(receiver.has(fact::thing) ? value{} : receiver, given));
    if (spelled.starts_with("filter_"))
      return filtered(all, spelled, arguments);
    // What a number or an element of an enumeration says of itself.
    if (member && receiver.facts == 0 && arguments.empty()
        && find(root) != nullptr)
      return {};
    // What a foreign function makes of constants is not constant.
    return {(all.facts & (fact::request | fact::parameter)) | fact::free, 0};
  case effect::number:
  case effect::literal:
  case effect::formats:
  case effect::looks_up:
  case effect::maps:
    break;
  }
  return {};
}

} // namespace libsig::review::checks
