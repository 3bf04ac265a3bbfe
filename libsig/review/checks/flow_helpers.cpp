#include <algorithm>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

namespace {

/// Collects what the functions give back.
class return_collector final : public flow_observer {
public:
  return_collector(std::vector<helper>& to, std::size_t most)
    : to_(to), most_(most) {}

  void on_call(flow& /*in*/, const seen_call& /*call*/) override {}

  void on_assignment(flow& /*in*/, token_range /*target*/,
                     value /*given*/) override {}

  void on_return(flow& in, std::uint32_t /*at*/, value given) override {
    const auto name = in.function_name();
    if (name.empty())
      return;
    const auto known =
      std::find_if(to_.begin(), to_.end(),
                   [name](const helper& each) { return each.name == name; });
    if (known != to_.end())
      known->given = either(known->given, given);
    else if (to_.size() < most_)
      to_.push_back({name, given});
  }

  void on_scope_end(flow& /*in*/, const variable& /*leaving*/) override {}

private:
  std::vector<helper>& to_;
  std::size_t most_;
};

} // namespace

/// Whether the token names a function that begins here.
bool flow::names_function(std::uint32_t at) const noexcept {
  const auto all = static_cast<std::uint32_t>(tokens_.size());
  if (codes_[at + 1] == code_of("=")) {
    // `const f = (x) => …`
    auto mark = at + 2;
    if (spoken_ != language::javascript || mark >= all)
      return false;
    mark = behind(mark);
    if (mark + 1 < all && codes_[mark] == code_of(":"))
      mark += 2;
    return mark < all && codes_[mark] == code_of("=>");
  }
  const auto& before = tokens_[at - 1];
  if (before.kind == token_kind::identifier && function_words.has(before.text))
    return true;
  const auto body = match_[at + 1] + 1;
  return plain_heads.has(spoken_) && body < all
         && (is_operator(body, "{") || is_operator(body, ":")
             || is_word(body, "throws"))
         && !is_operator(at - 1, ".")
         && !control_words.has(lowered(tokens_[at].text));
}

/// The whole of the function whose name stands at the token.
token_range flow::function_at(std::uint32_t name) const noexcept {
  const auto all = static_cast<std::uint32_t>(tokens_.size());
  const auto begin = name - 1;
  if (codes_[name + 1] == code_of("=")) {
    const auto end = expression_end(name + 2);
    return {name, std::min(all, end)};
  }
  auto at = match_[name + 1] + 1;
  if (indented.has(spoken_)) {
    const auto indent = indents_[name];
    const auto line = tokens_[name].line;
    while (at < all && (tokens_[at].line == line || indents_[at] > indent))
      at = behind(at);
    return {begin, std::min(at, all)};
  }
  constexpr int reach = 24;
  for (int steps = 0; at < all && steps < reach; ++steps, at = behind(at))
    if (is_operator(at, "{") || is_operator(at, ";"))
      break;
  return {begin, std::min(all, at < all ? behind(at) : all)};
}

void flow::learn_helpers() {
  const auto all = static_cast<std::uint32_t>(tokens_.size());
  for (std::uint32_t at = 1; at + 1 < all && heads_.size() < helpers_max; ++at)
    if ((codes_[at + 1] == code_of("(") || codes_[at + 1] == code_of("="))
        && tokens_[at].kind == token_kind::identifier && names_function(at))
      heads_.push_back(at);
}

void flow::learn_helper(std::uint32_t head) {
  const auto body = function_at(head);
  if (fuel_ < body.last - body.first)
    return;
  fuel_ -= body.last - body.first;
  const std::span<const token> all(tokens_);
  flow scout(all.subspan(body.first, body.last - body.first), spoken_);
  scout.scouts_ = true;
  return_collector collector(helpers_, helpers_max);
  scout.run(collector);
}

const helper* flow::find_helper(std::string_view name) {
  for (auto& head : heads_) {
    if (head == 0 || tokens_[head].text != name)
      continue;
    learn_helper(head);
    head = 0; // Once is enough.
  }
  for (const auto& each : helpers_)
    if (each.name == name)
      return &each;
  return nullptr;
}

/// What a call gives back, when what it is given is `given`.
value flow::helped(const helper& from, value given) const noexcept {
  auto made = from.given;
  made.line = 0;
  if (!made.has(fact::free))
    return {made.facts & (fact::text | fact::sql | fact::html), 0};
  made.facts &=
    ~(fact::sql_built | fact::sql_built_maybe | fact::html_built | fact::thing);
  if (!made.has(fact::parameter))
    return made;
  made.facts &= ~fact::parameter;
  made.facts |= given.facts & (fact::request | fact::parameter);
  // Harmless arguments leave nothing that could do harm.
  if (!given.has(fact::free))
    made.facts &= ~fact::free;
  return made;
}

} // namespace libsig::review::checks
