#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::journal {

/// The way a page goes through the log.
enum class order : std::uint8_t {
  ascending,
  descending,
};

/// Which signals a page shall hold.
struct query {
  /// Only sequences above.
  std::uint64_t after = 0;
  /// Only sequences below; all when absent.
  std::optional<std::uint64_t> before = {};
  libsig::journal::order order = libsig::journal::order::ascending;
  /// Types of which one must match; all when empty.
  std::vector<pattern> types = {};
  /// What else a signal must be; everything when empty. Called on the reader's
  /// thread.
  std::function<bool(const signal&)> only = {};
  std::size_t limit = 100;
  /// Bytes of attributes and data together; one signal is given even if it is
  /// larger by itself.
  std::size_t bytes_max = limits::page_bytes_max;
  /// Records that are looked at.
  std::size_t scanned_max = limits::page_scanned_max;
};

/// A page of the log.
///
/// It may hold less than its limit, even nothing, and still have a next one:
/// the bytes and the records that are looked at have bounds as well.
struct page {
  std::vector<signal_ptr> signals;
  /// Where the next page begins: its `after` when ascending, its `before` when
  /// descending. Nothing at the end.
  std::optional<std::uint64_t> next;
};

/// Roughly the bytes that a signal takes on its way out.
[[nodiscard]] std::size_t size_of(const signal& what);

/// Whether a type is among those that the query asks for.
[[nodiscard]] bool asks_for(const query& what, std::string_view type);

} // namespace libsig::journal
