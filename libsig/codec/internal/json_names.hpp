#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::codec::internal {

/// The names of the members of all objects that are open at one time, to find
/// one that an object has twice.
///
/// Names are compared by sorting when their object ends, so no choice of names
/// costs more than n log n.
class json_names {
public:
  /// Where the names of one object begin.
  struct mark {
    std::size_t names = 0;
    std::size_t unescaped = 0;
  };

  // -- mutators ---------------------------------------------------------------

  /// Adds the inside of a string of the text, which outlives this object.
  void add(std::string_view inside, bool escaped);

  /// Forgets the names from the mark on.
  void forget(const mark& from);

  /// A name that stands twice behind the mark, or nothing. Reorders the names
  /// behind the mark.
  [[nodiscard]] std::optional<std::string_view> find_twice(const mark& from);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] mark here() const noexcept {
    return {names_.size(), unescaped_.size()};
  }

private:
  std::vector<std::string_view> names_;
  // Names that had escapes; a deque, so that they stay where they are.
  std::deque<std::string> unescaped_;
};

} // namespace libsig::codec::internal
