#include "libsig/journal/internal/topic_index.hpp"

#include <algorithm>
#include <limits>

#include "libsig/core/limits.hpp"

namespace libsig::journal::internal {

namespace {

/// Rows of each kind that a commit writes or looks at for each signal that it
/// appends: more than one, so that a block is written before the next is full.
constexpr std::size_t rows_per_signal = 4;

/// Rows of marks that a commit removes.
constexpr std::size_t marks_rows = 256;

} // namespace

result<std::unique_ptr<topic_index>>
topic_index::make(database& of, const stable_keys& keys,
                  const store_options& how) {
  auto tables = topic_tables::make(of);
  if (!tables) {
    return fail(tables.error());
  }
  return std::make_unique<topic_index>(keys, how, std::move(*tables));
}

/// Notes damage, of which the writer asks when something fails.
result<void> topic_index::checked(result<void> done) {
  damaged_ = damaged_ || (!done && tables_.damaged());
  return done;
}

void topic_index::give_up() noexcept { gave_up_ = true; }

// -- a commit -----------------------------------------------------------------

bool topic_index::has_room(const topic_mark& mark,
                           std::string_view tenant) const {
  if (mark.topic == 0 || census_.find(mark.topic) != nullptr
      || founded_.contains(mark.topic)) {
    return true;
  }
  const auto whose = keys_.tenant(tenant);
  const auto founded = founders_.find(whose);
  return census_.count(whose)
           + (founded == founders_.end() ? 0 : founded->second)
         < how_.topics_max;
}

void topic_index::append(const topic_mark& mark, std::string_view tenant,
                         std::uint64_t sequence) {
  if (appended_.marks.empty()) {
    appended_.first = sequence;
  }
  appended_.marks.push_back(mark);
  if (mark.topic != 0 && census_.find(mark.topic) == nullptr
      && founded_.insert(mark.topic).second) {
    const auto whose = keys_.tenant(tenant);
    appended_.founded.push_back({mark.topic, whose});
    ++founders_[whose];
  }
}

result<void> topic_index::hold(const record& what) {
  if (gave_up_) {
    return {};
  }
  const auto is = decode(what, {});
  const auto mark = is ? mark_of(**is, keys_) : topic_mark{};
  if (mark.topic == 0) {
    return {};
  }
  const auto is_new = tables_.hold(what.sequence, mark);
  if (!is_new) {
    return checked(fail(is_new.error()));
  }
  if (*is_new) {
    held_.push_back(mark.topic);
  }
  return {};
}

result<void> topic_index::release(std::uint64_t sequence) {
  if (gave_up_) {
    return {};
  }
  const auto topic = tables_.release(sequence);
  if (!topic) {
    return checked(fail(topic.error()));
  }
  if (*topic != 0) {
    released_.push_back(*topic);
  }
  return {};
}

result<void> topic_index::write(std::uint64_t end, std::size_t rows) {
  next_ = now_;
  if (gave_up_) {
    // Where even that fails, opening finds the damage again.
    (void)tables_.forget_ordered();
    return {};
  }
  return checked(write_pieces(end, rows));
}

result<void> topic_index::write_pieces(std::uint64_t end, std::size_t rows) {
  const auto& marks = appended_.marks;
  const bool has_topics = std::ranges::any_of(
    marks, [](const topic_mark& one) { return one.topic != 0; });
  if (has_topics) {
    if (auto put = tables_.put_recent(appended_); !put) {
      return put;
    }
  }
  rows = std::min(rows + rows_per_signal * marks.size(),
                  limits::retired_per_commit_max);
  if (auto done = write_block(rows, end); !done) {
    return done;
  }
  if (next_.marks_left) {
    const auto more = tables_.drop_recent(next_.ordered, marks_rows);
    if (!more) {
      return fail(more.error());
    }
    next_.marks_left = *more;
  }
  return sweep(rows, end);
}

void topic_index::note(const topic_mark& mark, std::uint64_t sequence) {
  last_ = sequence;
  if (mark.topic != 0) {
    topics_.add({mark.topic, sequence});
    names_.add({mark.name, sequence});
  }
}

void topic_index::close_block() {
  if (block_.last != 0 || last_ - now_.ordered < how_.topic_block) {
    return;
  }
  block_ = {topics_.take(), names_.take(), last_};
  now_.topics_at = 0;
  now_.names_at = 0;
}

void topic_index::committed(std::uint64_t end) {
  now_ = next_;
  if (block_.last != 0 && now_.ordered == block_.last) {
    block_ = {};
    again_ = false;
  }
  for (const auto& one : appended_.founded) {
    census_.touch(one.topic, one.tenant, 0);
  }
  auto sequence = appended_.first;
  for (const auto& mark : appended_.marks) {
    if (!gave_up_) {
      note(mark, sequence);
    }
    if (mark.topic != 0) {
      // Known by now, so that the tenant is not looked at.
      census_.touch(mark.topic, 0, sequence);
    }
    ++sequence;
  }
  for (const auto topic : held_) {
    census_.hold(topic);
  }
  for (const auto topic : released_) {
    census_.release(topic, end);
  }
  census_.expire(end);
  close_block();
  undone();
}

void topic_index::undone() {
  next_ = now_;
  appended_.marks.clear();
  appended_.founded.clear();
  founded_.clear();
  founders_.clear();
  held_.clear();
  released_.clear();
}

// -- putting in order ---------------------------------------------------------

result<void> topic_index::write_block(std::size_t rows, std::uint64_t end) {
  if (block_.last == 0) {
    return {};
  }
  if (auto done = write_topics(rows, end); !done) {
    return done;
  }
  if (auto done = write_names(rows, end); !done) {
    return done;
  }
  if (next_.topics_at < block_.topics.size()
      || next_.names_at < block_.names.size()) {
    return {};
  }
  next_.ordered = block_.last;
  next_.marks_left = true;
  return tables_.set_ordered_up_to(block_.last);
}

result<void> topic_index::write_topics(std::size_t rows, std::uint64_t end) {
  for (; rows > 0 && next_.topics_at < block_.topics.size(); --rows) {
    if (auto done = write_topic_row(end); !done) {
      return done;
    }
  }
  return {};
}

/// Writes the next postings of one topic, those that retention has not passed,
/// and the topic itself with the first of them.
result<void> topic_index::write_topic_row(std::uint64_t end) {
  const auto& all = block_.topics;
  const auto at = next_.topics_at;
  const auto topic = all[at].key;
  auto behind = at + 1;
  while (behind < all.size() && all[behind].key == topic
         && behind - at < posting_row_max) {
    ++behind;
  }
  next_.topics_at = behind;
  if (at == 0 || all[at - 1].key != topic) {
    // Rows that overlap would hide what is in one of them.
    auto done =
      again_ ? tables_.drop_postings(topic, next_.ordered) : result<void>{};
    const auto* const known = census_.find(topic);
    if (done && known != nullptr) {
      done = tables_.put_topic(topic, known->tenant, known->last);
    }
    if (!done) {
      return done;
    }
  }
  const auto row = std::span{all}.subspan(at, behind - at);
  const auto kept = static_cast<std::size_t>(
    std::ranges::lower_bound(row, end, {}, &posting::sequence) - row.begin());
  return kept == row.size() ? result<void>{}
                            : tables_.put_postings(row.subspan(kept));
}

result<void> topic_index::write_names(std::size_t rows, std::uint64_t end) {
  for (; rows > 0 && next_.names_at < block_.names.size(); --rows) {
    const auto& one = block_.names[next_.names_at++];
    if (one.sequence < end) {
      continue;
    }
    if (auto put = tables_.put_name(one); !put) {
      return put;
    }
  }
  return {};
}

result<void> topic_index::sweep(std::size_t rows, std::uint64_t end) {
  if (!next_.sweeping()) {
    if (next_.swept_for >= end) {
      return {};
    }
    next_.swept_for = end;
    next_.postings = sweep_position::begin();
    next_.names = sweep_position::begin();
    next_.topics = sweep_position::begin();
  }
  if (!next_.postings.at_end) {
    if (auto done = tables_.sweep_postings(next_.postings, end, rows); !done) {
      return done;
    }
  }
  if (!next_.names.at_end) {
    if (auto done = tables_.sweep_names(next_.names, end, rows); !done) {
      return done;
    }
  }
  if (next_.topics.at_end) {
    return {};
  }
  return tables_.sweep_topics(next_.topics, rows, [&](std::uint64_t topic) {
    return census_.find(topic) != nullptr;
  });
}

// -- look-ups -----------------------------------------------------------------

result<std::optional<std::uint64_t>>
topic_index::next(std::uint64_t topic, std::uint64_t after, std::uint64_t end) {
  if (after + 1 < end) {
    auto held = tables_.next_held(topic, after);
    if (!held || *held) {
      damaged_ = damaged_ || (!held && tables_.damaged());
      return held;
    }
    after = end - 1;
  }
  if (after < now_.ordered) {
    auto found = tables_.next(topic, after);
    if (!found || (*found && **found <= now_.ordered)) {
      damaged_ = damaged_ || (!found && tables_.damaged());
      return found;
    }
  }
  const auto found = next_of(block_.topics, topic, after);
  return found ? found : topics_.next(topic, after);
}

result<std::optional<std::uint64_t>> topic_index::previous(std::uint64_t topic,
                                                           std::uint64_t before,
                                                           std::uint64_t end) {
  auto found = topics_.previous(topic, before);
  if (!found) {
    found = previous_of(block_.topics, topic, before);
  }
  if (!found) {
    const auto ordered = tables_.previous(topic, before);
    if (!ordered) {
      damaged_ = damaged_ || tables_.damaged();
      return ordered;
    }
    found = *ordered;
  }
  if (found && *found >= end) {
    return found;
  }
  auto held = tables_.previous_held(topic, before);
  damaged_ = damaged_ || (!held && tables_.damaged());
  return held;
}

result<std::optional<std::uint64_t>>
topic_index::next_named(std::uint64_t name, std::uint64_t after,
                        std::uint64_t end) {
  if (after + 1 < end) {
    auto held = tables_.next_held_named(name, after);
    if (!held || *held) {
      damaged_ = damaged_ || (!held && tables_.damaged());
      return held;
    }
    after = end - 1;
  }
  if (after < now_.ordered) {
    auto found = tables_.next_named(name, after);
    if (!found || (*found && **found <= now_.ordered)) {
      damaged_ = damaged_ || (!found && tables_.damaged());
      return found;
    }
  }
  const auto found = next_of(block_.names, name, after);
  return found ? found : names_.next(name, after);
}

} // namespace libsig::journal::internal
