#include "libsig/subscription/post.hpp"

#include <algorithm>

#include "libsig/subscription/answers.hpp"

// How items are settled, and what is remembered of them.
namespace libsig::subscription {

namespace {

/// Bytes of the data of handled signals that are given together.
constexpr std::size_t handled_bytes_max = 8u << 20;

} // namespace

void post::settle(agent_place where, actor::request_id which,
                  const settle_request& asked, const actor::context& now,
                  actor::step& out) {
  refresh(where, now);
  settle_reply made;
  made.settled =
    settle_all(where, {asked.handled, asked.failed, asked.reason}, now, out);
  answer(which, std::move(made), out);
  serve_loud(where, nullptr, now, out);
  set_due(where);
}

/// How many were settled.
std::size_t post::settle_all(agent_place where, const settlement& how,
                             const actor::context& now, actor::step& out) {
  std::size_t settled = 0;
  for (const auto& id : how.handled) {
    settled += settle_handled(where, id, now, out) ? 1 : 0;
  }
  for (const auto& id : how.failed) {
    settled += settle_failed(where, id, how.reason, now, out) ? 1 : 0;
  }
  return settled;
}

/// Any hand-out of the item may have been the one that was handled.
bool post::settle_handled(agent_place where, std::string_view id,
                          const actor::context& now, actor::step& out) {
  const auto named = read_hand_out_id(id);
  auto& box = desk_of(where).box;
  const auto* const what = named ? box.find(named->sequence) : nullptr;
  if (what == nullptr
      || std::ranges::find(what->hand_outs, named->number)
           == what->hand_outs.end()) {
    return false;
  }
  out.writes.push_back(removal_of_item(name_of(where), what->sequence));
  keep_handled(where, *what, id, now, out);
  leave(where, named->sequence);
  if (in_.watcher != nullptr) {
    in_.watcher->on_settled(name_of(where), named->sequence, true);
  }
  return true;
}

/// Only the newest hand-out can fail: whoever had an older one is not who has
/// the item.
bool post::settle_failed(agent_place where, std::string_view id,
                         std::string_view reason, const actor::context& now,
                         actor::step& out) {
  const auto named = read_hand_out_id(id);
  auto& box = desk_of(where).box;
  auto* const what = named ? box.find(named->sequence) : nullptr;
  if (what == nullptr || what->is != item::state::out
      || what->hand_outs.back() != named->number) {
    return false;
  }
  const auto attempts = what->hand_outs.size();
  if (attempts >= bounds_.attempts_max) {
    bury(where, *what,
         reason.empty() ? "failed " + std::to_string(attempts) + " times"
                        : std::string{reason},
         out);
    return true;
  }
  const auto rest = rest_after(attempts);
  what->rests_until = now.wall_now + rest;
  box.rest(*what, now.steady_now + rest);
  out.writes.push_back(write_of(name_of(where), *what));
  if (in_.watcher != nullptr) {
    in_.watcher->on_settled(name_of(where), named->sequence, false);
  }
  return true;
}

void post::keep_handled(agent_place where, const item& what,
                        std::string_view id, const actor::context& now,
                        actor::step& out) {
  auto& at = desk_of(where);
  handled_item kept;
  kept.delivery_id = id;
  kept.sequence = what.sequence;
  kept.silent = what.silent;
  kept.handled_at = now.wall_now;
  if (auto found = validate(where, what)) {
    kept.patterns = std::move(found->patterns);
  } else {
    for (const auto& one : what.patterns) {
      kept.patterns.push_back(*one);
    }
    std::ranges::sort(kept.patterns);
  }
  const auto& who = name_of(where);
  out.writes.push_back(write_of(who, at.handled_next++, kept));
  while (at.handled_next - at.handled_first > bounds_.handled_max) {
    out.writes.push_back(removal_of_handled(who, at.handled_first++));
  }
}

result<std::vector<handled_item>> post::handled(agent_place where,
                                                std::size_t limit) {
  const auto& at = desk_of(where);
  const auto& who = name_of(where);
  const auto count =
    std::min<std::uint64_t>(limit, at.handled_next - at.handled_first);
  // The key before that of the first row that is wanted.
  const auto rows = in_.log->read_rows(
    handled_table, handled_key(who, at.handled_next - count - 1), count);
  if (!rows) {
    return fail(rows.error());
  }
  std::vector<handled_item> found;
  std::size_t bytes = 0;
  // From the newest on, as long as there is room.
  for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
    const auto key = read_handled_key(row->key);
    auto read = read_handled_row(*row);
    if (!read || !key || key->first != who) {
      continue;
    }
    auto signal = in_.log->find(read->sequence);
    if (!signal) {
      return fail(std::move(signal).error());
    }
    if (*signal && (*signal)->data().bytes() != nullptr) {
      bytes += (*signal)->data().bytes()->size();
    }
    if (bytes > handled_bytes_max && !found.empty()) {
      break;
    }
    read->what = *std::move(signal);
    found.push_back(*std::move(read));
  }
  std::ranges::reverse(found);
  return found;
}

} // namespace libsig::subscription
