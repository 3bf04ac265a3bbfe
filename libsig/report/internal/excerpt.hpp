#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/review/diff.hpp"
#include "libsig/review/types.hpp"

namespace libsig::report {

/// One line as the diff has it.
struct source_line {
  review::line_kind kind = review::line_kind::context;
  /// In the old file for a removed line, else in the new one.
  std::uint32_t number = 0;
  /// Raw bytes without line end.
  std::string_view text;
};

/// Some lines that a finding is about.
struct excerpt {
  std::vector<source_line> lines;
  /// The finding goes on to this line, which is not among them; 0 if it does
  /// not.
  std::uint32_t until = 0;
};

/// Finds the lines of findings in the diff. It reads a change set that must
/// outlive it; each look-up takes logarithmic time in the diff's size, however
/// the diff was made.
class source_index {
public:
  // -- constructors -----------------------------------------------------------

  /// Null stands for no lines at all.
  explicit source_index(const review::change_set* changes);

  // -- observers --------------------------------------------------------------

  /// The lines of a finding, at most `lines_max`; none when the diff does not
  /// have them.
  [[nodiscard]] excerpt lines_of(const review::finding& finding,
                                 std::size_t lines_max) const;

  /// The name's bytes as the diff has them, where the name given has U+FFFD for
  /// some; else the name given. The view is into the diff or the argument.
  [[nodiscard]] std::string_view exact_path(const std::string& path) const;

private:
  /// The diffs of one name, in order.
  struct patches {
    std::vector<const review::file_diff*> files;
    /// Names that differ only in what is not UTF-8 look alike.
    bool is_ambiguous = false;
  };

  void add(std::string name, const review::file_diff& file);
  [[nodiscard]] const patches* find(const std::string& path) const;

  std::unordered_map<std::string, patches> by_path_;
};

/// A place in the line that the finding's summary quotes between back quotes,
/// or 0.
[[nodiscard]] std::size_t quoted_place(std::string_view summary,
                                       std::string_view line);

} // namespace libsig::report
