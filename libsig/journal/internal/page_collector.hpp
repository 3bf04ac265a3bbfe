#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "libsig/core/signal.hpp"
#include "libsig/journal/query.hpp"

namespace libsig::journal::internal {

/// Collects a page, record by record, in the order of the query.
class page_collector {
public:
  explicit page_collector(const query& what) : query_{what} {}

  /// Notes a record that is none of the page's; whether to look at more.
  [[nodiscard]] bool pass(std::uint64_t sequence) {
    found_.next = sequence;
    return ++scanned_ < query_.scanned_max;
  }

  /// Takes the signal if it is asked for; whether to look at more.
  [[nodiscard]] bool take(const signal_ptr& one) {
    if (query_.only && !query_.only(*one)) {
      return pass(one->sequence());
    }
    const auto size = size_of(*one);
    if (!found_.signals.empty() && bytes_ + size > query_.bytes_max) {
      return false;
    }
    bytes_ += size;
    found_.signals.push_back(one);
    return pass(one->sequence()) && found_.signals.size() < query_.limit
           && bytes_ < query_.bytes_max;
  }

  /// The page, when there is nothing behind it.
  [[nodiscard]] page last() {
    found_.next.reset();
    return std::move(found_);
  }

  /// The page, when there may be more.
  [[nodiscard]] page finish() { return std::move(found_); }

private:
  const query& query_;
  page found_;
  std::size_t bytes_ = 0;
  std::size_t scanned_ = 0;
};

} // namespace libsig::journal::internal
