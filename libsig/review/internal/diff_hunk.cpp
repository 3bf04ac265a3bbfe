#include "libsig/review/internal/diff_hunk.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace libsig::review::internal {

namespace {

/// Scratch of more lines than this is given away instead of copied.
constexpr std::size_t copied_lines_max = 1u << 16;

bool take_number(std::string_view& text, std::uint32_t& value) noexcept {
  const auto* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc())
    return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

/// Takes `5,3` or `5`, which means one line. The last line must have a number.
bool take_range(std::string_view& text, line_range& range) noexcept {
  if (!take_number(text, range.start))
    return false;
  if (consume(text, ",") && !take_number(text, range.count))
    return false;
  return range.count < std::numeric_limits<std::uint32_t>::max() - range.start;
}

/// The number of the first line that comes; where a side shows no line, git
/// names the line before.
std::uint32_t first_line(const line_range& range) noexcept {
  return range.count == 0 ? range.start + 1 : std::max(range.start, 1u);
}

/// Reads the body of one hunk.
class hunk_reader {
public:
  hunk_reader(diff_cursor& cursor, const hunk_header& header,
              std::vector<diff_line>& lines)
    : cursor_(cursor), header_line_(cursor.number()), lines_(lines),
      old_line_(first_line(header.parents.front())),
      new_line_(first_line(header.result)), new_left_(header.result.count) {
    lines_.clear();
    left_.reserve(header.parents.size());
    for (const auto& parent : header.parents) {
      left_.push_back(parent.count);
      parents_open_ += parent.count != 0 ? 1u : 0u;
    }
    cursor_.advance();
  }

  /// Reads lines until both sides have as many as promised.
  result<void> read_plain();

  /// The same with a column for each parent.
  result<void> read_combined();

  [[nodiscard]] std::uint32_t added() const noexcept { return added_; }

  [[nodiscard]] std::uint32_t removed() const noexcept { return removed_; }

private:
  void push(line_kind kind, std::string_view text) {
    lines_.push_back({kind, old_line_, new_line_, text});
    added_ += kind == line_kind::added ? 1u : 0u;
    removed_ += kind == line_kind::removed ? 1u : 0u;
  }

  bool take_plain(std::string_view line);
  bool take_combined(std::string_view line);
  bool take_columns(std::string_view columns, char mark);
  void skip_no_newline();
  [[nodiscard]] tl::unexpected<error> refuse() const;

  diff_cursor& cursor_;
  std::uint32_t header_line_;
  std::vector<diff_line>& lines_;
  std::uint32_t old_line_;
  std::uint32_t new_line_;
  std::uint32_t new_left_;
  /// For each parent, the lines that are still to come.
  std::vector<std::uint32_t> left_;
  std::size_t parents_open_ = 0;
  std::uint32_t added_ = 0;
  std::uint32_t removed_ = 0;
};

/// Git recognises the remark by its start alone, for it is translated.
bool is_no_newline(std::string_view line) noexcept {
  return line.size() >= 12 && line.starts_with("\\ ");
}

void hunk_reader::skip_no_newline() {
  if (!cursor_.at_end() && is_no_newline(cursor_.line()))
    cursor_.advance();
}

tl::unexpected<error> hunk_reader::refuse() const {
  auto left = std::uint64_t{0};
  for (const auto count : left_)
    left += count;
  auto detail = "the hunk of line " + std::to_string(header_line_)
                + " promises " + std::to_string(left) + " more old and "
                + std::to_string(new_left_) + " more new lines";
  if (cursor_.at_end())
    return cut_off(cursor_, std::move(detail));
  return broken(cursor_.number(), std::move(detail) + " than stand here",
                "pass the diff as git wrote it");
}

bool hunk_reader::take_plain(std::string_view line) {
  auto& old_left = left_.front();
  // GNU diff may write an empty context line without its space.
  const char mark = line.empty() ? ' ' : line.front();
  const auto text = line.substr(line.empty() ? 0 : 1);
  if (mark == '+' && new_left_ > 0) {
    push(line_kind::added, text);
    ++new_line_;
    --new_left_;
  } else if (mark == '-' && old_left > 0) {
    push(line_kind::removed, text);
    ++old_line_;
    --old_left;
  } else if (mark == ' ' && old_left > 0 && new_left_ > 0) {
    push(line_kind::context, text);
    ++old_line_;
    --old_left;
    ++new_line_;
    --new_left_;
  } else {
    return mark == '\\' && is_no_newline(line) && !lines_.empty();
  }
  return true;
}

result<void> hunk_reader::read_plain() {
  while (left_.front() != 0 || new_left_ != 0) {
    if (cursor_.at_end() || !take_plain(cursor_.line()))
      return refuse();
    cursor_.advance();
  }
  skip_no_newline();
  if (added_ == 0 && removed_ == 0)
    return broken(header_line_, "the hunk changes nothing",
                  "pass the diff as git wrote it");
  return {};
}

/// Counts the line for each parent whose column has the mark.
bool hunk_reader::take_columns(std::string_view columns, char mark) {
  for (std::size_t parent = 0; parent < columns.size(); ++parent) {
    if (columns[parent] != mark)
      continue;
    if (left_[parent] == 0)
      return false;
    --left_[parent];
    parents_open_ -= left_[parent] == 0 ? 1u : 0u;
  }
  return true;
}

/// A line with a minus is not in the result, and was in the parents that have
/// the minus; any other is in the result, and was in those without a plus.
bool hunk_reader::take_combined(std::string_view line) {
  if (is_no_newline(line) && !lines_.empty())
    return true;
  if (line.size() < left_.size())
    return false;
  const auto columns = line.substr(0, left_.size());
  const auto text = line.substr(left_.size());
  const bool removed = columns.find('-') != std::string_view::npos;
  const bool added = columns.find('+') != std::string_view::npos;
  const char present = removed ? '-' : ' ';
  if (columns.find_first_not_of(" +-") != std::string_view::npos
      || (removed && added) || (!removed && new_left_ == 0)
      || !take_columns(columns, present))
    return false;
  push(removed ? line_kind::removed
       : added ? line_kind::added
               : line_kind::context,
       text);
  old_line_ += columns.front() == present ? 1u : 0u;
  new_line_ += removed ? 0u : 1u;
  new_left_ -= removed ? 0u : 1u;
  return true;
}

result<void> hunk_reader::read_combined() {
  while (parents_open_ != 0 || new_left_ != 0) {
    if (cursor_.at_end() || !take_combined(cursor_.line()))
      return refuse();
    cursor_.advance();
  }
  skip_no_newline();
  return {};
}

result<void> check_header(const hunk_header& header, const file_diff& file,
                          std::size_t parents, std::uint32_t line) {
  constexpr auto remedy = "pass the diff as git wrote it";
  const auto count = header.parents.size();
  if (file.combined ? count < 2 || (parents != 0 && count != parents)
                    : count != 1)
    return broken(line, "the hunk has another number of parents than its file",
                  remedy);
  if (file.combined)
    return {};
  if (file.change == file_change::added && header.parents[0].count != 0)
    return broken(line, "a new file depends on old content", remedy);
  if (file.change == file_change::deleted && header.result.count != 0)
    return broken(line, "a deleted file still has content", remedy);
  return {};
}

} // namespace

std::optional<hunk_header> read_hunk_header(std::string_view line) {
  const auto marks = std::min(line.find_first_not_of('@'), line.size());
  if (marks < 2)
    return std::nullopt;
  const auto sign = line.substr(0, marks);
  line.remove_prefix(marks);
  hunk_header header;
  for (std::size_t parent = 0; parent + 1 < marks; ++parent) {
    line_range range;
    if (!consume(line, " -") || !take_range(line, range))
      return std::nullopt;
    header.parents.push_back(range);
  }
  if (!consume(line, " +") || !take_range(line, header.result)
      || !consume(line, " ") || !consume(line, sign))
    return std::nullopt;
  consume(line, " ");
  header.section = line;
  return header;
}

result<void> read_hunks(diff_cursor& cursor, file_diff& file,
                        std::size_t parents, std::vector<diff_line>& scratch) {
  while (cursor.line().starts_with("@@")) {
    const auto header = read_hunk_header(cursor.header_line());
    if (!header)
      return broken(cursor.number(), "the header of a hunk is not valid",
                    "pass the diff as git wrote it");
    if (auto valid = check_header(*header, file, parents, cursor.number());
        !valid)
      return valid;
    hunk_reader reader(cursor, *header, scratch);
    if (auto read =
          file.combined ? reader.read_combined() : reader.read_plain();
        !read)
      return read;
    auto& hunk = file.hunks.emplace_back();
    hunk.old_start = header->parents.front().start;
    hunk.old_count = header->parents.front().count;
    hunk.new_start = header->result.start;
    hunk.new_count = header->result.count;
    hunk.section = header->section;
    file.added_lines += reader.added();
    file.removed_lines += reader.removed();
    if (scratch.size() > copied_lines_max)
      hunk.lines = std::exchange(scratch, {});
    else
      hunk.lines.assign(scratch.begin(), scratch.end());
  }
  return {};
}

} // namespace libsig::review::internal
