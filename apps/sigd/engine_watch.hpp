#pragma once

#include <atomic>
#include <functional>
#include <string_view>

#include "apps/sigd/actor_letters.hpp"
#include "apps/sigd/log.hpp"
#include "apps/sigd/rate_bound.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/observer.hpp"

namespace libsig::sigd {

/// Logs what must not happen in silence: crashes, dead letters (a bounded
/// number of both) and failures of the journal. Of signals their names alone,
/// never their data. Dead letters are kept as well. Any thread.
class engine_watch final : public engine::observer {
public:
  /// Told when the log cannot be written any more.
  using failure_handler = std::function<void(const error& why)>;

  /// `to` and `time` must outlive it; `to` may be null, `failed` empty.
  engine_watch(logger* to, const clock& time, failure_handler failed);

  /// Keeps dead letters from here on; `in` must outlive the runtime.
  void keep_letters(actor_letters& in) noexcept { letters_.store(&in); }

  void on_dead_letter(std::string_view actor, const signal_ptr& what,
                      const error& why) override;

  void on_crash(std::string_view actor, std::string_view reason,
                bool down) override;

  void on_journal_failure(const error& why, bool for_good) override;

private:
  logger* log_;
  const clock& time_;
  failure_handler failed_;
  std::atomic<actor_letters*> letters_{nullptr};
  rate_bound dead_letters_;
  rate_bound crashes_;
};

} // namespace libsig::sigd
