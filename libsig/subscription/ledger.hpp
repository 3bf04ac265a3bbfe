#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libsig/core/signal.hpp"

namespace libsig::subscription {

/// What a signal takes up in the log, roughly: all attributes and the data.
[[nodiscard]] std::uint64_t stored_bytes(const signal& what);

/// The signals that wait for agents and their bytes, by tenant: each signal
/// counts once, however many agents it waits for. Not synchronised.
class ledger {
public:
  // -- mutators ---------------------------------------------------------------

  /// Notes that a signal waits for one more agent. Its bytes are those that
  /// came with the first.
  void add(std::string_view tenant, std::uint64_t sequence,
           std::uint64_t bytes);

  /// Notes that a signal, which waits, does so for one agent less.
  void remove(std::uint64_t sequence);

  // -- observers --------------------------------------------------------------

  /// Whether a signal waits for somebody.
  [[nodiscard]] bool has(std::uint64_t sequence) const {
    return waiting_.contains(sequence);
  }

  /// Of the signals that wait for agents of one tenant.
  [[nodiscard]] std::uint64_t bytes_of(std::string_view tenant) const;

  /// Of all tenants.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// How many items there are, of all agents.
  [[nodiscard]] std::size_t items() const noexcept { return items_; }

private:
  struct account {
    std::uint64_t bytes = 0;
    std::size_t signals = 0;
  };

  using accounts = std::map<std::string, account, std::less<>>;

  struct entry {
    std::uint64_t bytes = 0;
    std::size_t agents = 0;
    accounts::iterator of;
  };

  std::unordered_map<std::uint64_t, entry> waiting_;
  accounts tenants_;
  std::uint64_t bytes_ = 0;
  std::size_t items_ = 0;
};

} // namespace libsig::subscription
