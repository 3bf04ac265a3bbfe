#include "libsig/review/internal/diff_header.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "libsig/review/internal/diff_fields.hpp"
#include "libsig/review/internal/diff_names.hpp"

namespace libsig::review::internal {

namespace {

constexpr auto remedy = "pass the diff as git wrote it";

/// Reads the header of one file after `diff --git `.
class git_header_reader {
public:
  explicit git_header_reader(diff_cursor& cursor) : cursor_(cursor) {
    header_.line = cursor.number();
  }

  result<diff_header> read();

private:
  enum class outcome : std::uint8_t { taken, not_mine, bad };

  outcome take_line(std::string_view line);
  outcome take_mode(std::string_view text, std::uint32_t& mode,
                    file_change change);
  outcome take_name(std::string_view text, std::optional<std::string>& name,
                    file_change change);
  outcome take_index(std::string_view text);
  outcome set_change(file_change change);
  result<void> read_sides();
  result<void> set_names();
  bool set_modes();
  [[nodiscard]] std::string side(const side_line& line) const;
  [[nodiscard]] bool fits(const side_line& line, bool absent,
                          const std::optional<std::string>& name) const;

  diff_cursor& cursor_;
  diff_header header_;
  std::optional<name_pair> pair_;
  std::optional<std::string> from_;
  std::optional<std::string> to_;
  std::optional<side_line> old_side_;
  std::optional<side_line> new_side_;
};

git_header_reader::outcome git_header_reader::set_change(file_change change) {
  auto& file = header_.file;
  header_.says_change = true;
  if (file.change != file_change::modified && file.change != change)
    return outcome::bad;
  file.change = change;
  return outcome::taken;
}

git_header_reader::outcome git_header_reader::take_mode(std::string_view text,
                                                        std::uint32_t& mode,
                                                        file_change change) {
  const auto value = parse_mode(text);
  if (!value)
    return outcome::bad;
  mode = *value;
  header_.says_change = true;
  return change == file_change::mode_changed ? outcome::taken
                                             : set_change(change);
}

git_header_reader::outcome git_header_reader::take_name(
  std::string_view text, std::optional<std::string>& name, file_change change) {
  name = whole_name(text);
  return name ? set_change(change) : outcome::bad;
}

git_header_reader::outcome
git_header_reader::take_index(std::string_view text) {
  const auto index = parse_index(text);
  if (!index || index->parents != 1)
    return outcome::bad;
  header_.content_differs = index->content_differs;
  if (index->mode) {
    header_.file.old_mode = *index->mode;
    header_.file.new_mode = *index->mode;
  }
  return outcome::taken;
}

git_header_reader::outcome git_header_reader::take_line(std::string_view line) {
  auto& file = header_.file;
  if (consume(line, "index "))
    return take_index(line);
  if (consume(line, "old mode "))
    return take_mode(line, file.old_mode, file_change::mode_changed);
  if (consume(line, "new mode "))
    return take_mode(line, file.new_mode, file_change::mode_changed);
  if (consume(line, "new file mode "))
    return take_mode(line, file.new_mode, file_change::added);
  if (consume(line, "deleted file mode "))
    return take_mode(line, file.old_mode, file_change::deleted);
  if (consume(line, "rename from ") || consume(line, "rename old "))
    return take_name(line, from_, file_change::renamed);
  if (consume(line, "rename to ") || consume(line, "rename new "))
    return take_name(line, to_, file_change::renamed);
  if (consume(line, "copy from "))
    return take_name(line, from_, file_change::copied);
  if (consume(line, "copy to "))
    return take_name(line, to_, file_change::copied);
  if (consume(line, "similarity index ")
      || consume(line, "dissimilarity index "))
    return is_percentage(line) ? outcome::taken : outcome::bad;
  return outcome::not_mine;
}

/// Reads `---` and `+++`, where they stand.
result<void> git_header_reader::read_sides() {
  auto line = cursor_.header_line();
  if (!consume(line, "--- "))
    return {};
  old_side_ = side_name(line);
  if (!old_side_)
    return broken(cursor_.number(), "the old name is not valid", remedy);
  cursor_.advance();
  if (cursor_.at_end())
    return cut_off(cursor_, "there is a line --- without +++");
  line = cursor_.header_line();
  if (!consume(line, "+++ "))
    return broken(cursor_.number(), "there is a line --- without +++", remedy);
  new_side_ = side_name(line);
  if (!new_side_ || (old_side_->absent && new_side_->absent))
    return broken(cursor_.number(), "the new name is not valid", remedy);
  header_.has_sides = true;
  cursor_.advance();
  return {};
}

/// The name of a side without its prefix, of which the first line tells
/// whether there is one.
std::string git_header_reader::side(const side_line& line) const {
  return pair_ && !pair_->prefixed ? line.name : without_prefix(line.name);
}

/// Whether a line `---` or `+++` agrees with what the header said before.
bool git_header_reader::fits(const side_line& line, bool absent,
                             const std::optional<std::string>& name) const {
  if (name)
    return !line.absent && line.name.ends_with(*name);
  return line.absent || !absent;
}

result<void> git_header_reader::set_names() {
  auto& file = header_.file;
  if (from_.has_value() != to_.has_value())
    return broken(header_.line, "one name of a rename or a copy is missing",
                  remedy);
  if (old_side_) {
    const bool added = file.change == file_change::added;
    const bool deleted = file.change == file_change::deleted;
    if (!fits(*old_side_, added, from_) || !fits(*new_side_, deleted, to_))
      return broken(cursor_.number() - 1,
                    "the names contradict the header before them", remedy);
    // Old tools do not write the mode of a new or deleted file.
    if (old_side_->absent)
      file.change = file_change::added;
    if (new_side_->absent)
      file.change = file_change::deleted;
  }
  if (from_) {
    file.old_path = std::move(*from_);
    file.new_path = std::move(*to_);
  } else if (old_side_) {
    file.old_path = side(*old_side_);
    file.new_path = side(*new_side_);
  } else if (pair_) {
    file.old_path = std::move(pair_->old_name);
    file.new_path = std::move(pair_->new_name);
  } else {
    return broken(header_.line, "the header lacks the name of its file",
                  "write the diff with the default prefixes");
  }
  if (file.change == file_change::added)
    file.old_path.clear();
  if (file.change == file_change::deleted)
    file.new_path.clear();
  return {};
}

/// Clears the mode of a side that is absent; a change of modes has both.
bool git_header_reader::set_modes() {
  auto& file = header_.file;
  if (file.change == file_change::added)
    file.old_mode = 0;
  else if (file.change == file_change::deleted)
    file.new_mode = 0;
  else
    return (file.old_mode == 0) == (file.new_mode == 0);
  return true;
}

result<diff_header> git_header_reader::read() {
  auto first = cursor_.header_line();
  consume(first, "diff --git ");
  pair_ = two_names(first, " ");
  cursor_.advance();
  while (!cursor_.at_end()) {
    const auto taken = take_line(cursor_.header_line());
    if (taken == outcome::bad)
      return broken(cursor_.number(), "the line of the header is not valid",
                    remedy);
    if (taken == outcome::not_mine)
      break;
    cursor_.advance();
  }
  if (auto sides = read_sides(); !sides)
    return tl::unexpected(std::move(sides).error());
  if (auto names = set_names(); !names)
    return tl::unexpected(std::move(names).error());
  if (!set_modes())
    return broken(header_.line, "one mode of the file is missing", remedy);
  return std::move(header_);
}

} // namespace

bool is_header_line(std::string_view line) noexcept {
  constexpr std::array<std::string_view, 16> starts{
    "index ",
    "old mode ",
    "new mode ",
    "new file mode ",
    "rename from ",
    "rename to ",
    "deleted file mode ",
    "similarity index ",
    "rename old ",
    "rename new ",
    "copy from ",
    "copy to ",
    "--- ",
    "@@ -",
    "mode ",
    "dissimilarity index ",
  };
  return std::ranges::any_of(
    starts, [&](std::string_view start) { return line.starts_with(start); });
}

result<diff_header> read_git_header(diff_cursor& cursor) {
  return git_header_reader(cursor).read();
}

} // namespace libsig::review::internal
