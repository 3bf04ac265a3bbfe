#include "libsig/journal/internal/topic_tables.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal::internal {

namespace {

constexpr std::size_t number_bytes = 8;

void append_fixed(std::string& to, std::uint64_t number) {
  for (std::size_t byte = 0; byte < number_bytes; ++byte) {
    to.push_back(static_cast<char>(number >> (8 * byte)));
  }
}

[[nodiscard]] std::uint64_t fixed_at(std::string_view in, std::size_t index) {
  std::uint64_t number = 0;
  for (auto byte = number_bytes; byte > 0; --byte) {
    number = number << 8
             | static_cast<unsigned char>(in[index * number_bytes + byte - 1]);
  }
  return number;
}

/// The differences of rising sequences, seven bits in a byte.
[[nodiscard]] std::string differences(std::span<const posting> of) {
  std::string made;
  auto before = of.front().sequence;
  for (const auto& one : of.subspan(1)) {
    auto step = one.sequence - before;
    before = one.sequence;
    for (; step >= 0x80; step >>= 7) {
      made.push_back(static_cast<char>(step | 0x80));
    }
    made.push_back(static_cast<char>(step));
  }
  return made;
}

[[nodiscard]] std::vector<std::uint64_t> sum_up(std::uint64_t first,
                                                std::string_view bytes) {
  std::vector<std::uint64_t> made{first};
  std::uint64_t step = 0;
  unsigned shift = 0;
  for (const char one : bytes) {
    const auto byte = static_cast<unsigned char>(one);
    step |= static_cast<std::uint64_t>(byte & 0x7f) << (shift & 63);
    shift += 7;
    if (byte < 0x80) {
      made.push_back(made.back() + step);
      step = 0;
      shift = 0;
    }
  }
  return made;
}

[[nodiscard]] std::uint64_t sum_of_row(std::uint64_t topic, std::uint64_t first,
                                       std::uint64_t last,
                                       std::string_view bytes) noexcept {
  return checksum({topic, first, last, checksum(bytes)});
}

[[nodiscard]] std::uint64_t sum_of_recent(std::uint64_t first,
                                          std::string_view marks,
                                          std::string_view founded) noexcept {
  return checksum({first, checksum(marks), checksum(founded)});
}

[[nodiscard]] result<void>
prepare_all(database& in,
            std::span<const std::pair<statement*, std::string_view>> all) {
  for (const auto& [into, sql] : all) {
    auto prepared = in.prepare(sql);
    if (!prepared) {
      return fail(prepared.error());
    }
    *into = std::move(*prepared);
  }
  return {};
}

} // namespace

result<topic_tables> topic_tables::make(database& of) {
  topic_tables made{of};
  if (auto done = made.prepare_statements(); !done) {
    return fail(done.error());
  }
  if (auto done = made.prepare_sweeps(); !done) {
    return fail(done.error());
  }
  return made;
}

result<void> topic_tables::prepare_statements() {
  const std::pair<statement*, std::string_view> statements[] = {
    {&row_at_, "SELECT first, last, sum, sequences FROM topic_postings "
               "WHERE topic = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1"},
    {&first_behind_, "SELECT first FROM topic_postings "
                     "WHERE topic = ?1 AND first > ?2 ORDER BY first LIMIT 1"},
    {&row_before_,
     "SELECT first, last, sum, sequences FROM topic_postings "
     "WHERE topic = ?1 AND first < ?2 ORDER BY first DESC LIMIT 1"},
    {&named_, "SELECT sequence FROM topic_names "
              "WHERE name = ?1 AND sequence > ?2 ORDER BY sequence LIMIT 1"},
    {&held_behind_, "SELECT sequence FROM topic_held WHERE topic = ?1 "
                    "AND sequence > ?2 ORDER BY sequence LIMIT 1"},
    {&held_before_, "SELECT sequence FROM topic_held WHERE topic = ?1 "
                    "AND sequence < ?2 ORDER BY sequence DESC LIMIT 1"},
    {&held_named_, "SELECT sequence FROM topic_held WHERE name = ?1 "
                   "AND sequence > ?2 ORDER BY sequence LIMIT 1"},
    {&put_postings_,
     "INSERT OR REPLACE INTO topic_postings VALUES(?1, ?2, ?3, ?4, ?5)"},
    {&drop_postings_,
     "DELETE FROM topic_postings WHERE topic = ?1 AND first > ?2"},
    {&put_name_, "INSERT OR IGNORE INTO topic_names VALUES(?1, ?2)"},
    {&put_topic_, "INSERT OR REPLACE INTO topics VALUES(?1, ?2, ?3)"},
    {&put_recent_,
     "INSERT OR REPLACE INTO topic_recent VALUES(?1, ?2, ?3, ?4)"},
    {&drop_recent_,
     "DELETE FROM topic_recent WHERE first IN (SELECT first FROM topic_recent "
     "WHERE first <= ?1 ORDER BY first LIMIT ?2)"},
    {&set_ordered_, "INSERT OR REPLACE INTO topic_state VALUES(1, ?1, ?2)"},
    {&forget_ordered_, "DELETE FROM topic_state"},
    {&hold_, "INSERT OR IGNORE INTO topic_held VALUES(?1, ?2, ?3)"},
    {&held_, "SELECT topic FROM topic_held WHERE sequence = ?1"},
    {&release_, "DELETE FROM topic_held WHERE sequence = ?1"},
  };
  return prepare_all(data_, statements);
}

result<void> topic_tables::prepare_sweeps() {
  const std::pair<statement*, std::string_view> statements[] = {
    {&look_at_postings_, "SELECT topic, first, last FROM topic_postings "
                         "WHERE (topic, first) > (?1, ?2) "
                         "ORDER BY topic, first LIMIT ?3"},
    {&take_postings_,
     "DELETE FROM topic_postings WHERE topic = ?1 AND first = ?2"},
    {&look_at_names_, "SELECT name, sequence FROM topic_names "
                      "WHERE (name, sequence) > (?1, ?2) "
                      "ORDER BY name, sequence LIMIT ?3"},
    {&take_name_, "DELETE FROM topic_names WHERE name = ?1 AND sequence = ?2"},
    // These have one key, so that the second is nothing but bound.
    {&look_at_topics_, "SELECT topic, 0 FROM topics WHERE topic > ?1 "
                       "AND ?2 IS NOT NULL ORDER BY topic LIMIT ?3"},
    {&take_topic_, "DELETE FROM topics WHERE topic = ?1 AND ?2 IS NOT NULL"},
  };
  return prepare_all(data_, statements);
}

error topic_tables::damage(std::string_view table) {
  wrong_sum_ = true;
  return error(errc::io,
               "a row of " + std::string{table} + " has a wrong checksum");
}

// -- look-ups -----------------------------------------------------------------

result<std::optional<std::uint64_t>>
topic_tables::ask(statement& what, std::uint64_t first, std::uint64_t second) {
  const reset_after end{what};
  const auto row = what.bind(1, first).bind(2, second).step();
  if (!row) {
    return fail(row.error());
  }
  return *row ? std::optional{what.number(0)} : std::nullopt;
}

/// The sequences in a row `first, last, sum, sequences`.
result<std::vector<std::uint64_t>>
topic_tables::sequences_of(statement& row, std::uint64_t topic) {
  const auto first = row.number(0);
  const auto last = row.number(1);
  const auto bytes = row.bytes(3);
  if (sum_of_row(topic, first, last, bytes) != row.number(2)) {
    return fail(damage("topic_postings"));
  }
  return sum_up(first, bytes);
}

result<std::optional<std::uint64_t>> topic_tables::next(std::uint64_t topic,
                                                        std::uint64_t after) {
  const reset_after end{row_at_};
  const auto row = row_at_.bind(1, topic).bind(2, after).step();
  if (!row) {
    return fail(row.error());
  }
  // Rows of a topic do not overlap: what is next stands in this one, or begins
  // another.
  if (*row && row_at_.number(1) > after) {
    const auto all = sequences_of(row_at_, topic);
    if (!all) {
      return fail(all.error());
    }
    const auto found = std::ranges::upper_bound(*all, after);
    if (found != all->end()) {
      return *found;
    }
  }
  return ask(first_behind_, topic, after);
}

result<std::optional<std::uint64_t>>
topic_tables::previous(std::uint64_t topic, std::uint64_t before) {
  const reset_after end{row_before_};
  const auto row = row_before_.bind(1, topic).bind(2, before).step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row) {
    return std::nullopt;
  }
  const auto all = sequences_of(row_before_, topic);
  if (!all) {
    return fail(all.error());
  }
  return *(std::ranges::lower_bound(*all, before) - 1);
}

result<std::optional<std::uint64_t>>
topic_tables::next_named(std::uint64_t name, std::uint64_t after) {
  return ask(named_, name, after);
}

result<std::optional<std::uint64_t>>
topic_tables::next_held(std::uint64_t topic, std::uint64_t after) {
  return ask(held_behind_, topic, after);
}

result<std::optional<std::uint64_t>>
topic_tables::previous_held(std::uint64_t topic, std::uint64_t before) {
  return ask(held_before_, topic, before);
}

result<std::optional<std::uint64_t>>
topic_tables::next_held_named(std::uint64_t name, std::uint64_t after) {
  return ask(held_named_, name, after);
}

// -- what was put in order ----------------------------------------------------

result<void> topic_tables::put_postings(std::span<const posting> some) {
  const auto& first = some.front();
  const auto last = some.back().sequence;
  const auto bytes = differences(some);
  return put_postings_.bind(1, first.key)
    .bind(2, first.sequence)
    .bind(3, last)
    .bind(4, sum_of_row(first.key, first.sequence, last, bytes))
    .bind(5, bytes)
    .run();
}

result<void> topic_tables::drop_postings(std::uint64_t topic,
                                         std::uint64_t above) {
  return drop_postings_.bind(1, topic).bind(2, above).run();
}

result<void> topic_tables::put_name(const posting& one) {
  return put_name_.bind(1, one.key).bind(2, one.sequence).run();
}

result<void> topic_tables::put_topic(std::uint64_t topic, std::uint64_t tenant,
                                     std::uint64_t last) {
  return put_topic_.bind(1, topic).bind(2, tenant).bind(3, last).run();
}

result<void> topic_tables::each_topic(
  const std::function<void(std::uint64_t, std::uint64_t, std::uint64_t)>&
    visit) {
  auto all = data_.prepare("SELECT topic, tenant, last FROM topics");
  if (!all) {
    return fail(all.error());
  }
  for (;;) {
    const auto row = all->step();
    if (!row || !*row) {
      return row ? result<void>{} : fail(row.error());
    }
    visit(all->number(0), all->number(1), all->number(2));
  }
}

// -- what waits for it --------------------------------------------------------

result<void> topic_tables::put_recent(const recent_marks& some) {
  std::string marks;
  marks.reserve(2 * number_bytes * some.marks.size());
  for (const auto& one : some.marks) {
    append_fixed(marks, one.topic);
    append_fixed(marks, one.name);
  }
  std::string founded;
  for (const auto& one : some.founded) {
    append_fixed(founded, one.topic);
    append_fixed(founded, one.tenant);
  }
  return put_recent_.bind(1, some.first)
    .bind(2, sum_of_recent(some.first, marks, founded))
    .bind(3, founded)
    .bind(4, marks)
    .run();
}

result<void> topic_tables::each_recent(
  std::uint64_t behind, const std::function<void(const recent_marks&)>& visit) {
  auto all = data_.prepare("SELECT first, sum, founded, marks "
                           "FROM topic_recent WHERE first > ?1 ORDER BY first");
  if (!all) {
    return fail(all.error());
  }
  all->bind(1, behind);
  for (;;) {
    const auto row = all->step();
    if (!row || !*row) {
      return row ? result<void>{} : fail(row.error());
    }
    recent_marks some{all->number(0)};
    const auto founded = all->bytes(2);
    const auto marks = all->bytes(3);
    if (sum_of_recent(some.first, marks, founded) != all->number(1)) {
      return fail(damage("topic_recent"));
    }
    for (std::size_t at = 0; at + 1 < marks.size() / number_bytes; at += 2) {
      some.marks.push_back({fixed_at(marks, at), fixed_at(marks, at + 1)});
    }
    for (std::size_t at = 0; at + 1 < founded.size() / number_bytes; at += 2) {
      some.founded.push_back(
        {fixed_at(founded, at), fixed_at(founded, at + 1)});
    }
    visit(some);
  }
}

result<bool> topic_tables::drop_recent(std::uint64_t up_to, std::size_t rows) {
  if (auto done =
        drop_recent_.bind(1, up_to).bind(2, std::uint64_t{rows}).run();
      !done) {
    return fail(done.error());
  }
  return data_.changes() == rows;
}

result<std::optional<std::uint64_t>> topic_tables::ordered_up_to() {
  auto find = data_.prepare("SELECT ordered, sum FROM topic_state");
  if (!find) {
    return fail(find.error());
  }
  const auto row = find->step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row) {
    return std::nullopt;
  }
  if (checksum({find->number(0)}) != find->number(1)) {
    return fail(damage("topic_state"));
  }
  return find->number(0);
}

result<void> topic_tables::set_ordered_up_to(std::uint64_t sequence) {
  return set_ordered_.bind(1, sequence).bind(2, checksum({sequence})).run();
}

result<void> topic_tables::forget_ordered() { return forget_ordered_.run(); }

// -- what retention passed over -----------------------------------------------

result<bool> topic_tables::hold(std::uint64_t sequence,
                                const topic_mark& mark) {
  auto done =
    hold_.bind(1, sequence).bind(2, mark.topic).bind(3, mark.name).run();
  return done ? result<bool>{data_.changes() > 0} : fail(done.error());
}

result<std::uint64_t> topic_tables::release(std::uint64_t sequence) {
  std::uint64_t topic = 0;
  {
    const reset_after end{held_};
    const auto row = held_.bind(1, sequence).step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return 0;
    }
    topic = held_.number(0);
  }
  if (auto done = release_.bind(1, sequence).run(); !done) {
    return fail(done.error());
  }
  return topic;
}

result<void>
topic_tables::each_held(const std::function<void(std::uint64_t)>& visit) {
  auto all = data_.prepare("SELECT topic FROM topic_held");
  if (!all) {
    return fail(all.error());
  }
  for (;;) {
    const auto row = all->step();
    if (!row || !*row) {
      return row ? result<void>{} : fail(row.error());
    }
    visit(all->number(0));
  }
}

} // namespace libsig::journal::internal
