#include "libsig/subscription/ledger.hpp"

#include <variant>

namespace libsig::subscription {

std::uint64_t stored_bytes(const signal& what) {
  const auto& data = what.data();
  std::uint64_t bytes = data.bytes() != nullptr ? data.bytes()->size()
                        : data.absent()         ? 0
                                                : data.json_text().size();
  bytes += what.type().size() + what.source().size() + what.id().size()
           + what.causation_id().size();
  bytes += what.subject() ? what.subject()->size() : 0;
  for (const auto& one : what.attributes().extensions) {
    const auto* const text = std::get_if<std::string>(&one.value);
    bytes += one.name.size() + (text != nullptr ? text->size() : 0);
  }
  return bytes;
}

// -- mutators -----------------------------------------------------------------

void ledger::add(std::string_view tenant, std::uint64_t sequence,
                 std::uint64_t bytes) {
  ++items_;
  auto& one = waiting_[sequence];
  if (one.agents++ > 0) {
    return;
  }
  one.of = tenants_.find(tenant);
  if (one.of == tenants_.end()) {
    one.of = tenants_.emplace(tenant, account{}).first;
  }
  one.bytes = bytes;
  one.of->second.bytes += bytes;
  ++one.of->second.signals;
  bytes_ += bytes;
}

void ledger::remove(std::uint64_t sequence) {
  const auto found = waiting_.find(sequence);
  auto& one = found->second;
  --items_;
  if (--one.agents > 0) {
    return;
  }
  one.of->second.bytes -= one.bytes;
  bytes_ -= one.bytes;
  if (--one.of->second.signals == 0) {
    tenants_.erase(one.of);
  }
  waiting_.erase(found);
}

// -- observers ----------------------------------------------------------------

std::uint64_t ledger::bytes_of(std::string_view tenant) const {
  const auto found = tenants_.find(tenant);
  return found == tenants_.end() ? 0 : found->second.bytes;
}

} // namespace libsig::subscription
