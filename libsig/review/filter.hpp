#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/review/diff.hpp"
#include "libsig/review/types.hpp"

namespace libsig::review {

/// Decides which findings count, by where they stand.
///
/// A finding's file is compared with `file_diff::path`, and with that path as
/// JSON shows it where it is not UTF-8. A file that a series of patches names
/// more than once has the lines of all of them. A finding without a line is
/// about its file as a whole and counts wherever the file is changed; one over
/// several lines counts when any of them does. One in a file that is not
/// changed counts with `nofilter` alone.
///
/// Building it takes time linear in the lines of the files (sorting aside), a
/// question the logarithm of the files and of a file's ranges.
class finding_filter {
public:
  // -- constructors -----------------------------------------------------------

  /// The files must outlive the filter.
  finding_filter(filter_mode mode, std::span<const file_diff* const> files);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool keeps(const finding& what) const;

private:
  /// Lines first..last, both included.
  struct range {
    std::uint32_t first;
    std::uint32_t last;
  };

  /// A name of a file, and where its ranges stand in `ranges_`.
  struct named {
    std::string_view path;
    std::size_t begin;
    std::size_t end;
  };

  void add(const file_diff& file);
  void add_line(std::size_t begin, std::uint32_t line);
  void add_shown_paths();
  void join_same_names();
  /// Sorts the ranges and makes those one that overlap.
  static void merge(std::vector<range>& what);

  [[nodiscard]] std::span<const range> lines_of(const named& file) const;

  filter_mode mode_;
  /// Paths as JSON shows them, where that is another text.
  std::deque<std::string> shown_paths_;
  std::vector<range> ranges_;
  /// Sorted by path. No hash table: names in diffs are anybody's choice.
  std::vector<named> files_;
};

} // namespace libsig::review
