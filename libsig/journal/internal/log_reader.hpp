#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/record.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::journal::internal {

/// A walk through the log, which remembers how far it is.
struct log_walk {
  /// Only sequences above and below.
  std::uint64_t after = 0;
  std::uint64_t before = std::numeric_limits<std::int64_t>::max();
  libsig::journal::order order = libsig::journal::order::ascending;
  /// Whether the body of a record of this type is wanted; all when empty.
  std::function<bool(std::string_view)> wants = {};
  bool at_end = false;
  /// Where a part of the file could not be read, for each such part the record
  /// before it.
  std::vector<std::uint64_t> gaps = {};
};

/// Reads the store in pieces. Each function is one turn of a reader: short, and
/// of what is committed.
class log_reader {
public:
  [[nodiscard]] static result<log_reader> make(database& of);

  /// The next records, at most so many and about a MiB of bodies; those whose
  /// type is not wanted come without a body. Steps over what cannot be read.
  [[nodiscard]] result<std::vector<record>> next(log_walk& walk,
                                                 std::size_t limit);

  [[nodiscard]] result<std::optional<record>> find(std::uint64_t sequence);

  /// Whether a record is there and of this type; its body is not looked at.
  [[nodiscard]] result<bool> has_type(std::uint64_t sequence,
                                      std::string_view type);

  /// Sequence and recorded time of the first record at or behind a sequence,
  /// without its body.
  struct place {
    std::uint64_t sequence;
    std::int64_t recorded;
  };

  [[nodiscard]] result<std::optional<place>> first_from(std::uint64_t sequence);

  /// The sequence of the signal that has a claim.
  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_claim(std::string_view digest);

  /// Rows of a table behind a key; those with a wrong checksum are left out,
  /// their keys in `damaged`.
  [[nodiscard]] result<std::vector<keyed_write>>
  rows(std::string_view table, std::optional<std::string_view> after,
       std::size_t limit, std::vector<std::string>& damaged);

private:
  explicit log_reader(database& of) : data_{of} {}

  [[nodiscard]] result<void> read_some(log_walk& walk, std::size_t limit,
                                       std::vector<record>& into);
  [[nodiscard]] bool step_over(log_walk& walk);
  [[nodiscard]] statement& bound(const log_walk& walk, std::size_t limit);

  database& data_;
  statement up_;
  statement down_;
  statement find_;
  statement type_;
  statement first_from_;
  statement find_claim_;
  statement rows_;
  statement rows_behind_;
};

} // namespace libsig::journal::internal
