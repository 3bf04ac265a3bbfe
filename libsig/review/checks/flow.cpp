#include "libsig/review/checks/flow.hpp"

#include <algorithm>

#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

// -- preparation

flow::flow(std::span<const token> tokens, language spoken) : spoken_(spoken) {
  prepare(tokens);
  constexpr std::uint64_t looks_per_token = 96;
  fuel_ = 20'000 + looks_per_token * tokens_.size();
}

bool flow::is_open(std::uint32_t at) const noexcept {
  const auto code = codes_[at];
  if (code != 0)
    return code == code_of("(") || code == code_of("[") || code == code_of("{");
  const auto kind = tokens_[at].kind;
  return kind == token_kind::string_open || kind == token_kind::hole_open
         || kind == token_kind::markup_open;
}

bool flow::is_close(std::uint32_t at) const noexcept {
  const auto code = codes_[at];
  if (code != 0)
    return code == code_of(")") || code == code_of("]") || code == code_of("}");
  const auto kind = tokens_[at].kind;
  return kind == token_kind::string_close || kind == token_kind::hole_close
         || kind == token_kind::markup_close;
}

namespace {

[[nodiscard]] bool belongs(const token& open, const token& close) noexcept {
  switch (close.kind) {
  case token_kind::string_close:
    return open.kind == token_kind::string_open;
  case token_kind::hole_close:
    return open.kind == token_kind::hole_open;
  case token_kind::markup_close:
    return open.kind == token_kind::markup_open;
  case token_kind::punctuation:
    return open.kind == token_kind::punctuation
           && ((open.text == "(" && close.text == ")")
               || (open.text == "[" && close.text == "]")
               || (open.text == "{" && close.text == "}"));
  case token_kind::identifier:
  case token_kind::number:
  case token_kind::string_open:
  case token_kind::string_text:
  case token_kind::hole_open:
  case token_kind::comment:
  case token_kind::markup:
  case token_kind::markup_open:
    return false;
  }
  return false;
}

} // namespace

void flow::prepare(std::span<const token> tokens) {
  tokens_.reserve(tokens.size());
  for (const auto& each : tokens)
    if (each.kind != token_kind::comment)
      tokens_.push_back(each);
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  codes_.resize(count);
  constexpr std::size_t usual = 16;
  variables_.reserve(usual);
  for (std::uint32_t at = 0; at < count; ++at)
    codes_[at] = tokens_[at].kind == token_kind::punctuation
                   ? code_of(tokens_[at].text)
                   : 0;
  match_.assign(count, count);
  around_.assign(count, count);
  indents_.resize(count);
  std::vector<std::uint32_t> open;
  open.reserve(64);
  std::uint32_t indent = 0;
  for (std::uint32_t at = 0; at < count; ++at) {
    const auto& it = tokens_[at];
    if (at == 0
        || (it.line != tokens_[at - 1].line
            && it.kind != token_kind::string_text
            && it.kind != token_kind::string_close))
      indent = it.column;
    indents_[at] = indent;
    if (is_close(at)) {
      // What was left open inside ends here; a stray closing one is nothing.
      constexpr std::size_t reach = 16;
      for (std::size_t back = 0; back < std::min(open.size(), reach); ++back) {
        const auto candidate = open[open.size() - 1 - back];
        if (!belongs(tokens_[candidate], it))
          continue;
        match_[candidate] = at;
        match_[at] = candidate;
        open.resize(open.size() - 1 - back);
        break;
      }
    }
    around_[at] = open.empty() ? count : open.back();
    if (is_open(at))
      open.push_back(at);
  }
}

std::uint32_t flow::behind(std::uint32_t at) const noexcept {
  if (!is_open(at))
    return at + 1;
  const auto end = match_[at];
  return end < tokens_.size() ? end + 1 : end;
}

// -- extents

std::uint32_t flow::expression_end(std::uint32_t from) const noexcept {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  auto at = from;
  while (at < count && fuel_ > 0) {
    --fuel_;
    const auto& it = tokens_[at];
    if (is_close(at) || it.kind == token_kind::markup)
      return at;
    if (it.kind == token_kind::punctuation
        && (it.text == ";" || it.text == ","))
      return at;
    if (at > from && tokens_[at - 1].line != it.line) {
      const auto& last = tokens_[at - 1];
      const bool backslash = last.is(token_kind::punctuation, "\\");
      const bool inside =
        around_[at] < count && !is_operator(around_[at], "{")
        && tokens_[around_[at]].kind != token_kind::markup_open;
      if (!backslash && !inside && !semicolons.has(spoken_)) {
        if (spoken_ == language::python
            || (!goes_on_behind(last) && !goes_on_with(it, spoken_)))
          return at;
      }
    }
    // A block's brace behind a name ends it, unless it is a literal's.
    if (it.is(token_kind::punctuation, "{") && at > from
        && semicolons.has(spoken_) && is_operator(at - 1, ")")
        && spoken_ != language::csharp && spoken_ != language::java)
      return at;
    if (rubies.has(spoken_) && it.kind == token_kind::identifier && at > from
        && (it.text == "do" || it.text == "then"))
      return at;
    at = behind(at);
  }
  return std::min(at, count);
}

std::uint32_t flow::statement_begin(std::uint32_t at) const noexcept {
  constexpr int hops_max = 256;
  for (int hops = 0; at > 0 && hops < hops_max; ++hops) {
    const auto before = at - 1;
    if (is_close(before) && match_[before] < before) {
      if (is_operator(before, "}") && tokens_[before].line != tokens_[at].line
          && !goes_on_with(tokens_[at], spoken_))
        return at;
      at = match_[before];
      continue;
    }
    if (is_open(before) || is_operator(before, ";")
        || tokens_[before].kind == token_kind::markup)
      return at;
    if (tokens_[before].line != tokens_[at].line && !semicolons.has(spoken_)
        && !goes_on_behind(tokens_[before])
        && !goes_on_with(tokens_[at], spoken_))
      return at;
    at = before;
  }
  return at;
}

} // namespace libsig::review::checks
