#include "apps/sigd/wait_body.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/access/token.hpp"
#include "libsig/core/limits.hpp"

using namespace libsig;
using access::caller;
using topic::wait_mode;
using texts = std::vector<std::string>;

namespace {

[[nodiscard]] caller nobody() { return caller::on_loopback({}, std::nullopt); }

/// Whoever is called so, with a token for types of `a`.
[[nodiscard]] caller narrowed(std::string name) {
  auto rights = std::make_shared<access::rights>();
  rights->tenant = "acme";
  rights->scopes.add(access::scope::subscribe);
  rights->types.push_back(pattern::parse("a.**").value());
  rights->types.push_back(pattern::parse("internal.**").value());
  rights->names.push_back(name);
  return caller::with_token(std::move(rights), std::move(name),
                            std::make_shared<const std::string>("h"));
}

[[nodiscard]] result<std::shared_ptr<const topic::wait_request>>
read(std::string_view body, const caller& by = nobody(),
     const topic::policy& rules = {}) {
  return sigd::read_wait(body, by, rules);
}

[[nodiscard]] topic::wait_request good(std::string_view body,
                                       const caller& by = nobody()) {
  const auto made = read(body, by);
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  return **made;
}

/// The class of the refusal and its place.
[[nodiscard]] std::string refusal(std::string_view body,
                                  const caller& by = nobody(),
                                  const topic::policy& rules = {}) {
  const auto made = read(body, by, rules);
  BOOST_TEST_REQUIRE(!made.has_value(), std::string{body});
  return std::string{to_string(made.error().code())} + ' '
         + made.error().place();
}

} // namespace

BOOST_AUTO_TEST_SUITE(wait_body)

BOOST_AUTO_TEST_CASE(a_topic_is_enough) {
  const auto made = good(R"({"topics":[" a.b "]})");
  BOOST_TEST((made.mode == wait_mode::one));
  BOOST_TEST((made.topics == texts{"a.b"}));
  BOOST_TEST(made.timeout.count() == 30'000);
  BOOST_TEST((made.start.is == topic::start_position::kind::latest));
  BOOST_TEST(made.last_ids.empty());
  BOOST_TEST(!made.oldest_first);
  BOOST_TEST(!made.consume_partial);
  BOOST_TEST(made.owner.tenant == "default");
  BOOST_TEST(!made.owner.keeps());
  BOOST_TEST(!made.caller.empty());
}

BOOST_AUTO_TEST_CASE(all_members_reach_the_request) {
  const auto made = good(
    R"({"mode":"all","topics":["a.x","a.y"],"last_ids":{" a.x":"1","a.y":null},
        "timeout_ms":600000,"conversation_id":" c ","consumer":"ada",
        "start":"sequence:7","order":"oldest","partial":"consume"})",
    narrowed("ada"));
  BOOST_TEST((made.mode == wait_mode::all));
  BOOST_TEST((made.topics == texts{"a.x", "a.y"}));
  BOOST_TEST(made.last_ids.at("a.x") == "1");
  BOOST_TEST(made.last_ids.at("a.y") == "");
  BOOST_TEST(made.timeout.count() == 600'000);
  BOOST_TEST(made.owner.tenant == "acme");
  BOOST_TEST(made.owner.conversation == "c");
  BOOST_TEST(made.owner.consumer == "ada");
  BOOST_TEST((made.start.is == topic::start_position::kind::sequence));
  BOOST_TEST(made.start.sequence == 7u);
  BOOST_TEST(made.oldest_first);
  BOOST_TEST(made.consume_partial);
}

BOOST_AUTO_TEST_CASE(the_callers_name_is_the_consumer_that_nobody_states) {
  BOOST_TEST(good(R"({"topics":["a.b"]})", narrowed("ada")).owner.consumer
             == "ada");
  BOOST_TEST(refusal(R"({"topics":["a.b"],"consumer":"bob"})", narrowed("ada"))
             == "forbidden /consumer");
  BOOST_TEST(good(R"({"topics":["a.b"],"consumer":"bob"})").owner.consumer
             == "bob");
  for (const auto* wrong : {"", "a/b", "*", ".."}) {
    BOOST_TEST(refusal("{\"topics\":[\"a\"],\"consumer\":\""
                       + std::string{wrong} + "\"}")
                 == "invalid_argument /consumer",
               wrong);
  }
}

BOOST_AUTO_TEST_CASE(callers_are_counted_by_token_and_name) {
  const auto key = [](const caller& by) {
    return good(R"({"topics":["a.b"]})", by).caller;
  };
  BOOST_TEST(key(narrowed("ada")) == key(narrowed("ada")));
  BOOST_TEST(key(narrowed("ada")) != key(narrowed("bob")));
  BOOST_TEST(key(nobody()) != key(narrowed("ada")));
}

// M2, M26
BOOST_AUTO_TEST_CASE(topics_are_trimmed_and_each_counts_once) {
  const auto made = good(R"({"mode":"all","topics":["b"," ","a"," b ","a"]})");
  BOOST_TEST((made.topics == texts{"b", "a"}));
  // Two of one name are one.
  BOOST_TEST((good(R"({"topics":["a"," a"]})").mode == wait_mode::one));
}

BOOST_AUTO_TEST_CASE(wrong_topics_are_refused_at_their_place) {
  BOOST_TEST(refusal("{}") == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"topics":null})") == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"topics":"a"})") == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"topics":[]})") == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"topics":[" ",""]})") == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"topics":["a",1]})") == "invalid_argument /topics/1");
  BOOST_TEST(refusal(R"({"topics":["a\u0001"]})")
             == "invalid_argument /topics/0");
  std::string many{R"({"mode":"any","topics":[)"};
  for (std::size_t at = 0; at < limits::wait_topics_max; ++at) {
    many += "\"t" + std::to_string(at) + "\",";
  }
  BOOST_TEST(good(many + "\"t0\"]}").topics.size() == limits::wait_topics_max);
  BOOST_TEST(refusal(many + "\"u\"]}") == "invalid_argument /topics");
}

// M3, contract "Caller" and "Reserved"
BOOST_AUTO_TEST_CASE(what_the_caller_may_not_is_forbidden) {
  BOOST_TEST(refusal(R"({"mode":"any","topics":["a.b","b"]})", narrowed("ada"))
             == "forbidden /topics");
  BOOST_TEST(refusal(R"({"topics":["internal.x"]})") == "forbidden /topics/0");
  BOOST_TEST(refusal(R"({"topics":["internal.x"]})", narrowed("ada"))
             == "forbidden /topics/0");
  const topic::policy rules{.prefixes = {"team:"}};
  BOOST_TEST(
    refusal(R"({"mode":"any","topics":["team:a","b"]})", nobody(), rules)
    == "forbidden /topics/1");
  BOOST_TEST(read(R"({"topics":["team:a"]})", nobody(), rules).has_value());
  // Reserved types are for everybody to hear.
  BOOST_TEST(read(R"({"topics":["review.summary"]})").has_value());
}

BOOST_AUTO_TEST_CASE(several_topics_need_a_mode) {
  BOOST_TEST(refusal(R"({"topics":["a","b"]})") == "invalid_argument /mode");
  BOOST_TEST(refusal(R"({"mode":"one","topics":["a","b"]})")
             == "invalid_argument /topics");
  BOOST_TEST(refusal(R"({"mode":"some","topics":["a"]})")
             == "invalid_argument /mode");
  BOOST_TEST(refusal(R"({"mode":null,"topics":["a"]})")
             == "invalid_argument /mode");
  BOOST_TEST((good(R"({"mode":"all","topics":["a"]})").mode == wait_mode::all));
}

// Contract, "Limits out of range": input is refused, not moved to a bound.
BOOST_AUTO_TEST_CASE(timeouts_are_milliseconds_within_bounds) {
  const auto with = [](std::string_view timeout) {
    return R"({"topics":["a"],"timeout_ms":)" + std::string{timeout} + "}";
  };
  BOOST_TEST(good(with("0")).timeout.count() == 0);
  BOOST_TEST(good(with("600000")).timeout.count() == 600'000);
  for (const auto* wrong :
       {"-1", "600001", "99999999999999999999", "1.5", "1.0", "1e3", "\"1\"",
        "null", "true", "[]", "{}"}) {
    BOOST_TEST(refusal(with(wrong)) == "invalid_argument /timeout_ms", wrong);
  }
  BOOST_TEST(refusal(with("NaN")).starts_with("invalid_json"));
  BOOST_TEST(refusal(with("1e999")).starts_with("invalid_json"));
}

BOOST_AUTO_TEST_CASE(positions_are_those_of_listed_topics) {
  BOOST_TEST(refusal(R"({"topics":["a"],"last_ids":{"b":"1"}})")
             == "invalid_argument /last_ids/b");
  BOOST_TEST(refusal(R"({"topics":["a"],"last_ids":{"a":1}})")
             == "invalid_argument /last_ids/a");
  BOOST_TEST(refusal(R"({"topics":["a"],"last_ids":{"a":"1"," a":"2"}})")
             == "invalid_argument /last_ids/ a");
  BOOST_TEST(refusal(R"({"topics":["a"],"last_ids":["1"]})")
             == "invalid_argument /last_ids");
  BOOST_TEST(good(R"({"topics":["a"],"last_ids":null})").last_ids.empty());
  BOOST_TEST(good(R"({"topics":["a"],"last_ids":{"a":""}})").last_ids.at("a")
             == "");
}

BOOST_AUTO_TEST_CASE(other_members_are_known_and_valid) {
  for (const auto* wrong : {R"("start":"here")", R"("start":"sequence:-1")",
                            R"("start":"time:x")", R"("start":1)"}) {
    BOOST_TEST(refusal(R"({"topics":["a"],)" + std::string{wrong} + "}")
                 == "invalid_argument /start",
               wrong);
  }
  BOOST_TEST(refusal(R"({"topics":["a"],"order":"new"})")
             == "invalid_argument /order");
  BOOST_TEST(refusal(R"({"topics":["a"],"partial":true})")
             == "invalid_argument /partial");
  BOOST_TEST(refusal(R"({"topics":["a"],"last_id":"1"})")
             == "invalid_argument /last_id");
  const auto named = [](std::size_t bytes) {
    return R"({"topics":["a"],"conversation_id":")" + std::string(bytes, 'x')
           + "\"}";
  };
  BOOST_TEST(good(named(256)).owner.conversation.size() == 256u);
  BOOST_TEST(refusal(named(257)) == "invalid_argument /conversation_id");
  BOOST_TEST(good(R"({"topics":["a"],"conversation_id":" "})")
               .owner.conversation.empty());
}

BOOST_AUTO_TEST_SUITE_END()
