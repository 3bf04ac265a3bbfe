#include "libsig/review/internal/submodule_line.hpp"

#include <algorithm>
#include <string>

#include "libsig/review/internal/diff_fields.hpp"

namespace libsig::review::internal {

namespace {

constexpr std::size_t none = std::string_view::npos;

/// Removes the suffix, or says that the text does not have it.
bool consume_back(std::string_view& text, std::string_view suffix) noexcept {
  if (!text.ends_with(suffix))
    return false;
  text.remove_suffix(suffix.size());
  return true;
}

/// Removes the two commits at the end of the text, or says that it has none.
bool consume_range(std::string_view& text) noexcept {
  const auto space = text.rfind(' ');
  if (space == none || space == 0)
    return false;
  const auto range = text.substr(space + 1);
  const auto dots = range.find("..");
  if (dots == none)
    return false;
  auto after = range.substr(dots + 2);
  consume(after, ".");
  if (!is_object_name(range.substr(0, dots)) || !is_object_name(after))
    return false;
  text = text.substr(0, space);
  return true;
}

std::optional<file_diff> named(std::string_view name, file_change change) {
  if (name.empty() || name.find('\0') != none)
    return std::nullopt;
  file_diff file;
  file.submodule = true;
  file.change = change;
  if (change != file_change::added) {
    file.old_path = name;
    file.old_mode = submodule_mode;
  }
  if (change != file_change::deleted) {
    file.new_path = name;
    file.new_mode = submodule_mode;
  }
  return file;
}

std::optional<file_diff> parse(std::string_view line) {
  if (!consume(line, "Submodule "))
    return std::nullopt;
  if (consume_back(line, " contains modified content")
      || consume_back(line, " contains untracked content"))
    return named(line, file_change::modified);
  auto change = file_change::modified;
  if (consume_back(line, " (new submodule)"))
    change = file_change::added;
  else if (consume_back(line, " (submodule deleted)"))
    change = file_change::deleted;
  else if (!consume_back(line, " (rewind):") && !consume_back(line, ":")) {
    const auto remark = line.rfind(" (");
    if (remark == none || !line.ends_with(')'))
      return std::nullopt;
    line = line.substr(0, remark);
  }
  if (!consume_range(line))
    return std::nullopt;
  return named(line, change);
}

bool is_commit_title(std::string_view line) noexcept {
  return line.starts_with("  > ") || line.starts_with("  < ")
         || line.starts_with("  Warn: ");
}

bool is_subproject_line(std::string_view text) noexcept {
  if (!consume(text, "Subproject commit "))
    return false;
  return is_object_name(text.substr(0, text.find('-'))) && text.size() >= 40;
}

} // namespace

std::optional<file_diff> read_submodule(diff_cursor& cursor) {
  auto file = parse(cursor.header_line());
  if (!file)
    return std::nullopt;
  cursor.advance();
  while (is_commit_title(cursor.line()))
    cursor.advance();
  return file;
}

bool holds_subproject_lines(const file_diff& file) noexcept {
  return file.hunks.size() == 1
         && std::ranges::all_of(
           file.hunks.front().lines,
           [](const diff_line& line) { return is_subproject_line(line.text); });
}

} // namespace libsig::review::internal
