#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::journal {

/// What is in a store, and what is wrong with it.
struct verification {
  std::uint64_t signals = 0;
  std::uint64_t keys = 0;
  std::uint64_t claims = 0;
  std::uint64_t rows = 0;
  /// Topics in the index.
  std::uint64_t topics = 0;
  /// Damaged records that were set aside before.
  std::uint64_t quarantined = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  /// A line for each problem, at most `lines_max`; the rest is counted.
  std::vector<std::string> problems;
  std::uint64_t problems_beyond = 0;

  static constexpr std::size_t lines_max = 1'000;

  [[nodiscard]] bool sound() const noexcept { return problems.empty(); }
};

/// Looks at everything in a store that no node has open: the file itself, the
/// checksum of every record and row and whether it can be read, sequences
/// without gaps, a key and a place in the index by topic for every record, a
/// record for every row that keeps one.
/// Changes nothing. Takes minutes for gigabytes.
///
/// Errors are those of opening.
[[nodiscard]] result<verification> verify_store(const std::string& path);

/// What was saved of a damaged store.
struct salvage {
  std::uint64_t signals = 0;
  std::uint64_t keys = 0;
  std::uint64_t claims = 0;
  std::uint64_t rows = 0;
  /// Sequences that are known to be lost.
  std::uint64_t lost = 0;
  /// Where the damaged file lies now.
  std::string damaged;
};

/// Makes a new store of what can be read of a damaged one, which is moved aside
/// to `<path>.damaged-<time>`. What is lost keeps its sequences; keys that are
/// lost let repeats in again. Only to be done when somebody asks for it.
[[nodiscard]] result<salvage> salvage_store(const std::string& path);

} // namespace libsig::journal
