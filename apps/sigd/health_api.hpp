#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/sigd/operation.hpp"

namespace libsig::sigd {

/// `/livez` and `/readyz`, which answer everybody. Any thread.
class health_api {
public:
  /// Says in a word why the node should get no requests now, such as
  /// `storage_full`; nothing when it may. Asked for every `/readyz`, so it must
  /// be quick, and by several threads at once. Strangers read the word.
  using check = std::function<std::optional<std::string>()>;

  [[nodiscard]] sigd::operations operations();

  /// Adds a check; before the server starts.
  void add_check(check one) { checks_.push_back(std::move(one)); }

  /// Whether the node takes requests; `/readyz` says so. Before it first does
  /// the reason is `starting`, afterwards `draining`.
  void set_ready(bool ready) noexcept {
    state_.store(ready ? state::ready : state::draining);
  }

  /// Why the node should get no requests; empty when it should.
  [[nodiscard]] std::vector<std::string> reasons() const;

private:
  enum class state : std::uint8_t { starting, ready, draining };

  std::atomic<state> state_{state::starting};
  std::vector<check> checks_;
};

} // namespace libsig::sigd
