#include "libsig/topic/policy.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

using namespace libsig;
using topic::policy;

namespace {

[[nodiscard]] policy with_prefixes(std::string_view list) {
  policy by;
  by.prefixes = topic::read_prefixes(list);
  return by;
}

[[nodiscard]] bool allowed(const std::string& topic, std::string_view list) {
  const auto checked = topic::check_topic(topic, with_prefixes(list));
  BOOST_TEST((checked || checked.error().code() == errc::forbidden));
  return checked.has_value();
}

[[nodiscard]] topic::policy_reading
read(const std::map<std::string, std::string, std::less<>>& environment) {
  return topic::read_policy(
    [&](std::string_view name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt
                                        : std::optional{found->second};
    });
}

/// An object whose compact JSON has so many bytes.
[[nodiscard]] std::string object_of(std::size_t bytes) {
  return "{\"a\":\"" + std::string(bytes - 8, 'x') + "\"}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(policy_of_topics)

// M1
BOOST_AUTO_TEST_CASE(a_topic_is_trimmed_and_a_blank_one_refused) {
  BOOST_TEST(topic::check_topic(" \t signal:a \r\n", {}).value() == "signal:a");
  for (const auto* const blank : {"", " ", "\t\n\v\f\r"}) {
    const auto checked = topic::check_topic(blank, {});
    BOOST_REQUIRE(!checked);
    BOOST_TEST((checked.error().code() == errc::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(a_topic_is_what_a_type_may_be) {
  BOOST_TEST(topic::check_topic(std::string(4096, 'a'), {}).has_value());
  BOOST_TEST(!topic::check_topic(std::string(4097, 'a'), {}));
  BOOST_TEST(!topic::check_topic("a\x01"
                                 "b",
                                 {}));
  BOOST_TEST(!topic::check_topic("\xff", {}));
  // An empty segment in a type is legal, as is a star.
  BOOST_TEST(topic::check_topic("a::b", {}).has_value());
  BOOST_TEST(topic::check_topic("a:*", {}).has_value());
}

// M2, M26
BOOST_AUTO_TEST_CASE(a_list_is_trimmed_and_has_each_topic_once_in_order) {
  const std::vector<std::string> stated{" b ", "", "a", "b", " ", "a "};
  const auto checked = topic::check_topics(stated, {});
  BOOST_REQUIRE(checked);
  BOOST_TEST(*checked == (std::vector<std::string>{"b", "a"}),
             boost::test_tools::per_element());
}

// M2
BOOST_AUTO_TEST_CASE(a_list_of_nothing_is_refused) {
  for (const auto& stated :
       {std::vector<std::string>{}, {""}, {" ", "\t", ""}}) {
    const auto checked = topic::check_topics(stated, {});
    BOOST_REQUIRE(!checked);
    BOOST_TEST((checked.error().code() == errc::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(a_list_has_at_most_its_bound_of_topics) {
  std::vector<std::string> stated;
  for (std::size_t at = 0; at < limits::wait_topics_max; ++at) {
    stated.push_back("t" + std::to_string(at));
  }
  BOOST_TEST(topic::check_topics(stated, {}).has_value());
  // One that is there already is not one more.
  stated.emplace_back("t0");
  BOOST_TEST(topic::check_topics(stated, {}).has_value());
  stated.emplace_back("one more");
  const auto checked = topic::check_topics(stated, {});
  BOOST_REQUIRE(!checked);
  BOOST_TEST((checked.error().code() == errc::invalid_argument));
}

// M3
BOOST_AUTO_TEST_CASE(without_a_prefix_every_topic_is_allowed) {
  for (const auto* const list : {"", "  ", " , ,"}) {
    BOOST_TEST(allowed("anything", list));
  }
}

// M3
BOOST_AUTO_TEST_CASE(a_prefix_is_case_sensitive_and_trimmed) {
  BOOST_TEST(allowed("signal:team/a", "  signal:team/  "));
  BOOST_TEST(!allowed("Signal:team/a", "signal:team/"));
  BOOST_TEST(allowed("  signal:team/a", "signal:team/"));
}

// M3: the bare prefix itself is a legal topic.
BOOST_AUTO_TEST_CASE(the_bare_prefix_is_allowed) {
  BOOST_TEST(allowed("signal:team", "signal:team"));
  BOOST_TEST(allowed("signal:team/", "signal:team/"));
  BOOST_TEST(!allowed("signal:team", "signal:team/"));
}

// M4
BOOST_AUTO_TEST_CASE(a_prefix_ends_at_a_segment) {
  for (const auto* const topic :
       {"signal:team:a", "signal:team.a", "signal:team/a", "signal:team:"}) {
    BOOST_TEST(allowed(topic, "signal:team"), topic);
  }
  for (const auto* const topic :
       {"signal:teamB", "signal:team-a", "signal:tea", "x:signal:team:a"}) {
    BOOST_TEST(!allowed(topic, "signal:team"), topic);
  }
  for (const auto* const list : {"a:", "a.", "a/"}) {
    const std::string prefix{list};
    BOOST_TEST(allowed(prefix + "b", list));
  }
}

// M4
BOOST_AUTO_TEST_CASE(each_prefix_of_the_list_allows) {
  BOOST_TEST(allowed("a:1", "a:, b"));
  BOOST_TEST(allowed("b:1", "a:, b"));
  BOOST_TEST(!allowed("c:1", "a:, b"));
}

// M4
BOOST_AUTO_TEST_CASE(a_refusal_names_the_topic_and_the_prefixes) {
  const auto checked = topic::check_topic("c:1", with_prefixes("a:,b"));
  BOOST_REQUIRE(!checked);
  const auto said = checked.error().message();
  for (const auto* const part : {"'c:1'", "'a:'", "'b'"}) {
    BOOST_TEST(said.find(part) != std::string::npos, said);
  }
}

// M3
BOOST_AUTO_TEST_CASE(one_denied_topic_fails_the_whole_list) {
  const std::vector<std::string> stated{"a:1", "c:1"};
  const auto checked = topic::check_topics(stated, with_prefixes("a:"));
  BOOST_REQUIRE(!checked);
  BOOST_TEST((checked.error().code() == errc::forbidden));
  BOOST_TEST(checked.error().place() == "/topics/1");
}

// README, Reserved
BOOST_AUTO_TEST_CASE(nobody_waits_for_internal_signals) {
  const std::vector<std::string> stated{"internal.actor.crashed"};
  const auto checked = topic::check_topics(stated, {});
  BOOST_REQUIRE(!checked);
  BOOST_TEST((checked.error().code() == errc::forbidden));
  const std::vector<std::string> others{"internal", "internally.x"};
  BOOST_TEST(topic::check_topics(others, {}).has_value());
}

// M6
BOOST_AUTO_TEST_CASE(no_payload_is_an_empty_object) {
  for (const auto* const stated : {"", " ", "null", " null "}) {
    BOOST_TEST(topic::check_payload(stated, {}, "a").value() == "{}");
  }
}

// M7
BOOST_AUTO_TEST_CASE(only_an_object_is_a_payload) {
  for (const auto* const stated : {"[]", "1", "\"a\"", "true"}) {
    const auto checked = topic::check_payload(stated, {}, "a");
    BOOST_REQUIRE(!checked);
    BOOST_TEST((checked.error().code() == errc::invalid_argument), stated);
  }
}

// M6, M7
BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_refused) {
  for (const auto* const stated :
       {"{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":1e999}",
        "{a:1}", "{\"a\":1", "{}{}"}) {
    BOOST_TEST(!topic::check_payload(stated, {}, "a"), stated);
  }
  BOOST_TEST(topic::check_payload("{\"a\":1e308}", {}, "a").value()
             == "{\"a\":1e308}");
}

// M8, M9
BOOST_AUTO_TEST_CASE(the_cap_passes_and_one_byte_more_does_not) {
  const policy standard;
  BOOST_TEST(standard.payload_bytes_max == 65'536u);
  BOOST_TEST(
    topic::check_payload(object_of(65'536), standard, "a").has_value());
  const auto checked =
    topic::check_payload(object_of(65'537), standard, "team:a");
  BOOST_REQUIRE(!checked);
  BOOST_TEST((checked.error().code() == errc::too_large));
  const auto said = checked.error().message();
  for (const auto* const part : {"'team:a'", "65537", "65536", "reference"}) {
    BOOST_TEST(said.find(part) != std::string::npos, said);
  }
}

// M9: without escapes, without blanks; what is stored stays as it is.
BOOST_AUTO_TEST_CASE(the_size_is_that_of_compact_json_without_escapes) {
  policy by;
  by.payload_bytes_max = 10;
  for (const auto* const stated :
       {"{\"a\":\"\xC3\xA9\"}", "{\"a\":\"\\u00e9\"}",
        " { \"a\" : \"\\u00E9\" } ", "{\"a\":\"xx\"}"}) {
    BOOST_TEST(topic::check_payload(stated, by, "a").has_value(), stated);
  }
  BOOST_TEST(!topic::check_payload("{\"a\":\"xxx\"}", by, "a"));
  BOOST_TEST(topic::check_payload("{ \"a\": \"\\u00e9\" }", by, "a").value()
             == "{ \"a\": \"\\u00e9\" }");
}

// M8, U7
BOOST_AUTO_TEST_CASE(an_environment_sets_the_rules) {
  const auto got = read({{"SIGNAL_TOPIC_PREFIX", " a: , b/ "},
                         {"SIGNAL_PAYLOAD_MAX_BYTES", " 10 "},
                         {"GATEWAY_SSE_MAX_BYTES", "200"}});
  BOOST_TEST(got.rules.prefixes == (std::vector<std::string>{"a:", "b/"}),
             boost::test_tools::per_element());
  BOOST_TEST(got.rules.payload_bytes_max == 10u);
  BOOST_TEST(got.rules.event_bytes_max == 200u);
  BOOST_TEST(got.warnings.empty());
}

// M8, M32, U7
BOOST_AUTO_TEST_CASE(a_bad_number_is_the_default_and_a_warning) {
  for (const auto* const bad :
       {"x", "0", "-1", "1.5", "10k", "99999999999999999999999"}) {
    const auto got =
      read({{"SIGNAL_PAYLOAD_MAX_BYTES", bad}, {"GATEWAY_SSE_MAX_BYTES", bad}});
    BOOST_TEST(got.rules.payload_bytes_max == 65'536u);
    BOOST_TEST(got.rules.event_bytes_max == 0u);
    BOOST_REQUIRE(got.warnings.size() == 2u);
    BOOST_TEST(got.warnings[0].find("SIGNAL_PAYLOAD_MAX_BYTES")
               != std::string::npos);
  }
  const auto blank = read({{"SIGNAL_PAYLOAD_MAX_BYTES", "  "}});
  BOOST_TEST(blank.rules.payload_bytes_max == 65'536u);
  BOOST_TEST(blank.warnings.empty());
  BOOST_TEST(read({}).warnings.empty());
}

BOOST_AUTO_TEST_SUITE_END()
