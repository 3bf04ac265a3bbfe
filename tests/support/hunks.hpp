#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/review/diff.hpp"

/// Hunks and files made by hand, for tests that need no diff.
namespace libsig::testing {

/// A hunk of lines that begin with a mark of a diff: `+`, `-` or a blank. The
/// text must outlive it.
[[nodiscard]] inline review::hunk marked_hunk(std::string_view text,
                                              std::uint32_t start) {
  review::hunk made;
  made.old_start = made.new_start = start;
  auto old_line = start;
  auto new_line = start;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty())
      continue;
    review::diff_line each;
    each.kind = line.front() == '+'   ? review::line_kind::added
                : line.front() == '-' ? review::line_kind::removed
                                      : review::line_kind::context;
    each.old_line = old_line;
    each.new_line = new_line;
    each.text = line.substr(1);
    old_line += each.kind != review::line_kind::added ? 1u : 0u;
    new_line += each.kind != review::line_kind::removed ? 1u : 0u;
    made.lines.push_back(each);
  }
  made.old_count = old_line - start;
  made.new_count = new_line - start;
  return made;
}

/// A hunk that adds every line of the text, from line 1 on. The text must
/// outlive it.
[[nodiscard]] inline review::hunk added_hunk(std::string_view text) {
  review::hunk made;
  made.new_start = 1;
  while (!text.empty()) {
    const auto end = text.find('\n');
    ++made.new_count;
    made.lines.push_back(
      {review::line_kind::added, 0, made.new_count, text.substr(0, end)});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return made;
}

/// A file that the diff adds whole. The text must outlive it.
[[nodiscard]] inline review::file_diff added_file(std::string path,
                                                  std::string_view text) {
  review::file_diff made;
  made.new_path = std::move(path);
  made.change = review::file_change::added;
  made.hunks.push_back(added_hunk(text));
  made.added_lines = made.hunks.front().new_count;
  return made;
}

} // namespace libsig::testing
