#include "libsig/journal/internal/log_reader.hpp"

#include "libsig/journal/internal/retention.hpp"
#include "libsig/journal/internal/store_writer.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal::internal {

namespace {

/// Bodies of one turn: the writer waits while they are copied.
constexpr std::size_t turn_bytes = 1u << 20;

/// Single steps over what cannot be read, before they become longer.
constexpr std::uint64_t single_steps = 1'024;

} // namespace

result<log_reader> log_reader::make(database& of) {
  log_reader made{of};
  const std::pair<statement*, std::string_view> statements[] = {
    {&made.up_, "SELECT sequence, recorded, total, sum, type, body "
                "FROM signals WHERE sequence > ?1 AND sequence < ?2 "
                "ORDER BY sequence LIMIT ?3"},
    {&made.down_, "SELECT sequence, recorded, total, sum, type, body "
                  "FROM signals WHERE sequence > ?1 AND sequence < ?2 "
                  "ORDER BY sequence DESC LIMIT ?3"},
    {&made.find_, "SELECT sequence, recorded, total, sum, type, body "
                  "FROM signals WHERE sequence = ?1"},
    {&made.type_, "SELECT type FROM signals WHERE sequence = ?1"},
    {&made.first_from_, "SELECT sequence, recorded FROM signals "
                        "WHERE sequence >= ?1 ORDER BY sequence LIMIT 1"},
    {&made.find_claim_, "SELECT sequence FROM claims WHERE digest = ?1"},
    {&made.rows_, "SELECT key, keeps, sum, value FROM rows WHERE name = ?1 "
                  "ORDER BY key LIMIT ?3"},
    {&made.rows_behind_,
     "SELECT key, keeps, sum, value FROM rows WHERE name = ?1 AND key > ?2 "
     "ORDER BY key LIMIT ?3"},
  };
  for (const auto& [into, sql] : statements) {
    auto prepared = of.prepare(sql);
    if (!prepared) {
      return fail(prepared.error());
    }
    *into = std::move(*prepared);
  }
  return made;
}

statement& log_reader::bound(const log_walk& walk, std::size_t limit) {
  auto& made = walk.order == order::ascending ? up_ : down_;
  return made.bind(1, walk.after)
    .bind(2, walk.before)
    .bind(3, std::uint64_t{limit});
}

result<void> log_reader::read_some(log_walk& walk, std::size_t limit,
                                   std::vector<record>& into) {
  auto& from = bound(walk, limit);
  const reset_after end{from};
  std::size_t bytes = 0;
  for (std::size_t count = 0; count < limit && bytes < turn_bytes; ++count) {
    const auto row = from.step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      walk.at_end = true;
      return {};
    }
    // The body comes last, so that it is not even read when nobody wants it.
    if (!walk.wants || walk.wants(from.bytes(4))) {
      into.push_back(record_of(from));
      bytes += into.back().body.size();
    } else {
      auto& one = into.emplace_back();
      one.sequence = from.number(0);
      one.type = from.bytes(4);
    }
    (walk.order == order::ascending ? walk.after : walk.before) =
      into.back().sequence;
  }
  return {};
}

/// Moves the walk behind a part of the file that cannot be read; false when
/// there is nothing behind it.
bool log_reader::step_over(log_walk& walk) {
  const bool up = walk.order == order::ascending;
  walk.gaps.push_back(up ? walk.after : walk.before);
  for (std::uint64_t step = 1, taken = 0; walk.before - walk.after > step;
       ++taken) {
    if (taken > single_steps) {
      step *= 2;
    }
    if (walk.before - walk.after <= step) {
      return false;
    }
    if (up) {
      walk.after += step;
    } else {
      walk.before -= step;
    }
    auto& probe = bound(walk, 1);
    const reset_after end{probe};
    if (probe.step() || !data_.damaged()) {
      return true;
    }
  }
  return false;
}

result<std::vector<record>> log_reader::next(log_walk& walk,
                                             std::size_t limit) {
  std::vector<record> found;
  auto done = read_some(walk, limit, found);
  if (!done) {
    if (!data_.damaged()) {
      return fail(done.error());
    }
    walk.at_end = !step_over(walk);
  }
  return found;
}

result<std::optional<record>> log_reader::find(std::uint64_t sequence) {
  const reset_after end{find_};
  const auto row = find_.bind(1, sequence).step();
  if (!row) {
    return fail(row.error());
  }
  return *row ? std::optional{record_of(find_)} : std::nullopt;
}

result<bool> log_reader::has_type(std::uint64_t sequence,
                                  std::string_view type) {
  const reset_after end{type_};
  const auto row = type_.bind(1, sequence).step();
  if (!row) {
    return fail(row.error());
  }
  return *row && type_.bytes(0) == type;
}

result<std::optional<log_reader::place>>
log_reader::first_from(std::uint64_t sequence) {
  const reset_after end{first_from_};
  const auto row = first_from_.bind(1, sequence).step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row) {
    return std::nullopt;
  }
  return place{first_from_.number(0), first_from_.integer(1)};
}

result<std::optional<std::uint64_t>>
log_reader::find_claim(std::string_view digest) {
  const reset_after end{find_claim_};
  const auto row = find_claim_.bind(1, digest).step();
  if (!row) {
    return fail(row.error());
  }
  return *row ? std::optional{find_claim_.number(0)} : std::nullopt;
}

result<std::vector<keyed_write>>
log_reader::rows(std::string_view table, std::optional<std::string_view> after,
                 std::size_t limit, std::vector<std::string>& damaged) {
  auto& from = after ? rows_behind_ : rows_;
  const reset_after end{from};
  from.bind(1, table).bind(3, std::uint64_t{limit});
  if (after) {
    from.bind(2, *after);
  }
  std::vector<keyed_write> found;
  for (;;) {
    const auto row = from.step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return found;
    }
    const auto keeps = from.number(1);
    if (sum_of_row(table, from.bytes(0), from.bytes(3), keeps)
        != from.number(2)) {
      damaged.emplace_back(from.bytes(0));
      continue;
    }
    found.push_back({std::string{table}, std::string{from.bytes(0)},
                     std::string{from.bytes(3)}, keeps});
  }
}

} // namespace libsig::journal::internal
