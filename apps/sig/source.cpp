#include "apps/sig/source.hpp"

#include <string_view>
#include <utility>

#include "apps/sig/descriptor.hpp"
#include "apps/sig/git_source.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

namespace {

result<source_text> read_text(const std::string& file, std::size_t bytes_max) {
  auto text = read_file(file, bytes_max);
  if (!text) {
    return fail(text.error());
  }
  return source_text{
    std::move(*text), file == "-" ? std::string{"standard input"} : file, {}};
}

result<source_text> from_git(result<git_diff> made) {
  if (!made) {
    return fail(std::move(made).error());
  }
  return source_text{std::move(made->text), "git diff", std::move(made->notes)};
}

} // namespace

result<source_text> read_source(const source_choice& choice,
                                bool input_is_terminal,
                                const std::vector<std::string>& environment) {
  switch (choice.kind) {
  case source_kind::standard_input:
    if (input_is_terminal) {
      return fail(error{errc::invalid_argument, "no change to review"}.mend(
        "pipe a diff in (git diff | sig review), or name a source: --diff, "
        "--range, --staged, --worktree or --event"));
    }
    return read_text("-", limits::diff_bytes_max);
  case source_kind::diff_file:
    return read_text(choice.argument, limits::diff_bytes_max);
  case source_kind::range:
    return from_git(diff_of_range(choice.argument, environment));
  case source_kind::staged:
    return from_git(diff_of_index(environment));
  case source_kind::worktree:
    return from_git(diff_of_worktree(choice.with_untracked, environment));
  case source_kind::event_file:
    return read_text(choice.argument, limits::review_request_bytes_max);
  }
  return fail(errc::internal, "a source of no kind");
}

std::size_t count_files(std::string_view diff) noexcept {
  constexpr std::string_view header = "diff --git ";
  std::size_t count = diff.starts_with(header) ? 1 : 0;
  constexpr std::string_view later = "\ndiff --git ";
  for (auto at = diff.find(later); at != diff.npos;
       at = diff.find(later, at + later.size())) {
    ++count;
  }
  return count;
}

} // namespace libsig::sig
