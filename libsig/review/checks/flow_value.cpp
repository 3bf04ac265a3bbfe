#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/words.hpp"

namespace libsig::review::checks {

namespace {

constexpr language_set dot_concatenates{language::php, language::blade};

constexpr language_set arrow_lambdas{language::java, language::kotlin,
                                     language::elixir};

/// Languages in which `|` hands a value to a filter.
constexpr language_set pipes{language::jinja, language::html, language::vue};

/// Languages that call methods without brackets.
constexpr language_set bare_calls{language::ruby,  language::erb,
                                  language::scala, language::slim,
                                  language::twirl, language::kotlin};

constexpr value unknown_value{fact::free, 0};

constexpr auto literal_words = make_words(
  {"true", "false", "null", "nil", "none", "undefined", "this", "self", "super",
   "void", "nullptr", "cls", "static", "parent", "iota"});

constexpr auto prefix_words =
  make_words({"new", "await", "yield", "return", "const", "ref", "out", "lazy",
              "static", "begin", "try", "throw", "move", "mut"});

constexpr auto membership =
  make_words({"includes",   "contains",       "include?",    "in?",
              "has",        "containskey",    "in_array",    "array_key_exists",
              "indexof",    "hasownproperty", "member?",     "key?",
              "is_numeric", "ctype_digit",    "ctype_alnum", "preg_match",
              "isinteger",  "fullmatch",      "isdigit",     "isalnum",
              "exists"});

/// What a view or a form gives; other capitalised names are types.
constexpr auto given_to_view =
  make_words({"model", "viewbag", "viewdata", "tempdata", "request", "session",
              "item", "context", "httpcontext"});

[[nodiscard]] bool is_capitalised(std::string_view name) noexcept {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

/// Names that developers give to things of their own database.
[[nodiscard]] bool names_table(std::string_view name) noexcept {
  const lowered low(name);
  const std::string_view word(low);
  return word.find("table") != std::string_view::npos
         || word.find("prefix") != std::string_view::npos
         || word.find("schema") != std::string_view::npos
         || word.find("placeholder") != std::string_view::npos;
}

[[nodiscard]] bool is_member_mark(const token& it, language spoken) noexcept {
  if (it.kind != token_kind::punctuation)
    return false;
  if (it.text == ".")
    return !dot_concatenates.has(spoken);
  return it.text == "->" || it.text == "::" || it.text == "?."
         || it.text == "&." || it.text == "?->" || it.text == "!.";
}

} // namespace

const variable* flow::find(std::string_view name) const noexcept {
  for (auto at = variables_.size(); at > 0; --at)
    if (variables_[at - 1].name == name)
      return &variables_[at - 1];
  return nullptr;
}

value flow::evaluate(token_range what) { return evaluate(what, 0); }

value flow::evaluate(token_range what, int depth) {
  what.last = std::min(what.last, static_cast<std::uint32_t>(tokens_.size()));
  if (what.empty())
    return {};
  const std::uint64_t cost = what.last - what.first;
  if (fuel_ < cost) {
    fuel_ = 0;
    return {};
  }
  fuel_ -= cost;
  if (depth > depth_max)
    return unknown_value;
  value made;
  if (evaluate_choice(what, depth, made))
    return made;
  return evaluate_sum(what, depth);
}

value flow::evaluate_list(token_range what, int depth) {
  value all;
  auto from = what.first;
  for (auto at = from; at < what.last; at = behind(at))
    if (is_operator(at, ",") || is_operator(at, ";")) {
      all = either(all, evaluate({from, at}, depth + 1));
      from = at + 1;
    }
  return either(all, evaluate({from, what.last}, depth + 1));
}

// -- choices and tests
// ---------------------------------------------------------

bool flow::tests_membership(token_range condition) const {
  for (auto at = condition.first; at < condition.last; ++at) {
    if (tokens_[at].kind != token_kind::identifier)
      continue;
    if (tokens_[at].text == "in" || membership.has(lowered(tokens_[at].text)))
      return true;
  }
  return false;
}

bool flow::evaluate_word(token_range what, std::uint32_t at, int depth,
                         value& to) {
  const auto word = tokens_[at].text;
  const token_range left{what.first, at};
  const token_range right{at + 1, what.last};
  if (at == what.first) {
    if (word == "if" || word == "unless") {
      auto body = behind(at + 1);
      auto other = body;
      while (other < what.last && !is_word(other, "else"))
        other = behind(other);
      to = either(evaluate({body, other}, depth + 1),
                  evaluate({other + 1, what.last}, depth + 1));
      if (tests_membership({at, body}))
        to.facts &= ~fact::free;
      return true;
    }
    if (word == "function" || word == "async" || word == "lambda"
        || word == "func" || word == "fn" || word == "def" || word == "not"
        || word == "typeof" || word == "switch" || word == "match"
        || word == "case" || word == "class" || word == "do") {
      to = {};
      return true;
    }
    return false;
  }
  if (word == "if" || word == "unless") {
    auto other = at + 1;
    while (other < what.last && !is_word(other, "else"))
      other = behind(other);
    to = either(evaluate(left, depth + 1),
                evaluate({other + 1, what.last}, depth + 1));
    if (tests_membership({at, other}))
      to.facts &= ~fact::free;
    return true;
  }
  if (word == "or") {
    to = either(evaluate(left, depth + 1), evaluate(right, depth + 1));
    return true;
  }
  if (word == "and" || word == "in" || word == "is" || word == "instanceof"
      || word == "not") {
    to = {};
    return true;
  }
  if (word == "for" || word == "as") {
    to = word == "as" && at + 1 < what.last
             && is_harmless_type(tokens_[at + 1].text)
           ? value{}
           : evaluate(left, depth + 1);
    return true;
  }
  return false;
}

bool flow::evaluate_choice(token_range what, int depth, value& to) {
  for (auto at = what.first; at < what.last; at = behind(at)) {
    const auto& it = tokens_[at];
    if (it.kind == token_kind::identifier) {
      if (evaluate_word(what, at, depth, to))
        return true;
      continue;
    }
    if (it.kind != token_kind::punctuation)
      continue;
    const token_range left{what.first, at};
    const token_range right{at + 1, what.last};
    const auto text = it.text;
    if (text == "?" && right.first < right.last
        && !is_operator(right.first, ".")) {
      auto colon = right.first;
      for (; colon < what.last && !is_operator(colon, ":");)
        colon = behind(colon);
      if (colon >= what.last)
        continue;
      to = either(evaluate({right.first, colon}, depth + 1),
                  evaluate({colon + 1, what.last}, depth + 1));
      if (tests_membership(left))
        to.facts &= ~fact::free;
      return true;
    }
    if (text == "|" && pipes.has(spoken_)) {
      to = evaluate(left, depth + 1);
      return true;
    }
    if (text == "||" || text == "??" || text == "?:" || text == "&&") {
      to = either(evaluate(left, depth + 1), evaluate(right, depth + 1));
      return true;
    }
    if (text == "==" || text == "===" || text == "!=" || text == "!=="
        || text == "<=" || text == ">=" || text == "=~") {
      to = {};
      return true;
    }
    if (text == "=>" || text == "="
        || (text == "->" && arrow_lambdas.has(spoken_))) {
      to = right.empty() || is_operator(right.first, "{")
             ? value{}
             : evaluate(right, depth + 1);
      return true;
    }
    if (text == ":" && at > what.first) {
      to = evaluate(right, depth + 1);
      return true;
    }
  }
  return false;
}

// -- sums
// ----------------------------------------------------------------------

value flow::evaluate_sum(token_range what, int depth) {
  value all;
  bool any = false;
  char waiting = '+';
  auto from = what.first;
  const auto fold = [&](std::uint32_t to) {
    if (from >= to)
      return;
    const token_range part{from, to};
    const auto line = tokens_[what.first].line;
    if (waiting == '%' && all.has(fact::text)) {
      if (!has_only_number_verbs({what.first, from - 1}))
        all = joined(all, evaluate_term(part, depth), line);
      return;
    }
    if (waiting == '-') {
      if (!all.has(fact::text))
        all = {};
      return;
    }
    const auto next = evaluate_term(part, depth);
    all = any ? joined(all, next, line) : next;
    any = true;
  };
  for (auto at = what.first; at < what.last; at = behind(at)) {
    if (tokens_[at].kind != token_kind::punctuation || at == what.first)
      continue;
    const auto text = tokens_[at].text;
    char operation = '\0';
    if (text == "+" || text == "<>" || text == "++" || text == "<<"
        || text == "..")
      operation = '+';
    else if (text == "." && dot_concatenates.has(spoken_))
      operation = '+';
    else if (text == "%")
      operation = '%';
    else if (text == "-" || text == "*" || text == "/" || text == "//"
             || text == "**" || text == "<" || text == ">" || text == "^")
      operation = '-';
    else if (text == "|" && spoken_ == language::jinja)
      operation = '\0';
    if (operation == '\0')
      continue;
    // A type argument's bracket is no comparison.
    if ((text == "<" || text == ">")
        && arguments_open(what.first, what.last) < what.last)
      continue;
    fold(at);
    waiting = operation;
    from = at + 1;
  }
  fold(what.last);
  return all;
}

value flow::evaluate_term(token_range what, int depth) {
  auto at = what.first;
  const auto last = what.last;
  while (at < last) {
    const auto& it = tokens_[at];
    if (it.kind == token_kind::identifier && prefix_words.has(lowered(it.text))
        && at + 1 < last && !is_member_mark(tokens_[at + 1], spoken_)
        && !is_operator(at + 1, "("))
      ++at;
    else if (it.kind == token_kind::punctuation
             && (it.text == "&" || it.text == "*" || it.text == "@"
                 || it.text == "..." || it.text == "\\"))
      ++at;
    else
      break;
  }
  if (at >= last)
    return {};
  const auto& it = tokens_[at];
  switch (it.kind) {
  case token_kind::string_open: {
    auto made = evaluate_string(at, depth);
    while (at < last && tokens_[at].kind == token_kind::string_open)
      made = joined(made, evaluate_string(at, depth), it.line);
    if (at + 1 < last && is_operator(at, "\\")
        && tokens_[at + 1].kind == token_kind::string_open)
      return joined(made, evaluate_term({at + 1, last}, depth + 1), it.line);
    return evaluate_chain(made, at, last, depth);
  }
  case token_kind::identifier: {
    const auto made = evaluate_name(at, last, depth);
    return evaluate_chain(made, at, last, depth);
  }
  case token_kind::punctuation: {
    if (!is_open(at))
      return {}; // `-x`, `!x`, `:symbol`: numbers, booleans, constants.
    const auto close = std::min(match_[at], last);
    const token_range inside{at + 1, close};
    const auto after = close < last ? close + 1 : last;
    const bool cast = it.text == "(" && inside.last - inside.first == 1
                      && tokens_[inside.first].kind == token_kind::identifier
                      && after < last
                      && (tokens_[after].kind == token_kind::identifier
                          || tokens_[after].kind == token_kind::string_open
                          || is_operator(after, "("));
    if (cast)
      return is_harmless_type(tokens_[inside.first].text)
               ? value{}
               : evaluate_term({after, last}, depth + 1);
    // `[]byte(x)` of Go converts.
    if (it.text == "[" && inside.empty() && after < last
        && tokens_[after].kind == token_kind::identifier)
      return evaluate_term({after, last}, depth + 1);
    return evaluate_chain(evaluate_list(inside, depth), after, last, depth);
  }
  case token_kind::number:
  case token_kind::string_text:
  case token_kind::hole_open:
  case token_kind::hole_close:
  case token_kind::string_close:
  case token_kind::comment:
  case token_kind::markup:
  case token_kind::markup_open:
  case token_kind::markup_close:
    return {};
  }
  return {};
}

// -- strings
// -------------------------------------------------------------------

value flow::evaluate_hole(token_range what, int depth) {
  if (spoken_ == language::python || spoken_ == language::csharp)
    for (auto at = what.first; at < what.last; at = behind(at))
      if (is_operator(at, ":") || is_operator(at, "!")) {
        // `{price:.2f}` is a number.
        if (at + 1 < what.last && tokens_[what.last - 1].text.size() < 4
            && (tokens_[what.last - 1].text.ends_with('d')
                || tokens_[what.last - 1].text.ends_with('f')))
          return {};
        what.last = at;
        break;
      }
  return evaluate(what, depth + 1);
}

value flow::evaluate_string(std::uint32_t& at, int depth) {
  const auto open = at;
  const auto close =
    std::min(match_[at], static_cast<std::uint32_t>(tokens_.size()));
  const auto prefix = lowered(tokens_[open].text);
  const std::string_view mark(prefix);
  const bool binds = spoken_ == language::scala
                     && (mark.starts_with("sql") || mark.starts_with("fr")
                         || mark.starts_with("cql") || mark.starts_with("q\""));
  std::array<char, 2048> buffer;
  std::size_t size = 0;
  value holes;
  bool splices = false;
  for (auto inside = open + 1; inside < close;) {
    const auto& it = tokens_[inside];
    if (it.kind == token_kind::string_text) {
      if (size > 0 && size < buffer.size())
        if (it.line != tokens_[inside - 1].line)
          buffer[size++] = '\n';
      const auto taken = std::min(it.text.size(), buffer.size() - size);
      std::copy_n(it.text.begin(), taken,
                  buffer.begin() + static_cast<std::ptrdiff_t>(size));
      size += taken;
      splices = it.text.ends_with('#');
    } else if (it.kind == token_kind::hole_open) {
      if (size < buffer.size())
        buffer[size++] = '\x01';
      const auto hole =
        evaluate_hole({inside + 1, std::min(match_[inside], close)}, depth);
      if (!binds || splices)
        holes = either(holes, hole);
      splices = false;
    }
    inside = std::max(inside + 1, std::min(behind(inside), close));
  }
  at = close < tokens_.size() ? close + 1 : close;
  value text{facts_of_text({buffer.data(), size}), 0};
  return joined(text, holes, tokens_[open].line);
}

std::string_view flow::literal_text(token_range what) const noexcept {
  if (what.first + 1 >= tokens_.size()
      || tokens_[what.first].kind != token_kind::string_open
      || tokens_[what.first + 1].kind != token_kind::string_text)
    return {};
  return tokens_[what.first + 1].text;
}

bool flow::has_only_number_verbs(token_range what) const noexcept {
  bool any = false;
  for (auto at = what.first; at < what.last; ++at) {
    if (tokens_[at].kind != token_kind::string_text)
      continue;
    const auto text = tokens_[at].text;
    for (auto verb = text.find('%'); verb != std::string_view::npos;
         verb = text.find('%', verb + 1)) {
      ++verb;
      if (verb < text.size() && text[verb] == '%')
        continue;
      while (verb < text.size()
             && std::string_view("0123456789.+-#$l").find(text[verb])
                  != std::string_view::npos)
        ++verb;
      if (verb >= text.size()
          || std::string_view("dfxuioegXtb").find(text[verb])
               == std::string_view::npos)
        return false;
      any = true;
    }
  }
  return any;
}

// -- names
// ---------------------------------------------------------------------

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
  if (const auto* known = find(name))
    return known->held;
  if (literal_words.has(lowered(name)))
    return member ? value{fact::thing, 0} : value{};
  if (is_constant_name(name) || names_table(name))
    return names_table(name) && spoken_ != language::sql
               && !is_constant_name(name) && !name.starts_with('$')
             ? unknown_value
             : value{};
  if (is_capitalised(name) && member && !given_to_view.has(lowered(name)))
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
      const auto given = evaluate({body + 1, close}, depth + 1);
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
// -----------------------------------------------------------

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

value flow::mapped(value receiver, value given, token_range arguments) const {
  if (arguments.empty())
    return receiver; // A block follows, which is looked at by itself.
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

value flow::apply(std::uint32_t name, value receiver, token_range arguments,
                  int depth) {
  const auto spelled = tokens_[name].text;
  const auto what = effect_of(spelled);
  const auto root = name >= 2 ? tokens_[name - 2].text : std::string_view{};
  if (what == effect::number || what == effect::literal)
    return {};
  if (what == effect::passes && is_member_mark(at(name - 1), spoken_)
      && is_harmless_type(root))
    return {};
  if (what == effect::formats)
    return format(receiver, arguments, depth);
  const auto given = evaluate_list(arguments, depth);
  if (what == effect::looks_up) {
    if (receiver.has(fact::thing)
        || (receiver.facts == 0 && name > 0
            && !is_member_mark(at(name - 1), spoken_)))
      return {(given.facts & fact::request) | fact::free, 0};
    return receiver;
  }
  if (what == effect::maps)
    return mapped(receiver, given, arguments);
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
    return all;
  case effect::unknown:
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
