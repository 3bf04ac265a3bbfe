#include "libsig/review/internal/diff_parser.hpp"

#include <optional>
#include <string>
#include <utility>

#include "libsig/core/limits.hpp"
#include "libsig/review/internal/diff_binary.hpp"
#include "libsig/review/internal/diff_fields.hpp"
#include "libsig/review/internal/diff_hunk.hpp"
#include "libsig/review/internal/diff_names.hpp"
#include "libsig/review/internal/submodule_line.hpp"

namespace libsig::review::internal {

namespace {

constexpr auto remedy = "pass the diff as git wrote it";

bool is_combined_line(std::string_view line) noexcept {
  return line.starts_with("diff --cc ") || line.starts_with("diff --combined ");
}

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

/// Whether the line is `Binary files a/x and b/x differ`, or without names.
bool is_binary_line(std::string_view line) noexcept {
  return (line.starts_with("Binary files ") || line.starts_with("Files "))
         && line.ends_with(" differ");
}

/// Whether a line behind a hunk looks like one more line of it. A mail's
/// signature, whose blank mail programs may remove, does not.
bool looks_like_content(std::string_view line) noexcept {
  if (line.starts_with('-'))
    return line != "--" && line != "-- ";
  return line.starts_with('+') || line.starts_with(' ');
}

/// Reads what `diff -r` writes in the place of sides and hunks.
std::optional<file_diff> read_bare_binary(std::string_view line) {
  if (!consume(line, "Binary files ") || !line.ends_with(" differ"))
    return std::nullopt;
  line.remove_suffix(std::string_view(" differ").size());
  const bool added = consume(line, "/dev/null and ");
  const bool deleted = !added && line.ends_with(" and /dev/null");
  if (deleted)
    line.remove_suffix(std::string_view(" and /dev/null").size());
  file_diff file;
  file.binary = true;
  if (added || deleted) {
    const auto name = whole_name(line);
    if (!name)
      return std::nullopt;
    file.change = added ? file_change::added : file_change::deleted;
    (added ? file.new_path : file.old_path) = without_prefix(*name);
    return file;
  }
  auto names = two_names(line, " and ");
  if (!names)
    return std::nullopt;
  file.old_path = std::move(names->old_name);
  file.new_path = std::move(names->new_name);
  return file;
}

} // namespace

diff_parser::diff_parser(std::string_view text) noexcept
  : cursor_(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text) {}

result<std::vector<file_diff>> diff_parser::parse() {
  while (!cursor_.at_end())
    if (auto read = read_line(); !read)
      return tl::unexpected(std::move(read).error());
  if (files_.empty() && first_text_ != 0)
    return broken(first_text_, "there is no diff in the text",
                  "pass a unified diff without colours, such as git diff "
                  "writes");
  return std::move(files_);
}

result<void> diff_parser::read_line() {
  const auto line = cursor_.header_line();
  if (line.starts_with("diff -"))
    return read_diff_line();
  if (line.starts_with("--- "))
    return read_sides_line();
  if (line.starts_with("@@") && read_hunk_header(line))
    return broken(cursor_.number(), "a hunk has no header of a file before it",
                  "pass the lines --- and +++ too");
  if (line.starts_with("Submodule "))
    if (auto file = read_submodule(cursor_))
      return add(std::move(*file));
  if (place_ == place::announced)
    if (auto file = read_bare_binary(line)) {
      cursor_.advance();
      return add(std::move(*file));
    }
  if (place_ == place::file)
    return read_text_after_file();
  return read_text_line();
}

result<void> diff_parser::read_text_line() {
  const auto line = cursor_.header_line();
  if (first_text_ == 0 && !is_blank(line))
    first_text_ = cursor_.number();
  place_ = place::text;
  cursor_.advance();
  return {};
}

result<void> diff_parser::read_text_after_file() {
  const auto line = cursor_.header_line();
  if (line.starts_with("@@"))
    return broken(cursor_.number(), "the header of a hunk is not valid",
                  remedy);
  if (looks_like_content(line))
    return broken(cursor_.number(),
                  "the line belongs to no hunk, the one before it is complete",
                  remedy);
  if (line.starts_with("* Unmerged path "))
    return broken(cursor_.number(), "the file has a conflict",
                  "resolve it, then take the diff");
  return read_text_line();
}

/// A line that begins with `diff -`: of git, or of diff, which repeats its
/// command line before the sides.
result<void> diff_parser::read_diff_line() {
  const auto line = cursor_.header_line();
  if (line.starts_with("diff --git "))
    return read_git_file();
  if (!is_combined_line(line)) {
    auto read = read_text_line();
    place_ = place::announced;
    return read;
  }
  // In a message, the words alone make no header.
  const auto next = cursor_.ahead(1);
  if (place_ == place::text && !next.at_end() && !is_header_line(next.line()))
    return read_text_line();
  return read_file(read_combined_header(cursor_));
}

result<void> diff_parser::read_git_file() {
  auto names = cursor_.header_line();
  consume(names, "diff --git ");
  const auto pair = two_names(names, " ");
  const bool same_file = pair && pair->old_name == pair->new_name;
  const auto next = cursor_.ahead(1);
  if (place_ == place::text && !same_file && !next.at_end()
      && !is_header_line(next.line()))
    return read_text_line();
  return read_file(read_git_header(cursor_));
}

/// A line that begins with `--- ` opens a diff if `+++ ` and a hunk follow, and
/// is text otherwise; where no text can stand it is an error.
result<void> diff_parser::read_sides_line() {
  const bool has_new = cursor_.ahead(1).line().starts_with("+++ ");
  const auto third = cursor_.ahead(2);
  if (has_new && third.line().starts_with("@@ -"))
    return read_file(read_plain_header(cursor_));
  if (place_ == place::text && !(has_new && third.at_end()))
    return read_text_line();
  if (has_new)
    return broken(cursor_.number(), "no hunk follows the lines --- and +++",
                  "pass the whole diff");
  return broken(cursor_.number(), "there is a line --- without +++",
                "pass the whole diff");
}

result<void> diff_parser::read_file(result<diff_header> header) {
  if (!header)
    return tl::unexpected(std::move(header).error());
  if (auto read = read_content(*header); !read)
    return read;
  return finish(std::move(*header));
}

/// Reads hunks, a binary patch, or the remark that the content is binary.
result<void> diff_parser::read_content(diff_header& header) {
  auto& file = header.file;
  const auto line = cursor_.header_line();
  if (line.starts_with("@@"))
    return read_hunks(cursor_, file, header.parents, scratch_);
  if (header.has_sides && !file.combined) {
    constexpr auto detail = "no hunk follows the lines --- and +++";
    if (cursor_.at_end())
      return cut_off(cursor_, detail);
    return broken(cursor_.number(), detail, remedy);
  }
  if (line == "GIT binary patch" && !file.combined) {
    file.binary = true;
    return skip_binary_patch(cursor_);
  }
  if (is_binary_line(line)
      || (file.combined && line == "Binary files differ")) {
    file.binary = true;
    cursor_.advance();
  }
  return {};
}

/// Refuses a file of which nothing was said, and adds any other.
result<void> diff_parser::finish(diff_header header) {
  auto& file = header.file;
  const bool has_content = !file.hunks.empty() || file.binary;
  const bool complete =
    has_content || header.says_change || (file.combined && header.has_sides);
  if (!complete && cursor_.at_end())
    return cut_off(cursor_, "the header of the file breaks off");
  if (!complete)
    return broken(cursor_.number(), "the line belongs to no header of a file",
                  remedy);
  // Git leaves the content of a deleted file out on demand, of others never.
  const bool expected =
    header.content_differs && file.change != file_change::deleted;
  if (!has_content && expected && cursor_.at_end())
    return cut_off(cursor_, "the content of the file is missing");
  if (file.change == file_change::modified && !has_content
      && file.old_mode != file.new_mode)
    file.change = file_change::mode_changed;
  file.submodule = file.old_mode == submodule_mode
                   || file.new_mode == submodule_mode
                   || (file.new_mode == 0 && file.old_mode == 0
                       && holds_subproject_lines(file));
  return add(std::move(file));
}

result<void> diff_parser::add(file_diff file) {
  place_ = place::file;
  const bool again = !files_.empty() && file.submodule && file.hunks.empty()
                     && files_.back().submodule && files_.back().hunks.empty()
                     && files_.back().path() == file.path();
  // A submodule has a line for each thing that is to be said of it.
  if (again) {
    files_.back() = std::move(file);
    return {};
  }
  if (files_.size() == limits::diff_files_max)
    return fail(error(errc::too_large, "the diff has too many files")
                  .at("line " + std::to_string(cursor_.number()))
                  .mend("split it; the limit is "
                        + std::to_string(limits::diff_files_max) + " files"));
  files_.push_back(std::move(file));
  return {};
}

} // namespace libsig::review::internal
