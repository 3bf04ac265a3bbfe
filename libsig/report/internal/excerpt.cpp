#include "libsig/report/internal/excerpt.hpp"

#include <algorithm>
#include <functional>

#include "libsig/core/limits.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::report {

namespace {

using review::diff_line;
using review::file_diff;
using review::finding;
using review::hunk;
using review::line_kind;

// A series of patches may name a file often; the newest ones are looked at.
constexpr std::size_t patches_max = 16;

// Quoted words of a summary that are looked for.
constexpr std::size_t quotes_max = 8;

struct line_span {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// Which lines of a hunk are meant.
enum class side : std::uint8_t { kept, removed, deleted_file };

bool is_meant(const diff_line& line, side which) noexcept {
  return (line.kind == line_kind::removed) != (which == side::kept);
}

std::uint32_t place_of(const diff_line& line, side which) noexcept {
  return which == side::deleted_file ? line.old_line : line.new_line;
}

std::uint32_t start_of(const hunk& what, side which) noexcept {
  return which == side::deleted_file ? what.old_start : what.new_start;
}

/// Appends the meant lines of one hunk; false once the excerpt is full.
bool add_hunk(excerpt& out, const hunk& what, line_span span, side which,
              std::size_t lines_max) {
  const auto place = [which](const diff_line& line) {
    return place_of(line, which);
  };
  auto at = std::ranges::lower_bound(what.lines, span.first, {}, place);
  for (; at != what.lines.end() && place(*at) <= span.last; ++at) {
    if (!is_meant(*at, which)) {
      continue;
    }
    if (out.lines.size() == lines_max) {
      return false;
    }
    const auto number = which == side::kept ? at->new_line : at->old_line;
    out.lines.push_back({at->kind, number, at->text});
  }
  return true;
}

excerpt collect(const file_diff& file, line_span span, side which,
                std::size_t lines_max) {
  const auto& hunks = file.hunks;
  const auto begins_after = [&](std::uint32_t line, const hunk& what) {
    return line < start_of(what, which);
  };
  auto at =
    std::upper_bound(hunks.begin(), hunks.end(), span.first, begins_after);
  // The hunk that holds the line, and the one before it, at whose end something
  // may have been removed that stood at this line.
  for (unsigned step = 0; step < 2 && at != hunks.begin(); ++step) {
    --at;
  }
  excerpt out;
  for (; at != hunks.end() && start_of(*at, which) <= span.last; ++at) {
    if (!add_hunk(out, *at, span, which, lines_max)) {
      out.until = span.last;
      break;
    }
  }
  return out;
}

/// The text between the first two back quotes, taken off the front.
std::string_view next_quote(std::string_view& text) {
  const auto start = text.find('`');
  const auto end =
    start == std::string_view::npos ? start : text.find('`', start + 1);
  if (end == std::string_view::npos) {
    text = {};
    return {};
  }
  const auto quoted = text.substr(start + 1, end - start - 1);
  text.remove_prefix(end + 1);
  return quoted;
}

std::optional<std::size_t> find_quote(std::string_view summary,
                                      std::string_view line) {
  const auto searched = line.substr(0, limits::checked_line_bytes_max);
  for (std::size_t count = 0; count < quotes_max && !summary.empty(); ++count) {
    const auto quoted = next_quote(summary);
    const auto place =
      quoted.empty() ? std::string_view::npos : searched.find(quoted);
    if (place != std::string_view::npos) {
      return place;
    }
  }
  return std::nullopt;
}

/// Of several lines that were removed at one place, those that the summary
/// quotes, if it does.
void narrow(excerpt& removed, const finding& what) {
  const auto is_quoted = [&](const source_line& line) {
    return find_quote(what.summary, line.text).has_value();
  };
  if (removed.lines.size() > 1
      && std::ranges::any_of(removed.lines, is_quoted)) {
    std::erase_if(removed.lines, std::not_fn(is_quoted));
    removed.until = 0;
  }
}

excerpt excerpt_of(const file_diff& file, const finding& what,
                   std::size_t lines_max) {
  const line_span span{*what.line,
                       std::max(*what.line, what.end_line.value_or(0))};
  if (file.change == review::file_change::deleted) {
    return collect(file, span, side::deleted_file, lines_max);
  }
  auto kept = collect(file, span, side::kept, lines_max);
  const bool is_added =
    std::ranges::any_of(kept.lines, [](const source_line& line) {
      return line.kind == line_kind::added;
    });
  if (is_added && what.type != "auth_bypass") {
    return kept;
  }
  // On an unchanged line, and for what is about missing guards anyway, the
  // lines that are gone from there are the ones that count.
  auto removed = collect(file, span, side::removed, lines_max);
  if (removed.lines.empty()) {
    return kept;
  }
  narrow(removed, what);
  return removed;
}

} // namespace

source_index::source_index(const review::change_set* changes) {
  if (changes == nullptr) {
    return;
  }
  for (const auto& file : changes->files()) {
    add(file.path(), file);
    if (!is_utf8(file.path())) {
      std::string shown;
      append_utf8_lossy(shown, file.path());
      add(std::move(shown), file);
    }
  }
}

void source_index::add(std::string name, const file_diff& file) {
  auto& entry = by_path_[std::move(name)];
  entry.is_ambiguous |=
    !entry.files.empty() && entry.files.front()->path() != file.path();
  entry.files.push_back(&file);
}

const source_index::patches* source_index::find(const std::string& path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

excerpt source_index::lines_of(const finding& finding,
                               std::size_t lines_max) const {
  const auto* entry = finding.line ? find(finding.file) : nullptr;
  if (entry == nullptr) {
    return {};
  }
  const auto& files = entry->files;
  const auto count = std::min(files.size(), patches_max);
  for (std::size_t index = 0; index < count; ++index) {
    auto found =
      excerpt_of(*files[files.size() - 1 - index], finding, lines_max);
    if (!found.lines.empty()) {
      return found;
    }
  }
  return {};
}

std::string_view source_index::exact_path(const std::string& path) const {
  const auto* entry = find(path);
  return entry == nullptr || entry->is_ambiguous
           ? std::string_view{path}
           : std::string_view{entry->files.front()->path()};
}

std::size_t quoted_place(std::string_view summary, std::string_view line) {
  return find_quote(summary, line).value_or(0);
}

} // namespace libsig::report
