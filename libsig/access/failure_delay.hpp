#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"

namespace libsig::access {

/// How a failed request is answered.
struct failure_answer {
  /// How long the answer is held back.
  std::chrono::milliseconds after{0};
  /// When too many failures wait already: the answer is 429, at once, and this
  /// is its `Retry-After`. Zero otherwise.
  std::chrono::seconds retry_after{0};

  [[nodiscard]] bool too_many() const noexcept {
    return retry_after.count() > 0;
  }
};

/// Slows down who guesses tokens, by address. Requests that show a valid token
/// are never slowed down, whatever others do behind the same address.
///
/// Failures of one address are answered one after the other: the n-th in a row
/// is held back `first_delay` * 2^(n-1), at most `delay_max`, counted from the
/// answer before it. Who opens many connections therefore gains nothing: what
/// would wait longer than `wait_max` is answered 429. An address that did not
/// fail for `memory` starts anew. IPv6 addresses are one by their first 64
/// bits.
///
/// Memory is bounded by `limits::failing_peers_max`. Not synchronised; time
/// must not go back.
class failure_delay {
public:
  static constexpr std::chrono::milliseconds first_delay{100};
  static constexpr std::chrono::milliseconds delay_max{2'000};
  static constexpr std::chrono::milliseconds wait_max{5'000};
  static constexpr std::chrono::seconds memory{60};

  // -- constructors -----------------------------------------------------------

  explicit failure_delay(std::size_t peers_max = limits::failing_peers_max)
    : peers_max_{peers_max} {}

  // -- mutators ---------------------------------------------------------------

  /// Notes a failure (401 or 403) and says how to answer it. `address` is the
  /// peer's, as text without a port.
  [[nodiscard]] failure_answer fail(std::string_view address, steady_time now);

  // -- observers --------------------------------------------------------------

  /// Addresses that are remembered.
  [[nodiscard]] std::size_t size() const noexcept { return by_address_.size(); }

private:
  struct peer {
    std::string address;
    unsigned failures = 0;
    steady_time failed;
    /// When the last answer that was held back leaves.
    steady_time answered;
  };

  [[nodiscard]] peer& touch(std::string&& address, steady_time now);

  std::size_t peers_max_;
  // The one that failed last stands first.
  std::list<peer> peers_;
  std::unordered_map<std::string, std::list<peer>::iterator, keyed_hash>
    by_address_;
};

} // namespace libsig::access
