// The way of a wait, until it is answered or parked; how it goes on from there
// is in wait_waking.cpp.
#include "libsig/topic/waits.hpp"

#include <algorithm>
#include <utility>

#include "libsig/topic/internal/cursor_keys.hpp"
#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

[[nodiscard]] const std::string* explicit_id(const wait_request& what,
                                             std::string_view topic) {
  const auto found = what.last_ids.find(topic);
  return found == what.last_ids.end() || found->second.empty() ? nullptr
                                                               : &found->second;
}

} // namespace

waits::waits(std::shared_ptr<const log_view> log, const wait_bounds& bounds,
             std::shared_ptr<age_clock> ages)
  : log_{std::move(log)}, bounds_{bounds}, parked_{bounds.parked}, ages_{
                                                                     std::move(
                                                                       ages)} {}

void waits::recall(std::span<const actor::write> rows,
                   const actor::context& now) {
  std::vector<std::pair<wall_time, const actor::write*>> order;
  order.reserve(rows.size());
  for (const auto& row : rows) {
    if (const auto used = used_of(row)) {
      order.emplace_back(*used, &row);
    }
  }
  std::ranges::sort(order);
  for (const auto& [used, row] : order) {
    static_cast<void>(table_.recall(*row));
  }
  ages_->start(rows,
               order.empty() ? std::nullopt : std::optional{order.back().first},
               now);
}

void waits::wait(actor::request_id who,
                 std::shared_ptr<const wait_request> what,
                 const actor::context& now, actor::step& out) {
  if (what->settles != 0) {
    settle(what->settles, true, now, out);
  }
  attempt made;
  made.wait.who = who;
  made.wait.what = std::move(what);
  made.wait.since = now.steady_now;
  go_on(std::move(made), {now, out});
}

void waits::go_on(attempt what, const turn& at) {
  const auto who = what.wait.who;
  if (!what.over) {
    if (auto room = check_room(what.asked()); !room) {
      refuse(who, std::move(room).error(), at.out);
      return;
    }
    if (queue(what, at)) {
      return;
    }
  }
  auto going = place(what, at);
  if (going && *going && !what.over) {
    going = look_around(what, at);
  }
  if (!going) {
    refuse(who, std::move(going).error(), at.out);
  } else if (*going) {
    if (!what.over
        && at.now.steady_now < what.wait.since + what.asked().timeout) {
      park(std::move(what), at);
    } else if (auto ended = answer_timeout(what, at); !ended) {
      refuse(who, std::move(ended).error(), at.out);
    }
  }
}

/// Whether the wait has to wait for what becomes of an earlier answer.
bool waits::queue(attempt& what, const turn& at) {
  const auto& asked = what.asked();
  if (!asked.owner.keeps() || pending_.empty()) {
    return false;
  }
  internal::cursor_keys key{asked.owner};
  for (const auto& topic : asked.topics) {
    auto* const entry = explicit_id(asked, topic) != nullptr
                          ? nullptr
                          : table_.find(key.of(topic));
    if (entry == nullptr || !entry->busy()) {
      continue;
    }
    auto& wait = what.wait;
    wait.deadline =
      wait.since + std::max(asked.timeout, limits::wait_held_up_max);
    wait.places.clear();
    wait.queued_behind = entry;
    wait.ticket = next_ticket_++;
    const auto ticket = wait.ticket;
    const auto who = wait.who;
    auto parked = parked_.add(std::move(wait));
    if (!parked) {
      refuse(who, std::move(parked).error(), at.out);
      return true;
    }
    if (!entry->queue) {
      entry->queue = std::make_unique<std::map<std::uint64_t, handle>>();
    }
    entry->queue->emplace(ticket, *parked);
    return true;
  }
  return false;
}

/// Lets the waits that were queued go on, until one is answered.
void waits::resume(cursor_entry& entry, const turn& at) {
  if (!entry.busy()) {
    answer_readers(entry, at);
  }
  // The queue keeps the entry where it is, also while it is empty.
  while (!entry.busy() && entry.queue && !entry.queue->empty()) {
    const auto first = entry.queue->begin();
    attempt next;
    next.wait = parked_.remove(first->second);
    next.wait.queued_behind = nullptr;
    entry.queue->erase(first);
    go_on(std::move(next), at);
  }
  if (entry.queue && entry.queue->empty()) {
    entry.queue.reset();
  }
  table_.release(entry);
}

void waits::leave_queue(cursor_entry& entry, std::uint64_t ticket) {
  entry.queue->erase(ticket);
  if (entry.queue->empty()) {
    entry.queue.reset();
  }
  table_.release(entry);
}

/// Finds where the wait begins at each topic; false when that was answered.
result<bool> waits::place(attempt& what, const turn& at) {
  const auto& asked = what.asked();
  internal::cursor_keys key{asked.owner};
  auto& places = what.wait.places;
  places.clear();
  places.reserve(asked.topics.size());
  for (const auto& topic : asked.topics) {
    auto* const entry =
      asked.owner.keeps() ? table_.find(key.of(topic)) : nullptr;
    auto found = find_place(asked, topic, entry);
    if (!found) {
      return fail(std::move(found).error());
    }
    if (!*found || (!(*found)->began && !is_complete(*log_, (*found)->at))) {
      answer_expired(what, places.size(), at);
      return false;
    }
    if ((*found)->from_stored) {
      touch(*entry, at);
    }
    places.push_back(**found);
  }
  what.found.assign(places.size(), nullptr);
  what.wait.missing = places.size();
  return true;
}

/// Explicit beats stored beats start (M14); nothing for an unknown id.
result<std::optional<wait_place>> waits::find_place(const wait_request& what,
                                                    const std::string& topic,
                                                    cursor_entry* entry) const {
  wait_place made;
  const auto in = log_of(what, topic);
  if (const auto* const text = explicit_id(what, topic)) {
    const auto stated = position_of(in, *text);
    if (!stated) {
      return fail(stated.error());
    }
    if (!*stated) {
      return std::optional<wait_place>{};
    }
    made.at = **stated;
  } else if (entry != nullptr && entry->stored) {
    made.at = made.origin = entry->at;
    made.from_stored = true;
  } else {
    const auto begun = begin_at(in, what.start);
    if (!begun) {
      return fail(begun.error());
    }
    made.at = *begun;
    made.began = true;
  }
  return std::optional{made};
}

/// Looks into the log; false when the wait is answered.
result<bool> waits::look_around(attempt& what, const turn& at) {
  const auto& asked = what.asked();
  const bool first_counts = asked.mode != wait_mode::all && !asked.oldest_first;
  for (std::size_t place = 0; place < asked.topics.size(); ++place) {
    if (what.wait.places[place].held != 0) {
      continue;
    }
    auto going = look_at(what, place, at);
    if (!going || !*going) {
      return going;
    }
    if (first_counts && what.found[place]) {
      break;
    }
  }
  return answer_found(what, at);
}

/// Looks for the message of one topic; false when that was answered.
result<bool> waits::look_at(attempt& what, std::size_t place, const turn& at) {
  auto& where = what.wait.places[place];
  auto seen = look(log_of(what.asked(), what.asked().topics[place]), where.at);
  if (!seen) {
    return fail(std::move(seen).error());
  }
  if (!seen->complete) {
    if (!where.began) {
      answer_expired(what, place, at);
      return false;
    }
    where.at.known = log_->complete_from() - 1;
  }
  if (seen->message) {
    what.found[place] = std::move(seen->message);
  } else {
    where.at = seen->up_to;
  }
  return true;
}

/// Answers when enough was found; false when it was.
result<bool> waits::answer_found(attempt& what, const turn& at) {
  const auto& found = what.found;
  if (what.asked().mode == wait_mode::all) {
    for (std::size_t place = 0; place < found.size(); ++place) {
      auto& where = what.wait.places[place];
      if (found[place] && where.held == 0) {
        where.held = found[place]->sequence();
        --what.wait.missing;
      }
    }
    if (what.wait.missing > 0) {
      return true;
    }
    auto done = answer_all(what, at);
    return done ? result<bool>{false} : fail(std::move(done).error());
  }
  const auto oldest =
    std::ranges::min_element(found, {}, [](const signal_ptr& each) {
      return each ? each->sequence() : std::uint64_t{0} - 1;
    });
  const auto first =
    what.asked().oldest_first
      ? oldest
      : std::ranges::find_if(
        found, [](const signal_ptr& each) { return each != nullptr; });
  if (first == found.end() || !*first) {
    return true;
  }
  auto done =
    answer_one(what, static_cast<std::size_t>(first - found.begin()), at);
  return done ? result<bool>{false} : fail(std::move(done).error());
}

void waits::park(attempt what, const turn& at) {
  auto& wait = what.wait;
  const auto who = wait.who;
  wait.deadline = wait.since + what.asked().timeout;
  if (auto parked = parked_.add(std::move(wait)); !parked) {
    refuse(who, std::move(parked).error(), at.out);
  }
}

} // namespace libsig::topic
