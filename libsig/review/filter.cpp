#include "libsig/review/filter.hpp"

#include <algorithm>

#include "libsig/codec/utf8.hpp"

namespace libsig::review {

finding_filter::finding_filter(filter_mode mode,
                               std::span<const file_diff* const> files)
  : mode_{mode} {
  if (mode == filter_mode::nofilter) {
    return;
  }
  by_path_.reserve(files.size());
  for (const auto* const file : files) {
    add(*file);
  }
  for (auto& each : files_) {
    merge(each);
  }
}

bool finding_filter::keeps(const finding& what) const {
  if (mode_ == filter_mode::nofilter) {
    return true;
  }
  const auto found = by_path_.find(what.file);
  if (found == by_path_.end()) {
    return false;
  }
  if (mode_ == filter_mode::file || !what.line) {
    return true;
  }
  const ranges& lines = files_[found->second];
  const std::uint32_t first = *what.line;
  const std::uint32_t last = std::max(first, what.end_line.value_or(first));
  const auto at = std::lower_bound(
    lines.begin(), lines.end(), first,
    [](const range& each, std::uint32_t line) { return each.last < line; });
  return at != lines.end() && at->first <= last;
}

void finding_filter::add(const file_diff& file) {
  const auto [at, is_new] = by_path_.try_emplace(file.path(), files_.size());
  const std::size_t index = at->second;
  if (is_new) {
    files_.emplace_back();
    if (!codec::is_utf8(file.path())) {
      codec::append_utf8_lossy(shown_paths_.emplace_back(), file.path());
      // Two paths may look the same; then the first one answers for both.
      by_path_.try_emplace(shown_paths_.back(), index);
    }
  }
  ranges& to = files_[index];
  const bool deleted = file.change == file_change::deleted;
  for (const auto& each : file.hunks) {
    if (mode_ == filter_mode::diff_context) {
      add_hunk(to, each, deleted);
      continue;
    }
    for (const auto& line : each.lines) {
      if (line.kind != line_kind::context) {
        add_line(to, deleted ? line.old_line : line.new_line);
      }
    }
  }
}

void finding_filter::add_line(ranges& to, std::uint32_t line) {
  if (!to.empty() && to.back().first <= line
      && line <= std::uint64_t{to.back().last} + 1) {
    to.back().last = std::max(to.back().last, line);
  } else {
    to.push_back({line, line});
  }
}

void finding_filter::add_hunk(ranges& to, const hunk& what, bool old_side) {
  for (const auto& line : what.lines) {
    add_line(to, old_side ? line.old_line : line.new_line);
  }
}

void finding_filter::merge(ranges& what) {
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

} // namespace libsig::review
