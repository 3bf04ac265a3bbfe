#include "libsig/review/checks/decisions.hpp"

#include <algorithm>

namespace libsig::review::checks {

namespace {

/// Tokens of an arm's body up to which it only maps or dispatches.
constexpr std::uint32_t plain_arm_tokens_max = 14;

/// Times that a run of the same logical operator counts at most.
constexpr std::uint32_t operator_run_max = 3;

enum class word : std::uint8_t {
  nothing,
  decision,  ///< a branch, a loop, a handler
  logical,   ///< `and`, `or` where they are operators
  selection, ///< what begins a selection: `switch`, `match`, `cond`
  label,     ///< what begins an arm: `case`, `when`
  fallback,  ///< what begins the arm that takes the rest
};

/// How each language spells its decisions.
word meaning(std::string_view text, language what) {
  switch (what) {
  case language::c_family:
    if (one_of(text, {"if", "for", "while", "catch"}))
      return word::decision;
    break;
  case language::java:
  case language::csharp:
    if (one_of(text, {"if", "for", "while", "catch", "foreach"}))
      return word::decision;
    break;
  case language::javascript:
  case language::vue:
  case language::jsp:
  case language::ejs:
  case language::razor:
    if (one_of(text, {"if", "for", "while", "catch", "foreach"}))
      return word::decision;
    break;
  case language::go:
    if (one_of(text, {"if", "for"}))
      return word::decision;
    if (text == "select")
      return word::selection;
    break;
  case language::php:
  case language::blade:
    if (one_of(text, {"if", "elseif", "for", "foreach", "while", "catch"}))
      return word::decision;
    if (one_of(text, {"and", "or", "xor"}))
      return word::logical;
    if (text == "match")
      return word::selection;
    break;
  case language::rust:
    if (one_of(text, {"if", "for", "while"}))
      return word::decision;
    return text == "match" ? word::selection : word::nothing;
  case language::python:
    if (one_of(text, {"if", "elif", "for", "while", "except"}))
      return word::decision;
    if (one_of(text, {"and", "or"}))
      return word::logical;
    return word::nothing;
  case language::ruby:
    if (one_of(text,
               {"if", "unless", "elsif", "while", "until", "for", "rescue"}))
      return word::decision;
    if (one_of(text, {"and", "or"}))
      return word::logical;
    if (text == "case")
      return word::selection;
    return text == "when" ? word::label : word::nothing;
  case language::elixir:
    if (one_of(text, {"if", "unless", "for", "when"}))
      return word::decision;
    if (one_of(text, {"and", "or"}))
      return word::logical;
    if (one_of(text, {"case", "cond", "receive"}))
      return word::selection;
    return word::nothing;
  case language::kotlin:
    if (one_of(text, {"if", "for", "while", "catch"}))
      return word::decision;
    return text == "when" ? word::selection : word::nothing;
  case language::scala:
    if (one_of(text, {"if", "for", "while"}))
      return word::decision;
    if (one_of(text, {"match", "catch"}))
      return word::selection;
    return text == "case" ? word::label : word::nothing;
  case language::unknown:
  case language::sql:
  case language::html:
  case language::erb:
  case language::jinja:
  case language::mustache:
  case language::slim:
  case language::twirl:
    return word::nothing;
  }
  if (text == "switch")
    return word::selection;
  if (text == "case")
    return word::label;
  return text == "default" ? word::fallback : word::nothing;
}

/// Whether the arms of the language's selections are told by an arrow.
bool has_arrow_arms(language what) {
  return what == language::elixir || what == language::rust
         || what == language::kotlin || what == language::csharp
         || what == language::php;
}

bool touches(const token& left, const token& right) {
  return left.text.data() + left.text.size() == right.text.data();
}

/// Counts over the tokens of one side, once.
class counter {
public:
  counter(std::vector<decision_count>& out, const code_view& code,
          const outline& functions, language what)
    : out_(out), code_(code), tokens_(code.tokens), functions_(functions),
      what_(what), states_(functions.units.size()) {}

  void run() {
    out_.assign(functions_.units.size(), {});
    for (const auto& line : code_.lines) {
      if (!is_counted(line))
        continue;
      for (auto place = line.first; place < line.last; ++place)
        look(line, place);
    }
    for (std::uint32_t unit = 0; unit < states_.size(); ++unit)
      end_arm(unit);
  }

private:
  /// What is known of a function while it is read.
  struct state {
    std::uint32_t arm_tokens = 0;
    std::uint32_t arm_count = 0; ///< the count when the arm began
    std::uint32_t credits = 0;   ///< selections that have no arm counted yet
    std::uint32_t run = 0;       ///< length of the run of an operator
    std::string_view run_of;
    std::uint32_t questions = 0; ///< `?` that wait for their `:`
    bool arm = false;
    bool conditions = false; ///< the selection's arms are conditions
    bool condition_arm = false;
  };

  /// A preprocessor's conditions and a type's arrows decide nothing.
  [[nodiscard]] bool is_counted(const code_line& line) const {
    const auto& first = tokens_[line.first];
    if (line.origin != line_kind::added)
      return false;
    if (what_ == language::c_family && first.text.starts_with("#"))
      return false;
    return what_ != language::elixir
           || !one_of(first.text, {"@spec", "@type", "@typep", "@callback",
                                   "@opaque", "@macrocallback"});
  }

  void look(const code_line& line, std::uint32_t place) {
    const auto unit = functions_.unit_of[place];
    auto& count = out_[unit];
    if (count.first_line == 0)
      count.first_line = line.line;
    count.last_line = line.line;
    auto& here = states_[unit];
    ++here.arm_tokens;
    const auto& next = tokens_[place];
    if (next.kind == token_kind::identifier)
      on_word(line, place, unit);
    else if (next.kind == token_kind::punctuation)
      on_operator(line, place, unit);
  }

  void on_word(const code_line& line, std::uint32_t place, std::uint32_t unit) {
    const auto text = tokens_[place].text;
    auto& here = states_[unit];
    switch (meaning(text, what_)) {
    case word::nothing:
      if (text == "fn" && what_ == language::elixir)
        ++skipped_arrows_;
      else if (what_ == language::python && text == "case"
               && place == line.first && ends_with_colon(line))
        begin_arm(unit, tokens_[place + 1].text == "_", false);
      return;
    case word::decision:
      if (is_branch(place))
        add(unit);
      here.run_of = {};
      return;
    case word::logical:
      add_logical(unit, text);
      return;
    case word::selection:
      if (is_member(place) || is_label_of_map(place))
        return;
      add(unit);
      here.credits = 1;
      here.conditions = is_conditional(place);
      return;
    case word::label:
      if (!one_of(after(place), {"class", "object"}) && !is_member(place)
          && !is_label_of_map(place))
        begin_arm(unit, spelled(tokens_, place + 1, "_"), false);
      return;
    case word::fallback:
      if (spelled(tokens_, place + 1, ":") || spelled(tokens_, place + 1, "->"))
        begin_arm(unit, true, false);
      return;
    }
  }

  [[nodiscard]] bool ends_with_colon(const code_line& line) const {
    return line.last > line.first + 2 && spelled(tokens_, line.last - 1, ":");
  }

  [[nodiscard]] std::string_view after(std::uint32_t place) const {
    return place + 1 < tokens_.size() ? tokens_[place + 1].text
                                      : std::string_view{};
  }

  [[nodiscard]] bool is_member(std::uint32_t place) const {
    return place > 0
           && one_of(tokens_[place - 1].text, {".", "?.", "::", "@", "$"});
  }

  /// `if:` and `case:` are keys.
  [[nodiscard]] bool is_label_of_map(std::uint32_t place) const {
    return place + 1 < tokens_.size() && tokens_[place + 1].text == ":"
           && touches(tokens_[place], tokens_[place + 1])
           && what_ != language::python;
  }

  [[nodiscard]] bool is_branch(std::uint32_t place) const {
    if (is_member(place) || is_label_of_map(place))
      return false;
    if (what_ == language::rust && tokens_[place].text == "for"
        && is_implementation(place))
      return false;
    if (what_ == language::elixir && tokens_[place].text == "for" && place > 0
        && tokens_[place - 1].kind == token_kind::identifier)
      return false;
    return what_ != language::go || !only_passes_error(place);
  }

  /// `impl Trait for Type` and `for<'a>`.
  [[nodiscard]] bool is_implementation(std::uint32_t place) const {
    if (after(place) == "<")
      return true;
    for (auto back = place; back > 0 && place - back < 16; --back) {
      if (tokens_[back].text == "impl")
        return true;
      if (one_of(tokens_[back].text, {"{", "}", ";"}))
        return false;
    }
    return tokens_[0].text == "impl" && place < 16;
  }

  /// Go's `if err != nil {` with a `return` behind it.
  [[nodiscard]] bool only_passes_error(std::uint32_t place) const {
    const auto end = std::min<std::size_t>(tokens_.size(), place + 40);
    for (std::size_t ahead = place + 1; ahead + 3 < end; ++ahead) {
      if (tokens_[ahead].text != "!=" && tokens_[ahead].text != "{")
        continue;
      return tokens_[ahead].text == "!=" && tokens_[ahead + 1].text == "nil"
             && holds(tokens_[ahead - 1].text, "err")
             && tokens_[ahead + 2].text == "{"
             && tokens_[ahead + 3].text == "return";
    }
    return false;
  }

  /// Whether the arms of a selection are conditions, not values.
  [[nodiscard]] bool is_conditional(std::uint32_t place) const {
    if (what_ == language::elixir)
      return tokens_[place].text == "cond";
    return what_ == language::kotlin && after(place) == "{";
  }

  void on_operator(const code_line& line, std::uint32_t place,
                   std::uint32_t unit) {
    const auto text = tokens_[place].text;
    auto& here = states_[unit];
    if (text == "&&" || text == "||" || text == "??") {
      if (what_ != language::python && is_binary(place))
        add_logical(unit, text);
    } else if (text == "?:") {
      if (what_ == language::kotlin || what_ == language::php)
        add_logical(unit, text);
    } else if (text == "?") {
      if (asks(place))
        ++here.questions;
    } else if (text == ":") {
      if (here.questions > 0 && !is_named_argument(place)) {
        --here.questions;
        add(unit);
      }
    } else if (text == ";" || text == "{" || text == "}") {
      here.questions = 0;
      here.run_of = {};
    } else if (text == "->" || text == "=>") {
      on_arrow(line, place, unit);
    }
  }

  [[nodiscard]] bool asks(std::uint32_t place) const {
    if (what_ == language::rust || what_ == language::kotlin
        || what_ == language::go || what_ == language::elixir
        || what_ == language::scala || what_ == language::python)
      return false;
    // A wildcard `<?>`, an optional parameter `x?: T` and a nullable type ask
    // nothing.
    return !one_of(after(place),
                   {":", ">", ",", ")", "extends", "super", ";", "=", "]", "|"})
           && place > 0 && !one_of(tokens_[place - 1].text, {"<", ",", "("});
  }

  /// The colon of `f(name: value)` does not answer a question.
  [[nodiscard]] bool is_named_argument(std::uint32_t place) const {
    return place > 1 && is_identifier(tokens_[place - 1])
           && one_of(tokens_[place - 2].text, {"(", ","});
  }

  /// An operator between two values, rather than a reference's `T&& x` or a
  /// closure's `|| {`.
  [[nodiscard]] bool is_binary(std::uint32_t place) const {
    if (place == 0 || place + 1 >= tokens_.size())
      return place != 0;
    const auto& left = tokens_[place - 1];
    const auto& right = tokens_[place + 1];
    if (what_ == language::rust)
      return left.kind != token_kind::punctuation || left.text == ")"
             || left.text == "]" || left.text == "}" || left.text == "?";
    if (what_ != language::c_family || tokens_[place].text != "&&")
      return true;
    if (one_of(right.text, {")", ",", ">", "...", "=", "{"}))
      return false;
    const bool same_line = left.line == right.line;
    return !same_line
           || touches(left, tokens_[place]) == touches(tokens_[place], right);
  }

  void on_arrow(const code_line& line, std::uint32_t place,
                std::uint32_t unit) {
    if (!has_arrow_arms(what_))
      return;
    const auto text = tokens_[place].text;
    const bool dashed = what_ == language::elixir || what_ == language::kotlin;
    if (text != (dashed ? "->" : "=>"))
      return;
    if (what_ == language::elixir && skipped_arrows_ > 0) {
      --skipped_arrows_;
      return;
    }
    if (what_ == language::elixir && is_pattern_of_type(place))
      return;
    auto& here = states_[unit];
    if (what_ != language::elixir && !is_arm(line, place))
      return;
    const auto& label = tokens_[line.first];
    const bool falls = place == line.first + 1
                       && one_of(label.text, {"_", "else", "true", "default"});
    begin_arm(unit, falls, here.conditions);
  }

  /// `(integer -> atom)` is a type.
  [[nodiscard]] bool is_pattern_of_type(std::uint32_t place) const {
    return place > 1 && spelled(tokens_, place - 1, ")")
           && spelled(tokens_, place + 1, "::");
  }

  /// The arrow of an arm stands behind a label that begins its line, while a
  /// selection is open; the one of a lambda stands behind `{`, `(` or `=`.
  [[nodiscard]] bool is_arm(const code_line& line, std::uint32_t place) const {
    if (states_[functions_.unit_of[place]].credits == 0
        && !states_[functions_.unit_of[place]].arm && what_ != language::csharp)
      return what_ == language::rust;
    std::uint32_t depth = 0;
    for (auto back = line.first; back < place; ++back) {
      const auto text = tokens_[back].text;
      if (tokens_[back].kind != token_kind::punctuation)
        continue;
      if (text == "(" || text == "{" || text == "[")
        ++depth;
      else if ((text == ")" || text == "}" || text == "]") && depth > 0)
        --depth;
      else if (text == "=" || text == ";")
        return false;
    }
    if (what_ == language::csharp && !in_switch(line))
      return false;
    return depth == 0 && place > line.first;
  }

  /// C# uses the arms' arrow for lambdas and short members too.
  [[nodiscard]] bool in_switch(const code_line& line) const {
    const auto unit = functions_.unit_of[line.first];
    return (states_[unit].credits > 0 || states_[unit].arm)
           && spelled(tokens_, line.last - 1, ",");
  }

  void begin_arm(std::uint32_t unit, bool fallback, bool condition) {
    end_arm(unit);
    auto& here = states_[unit];
    here.arm = !fallback;
    here.arm_tokens = 0;
    here.arm_count = out_[unit].count;
    here.condition_arm = condition;
    here.run_of = {};
  }

  void end_arm(std::uint32_t unit) {
    auto& here = states_[unit];
    if (!here.arm)
      return;
    here.arm = false;
    const bool plain = !here.condition_arm
                       && here.arm_tokens <= plain_arm_tokens_max
                       && here.arm_count == out_[unit].count;
    if (plain)
      return;
    if (here.credits > 0)
      --here.credits;
    else
      ++out_[unit].count;
  }

  void add(std::uint32_t unit) { ++out_[unit].count; }

  void add_logical(std::uint32_t unit, std::string_view text) {
    auto& here = states_[unit];
    here.run = here.run_of == text ? here.run + 1 : 1;
    here.run_of = text;
    if (here.run <= operator_run_max)
      add(unit);
  }

  std::vector<decision_count>& out_;
  const code_view& code_;
  std::span<const token> tokens_;
  const outline& functions_;
  language what_;
  std::vector<state> states_;
  std::uint32_t skipped_arrows_ = 0;
};

} // namespace

bool counts_decisions(language what) {
  switch (what) {
  case language::unknown:
  case language::sql:
  case language::html:
  case language::erb:
  case language::jinja:
  case language::mustache:
  case language::slim:
  case language::twirl:
  case language::blade:
  case language::ejs:
  case language::razor:
  case language::jsp:
    return false;
  case language::c_family:
  case language::csharp:
  case language::elixir:
  case language::go:
  case language::java:
  case language::javascript:
  case language::kotlin:
  case language::php:
  case language::python:
  case language::ruby:
  case language::rust:
  case language::scala:
  case language::vue:
    return true;
  }
  return false;
}

void count_decisions(std::vector<decision_count>& out, const code_view& code,
                     const outline& functions, language what) {
  counter(out, code, functions, what).run();
}

} // namespace libsig::review::checks
