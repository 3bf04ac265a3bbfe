#pragma once

#include <span>
#include <string>
#include <string_view>

namespace libsig {

/// How many letters must be inserted, deleted, replaced or swapped with their
/// neighbour to make one text of the other. Texts over 64 bytes are cut there.
[[nodiscard]] unsigned edit_distance(std::string_view left,
                                     std::string_view right);

/// The candidate that a mistyped word most likely means: the first of those at
/// the least distance, if that is at most 2 and less than the word is long, or
/// the only one that begins with the word; empty when there is none.
[[nodiscard]] std::string closest(std::string_view word,
                                  std::span<const std::string> candidates);

/// `a, b or c`, for errors that list what is possible.
[[nodiscard]] std::string alternatives(std::span<const std::string> names);

/// The remedy for a wrong word: `did you mean x?`, or the list of all.
[[nodiscard]] std::string advice(std::string_view word,
                                 std::span<const std::string> candidates);

} // namespace libsig
