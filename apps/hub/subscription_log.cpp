#include "apps/hub/subscription_log.hpp"

#include <utility>

namespace libsig::hub {

result<signal_ptr> subscription_log::find(std::uint64_t sequence) const {
  return log_.find(sequence);
}

std::uint64_t subscription_log::end() const { return log_.last_sequence(); }

result<std::vector<actor::write>>
subscription_log::read_rows(std::string_view table, std::string_view after,
                            std::size_t limit) const {
  auto rows = log_.read_rows(table, after, limit);
  if (!rows) {
    return fail(std::move(rows).error());
  }
  std::vector<actor::write> found;
  found.reserve(rows->size());
  for (auto& row : *rows) {
    found.push_back({std::move(row.table), std::move(row.key),
                     std::move(row.value), row.keeps});
  }
  return found;
}

} // namespace libsig::hub
