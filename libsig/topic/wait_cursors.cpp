// How waits move cursors, and what is asked of cursors; the way of a wait is in
// waits.cpp.
#include "libsig/topic/waits.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "libsig/topic/internal/cursor_keys.hpp"
#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

/// What is forgotten after a long time is written when it is used, but not each
/// time.
[[nodiscard]] std::chrono::milliseconds
touch_interval(const std::optional<std::chrono::milliseconds>& age) {
  constexpr std::chrono::milliseconds day = std::chrono::hours{24};
  return age ? std::min(day, *age / 30) : day;
}

[[nodiscard]] error too_many_cursors() {
  return error(errc::overloaded, "too many topics have a cursor")
    .mend("remove cursors that are not needed");
}

} // namespace

// -- settling
// ------------------------------------------------------------------

void waits::settle(std::uint64_t pending, bool written,
                   const actor::context& now, actor::step& out) {
  const auto found = pending_.find(pending);
  if (found == pending_.end()) {
    return;
  }
  const auto moves = std::move(found->second);
  pending_.erase(found);
  const turn at{now, out};
  for (const auto& each : moves) {
    carry_out(each, written, at);
  }
  // All of them, before a wait for several goes on.
  for (const auto& each : moves) {
    if (--each.entry->unsettled == 0) {
      table_.break_promise(*each.entry);
    }
  }
  for (const auto& each : moves) {
    resume(*each.entry, at);
  }
}

void waits::carry_out(const move& what, bool written, const turn& at) {
  auto& entry = *what.entry;
  if (what.version != entry.version) {
    return;
  }
  if (!written) {
    if (what.otherwise && !entry.stored) {
      store(entry, *what.otherwise, at);
    }
    return;
  }
  // Only a PUT moves a cursor back.
  auto to = what.to;
  if (entry.stored) {
    to.sequence = std::max(to.sequence, entry.at.sequence);
    to.known = std::max({to.known, entry.at.known, to.sequence});
  }
  if (!entry.stored || to != entry.at) {
    store(entry, to, at);
  }
}

/// Notes how an answer moves the cursors of its topics, and keeps room for
/// those that are new; 0 when there is nothing to settle.
result<std::uint64_t> waits::expect(const attempt& what,
                                    const std::vector<std::size_t>& places) {
  const auto& asked = what.asked();
  if (!asked.owner.keeps() || places.empty()) {
    return std::uint64_t{0};
  }
  internal::cursor_keys key{asked.owner};
  if (auto room = check_room(asked, places); !room) {
    return fail(std::move(room).error());
  }
  std::vector<move> moves;
  moves.reserve(places.size());
  for (const auto at : places) {
    const auto& place = what.wait.places[at];
    const auto sequence = what.found[at]->sequence();
    auto& entry = table_.get(key.of(asked.topics[at]));
    ++entry.unsettled;
    table_.promise(entry);
    move made{&entry, entry.version,
              position{sequence, std::max(place.at.known, sequence)},
              std::nullopt};
    if (place.began && asked.start.is == start_position::kind::fresh) {
      made.otherwise = place.at;
    }
    moves.push_back(made);
  }
  // A number that no instance before this one has given.
  const auto number = static_cast<std::uint64_t>(what.wait.who);
  pending_.emplace(number, std::move(moves));
  return number;
}

// -- ages
// ----------------------------------------------------------------------

void waits::compare_clocks(const actor::context& now, actor::step& out) {
  if (!ages_->compare(now, out)) {
    return;
  }
  for (const auto* const one : table_.hold_back(ages_->now(now))) {
    out.writes.push_back(row_of(*one));
  }
}

// -- cursors
// -------------------------------------------------------------------

/// A wait may make a cursor of each topic. Whether there is room is asked again
/// when it makes one; who has none will not wait in vain.
result<void> waits::check_room(const wait_request& what) {
  if (!what.owner.keeps()) {
    return {};
  }
  if (pending_.size() >= bounds_.parked.waits_max) {
    return fail(
      error(errc::overloaded, "too many answers are not written yet"));
  }
  if (table_.taken(what.owner.tenant) + what.topics.size()
      <= bounds_.cursors_max) {
    return {};
  }
  std::vector<std::size_t> all(what.topics.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return check_room(what, all);
}

/// Whether the cursors of these topics have room, those that have none yet.
result<void> waits::check_room(const wait_request& what,
                               const std::vector<std::size_t>& places) {
  internal::cursor_keys key{what.owner};
  const auto fresh =
    static_cast<std::size_t>(std::ranges::count_if(places, [&](std::size_t at) {
      const auto* const entry = table_.find(key.of(what.topics[at]));
      return entry == nullptr || !entry->taken();
    }));
  if (fresh > 0
      && table_.taken(what.owner.tenant) + fresh > bounds_.cursors_max) {
    return fail(too_many_cursors());
  }
  return {};
}

void waits::store(cursor_entry& entry, const position& to, const turn& at) {
  table_.store(entry, to, ages_->now(at.now));
  at.out.writes.push_back(row_of(entry));
}

void waits::touch(cursor_entry& entry, const turn& at) {
  // A clock that went back would keep it for longer than anybody meant.
  const auto now = ages_->now(at.now);
  if (now < entry.used
      || now - entry.used >= touch_interval(bounds_.cursor_age)) {
    store(entry, entry.at, at);
  }
}

result<cursor_reply> waits::get(const get_cursor_request& what,
                                const actor::context& now, actor::step& out) {
  internal::cursor_keys key{what.owner};
  auto* const entry = table_.find(key.of(what.topic));
  if (entry == nullptr || !entry->stored) {
    return fail(errc::not_found, "no cursor is set");
  }
  auto name = name_of({*log_, what.owner.tenant, what.topic}, entry->at);
  if (!name) {
    return fail(std::move(name).error());
  }
  touch(*entry, {now, out});
  cursor_reply got;
  got.last_id = *std::move(name);
  return got;
}

bool waits::read_later(actor::request_id who,
                       std::shared_ptr<const get_cursor_request> what) {
  internal::cursor_keys key{what->owner};
  const auto* const entry = table_.find(key.of(what->topic));
  if (entry == nullptr || !entry->busy()
      || readers_waiting_ >= bounds_.parked.waits_max) {
    return false;
  }
  readers_[entry].push_back({who, std::move(what)});
  ++readers_waiting_;
  return true;
}

void waits::answer_readers(const cursor_entry& entry, const turn& at) {
  const auto found = readers_.extract(&entry);
  if (!found) {
    return;
  }
  readers_waiting_ -= found.mapped().size();
  for (const auto& one : found.mapped()) {
    if (auto got = get(*one.what, at.now, at.out)) {
      tell(one.who, std::make_shared<cursor_reply>(*std::move(got)), at.out);
    } else {
      refuse(one.who, std::move(got).error(), at.out);
    }
  }
}

/// What a PUT names; `not_found` with the earliest when it is unknown or gone.
result<position> waits::position_to_put(const topic_log& in,
                                        std::string_view text) const {
  const auto stated = position_of(in, text);
  if (!stated) {
    return fail(stated.error());
  }
  if (*stated && is_complete(*log_, **stated)) {
    return **stated;
  }
  const auto oldest = find_oldest(in);
  if (!oldest) {
    return fail(oldest.error());
  }
  return fail(
    error(errc::not_found, "the message is unknown or gone; the earliest is "
                             + (oldest->id.empty() ? std::string{"none"}
                                                   : '\'' + oldest->id + '\'')
                             + ", its cursor '" + oldest->cursor + '\'')
      .at("/last_id"));
}

result<cursor_reply> waits::put(const put_cursor_request& what,
                                const actor::context& now, actor::step& out) {
  const topic_log in{*log_, what.owner.tenant, what.topic};
  const auto to = position_to_put(in, what.last_id);
  if (!to) {
    return fail(to.error());
  }
  auto name = name_of(in, *to);
  if (!name) {
    return fail(std::move(name).error());
  }
  internal::cursor_keys key{what.owner};
  auto& entry = table_.get(key.of(what.topic));
  if (!entry.taken()
      && table_.taken(what.owner.tenant) >= bounds_.cursors_max) {
    table_.release(entry);
    return fail(too_many_cursors());
  }
  ++entry.version;
  store(entry, *to, {now, out});
  cursor_reply got;
  got.last_id = *std::move(name);
  return got;
}

result<cursor_reply> waits::remove(const remove_cursor_request& what,
                                   actor::step& out) {
  internal::cursor_keys key{what.owner};
  auto* const entry = table_.find(key.of(what.topic));
  if (entry == nullptr || !entry->stored) {
    return fail(errc::not_found, "no cursor is set");
  }
  auto name = name_of({*log_, what.owner.tenant, what.topic}, entry->at);
  if (!name) {
    return fail(std::move(name).error());
  }
  ++entry->version;
  table_.erase(*entry);
  out.writes.push_back(row_of(*entry));
  table_.release(*entry);
  cursor_reply got;
  got.last_id = *std::move(name);
  return got;
}

bool waits::sweep(const actor::context& now, actor::step& out) {
  if (!bounds_.cursor_age) {
    return false;
  }
  const auto time = ages_->now(now);
  for (std::size_t gone = 0; gone < limits::cursors_per_sweep_max; ++gone) {
    auto* const oldest = table_.oldest();
    if (oldest == nullptr) {
      return false;
    }
    const bool ahead = oldest->used > time;
    if (!ahead && time - oldest->used < *bounds_.cursor_age) {
      return false;
    }
    // One that was used before the clock went back would hold up all behind it.
    if (ahead || oldest->busy()) {
      store(*oldest, oldest->at, {now, out});
      continue;
    }
    table_.erase(*oldest);
    out.writes.push_back(row_of(*oldest));
    table_.release(*oldest);
  }
  return true;
}

} // namespace libsig::topic
