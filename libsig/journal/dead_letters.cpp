#include "libsig/journal/dead_letters.hpp"

#include "libsig/journal/internal/dead_letter_row.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace libsig::journal {

namespace {

/// A reason is for people; what a stranger answered may stand in it.
constexpr std::size_t reason_bytes_max = 1'024;

[[nodiscard]] keyed_write removal_of(const dead_letter& of) {
  return {std::string{dead_letter_book::table}, of.id, std::nullopt};
}

void cut(std::string& reason) {
  if (reason.size() > reason_bytes_max) {
    reason.resize(reason_bytes_max);
  }
}

[[nodiscard]] error unknown(std::string_view id) {
  return error(errc::not_found, "no dead letter '" + std::string{id} + "'");
}

} // namespace

struct dead_letter_book::state : std::enable_shared_from_this<state> {
  struct kept {
    dead_letter letter;
    /// It is being removed or tried; nobody else may touch it.
    bool busy = false;
  };

  /// A signal in the log, its bytes and the letters that keep it.
  struct kept_signal {
    std::uint64_t bytes = 0;
    std::size_t letters = 0;
  };

  state(const journal& of, options with) : log{of}, how{std::move(with)} {}

  /// Takes the oldest letters out of reach that must go for one more.
  [[nodiscard]] std::vector<dead_letter> victims(const dead_letter& more) {
    std::vector<dead_letter> found;
    const auto most = std::max<std::size_t>(how.letters_max, 1);
    auto over = letters.size() + adding + 1 - leaving;
    count(more);
    for (auto& [id, one] : letters) {
      const bool too_many = over > most;
      const bool too_large = held_bytes > how.held_bytes_max;
      const bool too_heavy = kept_bytes > how.kept_bytes_max;
      if (!too_many && !too_large && !too_heavy) {
        break;
      }
      const auto& letter = one.letter;
      // The new letter keeps its signal, whatever goes.
      const bool lightens =
        letter.kept_bytes > 0 && letter.sequence != more.sequence;
      if (!one.busy
          && (too_many || (too_large && letter.held_bytes > 0)
              || (too_heavy && lightens))) {
        one.busy = true;
        found.push_back(letter);
        --over;
        discount(letter);
      }
    }
    leaving += found.size();
    return found;
  }

  /// Adds what a letter holds and keeps to the sums.
  void count(const dead_letter& one) {
    held_bytes += one.held_bytes;
    if (one.sequence == 0) {
      return;
    }
    auto& its = kept_signals[one.sequence];
    if (its.letters++ == 0) {
      its.bytes = one.kept_bytes;
      kept_bytes += its.bytes;
    }
  }

  void discount(const dead_letter& one) {
    held_bytes -= one.held_bytes;
    const auto its = kept_signals.find(one.sequence);
    if (its != kept_signals.end() && --its->second.letters == 0) {
      kept_bytes -= its->second.bytes;
      kept_signals.erase(its);
    }
  }

  void added(const dead_letter& what, const std::vector<dead_letter>& gone,
             const result<void>& written) {
    {
      const std::lock_guard lock{mutex};
      --adding;
      leaving -= gone.size();
      for (const auto& one : gone) {
        if (written) {
          letters.erase(one.id);
        } else {
          letters.find(one.id)->second.busy = false;
          count(one);
        }
      }
      if (!written) {
        discount(what);
        return;
      }
      letters.emplace(what.id, kept{what, false});
      dropped += gone.size();
    }
    if (how.on_dropped) {
      std::ranges::for_each(gone, how.on_dropped);
    }
  }

  /// Takes a letter for oneself.
  [[nodiscard]] result<dead_letter> take(std::string_view id) {
    const std::lock_guard lock{mutex};
    const auto found = letters.find(id);
    if (found == letters.end()) {
      return fail(unknown(id));
    }
    if (found->second.busy) {
      return fail(errc::already_exists, "the dead letter '" + std::string{id}
                                          + "' is being tried or removed");
    }
    found->second.busy = true;
    return found->second.letter;
  }

  /// Gives a letter back, with what is known of it by now.
  void put_back(const dead_letter& what) {
    const std::lock_guard lock{mutex};
    letters.find(what.id)->second = kept{what, false};
  }

  void forget(const dead_letter& what, const done_handler& done) {
    how.write({removal_of(what)},
              [self = shared_from_this(), what, done](result<void> written) {
                if (!written) {
                  self->put_back(what);
                } else {
                  const std::lock_guard lock{self->mutex};
                  self->letters.erase(what.id);
                  self->discount(what);
                }
                done(std::move(written));
              });
  }

  /// Notes that one more try failed.
  void tried(dead_letter what, const signal_ptr& of, const error& why,
             const done_handler& done) {
    if (why.code() == errc::stopped || why.code() == errc::overloaded) {
      // It was not tried at all.
      put_back(what);
      done(fail(why));
      return;
    }
    ++what.attempts;
    what.reason = why.message();
    cut(what.reason);
    what.at = how.time->wall_now();
    auto row = internal::row_of(what, what.held_bytes > 0 ? of.get() : nullptr);
    how.write({std::move(row)}, [self = shared_from_this(), what,
                                 done](const result<void>& written) {
      self->put_back(what);
      done(!written ? written : fail(errc::io, what.reason));
    });
  }

  [[nodiscard]] redriver redriver_of(const std::string& target) const {
    const std::lock_guard lock{mutex};
    const auto found = redrivers.find(target.substr(0, target.find(':')));
    return found == redrivers.end() ? redriver{} : found->second;
  }

  /// The signal and who delivers it again.
  [[nodiscard]] result<std::pair<redriver, signal_ptr>>
  prepare(const dead_letter& what) const {
    auto by = redriver_of(what.target);
    if (!by) {
      return fail(errc::not_found,
                  "nobody delivers to '" + what.target + "' any more");
    }
    auto found = signal_of(what);
    if (!found) {
      return fail(std::move(found).error());
    }
    if (!*found) {
      return fail(errc::not_found, "the signal " + std::to_string(what.sequence)
                                     + " is not in the log any more");
    }
    return std::pair{std::move(by), *std::move(found)};
  }

  /// The letter's signal; null when it is gone.
  [[nodiscard]] result<signal_ptr> signal_of(const dead_letter& of) const {
    if (of.held_bytes == 0) {
      return log.find(of.sequence);
    }
    const auto rows = log.read_rows(table, internal::key_before(of.id), 1);
    if (!rows) {
      return fail(rows.error());
    }
    if (rows->empty() || rows->front().key != of.id) {
      return nullptr;
    }
    return internal::refused_signal_of(rows->front());
  }

  /// Finds out what a letter keeps in the log, if it does not say it.
  void weigh(dead_letter& what) const {
    if (what.sequence == 0 || what.kept_bytes > 0) {
      return;
    }
    if (const auto found = log.find(what.sequence); found && *found) {
      what.kept_bytes = internal::held_bytes_of(**found);
    }
  }

  /// Adds a letter with the row that it is to have.
  void add(dead_letter what, const signal* refused,
           std::vector<keyed_write> with, done_handler done) {
    what.at = how.time->wall_now();
    cut(what.reason);
    weigh(what);
    std::vector<dead_letter> gone;
    {
      const std::lock_guard lock{mutex};
      // Under the lock, so that ids rise as letters are added.
      what.id = how.ids->next(what.at);
      gone = victims(what);
      ++adding;
    }
    with.push_back(internal::row_of(what, refused));
    for (const auto& one : gone) {
      with.push_back(removal_of(one));
    }
    how.write(std::move(with), [self = shared_from_this(),
                                what = std::move(what), gone = std::move(gone),
                                done = std::move(done)](result<void> written) {
      self->added(what, gone, written);
      done(std::move(written));
    });
  }

  const journal& log;
  const options how;
  // Publishers' threads, actors and requests meet here; nothing is written or
  // called under it.
  mutable std::mutex mutex;
  std::map<std::string, kept, std::less<>> letters;
  std::map<std::string, redriver, std::less<>> redrivers;
  /// Letters that are on their way in, and out for these.
  std::size_t adding = 0;
  std::size_t leaving = 0;
  /// Of the signals that letters hold, those included that are on their way in.
  std::size_t held_bytes = 0;
  /// Of the signals in the log that letters keep, the same, each counted once.
  std::uint64_t kept_bytes = 0;
  std::map<std::uint64_t, kept_signal> kept_signals;
  std::uint64_t dropped = 0;
};

dead_letter_book::dead_letter_book(std::shared_ptr<state> made) noexcept
  : state_{std::move(made)} {}

dead_letter_book::~dead_letter_book() = default;

result<std::unique_ptr<dead_letter_book>>
dead_letter_book::open(const journal& log, options how) {
  auto made = std::make_shared<state>(log, std::move(how));
  // Row by row would be slow; all at once may be large, since some hold
  // signals.
  constexpr std::size_t rows_together = 100;
  std::optional<std::string> last;
  for (bool more = true; more;) {
    const auto rows = log.read_rows(table, last, rows_together);
    if (!rows) {
      return fail(rows.error());
    }
    for (const auto& row : *rows) {
      auto letter = internal::letter_of(row);
      if (!letter) {
        return fail(std::move(letter).error());
      }
      // Rows of the version before do not say it.
      made->weigh(*letter);
      made->count(*letter);
      made->letters.emplace(row.key, state::kept{*std::move(letter), false});
      last = row.key;
    }
    more = rows->size() == rows_together;
  }
  return std::make_unique<dead_letter_book>(std::move(made));
}

void dead_letter_book::set_redriver(std::string kind, redriver by) {
  const std::lock_guard lock{state_->mutex};
  state_->redrivers.insert_or_assign(std::move(kind), std::move(by));
}

void dead_letter_book::add(dead_letter what, std::vector<keyed_write> with,
                           done_handler done) {
  what.held_bytes = 0;
  state_->add(std::move(what), nullptr, std::move(with), std::move(done));
}

void dead_letter_book::add_refused(dead_letter what, const signal& refused,
                                   done_handler done) {
  what.sequence = 0;
  what.tenant = refused.tenant();
  what.held_bytes = internal::held_bytes_of(refused);
  what.kept_bytes = 0;
  state_->add(std::move(what), &refused, {}, std::move(done));
}

void dead_letter_book::remove(std::string_view id, done_handler done) {
  const auto taken = state_->take(id);
  if (!taken) {
    done(fail(taken.error()));
    return;
  }
  state_->forget(*taken, done);
}

void dead_letter_book::redrive(std::string_view id, done_handler done) {
  const auto taken = state_->take(id);
  if (!taken) {
    done(fail(taken.error()));
    return;
  }
  auto ready = state_->prepare(*taken);
  if (!ready) {
    state_->put_back(*taken);
    done(fail(std::move(ready).error()));
    return;
  }
  ready->first(*taken, ready->second,
               [state = state_, letter = *taken, of = ready->second,
                done](const result<void>& delivered) {
                 if (delivered) {
                   state->forget(letter, done);
                 } else {
                   state->tried(letter, of, delivered.error(), done);
                 }
               });
}

std::vector<dead_letter> dead_letter_book::list(std::string_view after,
                                                std::size_t limit) const {
  const std::lock_guard lock{state_->mutex};
  std::vector<dead_letter> found;
  auto at = state_->letters.upper_bound(after);
  for (; at != state_->letters.end() && found.size() < limit; ++at) {
    found.push_back(at->second.letter);
  }
  return found;
}

std::optional<dead_letter> dead_letter_book::find(std::string_view id) const {
  const std::lock_guard lock{state_->mutex};
  const auto found = state_->letters.find(id);
  return found == state_->letters.end() ? std::nullopt
                                        : std::optional{found->second.letter};
}

result<signal_ptr> dead_letter_book::signal_of(const dead_letter& of) const {
  return state_->signal_of(of);
}

std::size_t dead_letter_book::size() const {
  const std::lock_guard lock{state_->mutex};
  return state_->letters.size();
}

std::uint64_t dead_letter_book::kept_bytes() const {
  const std::lock_guard lock{state_->mutex};
  return state_->kept_bytes;
}

std::uint64_t dead_letter_book::dropped() const {
  const std::lock_guard lock{state_->mutex};
  return state_->dropped;
}

} // namespace libsig::journal
