#include "libsig/review/filter.hpp"

#include <algorithm>

#include "libsig/core/utf8.hpp"

namespace libsig::review {

finding_filter::finding_filter(filter_mode mode,
                               std::span<const file_diff* const> files)
  : mode_{mode} {
  if (mode == filter_mode::nofilter) {
    return;
  }
  files_.reserve(files.size());
  for (const auto* const file : files) {
    add(*file);
  }
  add_shown_paths();
  std::stable_sort(
    files_.begin(), files_.end(),
    [](const named& one, const named& other) { return one.path < other.path; });
  join_same_names();
}

bool finding_filter::keeps(const finding& what) const {
  if (mode_ == filter_mode::nofilter) {
    return true;
  }
  const std::string_view path = what.file;
  const auto file = std::lower_bound(
    files_.begin(), files_.end(), path,
    [](const named& each, std::string_view text) { return each.path < text; });
  if (file == files_.end() || file->path != path) {
    return false;
  }
  if (mode_ == filter_mode::file || !what.line) {
    return true;
  }
  const auto lines = lines_of(*file);
  const std::uint32_t first = *what.line;
  const std::uint32_t last = std::max(first, what.end_line.value_or(first));
  const auto at = std::lower_bound(
    lines.begin(), lines.end(), first,
    [](const range& each, std::uint32_t line) { return each.last < line; });
  return at != lines.end() && at->first <= last;
}

void finding_filter::add(const file_diff& file) {
  const bool deleted = file.change == file_change::deleted;
  const std::size_t begin = ranges_.size();
  for (const auto& each : file.hunks) {
    for (const auto& line : each.lines) {
      if (mode_ == filter_mode::diff_context
          || (mode_ == filter_mode::added && line.kind != line_kind::context)) {
        add_line(begin, deleted ? line.old_line : line.new_line);
      }
    }
  }
  files_.push_back({file.path(), begin, ranges_.size()});
}

void finding_filter::add_line(std::size_t begin, std::uint32_t line) {
  if (ranges_.size() > begin) {
    range& back = ranges_.back();
    if (back.first <= line && line <= std::uint64_t{back.last} + 1) {
      back.last = std::max(back.last, line);
      return;
    }
  }
  ranges_.push_back({line, line});
}

void finding_filter::add_shown_paths() {
  const std::size_t count = files_.size();
  for (std::size_t index = 0; index < count; ++index) {
    named shown = files_[index];
    if (!is_utf8(shown.path)) {
      append_utf8_lossy(shown_paths_.emplace_back(), shown.path);
      shown.path = shown_paths_.back();
      files_.push_back(shown);
    }
  }
}

void finding_filter::join_same_names() {
  // The ranges are written anew, in the order of the names.
  std::vector<range> joined;
  joined.reserve(ranges_.size());
  std::vector<named> files;
  files.reserve(files_.size());
  std::vector<range> lines;
  for (std::size_t index = 0; index < files_.size();) {
    const std::string_view path = files_[index].path;
    lines.clear();
    for (; index < files_.size() && files_[index].path == path; ++index) {
      const auto more = lines_of(files_[index]);
      lines.insert(lines.end(), more.begin(), more.end());
    }
    merge(lines);
    const std::size_t begin = joined.size();
    joined.insert(joined.end(), lines.begin(), lines.end());
    files.push_back({path, begin, joined.size()});
  }
  ranges_ = std::move(joined);
  files_ = std::move(files);
}

void finding_filter::merge(std::vector<range>& what) {
  const auto by_first = [](const range& one, const range& other) {
    return one.first < other.first;
  };
  if (!std::is_sorted(what.begin(), what.end(), by_first)) {
    std::sort(what.begin(), what.end(), by_first);
  }
  std::size_t kept = 0;
  for (const range& each : what) {
    if (kept > 0 && each.first <= what[kept - 1].last) {
      what[kept - 1].last = std::max(what[kept - 1].last, each.last);
    } else {
      what[kept++] = each;
    }
  }
  what.erase(what.begin() + static_cast<std::ptrdiff_t>(kept), what.end());
}

std::span<const finding_filter::range>
finding_filter::lines_of(const named& file) const {
  return std::span{ranges_}.subspan(file.begin, file.end - file.begin);
}

} // namespace libsig::review
