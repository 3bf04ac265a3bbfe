#include <algorithm>
#include <span>

#include "libsig/core/limits.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/review/glob.hpp"
#include "libsig/review/pipeline.hpp"

namespace libsig::review {

namespace {

/// How much of a file there is to look at. A change of mode alone is apart,
/// because beside another entry of the same file it takes nothing away.
enum class looked : std::uint8_t { full, partial, skipped, mode_only };

struct file_state {
  std::string_view path;
  looked how = looked::full;
  std::string_view reason;
};

class scope_maker {
public:
  scope_maker(std::shared_ptr<const change_set> changes,
              const request_options& options)
    : include_{options.include.begin(), options.include.end()},
      exclude_{options.exclude.begin(), options.exclude.end()},
      is_utf8_{is_utf8(changes->text())} {
    scope_.changes = std::move(changes);
  }

  review_scope make() && {
    const auto files = scope_.changes->files();
    scope_.files.reserve(files.size());
    states_.reserve(files.size());
    for (const auto& file : files) {
      const file_state state = state_of(file);
      if (state.reason != excluded) {
        scope_.files.push_back(&file);
      }
      scope_.covered.lines_added += file.added_lines;
      scope_.covered.lines_removed += file.removed_lines;
      states_.push_back(state);
    }
    join_same_names();
    cover();
    return std::move(scope_);
  }

private:
  static constexpr std::string_view excluded = "excluded";

  [[nodiscard]] bool leaves(std::string_view path) const {
    const auto matches = [path](const glob& each) {
      return each.matches(path);
    };
    return (include_.empty()
            || std::any_of(include_.begin(), include_.end(), matches))
           && std::none_of(exclude_.begin(), exclude_.end(), matches);
  }

  [[nodiscard]] file_state state_of(const file_diff& file) const {
    const std::string_view path = file.path();
    if (!leaves(path)) {
      return {path, looked::skipped, excluded};
    }
    if (file.submodule) {
      return {path, looked::skipped, "submodule"};
    }
    if (file.binary) {
      return {path, looked::skipped, "binary"};
    }
    if (file.change == file_change::mode_changed) {
      return {path, looked::mode_only, "mode"};
    }
    if (!is_utf8(path) || (!is_utf8_ && !has_utf8_lines(file))) {
      return {path, looked::partial, "encoding"};
    }
    if (has_long_line(file)) {
      return {path, looked::partial, "line longer than 64 KiB"};
    }
    return {path, looked::full, {}};
  }

  static_assert(limits::checked_line_bytes_max == 64u << 10);

  static bool has_utf8_lines(const file_diff& file) {
    return all_lines(file,
                     [](const diff_line& line) { return is_utf8(line.text); });
  }

  static bool has_long_line(const file_diff& file) {
    return !all_lines(file, [](const diff_line& line) {
      return line.text.size() <= limits::checked_line_bytes_max;
    });
  }

  template <class Rule>
  static bool all_lines(const file_diff& file, Rule rule) {
    return std::all_of(
      file.hunks.begin(), file.hunks.end(), [&rule](const hunk& each) {
        return std::all_of(each.lines.begin(), each.lines.end(), rule);
      });
  }

  /// Sorts the entries and makes those one that have the same name. No hash
  /// table: names in diffs are anybody's choice.
  void join_same_names() {
    if (states_.size() < 2) {
      return;
    }
    std::stable_sort(states_.begin(), states_.end(),
                     [](const file_state& one, const file_state& other) {
                       return one.path < other.path;
                     });
    std::size_t kept = 0;
    for (const file_state& each : states_) {
      if (kept > 0 && states_[kept - 1].path == each.path) {
        states_[kept - 1] = both(states_[kept - 1], each);
      } else {
        states_[kept++] = each;
      }
    }
    states_.resize(kept);
  }

  static file_state both(const file_state& one, const file_state& other) {
    if (one.how == other.how || other.how == looked::mode_only) {
      return one;
    }
    if (one.how == looked::mode_only) {
      return other;
    }
    if (one.how == looked::partial || other.how == looked::partial) {
      return one.how == looked::partial ? one : other;
    }
    const auto& skipped = one.how == looked::skipped ? one : other;
    return {one.path, looked::partial, skipped.reason};
  }

  void cover() {
    coverage& to = scope_.covered;
    to.files_changed = states_.size();
    for (const auto& each : states_) {
      scope_.files_named += each.reason != excluded ? 1 : 0;
      if (each.how == looked::full) {
        ++to.files_full;
        continue;
      }
      const bool partial = each.how == looked::partial;
      auto& notes = partial ? to.files_partial : to.files_skipped;
      if (notes.size() < limits::coverage_files_max) {
        notes.push_back({std::string{each.path}, std::string{each.reason}});
      } else {
        ++(partial ? to.files_partial_unnamed : to.files_skipped_unnamed);
      }
    }
  }

  review_scope scope_;
  std::vector<glob> include_;
  std::vector<glob> exclude_;
  bool is_utf8_;
  std::vector<file_state> states_;
};

} // namespace

result<std::shared_ptr<const review_scope>> make_scope(const request& asked) {
  auto changes = change_set::parse(asked.diff);
  if (!changes) {
    return fail(std::move(changes).error());
  }
  return make_scope(std::make_shared<const change_set>(*std::move(changes)),
                    asked.options);
}

std::shared_ptr<const review_scope>
make_scope(std::shared_ptr<const change_set> changes,
           const request_options& options) {
  return std::make_shared<const review_scope>(
    scope_maker{std::move(changes), options}.make());
}

} // namespace libsig::review
