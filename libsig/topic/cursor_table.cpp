#include "libsig/topic/cursor_table.hpp"

#include <charconv>

namespace libsig::topic {

namespace {

/// What a row's value says: `<sequence> <known> <used, ms>`. The time may be
/// before 1970.
struct row_value {
  position at;
  wall_time used;
};

/// Reads a number and what stands behind it, a space or the end.
template <class Number>
[[nodiscard]] bool take_number(std::string_view& text, Number& out, bool last) {
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (read.ec != std::errc{} || (read.ptr == end) != last
      || (!last && *read.ptr != ' ')) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data())
                     + (last ? 0 : 1));
  return true;
}

[[nodiscard]] std::optional<row_value> read_value(std::string_view text) {
  // More is a damaged row, and must not overflow.
  constexpr std::chrono::milliseconds most = std::chrono::years{1'000};
  row_value out;
  std::int64_t used = 0;
  if (!take_number(text, out.at.sequence, false)
      || !take_number(text, out.at.known, false)
      || !take_number(text, used, true) || used > most.count()
      || used < -most.count()) {
    return std::nullopt;
  }
  out.used = wall_time{std::chrono::milliseconds{used}};
  return out;
}

[[nodiscard]] std::string_view tenant_of(std::string_view key) {
  return key.substr(0, key.find('/'));
}

} // namespace

std::string key_prefix(const cursor_owner& of) {
  // A tenant has no slash; the other two say how long they are.
  std::string key;
  key.reserve(of.tenant.size() + of.consumer.size() + of.conversation.size()
              + 16);
  key += of.tenant;
  key += '/';
  for (const auto* part : {&of.consumer, &of.conversation}) {
    key += std::to_string(part->size());
    key += ':';
    key += *part;
    key += '/';
  }
  return key;
}

cursor_entry& cursor_table::get(const std::string& key) {
  const auto [found, fresh] = entries_.try_emplace(key);
  if (fresh) {
    found->second.key = found->first;
  }
  return found->second;
}

void cursor_table::store(cursor_entry& of, const position& at, wall_time now) {
  if (of.stored) {
    unlink(of);
  } else {
    take(of);
    of.promised = false;
    of.stored = true;
    ++size_;
  }
  of.at = at;
  of.used = now;
  link(of);
}

void cursor_table::erase(cursor_entry& of) {
  if (!of.stored) {
    return;
  }
  unlink(of);
  of.stored = false;
  --size_;
  give_back(of);
}

void cursor_table::promise(cursor_entry& of) {
  if (!of.stored) {
    take(of);
    of.promised = true;
  }
}

void cursor_table::break_promise(cursor_entry& of) {
  if (of.promised) {
    of.promised = false;
    give_back(of);
  }
}

void cursor_table::take(cursor_entry& of) {
  if (of.taken_of_tenant != nullptr) {
    return;
  }
  const auto tenant = tenant_of(of.key);
  auto count = tenants_.find(tenant);
  if (count == tenants_.end()) {
    count = tenants_.emplace(tenant, 0).first;
  }
  of.taken_of_tenant = &count->second;
  ++*of.taken_of_tenant;
}

void cursor_table::give_back(cursor_entry& of) {
  if (--*of.taken_of_tenant == 0) {
    tenants_.erase(tenants_.find(tenant_of(of.key)));
  }
  of.taken_of_tenant = nullptr;
}

void cursor_table::release(cursor_entry& of) {
  if (!of.stored && of.unsettled == 0 && !of.queue) {
    entries_.erase(entries_.find(of.key));
  }
}

std::vector<cursor_entry*> cursor_table::hold_back(wall_time now) {
  std::vector<cursor_entry*> held;
  // They are the last ones, and stay in their order.
  for (auto* one = newest_; one != nullptr && one->used > now;
       one = one->older) {
    one->used = now;
    held.push_back(one);
  }
  return held;
}

bool cursor_table::recall(const actor::write& row) {
  if (row.table != cursors_table || !row.value) {
    return false;
  }
  const auto value = read_value(*row.value);
  if (!value) {
    return false;
  }
  store(get(row.key), value->at, value->used);
  return true;
}

cursor_entry* cursor_table::find(std::string_view key) {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

std::size_t cursor_table::taken(std::string_view tenant) const {
  const auto found = tenants_.find(tenant);
  return found == tenants_.end() ? 0 : found->second;
}

void cursor_table::link(cursor_entry& of) {
  of.older = newest_;
  of.newer = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->newer) = &of;
  newest_ = &of;
}

void cursor_table::unlink(cursor_entry& of) {
  (of.older == nullptr ? oldest_ : of.older->newer) = of.newer;
  (of.newer == nullptr ? newest_ : of.newer->older) = of.older;
}

actor::write row_of(const cursor_entry& what) {
  actor::write row;
  row.table = cursors_table;
  row.key = what.key;
  if (what.stored) {
    row.value = std::to_string(what.at.sequence) + ' '
                + std::to_string(what.at.known) + ' '
                + std::to_string(what.used.time_since_epoch().count());
  }
  return row;
}

std::optional<wall_time> used_of(const actor::write& row) {
  if (row.table != cursors_table || !row.value) {
    return std::nullopt;
  }
  const auto value = read_value(*row.value);
  return value ? std::optional{value->used} : std::nullopt;
}

} // namespace libsig::topic
