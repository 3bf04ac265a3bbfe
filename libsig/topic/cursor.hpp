#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The cursors of topics as their readers see them.
namespace libsig::topic {

/// A position in a topic: behind a sequence of the log.
struct position {
  std::uint64_t sequence = 0;
  /// How far its reader knows what became of the topic: what was retired up to
  /// here it does not miss. Usually the sequence itself; more where it began at
  /// what retention had left, less for a position that the log has not reached.
  std::uint64_t known = 0;

  friend bool operator==(const position&, const position&) = default;
};

/// The position behind a sequence that exists.
[[nodiscard]] constexpr position behind(std::uint64_t sequence) noexcept {
  return {sequence, sequence};
}

/// A position of one log as text: opaque to its readers, at most
/// `cursor_bytes_max` bytes of letters, digits, `-` and `.`, one text for each
/// position. An id of a message looks like it only if somebody who knows the
/// log's epoch wants it to.
[[nodiscard]] std::string to_cursor(const position& of, std::uint64_t epoch);

/// Reads what `to_cursor` wrote for this log; nothing when it is another text,
/// or of another log.
[[nodiscard]] std::optional<position> read_cursor(std::string_view text,
                                                  std::uint64_t epoch);

inline constexpr std::size_t cursor_bytes_max = 64;

} // namespace libsig::topic
