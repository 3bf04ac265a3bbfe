#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/subscription/log_view.hpp"
#include "libsig/subscription/post.hpp"
#include "libsig/subscription/progress.hpp"
#include "libsig/subscription/registry.hpp"

namespace libsig::subscription {

/// Brings signals to the agents that listen to them. Not synchronised.
class matcher {
public:
  /// All must outlive it.
  matcher(const registry& agents, progress& how_far, post& to,
          const log_view& log)
    : agents_{agents}, progress_{how_far}, post_{to}, log_{log} {}

  /// Matches a signal: one item for each agent with a subscription to it (D16),
  /// but the one whose signal it is (D18). One with a receiver is nobody
  /// else's, and `internal.**` nobody's.
  void hear(const signal_ptr& what, const actor::context& now,
            actor::step& out);

  /// Matches what is committed and was not heard yet, so that what is done next
  /// is behind it; nothing when that are more than so many.
  void
  catch_up(const actor::context& now, actor::step& out,
           std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max());

  /// Brings a signal to one agent alone, once more. `not_found` when none of
  /// its subscriptions matches, `overloaded` at the bound of its items.
  [[nodiscard]] result<void> bring_back(agent_place to, const signal_ptr& what,
                                        const actor::context& now,
                                        actor::step& out);

private:
  [[nodiscard]] std::span<hit> heeded(agent_place by, std::span<hit> all,
                                      const signal& what) const;

  const registry& agents_;
  progress& progress_;
  post& post_;
  const log_view& log_;
  std::vector<hit> hits_;
};

} // namespace libsig::subscription
