#include <optional>
#include <string>
#include <utility>

#include "libsig/review/internal/diff_fields.hpp"
#include "libsig/review/internal/diff_header.hpp"
#include "libsig/review/internal/diff_names.hpp"

namespace libsig::review::internal {

namespace {

constexpr auto remedy = "pass the diff as git wrote it";

/// Reads a list of modes; the first parent's is the one that is kept.
bool take_modes(std::string_view text, std::uint32_t& first) {
  for (bool is_first = true;; is_first = false) {
    const auto comma = text.find(',');
    const auto mode = text.substr(0, comma) == "000000"
                        ? std::optional(0u)
                        : parse_mode(text.substr(0, comma));
    if (!mode)
      return false;
    if (is_first)
      first = *mode;
    if (comma == std::string_view::npos)
      return true;
    text.remove_prefix(comma + 1);
  }
}

enum class outcome : std::uint8_t { taken, not_mine, bad };

outcome outcome_of(bool valid) noexcept {
  return valid ? outcome::taken : outcome::bad;
}

outcome take_index(std::string_view text, diff_header& header) {
  const auto index = parse_index(text);
  if (!index || index->parents < 2)
    return outcome::bad;
  header.parents = index->parents;
  return outcome::taken;
}

outcome take_mode_change(std::string_view text, diff_header& header) {
  const auto dots = text.find("..");
  const auto mode = dots == std::string_view::npos
                      ? std::nullopt
                      : parse_mode(text.substr(dots + 2));
  if (!mode)
    return outcome::bad;
  header.file.new_mode = *mode;
  header.says_change = true;
  return outcome_of(take_modes(text.substr(0, dots), header.file.old_mode));
}

outcome take_line(std::string_view line, diff_header& header) {
  auto& file = header.file;
  if (consume(line, "index "))
    return take_index(line, header);
  if (consume(line, "mode "))
    return take_mode_change(line, header);
  if (consume(line, "new file mode ")) {
    file.change = file_change::added;
    header.says_change = true;
    return outcome_of(take_modes(line, file.new_mode));
  }
  if (consume(line, "deleted file mode ")) {
    file.change = file_change::deleted;
    header.says_change = true;
    return outcome_of(take_modes(line, file.old_mode));
  }
  return outcome::not_mine;
}

/// Reads the names of the parents, of which `--combined-all-paths` writes one
/// each; the first is the one that is kept.
result<void> read_old_sides(diff_cursor& cursor, diff_header& header) {
  bool is_first = true;
  for (auto line = cursor.header_line(); consume(line, "--- ");
       line = cursor.header_line()) {
    const auto side = side_name(line);
    if (!side)
      return broken(cursor.number(), "the old name is not valid", remedy);
    if (is_first && side->absent) {
      header.file.change = file_change::added;
    } else if (is_first && !side->name.ends_with(header.file.new_path)) {
      header.file.old_path = without_prefix(side->name);
      header.file.change = file_change::renamed;
    }
    is_first = false;
    cursor.advance();
  }
  return {};
}

result<void> read_sides(diff_cursor& cursor, diff_header& header) {
  if (!cursor.line().starts_with("--- "))
    return {};
  if (auto read = read_old_sides(cursor, header); !read)
    return read;
  if (cursor.at_end())
    return cut_off(cursor, "there is a line --- without +++");
  auto line = cursor.header_line();
  if (!consume(line, "+++ "))
    return broken(cursor.number(), "there is a line --- without +++", remedy);
  const auto side = side_name(line);
  if (!side || (side->absent && header.file.change == file_change::added)
      || (!side->absent && !side->name.ends_with(header.file.new_path)))
    return broken(cursor.number(), "the new name is not valid", remedy);
  if (side->absent)
    header.file.change = file_change::deleted;
  header.has_sides = true;
  cursor.advance();
  return {};
}

} // namespace

result<diff_header> read_combined_header(diff_cursor& cursor) {
  diff_header header;
  header.line = cursor.number();
  header.file.combined = true;
  auto first = cursor.header_line();
  if (!consume(first, "diff --cc "))
    consume(first, "diff --combined ");
  const auto name = whole_name(first);
  if (!name)
    return broken(header.line, "the name of the file is not valid", remedy);
  header.file.old_path = *name;
  header.file.new_path = *name;
  cursor.advance();
  while (!cursor.at_end()) {
    const auto taken = take_line(cursor.header_line(), header);
    if (taken == outcome::bad)
      return broken(cursor.number(), "the line of the header is not valid",
                    remedy);
    if (taken == outcome::not_mine)
      break;
    cursor.advance();
  }
  if (auto sides = read_sides(cursor, header); !sides)
    return tl::unexpected(std::move(sides).error());
  if (header.file.change == file_change::added)
    header.file.old_path.clear();
  if (header.file.change == file_change::deleted)
    header.file.new_path.clear();
  return header;
}

} // namespace libsig::review::internal
