#include "libsig/codec/cloudevents.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/schema/registry.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace libsig;
using codec::read_batch;
using codec::read_event;

constexpr std::string_view smallest =
  R"({"specversion":"1.0","id":"1","source":"/s","type":"t"})";

/// The smallest event with more members, which begin with a comma.
std::string event_with(std::string_view members) {
  std::string text{smallest};
  text.pop_back();
  text += members;
  return text + '}';
}

std::string written(const draft& what) {
  std::string out;
  codec::append_event(what, out);
  return out;
}

draft must_read(std::string_view text) {
  auto read = read_event(text);
  BOOST_TEST_REQUIRE(read.has_value(), (read ? "" : read.error().message())
                                         << " in " << text);
  return *std::move(read);
}

struct refusal {
  std::string_view members;
  std::string_view place;
  std::string_view detail;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cloudevents)

BOOST_AUTO_TEST_CASE(the_smallest_event_is_read_and_written_back) {
  const auto read = must_read(smallest);
  BOOST_TEST(read.id == "1");
  BOOST_TEST(read.source == "/s");
  BOOST_TEST(read.type == "t");
  BOOST_TEST(read.data.absent());
  BOOST_TEST(written(read) == smallest);
}

BOOST_AUTO_TEST_CASE(members_are_written_in_one_order) {
  const auto read = must_read(R"({"data" : [1.0, {"b" : 2e0, "a": -0}],
    "zeta":"z", "causationid":"c", "alpha":true, "toidentity":"x", "n":-5,
    "dataschema":"d", "datacontenttype":"application/json",
    "time":"2026-01-02T03:04:05.678901+02:00", "subject":"s", "type":"t",
    "source":"/s", "id":" 7 ", "specversion":"1.0.2"})");
  BOOST_TEST(written(read)
             == R"({"specversion":"1.0","id":" 7 ","source":"/s","type":"t",)"
                R"("subject":"s","time":"2026-01-02T03:04:05.678901+02:00",)"
                R"("datacontenttype":"application/json","dataschema":"d",)"
                R"("alpha":true,"n":-5,"toidentity":"x","zeta":"z",)"
                R"("causationid":"c","data":[1.0,{"b":2e0,"a":-0}]})");
}

BOOST_AUTO_TEST_CASE(data_keeps_the_text_that_was_written) {
  for (const std::string_view text :
       {"null", "true", "9007199254740993", "1.10", "1E2", "-0",
        "\"\\u0061\\/\"", "[ 1 ,\n 2 ]", "{\"b\":1,\"a\":2}", "0.1e-7",
        "123456789012345678901234567890"}) {
    const auto read = must_read(event_with(",\"data\": " + std::string{text}));
    BOOST_TEST((read.data.which() == event_data::kind::json));
    BOOST_TEST(read.data.json_text() == text);
  }
}

BOOST_AUTO_TEST_CASE(null_data_is_not_absent) {
  const auto read = must_read(event_with(R"(,"data":null)"));
  BOOST_TEST(read.data.json_text() == "null");
  BOOST_TEST(written(read) == event_with(R"(,"data":null)"));
}

BOOST_AUTO_TEST_CASE(a_null_attribute_is_an_absent_one) {
  const auto read = must_read(
    event_with(R"(,"subject":null,"time":null,"data_base64":null,"ext":null)"));
  BOOST_TEST(written(read) == smallest);
}

BOOST_AUTO_TEST_CASE(data_is_written_on_one_line) {
  const auto read =
    must_read(event_with(",\"data\":{\n \"a b\" : \"c\\\" d\\\\\" ,\r\n\t"
                         "\"\xE2\x80\xA8\" : [ ] }\n"));
  BOOST_TEST(written(read)
             == event_with(R"(,"data":{"a b":"c\" d\\",")"
                           "\xE2\x80\xA8\":[]}"));
}

BOOST_AUTO_TEST_CASE(bytes_go_both_ways_in_base64) {
  const auto text = event_with(R"(,"data_base64":"AAH/eyJhIjoxfQ==")");
  const auto read = must_read(text);
  BOOST_TEST((read.data.which() == event_data::kind::binary));
  BOOST_TEST(*read.data.bytes() == (std::string{"\0\1\xFF", 3} + R"({"a":1})"));
  BOOST_TEST(written(read) == text);
  const auto json = must_read(event_with(
    R"(,"datacontenttype":"application/json","data_base64":"e30=")"));
  BOOST_TEST((json.data.which() == event_data::kind::binary));
}

BOOST_AUTO_TEST_CASE(extensions_keep_their_types) {
  const auto read = must_read(
    event_with(R"(,"a":"","b":false,"c":-2147483648,"d":2147483647,"e1":"1")"));
  BOOST_TEST_REQUIRE(read.extensions.size() == 5u);
  BOOST_TEST((*read.find_extension("a") == extension::value_type{""}));
  BOOST_TEST((*read.find_extension("b") == extension::value_type{false}));
  BOOST_TEST((*read.find_extension("c")
              == extension::value_type{std::int32_t{-2147483647} - 1}));
  BOOST_TEST(written(read)
             == event_with(R"(,"a":"","b":false,"c":-2147483648,)"
                           R"("d":2147483647,"e1":"1")"));
}

BOOST_AUTO_TEST_CASE(what_the_node_alone_sets_is_dropped) {
  const auto read = must_read(event_with(
    R"(,"recordedtime":"x","hops":3,"tenant":"other","onbehalfof":[1])"));
  BOOST_TEST(written(read) == smallest);
}

BOOST_AUTO_TEST_CASE(a_foreign_sequence_is_kept_under_another_name) {
  BOOST_TEST(written(must_read(event_with(R"(,"sequence":"42")")))
             == event_with(R"(,"originsequence":"42")"));
  BOOST_TEST(written(must_read(event_with(R"(,"zz":"","sequence":7)")))
             == event_with(R"(,"originsequence":7,"zz":"")"));
  BOOST_TEST(
    written(must_read(event_with(R"(,"sequence":"2","originsequence":"1")")))
    == event_with(R"(,"originsequence":"2")"));
  BOOST_TEST(written(must_read(event_with(R"(,"originsequence":"1")")))
             == event_with(R"(,"originsequence":"1")"));
}

BOOST_AUTO_TEST_CASE(a_refusal_names_pointer_rule_and_type) {
  constexpr std::array<refusal, 19> refusals{{
    {R"(,"subject":1)", "/subject", "must be a string, found number"},
    {R"(,"subject":"")", "/subject", "must not be empty, found string"},
    {R"(,"causationid":"")", "/causationid", "must not be empty, found string"},
    {R"(,"dataschema":[])", "/dataschema", "must be a string, found array"},
    {R"(,"datacontenttype":{})", "/datacontenttype",
     "must be a string, found object"},
    {R"(,"time":"yesterday")", "/time",
     "must be a time of RFC 3339, found string"},
    {R"(,"time":"2026-13-01T00:00:00Z")", "/time",
     "must be a time of RFC 3339, found string"},
    {R"(,"time":true)", "/time", "must be a string, found boolean"},
    {R"(,"Upper":"x")", "/Upper",
     "must be named with lower-case letters and digits, found string"},
    {R"(,"with_line":1)", "/with_line",
     "must be named with lower-case letters and digits, found number"},
    {R"(,"":1)", "/",
     "must be named with lower-case letters and digits, found number"},
    {R"(,"x":{})", "/x",
     "must be a string, a boolean or a whole number of 32 bits, "
     "found object"},
    {R"(,"x":1.5)", "/x",
     "must be a string, a boolean or a whole number of 32 bits, "
     "found number"},
    {R"(,"x":2147483648)", "/x",
     "must be a string, a boolean or a whole number of 32 bits, "
     "found number"},
    {R"(,"data_base64":"e30")", "/data_base64",
     "must be base64 (RFC 4648), found string"},
    {R"(,"data_base64":1)", "/data_base64", "must be a string, found number"},
    {R"(,"data":1,"data_base64":"e30=")", "/data_base64",
     "must not stand beside other data, found string"},
    {R"(,"data_base64":"e30=","data":null)", "/data",
     "must not stand beside other data, found null"},
    {R"(,"sequence":[])", "/sequence",
     "must be a string, a boolean or a whole number of 32 bits, "
     "found array"},
  }};
  for (const auto& expected : refusals) {
    BOOST_TEST_CONTEXT(expected.members) {
      const auto read = read_event(event_with(expected.members));
      BOOST_TEST_REQUIRE(!read.has_value());
      BOOST_TEST(to_string(read.error().code()) == "invalid_signal");
      BOOST_TEST(read.error().place() == expected.place);
      BOOST_TEST(read.error().detail() == expected.detail);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_four_required_attributes_are_required) {
  for (const std::string_view name : {"specversion", "id", "source", "type"}) {
    std::string text{smallest};
    text.replace(text.find('"' + std::string{name}) + 1, name.size(), "other");
    const auto read = read_event(text);
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().place() == '/' + std::string{name});
    BOOST_TEST(read.error().detail() == "is required, found nothing");
  }
}

BOOST_AUTO_TEST_CASE(only_versions_of_one_are_taken) {
  for (const std::string_view version : {"1.0", "1.0.2"}) {
    std::string text{smallest};
    text.replace(text.find("1.0"), 3, version);
    BOOST_TEST(read_event(text).has_value());
  }
  for (const std::string_view version : {"1", "1.0.1", "0.3", "2.0", ""}) {
    std::string text{smallest};
    text.replace(text.find("1.0"), 3, version);
    const auto read = read_event(text);
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().place() == "/specversion");
  }
}

BOOST_AUTO_TEST_CASE(other_values_are_no_event) {
  for (const std::string_view text : {"[]", "1", "null", "\"a\"", "true"}) {
    const auto read = read_event(text);
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST(to_string(read.error().code()) == "invalid_signal");
  }
}

BOOST_AUTO_TEST_CASE(the_guard_stands_before_the_reader) {
  BOOST_TEST(to_string(read_event(event_with(R"(,"id":"2")")).error().code())
             == "duplicate_member");
  BOOST_TEST(to_string(read_event(std::string(100'000, '[')).error().code())
             == "too_deep");
  const auto deepest = std::string(63, '[') + std::string(63, ']');
  BOOST_TEST(read_event(event_with(",\"data\":" + deepest)).has_value());
  BOOST_TEST(
    !read_event(event_with(",\"data\":[" + deepest + ']')).has_value());
  const auto behind = read_event(std::string{smallest} + "x");
  BOOST_TEST(behind.error().place() == "byte 55");
}

BOOST_AUTO_TEST_CASE(an_event_cut_anywhere_is_refused) {
  const auto whole =
    event_with(R"(,"data":{"a":[1,"\u00e4"]},"time":"2026-01-01T00:00:00Z")");
  BOOST_TEST(read_event(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST(!read_event(whole.substr(0, size)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(only_review_requests_may_be_longer_than_an_event) {
  const auto of_size = [](std::string_view type, std::size_t bytes) {
    const std::string head = R"({"specversion":"1.0","id":"1","source":"/s",)"
                             R"("type":")"
                             + std::string{type} + R"(","data":")";
    return head + std::string(bytes - head.size() - 2, 'a') + "\"}";
  };
  BOOST_TEST(read_event(of_size("t", limits::event_bytes_max)).has_value());
  const auto refused = read_event(of_size("t", limits::event_bytes_max + 1));
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(to_string(refused.error().code()) == "too_large");
  BOOST_TEST(
    read_event(of_size("review.request", limits::review_request_bytes_max))
      .has_value());
  const auto beyond =
    read_event(of_size("review.request", limits::review_request_bytes_max + 1));
  BOOST_TEST_REQUIRE(!beyond.has_value());
  BOOST_TEST(to_string(beyond.error().code()) == "too_large");
}

BOOST_AUTO_TEST_CASE(a_bad_item_leaves_the_others_of_its_batch_alone) {
  const std::string good{smallest};
  const auto read =
    read_batch("[" + good + ", {\"a\":1,\"a\":2} ,[[]],"
               + event_with(R"(,"time":"no")") + ",1e999,"
               + event_with(",\"data\":" + std::string(99, '[') + '"' + "]}"
                            + '"' + std::string(99, ']'))
               + "," + good + "]");
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST_REQUIRE(read->size() == 7u);
  BOOST_TEST((*read)[0].has_value());
  BOOST_TEST((*read)[1].error().place() == "/1/a");
  BOOST_TEST((*read)[2].error().place() == "/2");
  BOOST_TEST((*read)[3].error().place() == "/3/time");
  BOOST_TEST(!(*read)[4].has_value());
  BOOST_TEST(to_string((*read)[5].error().code()) == "too_deep");
  BOOST_TEST((*read)[5].error().place().starts_with("/5/data/0/0"));
  BOOST_TEST((*read)[6].has_value());
}

BOOST_AUTO_TEST_CASE(a_broken_batch_is_refused_as_a_whole) {
  for (const std::string_view text :
       {"", "{}", "[", "[1", "[1,", "[1,]", "[1 2]", "[]x", "[{]", "[1e999}",
        "[[1e999", "[tru]", "[\"\xFF\"]"}) {
    BOOST_TEST(!read_batch(text).has_value(), text);
  }
  BOOST_TEST_REQUIRE(read_batch(" [ ] ").has_value());
  BOOST_TEST(read_batch(" [ ] ")->empty());
}

BOOST_AUTO_TEST_CASE(a_batch_may_have_more_members_than_an_event) {
  std::string text = "[";
  for (int index = 0; index < 5'000; ++index) {
    text += smallest;
    text += ',';
  }
  text.back() = ']';
  const auto read = read_batch(text);
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->size() == 5'000u);
  BOOST_TEST(read->back().has_value());
}

BOOST_AUTO_TEST_CASE(a_batch_has_as_many_signals_as_allowed_and_no_more) {
  std::string text = "[";
  for (std::size_t index = 0; index < limits::batch_signals_max; ++index) {
    text += "0,";
  }
  text.back() = ']';
  const auto whole = read_batch(text);
  BOOST_TEST_REQUIRE(whole.has_value());
  BOOST_TEST(whole->size() == limits::batch_signals_max);

  text.back() = ',';
  const auto refused = read_batch(text + "0]");
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code() == errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_batch_has_as_many_bytes_as_allowed_and_no_more) {
  std::string text{"[]"};
  text.resize(limits::event_bytes_max, ' ');
  BOOST_TEST(read_batch(text).has_value());
  const auto refused = read_batch(text + ' ');
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code() == errc::too_large));
}

BOOST_AUTO_TEST_CASE(the_stamp_stands_between_attributes_and_data) {
  auto checked = schema::registry{}.validate(
    must_read(event_with(R"(,"causationid":"c","x":"y","data":1.0)")));
  BOOST_TEST_REQUIRE(checked.has_value());
  signal what{*std::move(checked),
              stamp{.sequence = 0,
                    .recorded_time =
                      wall_time{std::chrono::milliseconds{1'700'000'000'123}},
                    .hops = 1,
                    .tenant = "default",
                    .on_behalf_of = {}}};
  what.assign_sequence(9'007'199'254'740'993);
  std::string out;
  codec::append_event(what, out);
  BOOST_TEST(out
             == event_with(R"(,"x":"y","causationid":"c",)"
                           R"("sequence":"9007199254740993",)"
                           R"("recordedtime":"2023-11-14T22:13:20.123Z",)"
                           R"("hops":1,"tenant":"default","data":1.0)"));
}

BOOST_AUTO_TEST_CASE(a_batch_is_an_array_of_events) {
  std::string out;
  codec::append_batch({}, out);
  BOOST_TEST(out == "[]");
  auto checked = schema::registry{}.validate(must_read(smallest));
  BOOST_TEST_REQUIRE(checked.has_value());
  const auto item =
    std::make_shared<const signal>(*std::move(checked), stamp{});
  out.clear();
  codec::append_batch({item, item}, out);
  const auto read = read_batch(out);
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST_REQUIRE(read->size() == 2u);
  BOOST_TEST(written(*read->front()) == smallest);
}

BOOST_AUTO_TEST_CASE(output_is_utf_8_whatever_a_draft_holds) {
  draft what;
  what.id = "\xFF";
  what.source = "/s";
  what.type = "t";
  what.data = event_data::json(std::string{"\"\xC3\""});
  BOOST_TEST(written(what)
             == "{\"specversion\":\"1.0\",\"id\":\"\xEF\xBF\xBD\","
                "\"source\":\"/s\",\"type\":\"t\",\"data\":\"\xEF\xBF\xBD\"}");
}

BOOST_AUTO_TEST_CASE(any_draft_comes_back_as_it_was) {
  // ASCII, control characters included, and one letter beyond it.
  const auto utf_8 = [](const std::string& bytes) {
    std::string text{"\xC3\xA4"};
    for (const char byte : bytes) {
      text += static_cast<char>(byte & 0x7F);
    }
    return text;
  };
  const bool held =
    rc::check([&](const std::string& first, const std::string& second,
                  std::int32_t number, bool flag) {
      draft what;
      what.id = utf_8(first);
      what.source = utf_8(second);
      what.type = utf_8(second + first);
      what.subject = utf_8(first + second);
      what.causation_id = utf_8(first + first);
      what.extensions = {{"a", number}, {"b", flag}, {"c", utf_8(second)}};
      what.data = event_data::binary(first + second);
      const auto read = read_event(written(what));
      RC_ASSERT(read.has_value());
      RC_ASSERT(read->id == what.id);
      RC_ASSERT(read->source == what.source);
      RC_ASSERT(read->type == what.type);
      RC_ASSERT(read->subject == what.subject);
      RC_ASSERT(read->causation_id == what.causation_id);
      RC_ASSERT(read->extensions == what.extensions);
      RC_ASSERT(*read->data.bytes() == *what.data.bytes());
    });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
