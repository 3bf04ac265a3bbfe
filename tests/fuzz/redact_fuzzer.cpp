// JSON of any bytes. What was redacted must be what a plain walk over documents
// would make of it, and have nothing more to hide.

#include "libsig/codec/base64.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/redact/redact.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

/// Whether there is something to hide; it is unclear where bytes are no
/// document: these are hidden whole, or left, by what they look like.
enum class secrets { none, unclear, some };

secrets secrets_of(const json& value);

secrets secrets_of_member(const json& owner, const std::string& name,
                          const json& member) {
  if (!owner.is_object()) {
    return secrets_of(member);
  }
  if (is_secret(name)) {
    return secrets::some;
  }
  json found;
  const auto what =
    name == "data_base64" ? look_inside(member, found) : inside::nothing;
  if (what == inside::unclear) {
    return secrets::unclear;
  }
  return secrets_of(what == inside::document ? found : member);
}

secrets secrets_of(const json& value) {
  auto most = secrets::none;
  if (value.is_structured()) {
    for (const auto& [name, member] : value.items()) {
      most = std::max(most, secrets_of_member(value, name, member));
    }
  }
  return most;
}

bool same(const json& before, const json& after);

/// Whether the bytes, which were this document, stand open or in base64 again
/// without their secrets.
bool same_document(const json& owner, const json& document, const json& after) {
  if (!owner.contains("data")) {
    return after.contains("data") && same(document, after["data"]);
  }
  json again;
  return after.contains("data_base64")
         && look_inside(after["data_base64"], again) == inside::document
         && same(document, again);
}

/// A member `data_base64` and what became of it in the object.
bool same_bytes(const json& owner, const json& before, const json& after) {
  json found;
  const auto what = look_inside(before, found);
  const auto hidden =
    what == inside::document ? secrets_of(found) : secrets::none;
  if (hidden != secrets::none && same_document(owner, found, after)) {
    return true;
  }
  // What breaks the limits is hidden whole, or has nothing to hide. A member of
  // this name that is no text at all is walked like any other.
  return what == inside::unclear
         || (hidden != secrets::some && after.contains("data_base64")
             && same(before, after["data_base64"]));
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
