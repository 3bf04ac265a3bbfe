// What waits are answered with; the way there is in waits.cpp.
#include "libsig/topic/waits.hpp"

#include <chrono>
#include <numeric>
#include <utility>

#include "libsig/topic/internal/cursor_keys.hpp"
#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

[[nodiscard]] std::shared_ptr<wait_reply>
make_reply(wait_reply::outcome is, const parked_wait& of,
           const actor::context& now) {
  auto made = std::make_shared<wait_reply>();
  made->is = is;
  made->elapsed =
    std::chrono::floor<std::chrono::milliseconds>(now.steady_now - of.since);
  return made;
}

[[nodiscard]] bool begins_fresh(const wait_request& of) {
  return of.start.is == start_position::kind::fresh;
}

} // namespace

void waits::answer_expired(const attempt& what, std::size_t place,
                           const turn& at) {
  const auto& topic = what.asked().topics[place];
  auto oldest = find_oldest(log_of(what.asked(), topic));
  if (!oldest) {
    refuse(what.wait.who, std::move(oldest).error(), at.out);
    return;
  }
  auto made = make_reply(wait_reply::outcome::expired, what.wait, at.now);
  made->topic = topic;
  made->earliest_id = std::move(oldest->id);
  made->earliest_cursor = std::move(oldest->cursor);
  tell(what.wait.who, std::move(made), at.out);
}

void waits::add_message(const attempt& what, std::size_t place,
                        wait_reply& to) const {
  const auto& found = what.found[place];
  const auto sequence = found->sequence();
  const auto known = what.wait.places[place].at.known;
  to.messages.push_back(
    {what.asked().topics[place], found,
     to_cursor({sequence, std::max(known, sequence)}, log_->epoch())});
}

result<void> waits::answer_one(attempt& what, std::size_t place,
                               const turn& at) {
  const auto pending = expect(what, {place});
  if (!pending) {
    return fail(pending.error());
  }
  auto made = make_reply(wait_reply::outcome::hit, what.wait, at.now);
  add_message(what, place, *made);
  made->pending = *pending;
  tell(what.wait.who, std::move(made), at.out);
  return {};
}

/// Fetches the messages that are held by their sequence; false when one is gone
/// meanwhile and that was answered.
result<bool> waits::fetch_held(attempt& what, const turn& at) {
  for (std::size_t place = 0; place < what.found.size(); ++place) {
    const auto held = what.wait.places[place].held;
    if (held == 0 || what.found[place]) {
      continue;
    }
    const auto& asked = what.asked();
    auto found = log_->next(asked.owner.tenant, asked.topics[place], held - 1);
    if (!found) {
      return fail(std::move(found).error());
    }
    if (!*found || (*found)->sequence() != held) {
      answer_expired(what, place, at);
      return false;
    }
    what.found[place] = *std::move(found);
  }
  return true;
}

result<void> waits::answer_all(attempt& what, const turn& at) {
  const auto fetched = fetch_held(what, at);
  if (!fetched) {
    return fail(fetched.error());
  }
  if (!*fetched) {
    return {};
  }
  std::vector<std::size_t> places(what.found.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  const auto pending = expect(what, places);
  if (!pending) {
    return fail(pending.error());
  }
  auto made = make_reply(wait_reply::outcome::hit, what.wait, at.now);
  for (const auto place : places) {
    add_message(what, place, *made);
  }
  made->pending = *pending;
  tell(what.wait.who, std::move(made), at.out);
  return {};
}

result<void> waits::answer_timeout(attempt& what, const turn& at) {
  const auto fetched = fetch_held(what, at);
  if (!fetched) {
    return fail(fetched.error());
  }
  if (!*fetched) {
    return {};
  }
  auto made = make_reply(wait_reply::outcome::timeout, what.wait, at.now);
  if (auto added = add_positions(what, *made); !added) {
    return added;
  }
  std::vector<std::size_t> held;
  if (what.asked().mode == wait_mode::all) {
    for (std::size_t place = 0; place < what.found.size(); ++place) {
      if (what.found[place]) {
        add_message(what, place, *made);
        held.push_back(place);
      } else {
        made->missing.push_back(what.asked().topics[place]);
      }
    }
  }
  // Both together, so that nothing is kept of one that is refused.
  const auto begun = begun_places(what);
  if (!what.asked().consume_partial) {
    held.clear();
  }
  auto both = begun;
  both.insert(both.end(), held.begin(), held.end());
  if (auto room = check_room(what.asked(), both); !room) {
    return room;
  }
  internal::cursor_keys key{what.asked().owner};
  for (const auto place : begun) {
    store(table_.get(key.of(what.asked().topics[place])),
          what.wait.places[place].at, at);
  }
  const auto pending = expect(what, held);
  if (!pending) {
    return fail(pending.error());
  }
  made->pending = *pending;
  tell(what.wait.who, std::move(made), at.out);
  return {};
}

/// Where it stands at each topic, and what it was given to begin with.
result<void> waits::add_positions(const attempt& what, wait_reply& to) const {
  const auto& asked = what.asked();
  for (std::size_t at = 0; at < asked.topics.size(); ++at) {
    const auto& topic = asked.topics[at];
    const auto& place = what.wait.places[at];
    auto stands = place.at;
    if (place.held != 0 && asked.consume_partial) {
      stands = {place.held, std::max(place.held, place.at.known)};
    }
    to.cursors.emplace(topic, to_cursor(stands, log_->epoch()));
    const auto given = asked.last_ids.find(topic);
    if (given != asked.last_ids.end() && !given->second.empty()) {
      to.last_ids.emplace(topic, given->second);
    } else if (place.from_stored && asked.mode == wait_mode::one) {
      auto name = name_of(log_of(asked, topic), place.origin);
      if (!name) {
        return fail(std::move(name).error());
      }
      to.last_ids.emplace(topic, *std::move(name));
    }
  }
  return {};
}

/// Where the next wait goes on from the place at which this one, which began at
/// `new`, has parked.
std::vector<std::size_t> waits::begun_places(const attempt& what) {
  std::vector<std::size_t> begun;
  const auto& asked = what.asked();
  if (!asked.owner.keeps() || !begins_fresh(asked) || what.over) {
    return begun;
  }
  internal::cursor_keys key{asked.owner};
  for (std::size_t place = 0; place < asked.topics.size(); ++place) {
    const auto& where = what.wait.places[place];
    if (!where.began || (where.held != 0 && asked.consume_partial)) {
      continue;
    }
    const auto* const entry = table_.find(key.of(asked.topics[place]));
    if (entry == nullptr || !entry->stored) {
      begun.push_back(place);
    }
  }
  return begun;
}

} // namespace libsig::topic
