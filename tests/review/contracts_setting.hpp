#pragma once

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/codec/json_text.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/schema/registry.hpp"

/// What the tests of the contracts have in common.
namespace libsig::review::testing {

inline const std::string small_diff =
  "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n";

inline std::string quoted(std::string_view text) {
  std::string out;
  codec::append_json_string(out, text);
  return out;
}

/// The whole way that a signal takes: source and type, then its contract.
struct contracts_setting {
  schema::registry registry;

  contracts_setting() {
    BOOST_REQUIRE(add_contracts(registry).has_value());
    BOOST_REQUIRE(
      registry.add("assignment", assignment_contract()).has_value());
  }

  result<valid_draft> validate(std::string_view type, event_data data) const {
    draft made;
    made.id = "1";
    made.source = "/x";
    made.type = type;
    made.data = std::move(data);
    return registry.validate(std::move(made));
  }

  result<valid_draft> read(std::string_view type, std::string text) const {
    return validate(type, event_data::json(std::move(text)));
  }

  template <class T>
  std::shared_ptr<const T> decode(std::string_view type,
                                  std::string text) const {
    const auto made = read(type, std::move(text));
    if (!made) {
      BOOST_FAIL(made.error().message());
    }
    auto decoded = made->get().data.as<T>();
    BOOST_REQUIRE(decoded != nullptr);
    return decoded;
  }

  /// `place: detail` of the refusal; empty when there is none.
  std::string refusal(std::string_view type, std::string text) const {
    const auto made = read(type, std::move(text));
    if (made) {
      return {};
    }
    BOOST_TEST((made.error().code() == errc::schema_violation));
    return made.error().place() + ": " + made.error().detail();
  }

  /// A request with more members.
  static std::string request_with(const std::string& members) {
    return R"({"review_id":"r1","diff":)" + quoted(small_diff)
           + (members.empty() ? "" : "," + members) + "}";
  }

  std::string request_refusal(const std::string& members) const {
    return refusal(request_type, request_with(members));
  }

  std::shared_ptr<const request> request_of(const std::string& members) const {
    return decode<request>(request_type, request_with(members));
  }

  static std::string result_with(const std::string& members) {
    return R"({"review_id":"r1","agent":"a")"
           + (members.empty() ? "" : "," + members) + "}";
  }

  std::string result_refusal(const std::string& members) const {
    return refusal(result_type, result_with(members));
  }

  std::string finding_refusal(const std::string& members) const {
    return result_refusal(
      R"("findings":[{"type":"t","severity":"low","file":"f","summary":"s")"
      + (members.empty() ? "" : "," + members) + "}]");
  }
};

inline std::string repeated(const std::string& item, std::size_t count) {
  std::string list = "[";
  for (std::size_t index = 0; index < count; ++index) {
    list += (index > 0 ? "," : "") + item;
  }
  return list + "]";
}

/// A request whose bytes have two at the end of a line that begin a character
/// of UTF-8, and its text what is given.
inline std::string with_two_bytes(const std::string& shown) {
  return R"({"review_id":"r","diff":"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+)"
         + shown
         + R"(\n","metadata":{"a":1,"diff_base64":")"
           "LS0tIGEvYQorKysgYi9hCkBAIC0xICsxIEBACi1hCivwnwo=\"}}";
}

inline std::string json_of(const payload& what) {
  std::string out;
  what.append_json(out);
  return out;
}

} // namespace libsig::review::testing
