#include "libsig/core/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "libsig/core/limits.hpp"

namespace libsig {

namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

constexpr char mark_of(separator by) noexcept {
  return by == separator::colon ? ':' : '.';
}

error refusal(std::string detail) {
  return error(errc::invalid_pattern, std::move(detail));
}

error refusal_at(std::size_t index, std::string detail) {
  return refusal(std::move(detail)).at("segment " + std::to_string(index + 1));
}

result<pattern::segment> read_segment(std::string_view text,
                                      std::size_t index) {
  if (text.empty())
    return fail(
      refusal_at(index, "an empty segment").mend("remove the extra separator"));
  if (text == "*")
    return pattern::segment{pattern::kind::one, {}};
  if (text == "**")
    return pattern::segment{pattern::kind::many, {}};
  if (text.find('*') != std::string_view::npos)
    return fail(refusal_at(index, "a '*' inside a longer segment")
                  .mend("let '*' or '**' be a whole segment"));
  return pattern::segment{pattern::kind::literal, std::string(text)};
}

result<std::vector<pattern::segment>> read_segments(std::string_view text,
                                                    char mark) {
  std::vector<pattern::segment> segments;
  for (auto more = true; more;) {
    const auto index = segments.size();
    if (index == limits::pattern_segments_max)
      return fail(refusal("more than "
                          + std::to_string(limits::pattern_segments_max)
                          + " segments"));
    const auto end = text.find(mark);
    auto next = read_segment(text.substr(0, end), index);
    if (!next)
      return fail(std::move(next).error());
    if (index > 0 && next->kind == pattern::kind::many
        && segments.back().kind == pattern::kind::many)
      return fail(
        refusal_at(index, "two adjacent '**'").mend("one '**' says the same"));
    segments.push_back(*std::move(next));
    more = end != std::string_view::npos;
    text.remove_prefix(more ? end + 1 : text.size());
  }
  return segments;
}

/// Which prefixes of the pattern match what was read of the type: bit `i` is
/// set when the first `i` segments do.
using reached = std::array<bool, limits::pattern_segments_max + 1>;

void close_over_many(std::span<const pattern::segment> segments, reached& at) {
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (at[i] && segments[i].kind == pattern::kind::many)
      at[i + 1] = true;
}

reached advance(std::span<const pattern::segment> segments, const reached& at,
                std::string_view text) {
  reached next{};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!at[i])
      continue;
    switch (segments[i].kind) {
    case pattern::kind::literal:
      if (segments[i].text == text)
        next[i + 1] = true;
      break;
    case pattern::kind::one:
      next[i + 1] = true;
      break;
    case pattern::kind::many:
      next[i] = true;
      break;
    }
  }
  close_over_many(segments, next);
  return next;
}

} // namespace

separator separator_of(std::string_view text) noexcept {
  if (text.find(':') != std::string_view::npos)
    return separator::colon;
  return text.find('.') != std::string_view::npos ? separator::dot
                                                  : separator::none;
}

result<pattern> pattern::parse(std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return fail(refusal("an empty pattern").mend("'**' matches every type"));
  if (text.size() > limits::pattern_bytes_max)
    return fail(refusal("more than " + std::to_string(limits::pattern_bytes_max)
                        + " bytes"));
  const auto by = separator_of(text);
  auto segments = read_segments(text, mark_of(by));
  if (!segments)
    return fail(std::move(segments).error());
  pattern parsed;
  parsed.text_ = std::string(text);
  parsed.segments_ = *std::move(segments);
  parsed.separator_ = by;
  return parsed;
}

result<pattern> pattern::literal(std::string_view type) {
  if (type.size() > limits::pattern_bytes_max)
    return fail(refusal("more than " + std::to_string(limits::pattern_bytes_max)
                        + " bytes"));
  pattern made;
  made.text_ = std::string(type);
  made.separator_ = libsig::separator_of(type);
  for (auto more = true; more;) {
    if (made.segments_.size() == limits::pattern_segments_max)
      return fail(refusal("more than "
                          + std::to_string(limits::pattern_segments_max)
                          + " segments"));
    const auto end = type.find(mark_of(made.separator_));
    made.segments_.push_back(
      {pattern::kind::literal, std::string(type.substr(0, end))});
    more = end != std::string_view::npos;
    type.remove_prefix(more ? end + 1 : type.size());
  }
  return made;
}

bool pattern::is_literal() const noexcept {
  return std::ranges::all_of(
    segments_, [](const segment& one) { return one.kind == kind::literal; });
}

bool pattern::matches(std::string_view type) const {
  if (segments_.empty())
    return false;
  const auto of_type = libsig::separator_of(type);
  const auto everything =
    segments_.size() == 1 && segments_.front().kind == pattern::kind::many;
  if (everything)
    return true;
  if (of_type != libsig::separator::none && of_type != separator_)
    return false;
  reached at{};
  at[0] = true;
  close_over_many(segments_, at);
  for (auto more = true; more;) {
    const auto end = type.find(mark_of(of_type));
    at = advance(segments_, at, type.substr(0, end));
    more = end != std::string_view::npos;
    type.remove_prefix(more ? end + 1 : type.size());
  }
  return at[segments_.size()];
}

} // namespace libsig
