#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/value_words.hpp"

namespace libsig::review::checks {

const variable* flow::find(std::string_view name) const noexcept {
  for (auto at = variables_.size(); at > 0; --at)
    if (variables_[at - 1].name == name)
      return &variables_[at - 1];
  return nullptr;
}

variable* flow::find(std::string_view name) noexcept {
  for (auto at = variables_.size(); at > 0; --at)
    if (variables_[at - 1].name == name)
      return &variables_[at - 1];
  return nullptr;
}

value flow::evaluate_with(token_range names, value each, token_range what,
                          int depth) {
  constexpr int names_max = 4;
  const auto before = variables_.size();
  int count = 0;
  const bool second_counts =
    spoken_ == language::javascript || spoken_ == language::csharp;
  for (auto at = names.first; at < names.last && count < names_max; ++at) {
    // `(name, place) => …`: the second one is a number.
    if (second_counts && is_operator(at, ",") && around_[at] == names.first)
      each = {};
    if (tokens_[at].kind != token_kind::identifier
        || variables_.size() == variables_max)
      continue;
    variable made;
    made.name = tokens_[at].text;
    made.held = each;
    made.token = at;
    variables_.push_back(made);
    ++count;
  }
  const auto given = evaluate(what, depth + 1);
  variables_.resize(before);
  return given;
}

/// A branch of a choice; a name that the condition compares with constants is
/// one of them there.
value flow::evaluate_chosen(token_range condition, token_range what,
                            int depth) {
  const auto name = compared_name(condition, true);
  if (name < tokens_.size())
    return evaluate_with({name, name + 1}, {}, what, depth);
  return evaluate(what, depth + 1);
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
      const token_range condition{at + 1, body};
      const auto decided =
        word == "if" ? number_of(condition, 0) : std::optional<std::int64_t>{};
      const token_range rest{other + 1, what.last};
      if (decided)
        to =
          evaluate(*decided != 0 ? token_range{body, other} : rest, depth + 1);
      else
        to = either(evaluate_chosen(condition, {body, other}, depth),
                    evaluate(rest, depth + 1));
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
    const token_range condition{at + 1, other};
    const token_range rest{other + 1, what.last};
    const auto decided =
      word == "if" ? number_of(condition, 0) : std::optional<std::int64_t>{};
    if (decided)
      to = evaluate(*decided != 0 ? left : rest, depth + 1);
    else
      to = either(evaluate_chosen(condition, left, depth),
                  evaluate(rest, depth + 1));
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
  if (word == "for" && spoken_ == language::python) {
    auto in = at + 1;
    while (in < what.last && !is_word(in, "in"))
      in = behind(in);
    auto end = in + 1;
    while (end < what.last && !is_word(end, "if") && !is_word(end, "for"))
      end = behind(end);
    const auto each = evaluate({in + 1, end}, depth + 1);
    to = tests_membership({end, what.last})
           ? value{}
           : evaluate_with({at + 1, in}, each, left, depth);
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
      const auto decided = number_of(left, 0);
      const token_range then{right.first, colon};
      const token_range rest{colon + 1, what.last};
      if (decided)
        to = evaluate(*decided != 0 ? then : rest, depth + 1);
      else
        to =
          either(evaluate_chosen(left, then, depth), evaluate(rest, depth + 1));
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
    if ((text == "+" && !dot_concatenates.has(spoken_)) || text == "<>"
        || text == "++" || text == "<<" || text == "..")
      operation = '+';
    else if (text == "." && dot_concatenates.has(spoken_))
      operation = '+';
    else if (text == "%")
      operation = '%';
    else if (text == "-" || text == "*" || text == "/" || text == "//"
             || text == "**" || text == "<" || text == ">" || text == "^"
             || (text == "+" && dot_concatenates.has(spoken_)))
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
    if (is_checked({at, last}))
      return {};
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

} // namespace libsig::review::checks
