#include "libsig/journal/dead_letters.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

namespace libsig::journal {

namespace {

/// A reason is for people; what a stranger answered may stand in it.
constexpr std::size_t reason_bytes_max = 1'024;

[[nodiscard]] std::string row_value(const dead_letter& of) {
  std::string out{"{\"sequence\":\""};
  out += std::to_string(of.sequence) + "\",\"tenant\":";
  codec::append_json_string(out, of.tenant);
  out += ",\"target\":";
  codec::append_json_string(out, of.target);
  out += ",\"reason\":";
  codec::append_json_string(out, of.reason);
  out += ",\"attempts\":" + std::to_string(of.attempts) + ",\"at\":";
  codec::append_json_integer(out, of.at.time_since_epoch().count());
  out += '}';
  return out;
}

[[nodiscard]] keyed_write row_of(const dead_letter& of) {
  return {std::string{dead_letter_book::table}, of.id, row_value(of),
          of.sequence};
}

[[nodiscard]] keyed_write removal_of(const dead_letter& of) {
  return {std::string{dead_letter_book::table}, of.id, std::nullopt};
}

[[nodiscard]] error not_ours(const keyed_write& row) {
  return error(errc::io, "the row '" + row.key + "' of the table "
                           + std::string{dead_letter_book::table}
                           + " is none of ours")
    .mend("check the store with 'sigd --verify'");
}

/// What a text member says, empty when it is not there.
[[nodiscard]] std::string text_of(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>()
                                                  : std::string{};
}

template <class Number>
[[nodiscard]] Number number_of(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_number_integer() ? found->get<Number>()
                                                          : Number{};
}

[[nodiscard]] result<dead_letter> letter_of(const keyed_write& row) {
  const auto& text = row.value.value_or("");
  if (!codec::guard_json(text)) {
    return fail(not_ours(row));
  }
  const auto read = codec::parse_json(text);
  if (!read || !read->is_object()) {
    return fail(not_ours(row));
  }
  dead_letter made;
  made.id = row.key;
  const auto sequence = text_of(*read, "sequence");
  std::from_chars(sequence.data(), sequence.data() + sequence.size(),
                  made.sequence);
  made.tenant = text_of(*read, "tenant");
  made.target = text_of(*read, "target");
  made.reason = text_of(*read, "reason");
  made.attempts = number_of<std::uint32_t>(*read, "attempts");
  made.at =
    wall_time{std::chrono::milliseconds{number_of<std::int64_t>(*read, "at")}};
  return made;
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

  state(const journal& of, options with) : log{of}, how{std::move(with)} {}

  /// Takes the oldest letters out of reach that must go for one more.
  [[nodiscard]] std::vector<dead_letter> victims() {
    std::vector<dead_letter> found;
    const auto most = std::max<std::size_t>(how.letters_max, 1);
    auto over = letters.size() + adding + 1 - leaving;
    for (auto at = letters.begin(); at != letters.end() && over > most; ++at) {
      if (!at->second.busy) {
        at->second.busy = true;
        found.push_back(at->second.letter);
        --over;
      }
    }
    leaving += found.size();
    return found;
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
        }
      }
      if (!written) {
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
                }
                done(std::move(written));
              });
  }

  /// Notes that one more try failed.
  void tried(dead_letter what, const error& why, const done_handler& done) {
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
    how.write({row_of(what)}, [self = shared_from_this(), what,
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
    auto found = log.find(what.sequence);
    if (!found) {
      return fail(std::move(found).error());
    }
    if (!*found) {
      return fail(errc::not_found, "the signal " + std::to_string(what.sequence)
                                     + " is not in the log any more");
    }
    return std::pair{std::move(by), *std::move(found)};
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
  std::uint64_t dropped = 0;
};

dead_letter_book::dead_letter_book(std::shared_ptr<state> made) noexcept
  : state_{std::move(made)} {}

dead_letter_book::~dead_letter_book() = default;

result<std::unique_ptr<dead_letter_book>>
dead_letter_book::open(const journal& log, options how) {
  auto made = std::make_shared<state>(log, std::move(how));
  const auto rows = log.read_table(table);
  if (!rows) {
    return fail(rows.error());
  }
  for (const auto& row : *rows) {
    auto letter = letter_of(row);
    if (!letter) {
      return fail(std::move(letter).error());
    }
    made->letters.emplace(row.key, state::kept{*std::move(letter), false});
  }
  return std::make_unique<dead_letter_book>(std::move(made));
}

void dead_letter_book::set_redriver(std::string kind, redriver by) {
  const std::lock_guard lock{state_->mutex};
  state_->redrivers.insert_or_assign(std::move(kind), std::move(by));
}

void dead_letter_book::add(dead_letter what, std::vector<keyed_write> with,
                           done_handler done) {
  what.at = state_->how.time->wall_now();
  cut(what.reason);
  std::vector<dead_letter> gone;
  {
    const std::lock_guard lock{state_->mutex};
    // Under the lock, so that ids rise as letters are added.
    what.id = state_->how.ids->next(what.at);
    gone = state_->victims();
    ++state_->adding;
  }
  with.push_back(row_of(what));
  for (const auto& one : gone) {
    with.push_back(removal_of(one));
  }
  state_->how.write(std::move(with),
                    [state = state_, what = std::move(what),
                     gone = std::move(gone),
                     done = std::move(done)](result<void> written) {
                      state->added(what, gone, written);
                      done(std::move(written));
                    });
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
  ready->first(
    *taken, ready->second,
    [state = state_, letter = *taken, done](const result<void>& delivered) {
      if (delivered) {
        state->forget(letter, done);
      } else {
        state->tried(letter, delivered.error(), done);
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

std::size_t dead_letter_book::size() const {
  const std::lock_guard lock{state_->mutex};
  return state_->letters.size();
}

std::uint64_t dead_letter_book::dropped() const {
  const std::lock_guard lock{state_->mutex};
  return state_->dropped;
}

} // namespace libsig::journal
