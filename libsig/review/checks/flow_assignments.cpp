#include <algorithm>
#include <array>

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

/// Numbers and lists of which more is known than that they are harmless.
void flow::learn_value(variable& made, token_range right, bool replaced) {
  if (!elements_.empty())
    drop_elements(made.name);
  made.listed = false;
  if (!replaced)
    return;
  made.number = number_of(right, 0);
  numbers_ = numbers_ || made.number.has_value();
  list_elements(made.name, right);
}

/// `a, b = x, y`: each name gets its own value.
bool flow::unpack(token_range last_target) {
  constexpr std::size_t names_max = 4;
  if (last_target.first == 0 || !is_operator(last_target.first - 1, ",")
      || (around_[at_] < tokens_.size() && !is_operator(around_[at_], "{")))
    return false;
  std::array<token_range, names_max> targets{};
  std::size_t count = 0;
  for (auto target = last_target; count < names_max && !target.empty();) {
    targets[count++] = target;
    if (target.first < 2 || !is_operator(target.first - 1, ","))
      break;
    target = target_before(target.first - 1);
  }
  std::array<token_range, names_max> parts{};
  std::size_t given = 0;
  auto from = at_ + 1;
  while (given < names_max) {
    const auto end = expression_end(from);
    parts[given++] = {from, end};
    if (end >= tokens_.size() || !is_operator(end, ","))
      break;
    from = end + 1;
  }
  if (given != count || count < 2)
    return false;
  for (std::size_t each = 0; each < count; ++each)
    set(targets[count - 1 - each], evaluate(parts[each]), false);
  return true;
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
  token_range right{at_ + 1, expression_end(at_ + 1)};
  if (right.empty())
    return;
  if (unpack(target))
    return;
  if (spoken_ == language::go && is_word(right.first, "range"))
    return; // The loop's own matter.
  // `<p style={{ … }} />`: what follows an object or an attribute is no part.
  if (spoken_ == language::javascript && is_operator(right.first, "{"))
    right.last = std::min(right.last, behind(right.first));
  auto given = evaluate(right);
  const bool element = is_operator(at_ - 1, "]");
  const bool counts = it.text == "+=" && dot_adds.has(spoken_);
  const bool adds = (it.text == "+=" && !counts) || it.text == ".="
                    || it.text == "<<" || it.text == "<>=" || element;
  const bool typed = !element && is_declared_harmless(target);
  // Sums of numbers alone are what `+` makes in PHP.
  if (typed || counts)
    given = {};
  seen_->on_assignment(*this, target, given);
  if (given.has(fact::sql_built | fact::html_built))
    consume(right); // Its parts are reported as this variable, if at all.
  const bool replaced = set(target, given, adds);
  if (auto* made = find(chain_text(target))) {
    made->typed = made->typed || typed;
    if (element && made->listed)
      keep_element(*made, constant_key({match_[at_ - 1] + 1, at_ - 1}), given);
    else if (!element && !adds)
      learn_value(*made, right, replaced);
  }
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

/// Whether what gives the name a value here may not run although what first
/// gave it one did.
bool flow::is_conditional(const variable& known, token_range target,
                          std::size_t first) const noexcept {
  const auto indent = indents_[target.first];
  const auto place =
    static_cast<std::size_t>(&known - variables_.data()); // of this function?
  if (indent > known.indent && place >= first) {
    bool block_seen = false;
    for (auto at = blocks_.size(); at > 0; --at) {
      const auto& around = blocks_[at - 1];
      if (around.indent <= known.indent)
        break;
      block_seen = true;
      if (!around.sure)
        return true;
    }
    if (!block_seen)
      return true;
  }
  // `if (x) name = y;` on one line.
  for (std::uint32_t back = 1; back <= 24 && back <= target.first; ++back) {
    const auto& it = tokens_[target.first - back];
    if (it.line != tokens_[target.first].line)
      break;
    if (it.text == "if" || it.text == "else" || it.text == "unless")
      return !is_live(target.first, blocks_.empty() ? 0 : blocks_.back().begin);
  }
  return indent == known.indent && is_alternative(known);
}

/// Whether the target stands in the branch that closes a choice (`else`).
bool flow::is_last_branch(token_range target) const noexcept {
  if (target.first == 0)
    return false;
  const auto closes = [this](std::uint32_t at) {
    return is_word(at, "else") || is_word(at, "default");
  };
  // `else x = 1;`, or `x` in the line below.
  auto before = target.first - 1;
  while (before > 0 && tokens_[before].kind == token_kind::identifier
         && !closes(before)
         && tokens_[before].line == tokens_[target.first].line)
    --before;
  if (closes(before))
    return true;
  if (blocks_.empty() || blocks_.back().begin < 2)
    return false;
  const auto begin = blocks_.back().begin;
  return (is_operator(begin - 1, "{") || is_operator(begin - 1, ":"))
           ? closes(begin - 2)
           : closes(begin - 1);
}

/// One branch gives a name a value. When the last one does, too, nothing is
/// left of what it held before.
void flow::set_in_branch(variable& known, token_range target, value given) {
  if (known.branches && is_last_branch(target)) {
    known.held = either(*known.branches, given);
    known.branches.reset();
    return;
  }
  known.branches = known.branches ? either(*known.branches, given) : given;
  known.held = either(known.held, given);
}

bool flow::set(token_range target, value given, bool adds) {
  const auto name = chain_text(target);
  const auto first =
    scopes_.empty() ? std::size_t{0} : scopes_.back().variables;
  // Blocks see the names around them; only a function hides them.
  if (auto* found = find(name)) {
    auto& known = *found;
    if (known.typed)
      given = {};
    const bool replaces = !adds && !is_conditional(known, target, first);
    if (adds)
      known.held = joined(known.held, given, tokens_[target.first].line);
    else if (replaces)
      known.held = given;
    else
      set_in_branch(known, target, given);
    known.number.reset();
    if (replaces)
      known.branches.reset();
    if (given.line != 0 || adds)
      known.token = target.first;
    known.reported = known.reported && adds;
    return replaces;
  }
  if (variables_.size() < variables_max) {
    variable made;
    made.name = name;
    made.held = given;
    made.indent = indents_[target.first];
    made.token = target.first;
    variables_.push_back(made);
  }
  return true;
}

/// `int n = …`, `n: number = …`: the type is written beside the name.
bool flow::is_declared_harmless(token_range target) const noexcept {
  const auto behind_target = target.last;
  if (target.last - target.first != 1 || target.first == 0)
    return false;
  if (is_operator(behind_target, ":") && behind_target + 1 < tokens_.size()
      && tokens_[behind_target + 1].kind == token_kind::identifier)
    return is_harmless_type(tokens_[behind_target + 1].text);
  const auto& before = tokens_[target.first - 1];
  if (typed_before.has(spoken_))
    return before.kind == token_kind::identifier
           && before.line == tokens_[target.first].line
           && is_harmless_type(before.text);
  return spoken_ == language::go && is_word(target.first - 1, "var")
         && is_harmless_type(at(behind_target).text);
}

/// `int n;` and `var n int`: nothing is assigned yet.
void flow::declaration() {
  const bool go = spoken_ == language::go;
  if ((!go && !typed_before.has(spoken_)) || at_ + 2 >= tokens_.size())
    return;
  const auto& type = tokens_[at_ + (go ? 2 : 0)];
  if (go ? !is_word(at_, "var") || type.line != tokens_[at_].line
         : !is_operator(at_ + 2, ";"))
    return;
  if (tokens_[at_ + 1].kind != token_kind::identifier
      || !is_harmless_type(type.text))
    return;
  set({at_ + 1, at_ + 2}, {}, false);
  if (auto* made = find(tokens_[at_ + 1].text))
    made->typed = true;
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
      token_range over{mark + 1, expression_end(mark + 1)};
      // The head ends with a colon in Python, with a brace in Go and Rust.
      const bool braces = spoken_ == language::go || spoken_ == language::rust;
      auto body = over.last;
      for (auto end = over.first; end < over.last; end = behind(end)) {
        if (tokens_[end].line != tokens_[over.first].line)
          break;
        if ((spoken_ == language::python && is_operator(end, ":"))
            || (braces && is_operator(end, "{") && end > over.first))
          body = end;
      }
      over.last = body;
      const auto list = evaluate(over);
      for (auto name = at; name < mark; ++name)
        if (tokens_[name].kind == token_kind::identifier
            && !control_words.has(lowered(tokens_[name].text))
            && tokens_[name].text != "const" && tokens_[name].text != "let")
          set({name, name + 1}, list, false);
    }
    return;
  }
}

} // namespace libsig::review::checks
