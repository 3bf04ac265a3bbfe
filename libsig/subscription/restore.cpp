#include "libsig/subscription/restore.hpp"

#include <string_view>
#include <utility>

#include "libsig/subscription/rows.hpp"

namespace libsig::subscription {

namespace {

/// Each returns false for a row that is none of ours.

[[nodiscard]] bool restore_agent(const actor::write& row,
                                 const restored& into) {
  const auto read = read_agent_row(row);
  if (!read) {
    return false;
  }
  const auto made = into.agents.put_agent(read->who, read->created_at);
  if (!made) {
    return false;
  }
  into.desks.restore(made->first, *read);
  return true;
}

[[nodiscard]] bool restore_interest(const actor::write& row,
                                    const restored& into) {
  const auto read = read_subscription_row(row);
  if (!read) {
    return false;
  }
  const auto owner = into.agents.find({read->first, read->second.agent});
  return owner && into.agents.restore(*owner, read->second);
}

[[nodiscard]] bool restore_item(const actor::write& row,
                                const actor::context& now,
                                const restored& into) {
  auto read = read_item_row(row, into.desks.texts());
  if (!read) {
    return false;
  }
  if (!read->dies_of.empty() && into.graves.possible()) {
    into.graves.add({read->who, read->what.sequence, read->dies_of,
                     static_cast<unsigned>(read->what.hand_outs.size()),
                     read->what.bytes,
                     removal_of_item(read->who, read->what.sequence)});
    return true;
  }
  const auto owner = into.agents.find(read->who);
  if (!owner) {
    return false;
  }
  into.desks.restore(*owner, *std::move(read), now);
  return true;
}

[[nodiscard]] bool restore_handled(const actor::write& row,
                                   const restored& into) {
  const auto read = read_handled_key(row.key);
  const auto owner = read ? into.agents.find(read->first) : std::nullopt;
  if (!owner) {
    return false;
  }
  into.desks.restore_handled(*owner, read->second);
  return true;
}

/// Calls `with` for the rows of a table.
template <class Call>
void for_each_in(std::string_view table, std::span<const actor::write> rows,
                 const restored& into, Call with) {
  for (const auto& row : rows) {
    if (row.table == table && !with(row) && into.watcher != nullptr) {
      into.watcher->on_unreadable(row.table, row.key);
    }
  }
}

} // namespace

std::optional<std::uint64_t> restore(std::span<const actor::write> rows,
                                     const actor::context& now,
                                     const restored& into) {
  for_each_in(agents_table, rows, into, [&](const actor::write& row) {
    return restore_agent(row, into);
  });
  for_each_in(subscriptions_table, rows, into, [&](const actor::write& row) {
    return restore_interest(row, into);
  });
  for_each_in(items_table, rows, into, [&](const actor::write& row) {
    return restore_item(row, now, into);
  });
  into.desks.restored();
  for_each_in(handled_table, rows, into, [&](const actor::write& row) {
    return restore_handled(row, into);
  });
  std::optional<std::uint64_t> matched;
  for_each_in(state_table, rows, into, [&](const actor::write& row) {
    const auto read = read_state_row(row);
    if (read) {
      into.how_far.restore(*read);
      matched = read->watermark;
    }
    return read.has_value();
  });
  return matched;
}

} // namespace libsig::subscription
