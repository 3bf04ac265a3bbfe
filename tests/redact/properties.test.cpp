#include "libsig/redact/redact.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <string_view>

#include "libsig/codec/base64.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_text.hpp"

namespace {

using libsig::redact::redact_json;

constexpr std::string_view marker = "THEMARK";

std::string value(int levels, bool secret);

/// A member whose name is one of a few; what stands under a secret one, or
/// anywhere below it, holds the marker.
std::string member(std::size_t index, int levels, bool secret) {
  static constexpr std::array<std::string_view, 6> open = {
    "a", "tokens", "data2", "b c", "key", "\\u0061uthor"};
  static constexpr std::array<std::string_view, 6> hidden = {
    "token",
    "API-Key",
    "x_secret",
    "\\u0050assword",
    "proxyauthorization",
    "openai_api_key"};
  const bool hides = secret || *rc::gen::arbitrary<bool>();
  const auto& names = hides && !secret ? hidden : open;
  const auto place = *rc::gen::inRange<std::size_t>(0, names.size());
  // The index in front keeps the names of one object apart.
  return "\"" + std::to_string(index) + std::string{names[place]}
         + "\" : " + value(levels, hides);
}

std::string object(int levels, bool secret) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 4);
  std::string out = "{";
  for (std::size_t index = 0; index < count; ++index) {
    out += (index > 0 ? "," : "") + member(index, levels - 1, secret);
  }
  return out + "}";
}

std::string bytes(int levels, bool secret) {
  std::string out = R"({"data_base64":")";
  libsig::codec::append_base64(out, object(levels - 1, secret));
  return out + R"("})";
}

std::string value(int levels, bool secret) {
  switch (levels <= 0 ? 0 : *rc::gen::inRange(0, 4)) {
  case 1:
    return object(levels, secret);
  case 2:
    return "[1, " + value(levels - 1, secret) + "]";
  case 3:
    // Base64 below a secret would hide the marker from the test.
    return secret ? object(levels, secret) : bytes(levels, secret);
  default:
    return secret ? "\"" + std::string{marker} + "\"" : "[true,\"\\\"\"]";
  }
}

/// Whether the marker stands in the text, or in base64 in it.
bool holds_marker(std::string_view text) {
  if (text.find(marker) != std::string_view::npos) {
    return true;
  }
  constexpr std::string_view before = R"("data_base64":")";
  for (auto at = text.find(before); at != std::string_view::npos;
       at = text.find(before, at + 1)) {
    const auto begin = at + before.size();
    const auto inside = libsig::codec::decode_base64(
      text.substr(begin, text.find('"', begin) - begin));
    if (inside && holds_marker(*inside)) {
      return true;
    }
  }
  return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redact_properties)

BOOST_AUTO_TEST_CASE(no_secret_survives_and_the_rest_is_valid_json) {
  BOOST_TEST(rc::check([] {
    const auto text = value(6, false);
    const auto redacted = redact_json(text);
    RC_ASSERT(redacted.has_value() || !holds_marker(text));
    if (redacted) {
      RC_ASSERT(!holds_marker(*redacted));
      RC_ASSERT(libsig::codec::guard_json(*redacted).has_value());
      RC_ASSERT(!redact_json(*redacted).has_value());
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
