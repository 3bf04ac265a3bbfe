#include "libsig/codec/http_event.hpp"

#include "libsig/codec/cloudevents.hpp"
#include "libsig/core/limits.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::codec;

namespace {

using fields = std::vector<http_field>;

[[nodiscard]] fields event(const fields& more = {}) {
  fields made{{"ce-specversion", "1.0"},
              {"CE-Id", "a b"},
              {"ce-source", "/s"},
              {"ce-type", "t"}};
  made.insert(made.end(), more.begin(), more.end());
  return made;
}

[[nodiscard]] std::string place_of(const result<draft>& read) {
  return read ? "taken" : read.error().place();
}

[[nodiscard]] std::vector<http_field> views(const http_event& of) {
  std::vector<http_field> made;
  for (const auto& each : of.fields) {
    made.push_back({each.name, each.value});
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_event_codec)

BOOST_AUTO_TEST_CASE(the_mode_follows_from_the_fields) {
  const auto mode = [](const fields& of) { return http_mode_of(of); };
  BOOST_TEST((mode({{"content-type", "application/cloudevents+json"}})
              == http_mode::structured));
  BOOST_TEST(
    (mode({{"Content-Type", " Application/CloudEvents+JSON; charset=UTF-8"},
           {"ce-id", "1"}})
     == http_mode::structured));
  BOOST_TEST((mode({{"Content-Type", "application/cloudevents-batch+json"}})
              == http_mode::batch));
  BOOST_TEST((mode({{"Content-Type", "application/json"}, {"CE-Type", "t"}})
              == http_mode::binary));
  BOOST_TEST((mode({{"ce-specversion", "1.0"}}) == http_mode::binary));
}

BOOST_AUTO_TEST_CASE(what_is_no_cloudevent_is_unsupported) {
  for (const auto& each : std::vector<fields>{
         {},
         {{"Content-Type", "application/json"}},
         {{"Content-Type", "application/json"}, {"ce-", "x"}},
         {{"Content-Type", "application/json"}, {"cex", "x"}},
         {{"Content-Type", "application/cloudevents+avro"}, {"ce-id", "1"}},
         {{"Content-Type", "application/cloudevents-batch+xml"}}}) {
    BOOST_TEST((http_mode_of(each) == http_mode::unsupported));
  }
}

BOOST_AUTO_TEST_CASE(attributes_come_from_fields) {
  const auto read = read_binary_event(
    event({{"ce-subject", "Euro%20%E2%82%AC"},
           {"ce-time", "2026-01-02T03:04:05Z"},
           {"ce-dataschema", "https://a/b"},
           {"ce-causationid", "c"},
           {"ce-category", "\"ASK\""},
           {"ce-sequence", "7"},
           {"ce-tenant", "theirs"},
           {"ce-hops", "3"},
           {"Content-Type", "application/json; charset=utf-8"},
           {"Other", "field"}}),
    R"( {"n": 1.0} )");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->id == "a b");
  BOOST_TEST(read->source == "/s");
  BOOST_TEST(read->type == "t");
  BOOST_TEST(*read->subject == "Euro \u20ac");
  BOOST_TEST(*read->time == "2026-01-02T03:04:05Z");
  BOOST_TEST(*read->data_schema == "https://a/b");
  BOOST_TEST(*read->data_content_type == "application/json; charset=utf-8");
  BOOST_TEST(read->causation_id == "c");
  BOOST_TEST(std::get<std::string>(*read->find_extension("category")) == "ASK");
  BOOST_TEST(std::get<std::string>(*read->find_extension("originsequence"))
             == "7");
  BOOST_TEST(read->find_extension("tenant") == nullptr);
  BOOST_TEST(read->find_extension("hops") == nullptr);
  BOOST_TEST(read->data.json_text() == R"( {"n": 1.0} )");
}

BOOST_AUTO_TEST_CASE(attributes_that_break_a_rule_are_named) {
  const auto without = [](std::size_t at) {
    auto made = event();
    made.erase(made.begin() + static_cast<std::ptrdiff_t>(at));
    return place_of(read_binary_event(made, {}));
  };
  BOOST_TEST(without(0) == "/specversion");
  BOOST_TEST(without(1) == "/id");
  BOOST_TEST(without(2) == "/source");
  BOOST_TEST(without(3) == "/type");
  const auto with = [](http_field more) {
    return place_of(read_binary_event(event({more}), {}));
  };
  BOOST_TEST(with({"ce-subject", "%FF"}) == "/subject");
  BOOST_TEST(with({"ce-subject", "\xff"}) == "/subject");
  BOOST_TEST(with({"ce-subject", ""}) == "/subject");
  BOOST_TEST(with({"ce-subject", "5% of %zz"}) == "taken");
  BOOST_TEST(with({"ce-time", "yesterday"}) == "/time");
  BOOST_TEST(with({"ce-bad_name", "x"}) == "/bad_name");
  BOOST_TEST(with({R"(ce-\udac)", "x"}) == R"(/\udac)");
  BOOST_TEST(with({R"(ce-\u0069d)", "x"}) == R"(/\u0069d)");
  BOOST_TEST(with({"ce-data", "x"}) == "/data");
  BOOST_TEST(with({"ce-datacontenttype", "x"}) == "/datacontenttype");
  BOOST_TEST(with({"ce-ID", "again"}) == "/id");
  auto version = event();
  version.front().value = "0.3";
  BOOST_TEST(place_of(read_binary_event(version, {})) == "/specversion");
  version.front().value = "1.0.2";
  BOOST_TEST(place_of(read_binary_event(version, {})) == "taken");
}

BOOST_AUTO_TEST_CASE(the_body_is_read_by_its_media_type) {
  const auto data = [](std::string_view type, std::string body) {
    return read_binary_event(event({{"Content-Type", type}}), std::move(body))
      ->data;
  };
  BOOST_TEST(data("application/json", "").absent());
  BOOST_TEST(data("application/json", "null").json_text() == "null");
  BOOST_TEST(data("application/x+json", "[1]").json_text() == "[1]");
  BOOST_TEST(data("text/plain", "a \"b\"").json_text() == R"("a \"b\"")");
  BOOST_TEST(data("image/svg+xml", "<a/>").json_text() == R"("<a/>")");
  const auto bytes = data("text/plain", "\xff");
  BOOST_TEST((bytes.which() == event_data::kind::binary));
  BOOST_TEST(*data("image/png", "{}").bytes() == "{}");
  const auto untyped = read_binary_event(event(), "{}");
  BOOST_TEST((untyped->data.which() == event_data::kind::binary));
  BOOST_TEST(!untyped->data_content_type);
}

BOOST_AUTO_TEST_CASE(a_json_body_is_guarded) {
  const auto place = [](std::string body) {
    return place_of(read_binary_event(
      event({{"Content-Type", "application/json"}}), std::move(body)));
  };
  BOOST_TEST(place("{").starts_with("/data"));
  BOOST_TEST(place("{} {}").starts_with("/data"));
  BOOST_TEST(place("\"\xff\"").starts_with("/data"));
  BOOST_TEST(place(R"({"a":1,"a":2})").starts_with("/data"));
  BOOST_TEST(place(std::string(64, '[') + std::string(64, ']')) == "taken");
  BOOST_TEST(
    place(std::string(65, '[') + std::string(65, ']')).starts_with("/data"));
}

BOOST_AUTO_TEST_CASE(a_body_has_a_bound) {
  const auto code = [](std::string_view type, std::size_t bytes) {
    auto of = event({{"Content-Type", "a/b"}});
    of[3].value = type;
    const auto read = read_binary_event(of, std::string(bytes, 'x'));
    return read ? "taken" : to_string(read.error().code());
  };
  BOOST_TEST(code("t", limits::event_bytes_max) == "taken");
  BOOST_TEST(code("t", limits::event_bytes_max + 1) == "too_large");
  BOOST_TEST(code("review.request", limits::event_bytes_max + 1) == "taken");
}

BOOST_AUTO_TEST_CASE(an_event_survives_binary_mode) {
  for (const auto* const text :
       {R"({"specversion":"1.0","id":"1","source":"/s","type":"t"})",
        R"({"specversion":"1.0","id":"\"q\" %41 \u20ac","source":"/s",)"
        R"("type":"t","subject":"a b","category":"x\r\ny",)"
        R"("causationid":"c","data":{"a":[1.0]}})",
        R"({"specversion":"1.0","id":"1","source":"/s","type":"t",)"
        R"("datacontenttype":"text/plain","data":"hé \"x\""})",
        R"({"specversion":"1.0","id":"1","source":"/s","type":"t",)"
        R"("datacontenttype":"image/png","data_base64":"/wA="})"}) {
    const auto before = read_event(text);
    BOOST_REQUIRE(before);
    const auto sent = to_binary_event(*before);
    for (const auto& each : sent.fields) {
      BOOST_TEST(each.value.find_first_of("\r\n") == std::string::npos);
    }
    auto after = read_binary_event(views(sent), sent.body);
    BOOST_REQUIRE(after);
    if (!before->data_content_type) {
      // Binary mode says of JSON that it is.
      BOOST_TEST((before->data.absent()
                  || *after->data_content_type == "application/json"));
      after->data_content_type.reset();
    }
    std::string one;
    std::string other;
    append_event(*before, one);
    append_event(*after, other);
    BOOST_TEST(one == other);
  }
}

BOOST_AUTO_TEST_CASE(structured_mode_is_one_json_object) {
  draft what;
  what.id = "1";
  what.source = "/s";
  what.type = "t";
  const auto made = to_structured_event(what);
  BOOST_TEST(made.fields.front().value == "application/cloudevents+json");
  BOOST_TEST(read_event(made.body)->id == "1");
  BOOST_TEST((http_mode_of(views(made)) == http_mode::structured));
}

BOOST_AUTO_TEST_SUITE_END()
