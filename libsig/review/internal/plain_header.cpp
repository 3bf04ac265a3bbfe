#include <string>
#include <utility>

#include "libsig/review/internal/diff_header.hpp"
#include "libsig/review/internal/diff_hunk.hpp"
#include "libsig/review/internal/diff_names.hpp"

namespace libsig::review::internal {

namespace {

constexpr auto remedy = "pass the diff as diff -u wrote it";

/// Whether both names begin with the same component, which then tells no sides
/// apart and is a folder. `a/` and `b/` are prefixes nevertheless: that is what
/// people and tools write who mean a prefix.
bool share_a_folder(std::string_view left, std::string_view right) noexcept {
  const auto slash = left.find('/');
  if (slash == std::string_view::npos || slash == 0)
    return false;
  const auto folder = left.substr(0, slash + 1);
  return right.starts_with(folder) && folder != "a/" && folder != "b/";
}

/// The name of a file that both sides have. Where they differ, one of them is
/// mostly a backup of the other, `x.c.orig` of `x.c`: the new name is meant
/// unless it is the one with the appendage.
std::string common_name(const side_line& before, const side_line& after) {
  const bool whole = share_a_folder(before.name, after.name);
  auto old_name = whole ? before.name : without_prefix(before.name);
  auto new_name = whole ? after.name : without_prefix(after.name);
  return new_name.starts_with(old_name) ? old_name : new_name;
}

/// Decides by the names, and by the first hunk, which sides there are.
void set_change(file_diff& file, const side_line& before,
                const side_line& after, const hunk_header& first) {
  const bool both = !before.absent && !after.absent;
  const bool old_absent =
    before.absent || (both && before.epoch && first.parents.front().count == 0);
  const bool new_absent =
    after.absent || (both && after.epoch && first.result.count == 0);
  auto name = both ? common_name(before, after)
                   : without_prefix(before.absent ? after.name : before.name);
  if (!old_absent)
    file.old_path = name;
  if (!new_absent)
    file.new_path = std::move(name);
  file.change = old_absent   ? file_change::added
                : new_absent ? file_change::deleted
                             : file_change::modified;
}

} // namespace

result<diff_header> read_plain_header(diff_cursor& cursor) {
  diff_header header;
  header.line = cursor.number();
  header.has_sides = true;
  const auto before = side_name(cursor.header_line().substr(4));
  if (!before)
    return broken(cursor.number(), "the old name is not valid", remedy);
  cursor.advance();
  const auto after = side_name(cursor.header_line().substr(4));
  if (!after || (before->absent && after->absent))
    return broken(cursor.number(), "the new name is not valid", remedy);
  cursor.advance();
  const auto first = read_hunk_header(cursor.header_line());
  if (!first)
    return broken(cursor.number(), "the header of a hunk is not valid", remedy);
  set_change(header.file, *before, *after, *first);
  return header;
}

} // namespace libsig::review::internal
