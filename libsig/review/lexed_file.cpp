#include "libsig/review/lexed_file.hpp"

#include <algorithm>

namespace libsig::review {

namespace {

/// Tokens that a line of code has, roughly; one allocation instead of ten.
constexpr std::size_t tokens_per_line = 12;

} // namespace

lexed_file lex_file(const file_diff& diff) {
  lexed_file made;
  made.diff = &diff;
  made.spoken = language_of(diff.path());
  if (made.spoken == language::unknown || diff.binary || diff.submodule)
    return made;
  made.hunks.reserve(diff.hunks.size());
  for (const auto& each : diff.hunks) {
    auto& lexed = made.hunks.emplace_back();
    lexed.where = &each;
    lexed.new_side.reserve(each.lines.size() * tokens_per_line);
    lex_into(lexed.new_side, each, side::new_side, made.spoken);
    const bool removes = std::ranges::any_of(
      each.lines, [](line_kind kind) { return kind == line_kind::removed; },
      &diff_line::kind);
    if (!removes)
      continue;
    lexed.old_side.reserve(each.lines.size() * tokens_per_line);
    lex_into(lexed.old_side, each, side::old_side, made.spoken);
  }
  return made;
}

} // namespace libsig::review
