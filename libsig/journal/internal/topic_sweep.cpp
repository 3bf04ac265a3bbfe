#include "libsig/journal/internal/topic_tables.hpp"

#include <limits>

// What retention left behind in the index by topic, and a look at all of it.
namespace libsig::journal::internal {

sweep_position sweep_position::begin() noexcept {
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  return {lowest, lowest, false};
}

result<void> topic_tables::sweep(statement& look, statement& take,
                                 sweep_position& at, std::size_t rows,
                                 const std::function<bool(statement&)>& old) {
  std::vector<sweep_position> found;
  std::size_t seen = 0;
  {
    const reset_after end{look};
    look.bind(1, at.key).bind(2, at.sequence).bind(3, std::uint64_t{rows});
    for (;; ++seen) {
      const auto row = look.step();
      if (!row) {
        return fail(row.error());
      }
      if (!*row) {
        break;
      }
      at = {look.integer(0), look.integer(1), false};
      if (old(look)) {
        found.push_back(at);
      }
    }
  }
  at.at_end = seen < rows;
  for (const auto& one : found) {
    if (auto done = take.bind(1, one.key).bind(2, one.sequence).run(); !done) {
      return done;
    }
  }
  return {};
}

result<void> topic_tables::sweep_postings(sweep_position& at, std::uint64_t end,
                                          std::size_t rows) {
  return sweep(look_at_postings_, take_postings_, at, rows,
               [&](statement& row) { return row.number(2) < end; });
}

result<void> topic_tables::sweep_names(sweep_position& at, std::uint64_t end,
                                       std::size_t rows) {
  return sweep(look_at_names_, take_name_, at, rows,
               [&](statement& row) { return row.number(1) < end; });
}

result<void>
topic_tables::sweep_topics(sweep_position& at, std::size_t rows,
                           const std::function<bool(std::uint64_t)>& is_known) {
  return sweep(look_at_topics_, take_topic_, at, rows,
               [&](statement& row) { return !is_known(row.number(0)); });
}

result<void> topic_tables::clear() {
  return data_.execute("DELETE FROM topics; DELETE FROM topic_postings;"
                       "DELETE FROM topic_names; DELETE FROM topic_held;"
                       "DELETE FROM topic_recent; DELETE FROM topic_state");
}

// -- observers ----------------------------------------------------------------

result<std::uint64_t> topic_tables::check() {
  auto all = data_.prepare("SELECT first, last, sum, sequences, topic FROM "
                           "topic_postings");
  if (!all) {
    return fail(all.error());
  }
  for (;;) {
    const auto row = all->step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      break;
    }
    if (auto good = sequences_of(*all, all->number(4)); !good) {
      return fail(good.error());
    }
  }
  auto topics = data_.prepare("SELECT count(*) FROM topics");
  if (!topics) {
    return fail(topics.error());
  }
  const auto row = topics->step();
  return row ? result<std::uint64_t>{topics->number(0)} : fail(row.error());
}

} // namespace libsig::journal::internal
