#include "apps/sigd/engine_watch.hpp"

#include <string>
#include <utility>

namespace libsig::sigd {

namespace {

/// Lines of one kind in a window.
constexpr std::uint32_t lines_max = 10;
constexpr std::chrono::seconds window{10};

} // namespace

engine_watch::engine_watch(logger* to, const clock& time,
                           failure_handler failed)
  : log_{to}, time_{time}, failed_{std::move(failed)},
    dead_letters_{lines_max, window}, crashes_{lines_max, window} {}

void engine_watch::on_dead_letter(std::string_view actor,
                                  const signal_ptr& what, const error& why) {
  if (auto* const letters = letters_.load(); letters != nullptr) {
    letters->add(actor, what, why);
  }
  if (log_ == nullptr || !log_->takes(log_level::warning)) {
    return;
  }
  const auto held_back = dead_letters_.pass(time_.steady_now());
  if (!held_back) {
    return;
  }
  const std::string_view none;
  log_->write(log_level::warning, "dead_letter",
              {{"actor", actor},
               {"type", what ? std::string_view{what->type()} : none},
               {"source", what ? std::string_view{what->source()} : none},
               {"id", what ? std::string_view{what->id()} : none},
               {"why", why.message()},
               {"not_logged", *held_back}});
}

void engine_watch::on_crash(std::string_view actor, std::string_view reason,
                            bool down) {
  if (log_ == nullptr) {
    return;
  }
  // That an actor stays down is said once by itself.
  const auto held_back =
    down ? std::optional<std::uint64_t>{0} : crashes_.pass(time_.steady_now());
  if (held_back) {
    log_->write(
      log_level::error, down ? "actor_down" : "actor_crashed",
      {{"actor", actor}, {"why", reason}, {"not_logged", *held_back}});
  }
}

void engine_watch::on_journal_failure(const error& why, bool for_good) {
  if (log_ != nullptr) {
    log_->write(log_level::error, "journal_failed",
                {{"why", why.message()}, {"for_good", for_good}});
  }
  if (for_good && failed_) {
    failed_(why);
  }
}

} // namespace libsig::sigd
