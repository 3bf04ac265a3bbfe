#include "libsig/redact/redact.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/codec/cloudevents.hpp"
#include "libsig/schema/registry.hpp"

namespace {

using libsig::draft;
using libsig::event_data;
using libsig::redact::redact_data;
using libsig::redact::redact_event;
using libsig::redact::redact_json;

class spoken final : public libsig::payload {
public:
  void append_json(std::string& out) const override {
    out += R"({"password":"x"})";
  }
};

draft event(event_data data) {
  draft out;
  out.id = "1";
  out.source = "/a";
  out.type = "a.token";
  out.data = std::move(data);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redacted_events)

BOOST_AUTO_TEST_CASE(data_without_a_secret_is_not_made_anew) {
  BOOST_TEST(!redact_data(event_data{}).has_value());
  BOOST_TEST(!redact_data(event_data::json(R"({"a":1})")).has_value());
  BOOST_TEST(!redact_data(event_data::binary("token")).has_value());
  BOOST_TEST(!redact_data(event_data::binary(R"({"a":1})")).has_value());
}

BOOST_AUTO_TEST_CASE(json_data_is_redacted) {
  const auto out = redact_data(event_data::json(R"({"token":1,"a":2})"));
  BOOST_TEST_REQUIRE(out.has_value());
  BOOST_TEST(out->json_text() == R"({"token":"[REDACTED]","a":2})");
}

BOOST_AUTO_TEST_CASE(data_that_exists_only_decoded_is_redacted) {
  const auto out =
    redact_data(event_data::decoded(std::make_shared<const spoken>()));
  BOOST_TEST_REQUIRE(out.has_value());
  BOOST_TEST(out->json_text() == R"({"password":"[REDACTED]"})");
}

BOOST_AUTO_TEST_CASE(json_in_binary_data_leaves_as_json_data) {
  const auto out = redact_data(event_data::binary(R"({"token":1})"));
  BOOST_TEST_REQUIRE(out.has_value());
  BOOST_TEST((out->which() == event_data::kind::json));
  BOOST_TEST(out->json_text() == R"({"token":"[REDACTED]"})");
}

BOOST_AUTO_TEST_CASE(extension_attributes_are_redacted) {
  auto what = event(event_data::json("1"));
  what.extensions = {{"apikey", std::int32_t{7}},
                     {"mytoken", std::string{"x"}},
                     {"open", std::string{"y"}}};
  const auto out = redact_event(what);
  BOOST_TEST_REQUIRE(out.has_value());
  BOOST_TEST((out->extensions[0].value
              == libsig::extension::value_type{std::string{"[REDACTED]"}}));
  BOOST_TEST((out->extensions[1].value
              == libsig::extension::value_type{std::string{"[REDACTED]"}}));
  BOOST_TEST((out->extensions[2] == what.extensions[2]));
  BOOST_TEST(out->data.json_text() == "1");
  BOOST_TEST(out->type == "a.token");
  BOOST_TEST(!redact_event(*out).has_value());
}

BOOST_AUTO_TEST_CASE(an_event_without_a_secret_is_not_made_anew) {
  auto what = event(event_data::json(R"({"a":"token"})"));
  what.extensions = {{"tokens", std::int32_t{7}}};
  BOOST_TEST(!redact_event(what).has_value());
}

BOOST_AUTO_TEST_CASE(an_event_as_text_is_redacted_as_the_event_is) {
  auto what = event(event_data::binary(R"([{"Secret":1}])"));
  what.extensions = {{"mytoken", true}, {"open", std::string{"y"}}};
  std::string whole;
  libsig::codec::append_event(what, whole);
  std::string parts;
  libsig::codec::append_event(redact_event(what).value(), parts);
  BOOST_TEST(redact_json(whole).value_or("-") == parts);
}

BOOST_AUTO_TEST_CASE(a_signal_is_appended_redacted_behind_what_stands_there) {
  const auto appended = [](std::string_view data) {
    const libsig::schema::registry contracts;
    const libsig::signal what{
      contracts.validate(event(event_data::json(std::string{data}))).value(),
      {}};
    std::string plain;
    libsig::codec::append_event(what, plain);
    std::string out = R"({"token":1})";
    const bool hidden = libsig::redact::append_redacted_event(what, out);
    return std::pair{hidden, out == R"({"token":1})" + plain};
  };
  BOOST_TEST((appended(R"({"a":1})") == std::pair{false, true}));
  BOOST_TEST((appended(R"({"token":"[REDACTED]"})") == std::pair{false, true}));
  BOOST_TEST((appended(R"({"token":1})") == std::pair{true, false}));
}

BOOST_AUTO_TEST_SUITE_END()
