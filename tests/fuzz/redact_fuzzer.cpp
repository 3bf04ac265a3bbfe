// JSON of any bytes. What was redacted must be what a plain walk over documents
// would make of it, and have nothing more to hide.

#include "libsig/codec/base64.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/redact/redact.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using libsig::codec::decode_base64;
using libsig::codec::guard_json;
using libsig::redact::redact_json;
using nlohmann::json;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

bool is_secret(std::string_view name) {
  std::string plain;
  for (const char letter : name) {
    if (letter != '-' && letter != '_') {
      plain += letter >= 'A' && letter <= 'Z'
                 ? static_cast<char>(letter - 'A' + 'a')
                 : letter;
    }
  }
  return plain.ends_with("apikey") || plain.ends_with("token")
         || plain.ends_with("password") || plain.ends_with("secret")
         || plain.ends_with("authorization");
}

enum class inside { nothing, document, unclear };

/// What stands in a `data_base64`, and the document when it is one.
inside look_inside(const json& value, json& found) {
  const auto bytes = value.is_string()
                       ? decode_base64(value.get_ref<const std::string&>())
                       : libsig::result<std::string>{std::string{}};
  if (!bytes || bytes->empty()) {
    return inside::nothing;
  }
  if (!guard_json(*bytes)) {
    return inside::unclear;
  }
  found = json::parse(*bytes);
  return inside::document;
}

bool hides(const json& value) {
  if (!value.is_structured()) {
    return false;
  }
  for (const auto& [name, member] : value.items()) {
    json found;
    if (value.is_object()
        && (is_secret(name)
            || (name == "data_base64"
                && look_inside(member, found) == inside::document
                && hides(found)))) {
      return true;
    }
    if (hides(member)) {
      return true;
    }
  }
  return false;
}

bool same(const json& before, const json& after);

/// A member `data_base64` and what became of it in the object.
bool same_bytes(const json& owner, const json& before, const json& after) {
  json found;
  const auto what = look_inside(before, found);
  if (what == inside::document && hides(found)) {
    if (!owner.contains("data")) {
      return after.contains("data") && same(found, after["data"]);
    }
    json again;
    return look_inside(after["data_base64"], again) == inside::document
           && same(found, again);
  }
  // What breaks the limits is hidden whole, or has nothing to hide. A member of
  // this name that is no text at all is walked like any other.
  return (after.contains("data_base64") && same(before, after["data_base64"]))
         || what == inside::unclear;
}

bool same(const json& before, const json& after) {
  if (!before.is_structured()) {
    return before == after;
  }
  if (before.type() != after.type() || before.size() != after.size()) {
    return false;
  }
  if (before.is_array()) {
    for (std::size_t index = 0; index < before.size(); ++index) {
      if (!same(before[index], after[index])) {
        return false;
      }
    }
    return true;
  }
  for (const auto& [name, member] : before.items()) {
    const bool kept = is_secret(name)
                        ? after.value(name, json{}) == "[REDACTED]"
                      : name == "data_base64"
                        ? same_bytes(before, member, after)
                        : after.contains(name) && same(member, after[name]);
    if (!kept) {
      return false;
    }
  }
  return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text{data, data + size};
  const auto redacted = redact_json(text);
  if (!guard_json(text)) {
    return 0;
  }
  const auto before = json::parse(text);
  const auto after = redacted ? json::parse(*redacted, nullptr, false) : before;
  require(!after.is_discarded());
  require(same(before, after));
  require(!redacted || !redact_json(*redacted));
  return 0;
}
