#include "libsig/subscription/rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include <nlohmann/json.hpp>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_writer.hpp"

namespace libsig::subscription {

namespace {

constexpr char separator = '/';
constexpr std::size_t digits_count = 16;
constexpr std::string_view state_key = "state";

// -- keys ---------------------------------------------------------------------

[[nodiscard]] std::string key_of(const agent_name& who) {
  return who.tenant + separator + who.agent;
}

[[nodiscard]] std::string key_of(const agent_name& who,
                                 std::string_view inner) {
  return (key_of(who) += separator).append(inner);
}

[[nodiscard]] std::string key_of(const agent_name& who, std::uint64_t number) {
  std::array<char, digits_count> digits{};
  digits.fill('0');
  std::array<char, digits_count> some{};
  const auto* const end =
    std::to_chars(some.data(), some.data() + some.size(), number, 16).ptr;
  const auto count = end - some.data();
  std::copy_n(some.begin(), count, digits.end() - count);
  return key_of(who, std::string_view{digits.data(), digits.size()});
}

/// The name in front of a key, and what stands behind it; neither part of a
/// name has the separator.
[[nodiscard]] std::optional<std::pair<agent_name, std::string_view>>
read_key(std::string_view key) {
  const auto first = key.find(separator);
  const auto second =
    first == std::string_view::npos ? first : key.find(separator, first + 1);
  if (second == std::string_view::npos) {
    return std::nullopt;
  }
  return std::pair{
    agent_name{std::string{key.substr(0, first)},
               std::string{key.substr(first + 1, second - first - 1)}},
    key.substr(second + 1)};
}

[[nodiscard]] std::optional<std::pair<agent_name, std::uint64_t>>
read_numbered_key(std::string_view key) {
  auto read = read_key(key);
  if (!read || read->second.size() != digits_count) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto* const end = read->second.data() + digits_count;
  const auto got = std::from_chars(read->second.data(), end, number, 16);
  if (got.ec != std::errc{} || got.ptr != end) {
    return std::nullopt;
  }
  return std::pair{std::move(read->first), number};
}

// -- values -------------------------------------------------------------------

[[nodiscard]] std::uint64_t milliseconds_of(wall_time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

[[nodiscard]] nlohmann::json object_of(const actor::write& row) {
  if (!row.value || !codec::guard_json(*row.value)) {
    return nullptr;
  }
  auto read = codec::parse_json(*row.value);
  return read && read->is_object() ? *std::move(read) : nlohmann::json{};
}

[[nodiscard]] std::optional<std::uint64_t> whole(const nlohmann::json& of,
                                                 const char* name) {
  const auto at = of.find(name);
  return at != of.end() && at->is_number_unsigned()
           ? std::optional{at->get<std::uint64_t>()}
           : std::nullopt;
}

[[nodiscard]] std::optional<wall_time> time_in(const nlohmann::json& of,
                                               const char* name) {
  const auto count = whole(of, name);
  return count ? std::optional{wall_time{std::chrono::milliseconds{*count}}}
               : std::nullopt;
}

[[nodiscard]] bool truth(const nlohmann::json& of, const char* name) {
  const auto at = of.find(name);
  return at != of.end() && at->is_boolean() && at->get<bool>();
}

[[nodiscard]] std::string text(const nlohmann::json& of, const char* name) {
  const auto at = of.find(name);
  return at != of.end() && at->is_string() ? at->get<std::string>()
                                           : std::string{};
}

/// Calls `with` for each text of a list.
template <class Call>
void for_each_text(const nlohmann::json& of, const char* name, Call with) {
  const auto at = of.find(name);
  if (at == of.end() || !at->is_array()) {
    return;
  }
  for (const auto& one : *at) {
    if (one.is_string()) {
      with(one.get_ref<const std::string&>());
    }
  }
}

[[nodiscard]] actor::write removal(std::string_view table, std::string key) {
  return {std::string{table}, std::move(key), std::nullopt};
}

} // namespace

// -- agents -------------------------------------------------------------------

actor::write write_of(const agent_row& what) {
  std::string value;
  codec::json_object out{value};
  out.truth("asleep", what.asleep);
  out.whole("created_at", milliseconds_of(what.created_at));
  out.end();
  return {std::string{agents_table}, key_of(what.who), std::move(value)};
}

std::optional<agent_row> read_agent_row(const actor::write& row) {
  const auto read = object_of(row);
  const auto created = time_in(read, "created_at");
  const auto middle = row.key.find(separator);
  if (!created || middle == std::string::npos) {
    return std::nullopt;
  }
  return agent_row{{row.key.substr(0, middle), row.key.substr(middle + 1)},
                   *created,
                   truth(read, "asleep")};
}

actor::write removal_of_agent(const agent_name& who) {
  return removal(agents_table, key_of(who));
}

// -- subscriptions ------------------------------------------------------------

actor::write write_of(std::string_view tenant, const subscription_row& what) {
  std::string value;
  codec::json_object out{value};
  out.whole("created_at", milliseconds_of(what.created_at));
  out.truth("include_self", what.include_self);
  out.truth("silent", what.silent);
  out.whole("updated_at", milliseconds_of(what.updated_at));
  out.end();
  return {std::string{subscriptions_table},
          key_of({std::string{tenant}, what.agent}, what.pattern),
          std::move(value)};
}

std::optional<std::pair<std::string, subscription_row>>
read_subscription_row(const actor::write& row) {
  auto key = read_key(row.key);
  const auto read = object_of(row);
  const auto created = time_in(read, "created_at");
  const auto updated = time_in(read, "updated_at");
  if (!key || !created || !updated) {
    return std::nullopt;
  }
  return std::pair{
    std::move(key->first.tenant),
    subscription_row{std::move(key->first.agent), std::string{key->second},
                     truth(read, "silent"), truth(read, "include_self"),
                     *created, *updated}};
}

actor::write removal_of_subscription(const agent_name& who,
                                     std::string_view pattern) {
  return removal(subscriptions_table, key_of(who, pattern));
}

// -- items --------------------------------------------------------------------

actor::write write_of(const agent_name& who, const item& what,
                      std::string_view dies_of) {
  std::string value;
  codec::json_object out{value};
  out.whole("bytes", what.bytes);
  if (!dies_of.empty()) {
    out.text("dies_of", dies_of);
  }
  out.truth("from_self", what.from_self);
  if (!what.hand_outs.empty()) {
    out.list("hand_outs", what.hand_outs, [&](std::uint64_t each) {
      codec::append_json_integer(value, each);
    });
  }
  out.list("patterns", what.patterns, [&](const text_ptr& each) {
    codec::append_json_string(value, *each);
  });
  if (what.rests_until) {
    out.whole("rests_until", milliseconds_of(*what.rests_until));
  }
  out.truth("silent", what.silent);
  out.whole("since", milliseconds_of(what.since));
  out.text("type", *what.type);
  out.end();
  return {std::string{items_table}, key_of(who, what.sequence),
          std::move(value), what.sequence};
}

std::optional<item_row> read_item_row(const actor::write& row,
                                      text_pool& texts) {
  auto key = read_numbered_key(row.key);
  const auto read = object_of(row);
  if (!key || !read.is_object()) {
    return std::nullopt;
  }
  item_row made;
  made.dies_of = text(read, "dies_of");
  auto& what = made.what;
  std::tie(made.who, what.sequence) = *std::move(key);
  what.type = texts.get(text(read, "type"));
  what.from_self = truth(read, "from_self");
  what.silent = truth(read, "silent");
  what.rests_until = time_in(read, "rests_until");
  const auto bytes = whole(read, "bytes");
  const auto since = time_in(read, "since");
  made.complete = bytes && since;
  what.bytes = bytes.value_or(0);
  what.since = since.value_or(wall_time{});
  for_each_text(read, "patterns", [&](const std::string& one) {
    what.patterns.push_back(texts.get(one));
  });
  if (const auto at = read.find("hand_outs");
      at != read.end() && at->is_array()) {
    for (const auto& one : *at) {
      what.hand_outs.push_back(
        one.is_number_unsigned() ? one.get<std::uint64_t>() : 0);
    }
  }
  return made;
}

actor::write removal_of_item(const agent_name& who, std::uint64_t sequence) {
  return removal(items_table, key_of(who, sequence));
}

// -- handled items ------------------------------------------------------------

actor::write write_of(const agent_name& who, std::uint64_t number,
                      const handled_item& what) {
  std::string value;
  codec::json_object out{value};
  out.text("delivery_id", what.delivery_id);
  out.whole("handled_at", milliseconds_of(what.handled_at));
  out.texts("patterns", what.patterns);
  out.whole("sequence", what.sequence);
  out.truth("silent", what.silent);
  out.end();
  return {std::string{handled_table}, key_of(who, number), std::move(value)};
}

std::optional<handled_item> read_handled_row(const actor::write& row) {
  const auto read = object_of(row);
  const auto at = time_in(read, "handled_at");
  const auto sequence = whole(read, "sequence");
  if (!at || !sequence) {
    return std::nullopt;
  }
  handled_item made;
  made.delivery_id = text(read, "delivery_id");
  made.sequence = *sequence;
  made.silent = truth(read, "silent");
  made.handled_at = *at;
  for_each_text(read, "patterns",
                [&](const std::string& one) { made.patterns.push_back(one); });
  return made;
}

std::optional<std::pair<agent_name, std::uint64_t>>
read_handled_key(std::string_view key) {
  return read_numbered_key(key);
}

std::string handled_key(const agent_name& who, std::uint64_t number) {
  return key_of(who, number);
}

actor::write removal_of_handled(const agent_name& who, std::uint64_t number) {
  return removal(handled_table, key_of(who, number));
}

// -- the actor ----------------------------------------------------------------

actor::write write_of(const state_row& what) {
  std::string value;
  codec::json_object out{value};
  out.whole("hand_outs", what.hand_outs);
  if (!what.reached.empty()) {
    out.text("reached", what.reached);
  }
  out.whole("watermark", what.watermark);
  out.end();
  return {std::string{state_table}, std::string{state_key}, std::move(value)};
}

std::optional<state_row> read_state_row(const actor::write& row) {
  const auto read = object_of(row);
  const auto watermark = whole(read, "watermark");
  const auto hand_outs = whole(read, "hand_outs");
  if (!watermark || !hand_outs) {
    return std::nullopt;
  }
  return state_row{*watermark, *hand_outs, text(read, "reached")};
}

} // namespace libsig::subscription
