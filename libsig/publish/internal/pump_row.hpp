#pragma once

#include <cstdint>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::publish::internal {

/// What is remembered of a publisher.
struct pump_row {
  std::uint64_t after = 0;
  /// Of the sink.
  std::string state = {};
  std::string endpoint = {};
  /// Why it was stopped for good; empty when it was not.
  std::string stopped = {};
  /// See `log_walk::settled`.
  std::uint64_t settled = 0;
};

[[nodiscard]] std::string write_row(const pump_row& what);

[[nodiscard]] result<pump_row> read_row(const journal::keyed_write& from);

} // namespace libsig::publish::internal
