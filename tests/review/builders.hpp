#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libsig/review/diff.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/types.hpp"

/// Values for tests, made without a diff's text.
namespace libsig::review::testing {

inline finding make_finding(std::string type, severity how_bad,
                            std::string file, std::string summary,
                            std::optional<std::uint32_t> line = std::nullopt) {
  finding made;
  made.type = std::move(type);
  made.severity = how_bad;
  made.file = std::move(file);
  made.summary = std::move(summary);
  made.line = line;
  return made;
}

/// A changed file with one hunk; each line is its kind, old and new number.
inline file_diff make_file(std::string path,
                           std::initializer_list<diff_line> lines) {
  file_diff made;
  made.old_path = path;
  made.new_path = std::move(path);
  hunk& where = made.hunks.emplace_back();
  where.lines = lines;
  for (const auto& each : where.lines) {
    made.added_lines += each.kind == line_kind::added ? 1 : 0;
    made.removed_lines += each.kind == line_kind::removed ? 1 : 0;
  }
  return made;
}

/// Lines 9 (context), 10 (added), 11 (context) with a removed one at 11.
inline file_diff make_file(std::string path) {
  return make_file(std::move(path), {{line_kind::context, 9, 9, "a"},
                                     {line_kind::added, 10, 10, "b"},
                                     {line_kind::removed, 10, 11, "c"},
                                     {line_kind::context, 11, 11, "d"}});
}

/// A scope over files that it owns, each of which counts as seen in full.
class owning_scope {
public:
  explicit owning_scope(std::initializer_list<file_diff> files)
    : files_{files} {
    for (const auto& each : files_) {
      scope_.files.push_back(&each);
      scope_.covered.lines_added += each.added_lines;
      scope_.covered.lines_removed += each.removed_lines;
    }
    scope_.files_named = files_.size();
    scope_.covered.files_changed = files_.size();
    scope_.covered.files_full = files_.size();
  }

  owning_scope(const owning_scope&) = delete;
  owning_scope& operator=(const owning_scope&) = delete;

  [[nodiscard]] review_scope& get() noexcept { return scope_; }

private:
  std::deque<file_diff> files_;
  review_scope scope_;
};

} // namespace libsig::review::testing
