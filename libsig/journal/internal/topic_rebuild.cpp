#include "libsig/journal/internal/topic_index.hpp"

#include "libsig/journal/internal/log_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

// How the index by topic comes into memory when a store is opened.
namespace libsig::journal::internal {

namespace {

/// Records that are read at once.
constexpr std::size_t chunk = 256;

/// Postings that are put in order at once when the index is made: 16 bytes
/// each, and as much for their names.
constexpr std::size_t postings_at_once = 262'144;

} // namespace

void topic_index::clear() {
  census_.clear();
  (void)topics_.take();
  (void)names_.take();
  block_ = {};
  last_ = 0;
  now_ = {};
  again_ = false;
  undone();
}

result<void> topic_index::load(const log_state& state) {
  clear();
  auto done = checked(load_all(state));
  if (done) {
    close_block();
    undone();
  }
  return done;
}

result<void> topic_index::load_all(const log_state& state) {
  const auto ordered = tables_.ordered_up_to();
  if (!ordered) {
    return fail(ordered.error());
  }
  if (!*ordered) {
    return fail(errc::not_found, "the index by topic was never made");
  }
  now_.ordered = **ordered;
  // Last sequence, topic, tenant: the census takes them in this order.
  std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> topics;
  auto done = tables_.each_topic(
    [&](std::uint64_t topic, std::uint64_t tenant, std::uint64_t last) {
      topics.emplace_back(last, topic, tenant);
    });
  if (!done) {
    return done;
  }
  std::ranges::sort(topics);
  for (const auto& [last, topic, tenant] : topics) {
    census_.touch(topic, tenant, last);
  }
  done = tables_.each_recent(now_.ordered, [&](const recent_marks& some) {
    again_ = true;
    for (const auto& one : some.founded) {
      census_.touch(one.topic, one.tenant, some.first);
    }
    auto sequence = some.first;
    for (const auto& mark : some.marks) {
      note(mark, sequence);
      if (mark.topic != 0 && census_.find(mark.topic) != nullptr) {
        census_.touch(mark.topic, 0, sequence);
      }
      ++sequence;
    }
  });
  if (!done) {
    return done;
  }
  done = tables_.each_held([&](std::uint64_t topic) { census_.hold(topic); });
  last_ = std::max(state.last, now_.ordered);
  census_.expire(state.tail);
  return done;
}

result<void> topic_index::open(database& of, const log_state& state,
                               std::vector<damage>& found) {
  auto loaded = load(state);
  if (loaded) {
    return {};
  }
  const bool is_new = loaded.error().code() == errc::not_found;
  if (!is_new && !damaged_) {
    return loaded;
  }
  if (auto made = rebuild(of, state); !made) {
    if (!damaged_) {
      return made;
    }
    found.push_back({0, "the index by topic is damaged and cannot be made "
                        "anew; look-ups by topic read the log. Salvage makes "
                        "a new store"});
    give_up();
    return {};
  }
  if (!is_new) {
    found.push_back({0, "the index by topic was damaged; it is made anew"});
  }
  return {};
}

result<void> topic_index::rebuild(database& of, const log_state& state) {
  clear();
  damaged_ = false;
  const rollback_guard undo{of};
  auto done = of.execute("BEGIN IMMEDIATE");
  if (done) {
    done = checked(tables_.clear());
  }
  if (done) {
    done = checked(add_all(of, state));
  }
  if (done) {
    done = of.execute("COMMIT");
  }
  if (!done) {
    clear();
    return done;
  }
  census_.expire(state.tail);
  now_ = {};
  now_.ordered = state.last;
  now_.swept_for = state.tail;
  last_ = state.last;
  undone();
  return {};
}

result<void> topic_index::add_all(database& of, const log_state& state) {
  auto reader = log_reader::make(of);
  if (!reader) {
    return fail(reader.error());
  }
  log_walk walk;
  while (!walk.at_end) {
    const auto some = reader->next(walk, chunk);
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      if (auto done = add(one, state); !done) {
        return done;
      }
    }
  }
  if (auto done = write_all(state.tail); !done) {
    return done;
  }
  for (const auto& [topic, one] : census_.all()) {
    if (auto put = tables_.put_topic(topic, one.tenant, one.last); !put) {
      return put;
    }
  }
  return tables_.set_ordered_up_to(state.last);
}

result<void> topic_index::add(const record& what, const log_state& state) {
  const auto is = decode(what, {});
  const auto mark = is ? mark_of(**is, keys_) : topic_mark{};
  if (mark.topic == 0) {
    return {};
  }
  const auto* const known = census_.find(mark.topic);
  census_.touch(mark.topic,
                known == nullptr ? keys_.tenant((*is)->tenant()) : 0,
                what.sequence);
  if (what.sequence < state.tail) {
    const auto held = tables_.hold(what.sequence, mark);
    census_.hold(mark.topic);
    return held ? result<void>{} : fail(held.error());
  }
  block_.topics.push_back({mark.topic, what.sequence});
  block_.names.push_back({mark.name, what.sequence});
  return block_.topics.size() < postings_at_once ? result<void>{}
                                                 : write_all(state.tail);
}

/// Writes the block whole.
result<void> topic_index::write_all(std::uint64_t end) {
  std::ranges::sort(block_.topics);
  std::ranges::sort(block_.names);
  next_ = {};
  constexpr auto all = std::numeric_limits<std::size_t>::max();
  if (auto done = write_topics(all, end); !done) {
    return done;
  }
  auto done = write_names(all, end);
  block_ = {};
  next_ = {};
  return done;
}

} // namespace libsig::journal::internal
