#include "libsig/actor/spec.hpp"

#include "libsig/codec/json_text.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::actor {

namespace {

[[nodiscard]] result<void> check_pattern(const std::string& text) {
  auto parsed = pattern::parse(text);
  if (!parsed) {
    return fail(std::move(parsed).error());
  }
  return {};
}

} // namespace

std::string_view to_string(isolation value) noexcept {
  switch (value) {
  case isolation::shared:
    return "shared";
  case isolation::own_thread:
    return "own_thread";
  }
  return "unknown";
}

result<void> check_spec(const spec& of) {
  const auto refuse = [&](std::string why) {
    return fail(
      error(errc::invalid_argument, std::move(why)).at("actor " + of.name));
  };
  if (auto named = check_name(of.name); !named) {
    return refuse(named.error().message());
  }
  if (!of.make) {
    return refuse("it has no factory");
  }
  if (of.source.empty()) {
    return refuse("it has no source");
  }
  if (of.shards == 0 || of.shards > limits::shards_max) {
    return refuse("shards must be 1 to " + std::to_string(limits::shards_max));
  }
  if (of.shards > 1 && !of.key_of) {
    return refuse("it has several shards and no key to pick one");
  }
  for (const auto& one : of.routes) {
    if (auto checked = check_pattern(one.pattern); !checked) {
      return refuse("route: " + checked.error().message());
    }
  }
  for (const auto& one : of.emits) {
    if (auto checked = check_pattern(one); !checked) {
      return refuse("emits: " + checked.error().message());
    }
  }
  return {};
}

std::size_t shard_of(std::string_view key, std::size_t shards) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char byte : key) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100'0000'01b3;
  }
  // The last bytes reach the high bits only through these steps (the finalizer
  // of MurmurHash3), without which ids that end in a number share a shard.
  hash = (hash ^ (hash >> 33)) * 0xff51'afd7'ed55'8ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ce'b9fe'1a85'ec53;
  hash ^= hash >> 33;
  return static_cast<std::size_t>(((hash >> 32) * shards) >> 32);
}

void crash_notice::append_json(std::string& out) const {
  out += "{\"actor\":";
  codec::append_json_string(out, actor);
  if (handled) {
    out += ",\"handled\":";
    codec::append_json_string(out, handled->id());
  }
  out += ",\"reason\":";
  codec::append_json_string(out, reason);
  out += ",\"shard\":";
  out += std::to_string(shard);
  out += '}';
}

} // namespace libsig::actor
