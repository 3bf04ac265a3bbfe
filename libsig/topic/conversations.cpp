#include "libsig/topic/conversations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

/// What an event occupies besides its value.
constexpr std::size_t event_overhead = 64;

constexpr std::size_t position_digits = 16;

/// `<tenant>/<bytes of the name>:<name>/`; a tenant has no slash.
[[nodiscard]] std::string key_of(std::string_view tenant,
                                 std::string_view conversation) {
  std::string key{tenant};
  key += '/';
  key += std::to_string(conversation.size());
  key += ':';
  key += conversation;
  key += '/';
  return key;
}

/// The key of an event's row.
[[nodiscard]] std::string row_key(std::string_view tenant,
                                  std::string_view conversation,
                                  std::uint64_t position) {
  auto key = key_of(tenant, conversation);
  std::array<char, position_digits> digits{};
  const auto* const end =
    std::to_chars(digits.data(), digits.data() + digits.size(), position, 16)
      .ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  key.append(position_digits - size, '0');
  key.append(digits.data(), size);
  return key;
}

[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& text,
                                                       char end_mark) {
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != end_mark) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
  return number;
}

/// What a row's key says, as views into it.
struct row_name {
  std::string_view tenant;
  std::string_view conversation;
  std::uint64_t position = 0;
};

[[nodiscard]] std::optional<row_name> read_key(std::string_view key) {
  row_name read;
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  read.tenant = key.substr(0, slash);
  key.remove_prefix(slash + 1);
  const auto size = take_number(key, ':');
  if (!size || key.size() < position_digits + 1
      || *size != key.size() - position_digits - 1) {
    return std::nullopt;
  }
  read.conversation = key.substr(0, *size);
  const auto digits = key.substr(*size + 1);
  const auto parsed = std::from_chars(
    digits.data(), digits.data() + digits.size(), read.position, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return read;
}

/// An event as the value of its row: `<s or r> <payload bytes> <position of the
/// conversation's event before it> <bytes of the topic>:<topic><message id>`.
[[nodiscard]] std::string to_value(const visibility_event& what,
                                   std::uint64_t previous) {
  std::string value{what.kind == visibility_kind::sent ? "s " : "r "};
  value += std::to_string(what.payload_bytes);
  value += ' ';
  value += std::to_string(previous);
  value += ' ';
  value += std::to_string(what.topic.size());
  value += ':';
  value += what.topic;
  value += what.message_id;
  value.shrink_to_fit();
  return value;
}

struct row_event {
  visibility_event what;
  std::uint64_t previous = 0;
};

[[nodiscard]] std::optional<row_event> read_value(std::string_view value,
                                                  std::uint64_t position) {
  const bool sent = value.starts_with("s ");
  if (!sent && !value.starts_with("r ")) {
    return std::nullopt;
  }
  value.remove_prefix(2);
  const auto bytes = take_number(value, ' ');
  const auto previous = bytes ? take_number(value, ' ') : std::nullopt;
  const auto size = previous ? take_number(value, ':') : std::nullopt;
  if (!size || *size > value.size()) {
    return std::nullopt;
  }
  row_event read;
  read.what.position = position;
  read.what.kind = sent ? visibility_kind::sent : visibility_kind::received;
  read.what.topic = value.substr(0, *size);
  read.what.message_id = value.substr(*size);
  read.what.payload_bytes = *bytes;
  read.previous = *previous;
  return read;
}

} // namespace

void conversations::recall(std::span<const actor::write> rows) {
  std::vector<std::pair<row_name, const std::string*>> order;
  order.reserve(rows.size());
  for (const auto& row : rows) {
    const auto read = row.table == visibility_table && row.value
                        ? read_key(row.key)
                        : std::nullopt;
    if (read && read_value(*row.value, read->position)) {
      order.emplace_back(*read, &*row.value);
    }
  }
  std::ranges::sort(order, {},
                    [](const auto& each) { return each.first.position; });
  for (const auto& [name, value] : order) {
    auto& grown =
      append(tenant_of(std::string{name.tenant}),
             std::string{name.conversation}, {name.position, *value});
    if (grown.events.size() == 1) {
      grown.gone_up_to = read_value(*value, name.position)->previous;
    }
    next_position_ = name.position + 1;
  }
}

void conversations::note(const note_request& what, actor::step& out) {
  auto& of = tenant_of(what.tenant);
  const auto known = of.conversations.find(what.conversation);
  const auto previous =
    known == of.conversations.end() || known->second.events.empty()
      ? 0
      : known->second.events.back().position;
  kept_event kept{next_position_++, to_value(what.what, previous)};
  auto& row = out.writes.emplace_back();
  row.table = visibility_table;
  row.key = row_key(what.tenant, what.conversation, kept.position);
  row.value = kept.value;
  wake(key_of(what.tenant, what.conversation), kept, out);
  trim(of, append(of, what.conversation, std::move(kept)), out);
}

conversations::tenant& conversations::tenant_of(const std::string& name) {
  const auto [found, fresh] = tenants_.try_emplace(name);
  if (fresh) {
    found->second.name = found->first;
  }
  return found->second;
}

conversations::conversation&
conversations::append(tenant& of, const std::string& name, kept_event what) {
  const auto [found, fresh] = of.conversations.try_emplace(name);
  auto& grown = found->second;
  if (fresh) {
    grown.name = found->first;
  } else {
    of.by_last.erase(grown.events.back().position);
  }
  of.by_last.emplace(what.position, &grown);
  of.bytes += what.value.size() + event_overhead;
  grown.events.push_back(std::move(what));
  return grown;
}

/// Lets the oldest go. One event makes room for one, so that little more goes
/// at a time where bounds have become smaller.
void conversations::trim(tenant& of, conversation& grown, actor::step& out) {
  for (int times = 0;
       times < 2
       && grown.events.size() > std::max<std::size_t>(bounds_.events_max, 1);
       ++times) {
    drop_first(of, grown, out);
  }
  if (of.by_last.size() > bounds_.conversations_max) {
    auto& oldest = *of.by_last.begin()->second;
    for (auto left = oldest.events.size(); left > 0; --left) {
      drop_first(of, oldest, out);
    }
  }
  // A large event makes room for itself with several small ones.
  for (std::size_t times = 0;
       times < limits::follow_events_max && of.bytes > bounds_.bytes_max
       && !of.by_last.empty();
       ++times) {
    drop_first(of, *of.by_last.begin()->second, out);
  }
}

/// Drops the oldest event, and the conversation with its last one.
void conversations::drop_first(tenant& of, conversation& from,
                               actor::step& out) {
  const auto& first = from.events.front();
  auto& row = out.writes.emplace_back();
  row.table = visibility_table;
  row.key = row_key(of.name, from.name, first.position);
  of.bytes -= first.value.size() + event_overhead;
  from.gone_up_to = first.position;
  if (from.events.size() > 1) {
    from.events.pop_front();
    return;
  }
  of.by_last.erase(first.position);
  of.conversations.erase(of.conversations.find(from.name));
}

// -- following
// -----------------------------------------------------------------

const conversations::conversation*
conversations::find(const follow_request& what) const {
  const auto of = tenants_.find(what.tenant);
  if (of == tenants_.end()) {
    return nullptr;
  }
  const auto found = of->second.conversations.find(what.conversation);
  return found == of->second.conversations.end() ? nullptr : &found->second;
}

void conversations::follow(actor::request_id who, const follow_request& what,
                           actor::step& out) {
  const auto* const found = find(what);
  if (found == nullptr && what.after) {
    follow_reply empty;
    empty.gap_to = 0;
    tell(who, std::make_shared<follow_reply>(std::move(empty)), out);
    return;
  }
  if (found == nullptr || what.after == found->events.back().position) {
    if (parked() >= bounds_.follows_max) {
      refuse(who,
             error(errc::overloaded, "too many follow conversations already"),
             out);
      return;
    }
    followers_.add(who, key_of(what.tenant, what.conversation));
    return;
  }
  follow_reply made;
  auto next = found->events.begin();
  if (what.after && *what.after != found->gone_up_to) {
    const auto at = std::ranges::lower_bound(found->events, *what.after, {},
                                             &kept_event::position);
    if (at == found->events.end() || at->position != *what.after) {
      made.gap_to = next->position;
    } else {
      next = at + 1;
    }
  }
  const auto left = static_cast<std::size_t>(found->events.end() - next);
  const auto limit =
    std::clamp<std::size_t>(what.limit, 1, limits::follow_events_max);
  for (const auto end =
         next + static_cast<std::ptrdiff_t>(std::min(left, limit));
       next != end; ++next) {
    made.events.push_back(read_value(next->value, next->position)->what);
  }
  tell(who, std::make_shared<follow_reply>(std::move(made)), out);
}

/// Hands an event to those who wait for it.
void conversations::wake(const std::string& key, const kept_event& what,
                         actor::step& out) {
  for (const auto who : followers_.take(key)) {
    follow_reply made;
    made.events.push_back(read_value(what.value, what.position)->what);
    tell(who, std::make_shared<follow_reply>(std::move(made)), out);
  }
}

void conversations::forget(actor::request_id who) {
  (void)followers_.remove(who);
}

} // namespace libsig::topic
