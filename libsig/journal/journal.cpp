#include "libsig/journal/journal.hpp"

#include "libsig/journal/internal/page_collector.hpp"
#include "libsig/journal/internal/topic_mark.hpp"

#include <algorithm>
#include <limits>

namespace libsig::journal {

namespace {

using internal::page_collector;

/// Signals that are read at once where a journal has no page of its own.
constexpr std::size_t chunk = 256;

/// Offers a signal to a page; whether to look at more.
[[nodiscard]] bool offer(page_collector& to, const query& what,
                         const signal_ptr& one) {
  return asks_for(what, one->type()) ? to.take(one) : to.pass(one->sequence());
}

[[nodiscard]] result<page> read_up(const journal& log, const query& what) {
  page_collector into{what};
  auto at = what.after;
  for (;;) {
    const auto some = log.read(at, chunk);
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      if (what.before && one->sequence() >= *what.before) {
        return into.last();
      }
      if (!offer(into, what, one)) {
        return into.finish();
      }
      at = one->sequence();
    }
    if (some->size() < chunk) {
      return into.last();
    }
  }
}

[[nodiscard]] result<page> read_down(const journal& log, const query& what) {
  page_collector into{what};
  auto at = log.last_sequence() + 1;
  if (what.before) {
    at = std::min(at, *what.before);
  }
  const auto first = log.first_sequence();
  if (!first) {
    return fail(first.error());
  }
  const auto floor = std::max(what.after + 1, *first);
  while (at > floor) {
    const auto one = log.find(--at);
    if (!one) {
      return fail(one.error());
    }
    if (*one && !offer(into, what, *one)) {
      return into.finish();
    }
  }
  return into.last();
}

/// The lowest sequence above `after` of a signal that passes, by reading on.
template <class Passes>
[[nodiscard]] result<std::optional<std::uint64_t>>
first_of(const journal& log, std::uint64_t after, Passes passes) {
  for (;;) {
    const auto some = log.read(after, chunk);
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      if (passes(*one)) {
        return one->sequence();
      }
      after = one->sequence();
    }
    if (some->size() < chunk) {
      return std::nullopt;
    }
  }
}

} // namespace

std::size_t size_of(const signal& what) {
  const auto& data = what.data();
  const std::size_t bytes = data.bytes() != nullptr ? data.bytes()->size()
                            : data.absent()         ? 0
                                                    : data.json_text().size();
  return bytes + what.type().size() + what.source().size() + what.id().size();
}

bool asks_for(const query& what, std::string_view type) {
  return what.types.empty()
         || std::ranges::any_of(
           what.types, [&](const pattern& one) { return one.matches(type); });
}

std::string value_of(const keyed_write& what, const transaction& in) {
  auto value = what.value.value_or(std::string{});
  if (what.names_entry) {
    const auto at = *what.names_entry;
    const bool appended =
      at < in.entries.size() && in.entries[at].verdict == verdict::appended;
    value += std::to_string(appended ? in.entries[at].what->sequence()
                                     : std::uint64_t{0});
  }
  return value;
}

void journal::prepare(entry&) const {}

result<bool> journal::tidy(wall_time) { return false; }

bool journal::failed() const noexcept { return false; }

bool journal::durable() const noexcept { return false; }

result<page> journal::read_page(const query& what) const {
  if (what.limit == 0) {
    return page{};
  }
  return what.order == order::ascending ? read_up(*this, what)
                                        : read_down(*this, what);
}

result<std::vector<keyed_write>>
journal::read_rows(std::string_view table,
                   std::optional<std::string_view> after,
                   std::size_t limit) const {
  auto rows = read_table(table);
  if (!rows) {
    return rows;
  }
  const auto first =
    after ? std::ranges::upper_bound(
      *rows, *after, std::less<>{},
      [](const keyed_write& row) { return std::string_view{row.key}; })
          : rows->begin();
  rows->erase(rows->begin(), first);
  if (rows->size() > limit) {
    rows->erase(rows->begin() + static_cast<std::ptrdiff_t>(limit),
                rows->end());
  }
  return rows;
}

result<std::uint64_t> journal::first_sequence() const {
  const auto some = read(0, 1);
  if (!some) {
    return fail(some.error());
  }
  return some->empty() ? last_sequence() + 1 : some->front()->sequence();
}

result<std::uint64_t> journal::sequence_at(wall_time time) const {
  const auto end = last_sequence() + 1;
  std::uint64_t low = 1;
  std::uint64_t high = end;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto some = read(middle - 1, 1);
    if (!some) {
      return fail(some.error());
    }
    if (some->empty() || some->front()->recorded_time() >= time) {
      high = middle;
    } else {
      low = some->front()->sequence() + 1;
    }
  }
  // The place may be one whose body is gone.
  const auto some = read(low - 1, 1);
  if (!some) {
    return fail(some.error());
  }
  return some->empty() ? end : some->front()->sequence();
}

// -- topics -------------------------------------------------------------------

bool is_in(const topic_name& topic, const signal& what) {
  return what.type() == topic.type && what.tenant() == topic.tenant
         && internal::has_topic(what);
}

result<std::optional<std::uint64_t>>
journal::next_in(const topic_name& topic, std::uint64_t after) const {
  return first_of(*this, after,
                  [&](const signal& one) { return is_in(topic, one); });
}

result<std::optional<std::uint64_t>>
journal::last_in(const topic_name& topic) const {
  query newest;
  newest.order = order::descending;
  newest.only = [&](const signal& one) { return is_in(topic, one); };
  newest.limit = 1;
  newest.scanned_max = std::numeric_limits<std::size_t>::max();
  const auto found = read_page(newest);
  if (!found) {
    return fail(found.error());
  }
  return found->signals.empty()
           ? std::nullopt
           : std::optional{found->signals.front()->sequence()};
}

result<std::optional<std::uint64_t>>
journal::find_in(const topic_name& topic, std::string_view id) const {
  return first_of(*this, 0, [&](const signal& one) {
    return one.id() == id && is_in(topic, one);
  });
}

std::uint64_t journal::epoch() const noexcept { return 0; }

} // namespace libsig::journal
