#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::journal::internal {

/// Puts the decoded form beside the data of what was read.
using decoder = std::function<event_data(const draft&)>;

/// A signal as it lies in the store.
struct record {
  std::uint64_t sequence = 0;
  /// Milliseconds since 1970.
  std::int64_t recorded = 0;
  /// Bytes of all records up to and with this one, since the first ever.
  std::uint64_t total = 0;
  /// See `sum_of`.
  std::uint64_t sum = 0;
  std::string type;
  std::string body;
};

/// What a record counts in retention.
[[nodiscard]] inline std::uint64_t size_of_record(std::size_t type,
                                                  std::size_t body) noexcept {
  return type + body;
}

/// The record's bytes but for its type and what is assigned on commit: a format
/// number, then every attribute behind its length, then the data as it came.
[[nodiscard]] std::string encode_body(const signal& what);

/// The checksum of a record from that of its bytes.
[[nodiscard]] std::uint64_t sum_of(std::uint64_t bytes_sum,
                                   const record& rest) noexcept;

/// The checksum of the bytes that are known before the commit.
[[nodiscard]] std::uint64_t bytes_sum_of(std::string_view type,
                                         std::string_view body) noexcept;

/// Whether the record is as it was written.
[[nodiscard]] bool intact(const record& what) noexcept;

/// The signal of a record, its data as text and what the decoder puts beside
/// it. An error says why the record is none; nothing in the bytes is trusted.
[[nodiscard]] result<std::shared_ptr<signal>> decode(const record& what,
                                                     const decoder& by);

} // namespace libsig::journal::internal
