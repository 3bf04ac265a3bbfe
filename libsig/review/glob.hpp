#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace libsig::review {

/// A glob made ready to match many paths; `glob_matches` has the grammar.
///
/// It is run as a set of states in words of bits: one pass over the path, and
/// for each byte as many steps as the glob has words (one per 64 bytes). There
/// is nothing to backtrack. Immutable and safe to share between threads.
class glob {
public:
  // -- constructors -----------------------------------------------------------

  /// Any text is a glob: a class that is not closed is a literal `[`. An empty
  /// one matches nothing.
  explicit glob(std::string_view text);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool matches(std::string_view path) const;

private:
  using word = std::uint64_t;

  std::size_t words_ = 0;
  /// For each byte a row of words: the states that the byte leads one on.
  std::vector<word> step_;
  /// States that stay on any byte, and those that stay on any but `/`.
  std::vector<word> stay_any_;
  std::vector<word> stay_segment_;
  /// States that lead to the next one without a byte when they are entered.
  std::vector<word> skip_;
  std::vector<word> accept_;
  std::vector<word> start_;
};

} // namespace libsig::review
