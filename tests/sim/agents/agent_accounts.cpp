#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "libsig/subscription/ledger.hpp"
#include "libsig/subscription/rows.hpp"
#include "tests/sim/agents/agent_world.hpp"

// What the actor says that waits, against the rows of the journal.
namespace libsig::sim {

namespace {

constexpr std::string_view accounts_hold =
  "accounts_hold: What the actor says that waits, items and bytes, is what the "
  "rows of the journal say.";

} // namespace

/// With everything at rest, unless it is in a pause after a crash.
void agent_world::check_accounts() {
  constexpr int rounds_max = 60;
  auto kept = levels_kept();
  for (int round = 0; round < rounds_max && !is_told(kept); ++round) {
    let_time_pass(std::chrono::seconds{1});
    come_to_rest();
    kept = levels_kept();
  }
  if (!is_told(kept)) {
    tell(accounts_hold,
         std::to_string(post_.told.items) + " items and "
           + std::to_string(post_.told.bytes) + " bytes are said to wait, not "
           + std::to_string(kept.items) + " and " + std::to_string(kept.bytes));
  }
}

bool agent_world::is_told(const subscription::levels& kept) const {
  return post_.told.items == kept.items && post_.told.bytes == kept.bytes;
}

/// What the rows say: each signal counts once, however many agents it waits
/// for.
subscription::levels agent_world::levels_kept() const {
  subscription::levels seen;
  const auto rows = log_.read_table(subscription::items_table);
  if (!rows) {
    return seen;
  }
  std::set<std::uint64_t> distinct;
  subscription::text_pool texts;
  for (const auto& one : *rows) {
    const auto read = subscription::read_item_row(
      {one.table, one.key, one.value, one.keeps}, texts);
    if (!read || !read->dies_of.empty()) {
      continue;
    }
    ++seen.items;
    if (distinct.insert(read->what.sequence).second) {
      if (const auto what = log_.find(read->what.sequence); what && *what) {
        seen.bytes += subscription::stored_bytes(**what);
      }
    }
  }
  return seen;
}

} // namespace libsig::sim
