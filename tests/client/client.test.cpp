#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/client/world.hpp"

using namespace libsig;
using namespace libsig::test;

BOOST_AUTO_TEST_SUITE(client)

BOOST_AUTO_TEST_CASE(a_publication_gives_its_receipt) { // D1
  world in;
  const auto ann = in.make("ann");
  libsig::client::publish_options how;
  how.id = "one";
  const auto first = must(ann.publish(" a.b ", R"({"n":1})", how));
  BOOST_TEST(first.id == "one");
  BOOST_TEST(first.source == "/agents/ann");
  BOOST_TEST(!first.duplicate);
  BOOST_TEST(must(ann.publish("a.b", R"({"n":1})", how)).duplicate);
  BOOST_TEST(code_of(ann.publish("a.c", R"({"n":1})", how))
             == "duplicate_conflict");
}

BOOST_AUTO_TEST_CASE(absent_data_is_not_null) { // D6
  world in;
  const auto ann = in.make("ann");
  must(ann.publish("a"));
  must(ann.publish("a", "null"));
  const auto all = must(ann.recent());
  BOOST_TEST(all[0].data.absent());
  BOOST_TEST(all[1].data.json_text() == "null");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_refused) {
  world in;
  const auto ann = in.make("ann");
  BOOST_TEST(code_of(ann.publish(" ")) == "invalid_argument"); // D1
  BOOST_TEST(code_of(ann.publish("a", "{")) == "invalid_json");
  BOOST_TEST(code_of(ann.publish("internal.x")) == "reserved_type");
  libsig::client::client_options bad;
  bad.name = "a/b";
  BOOST_TEST(code_of(libsig::client::client::make(in.node(), bad))
             == "invalid_argument");
  bad = {};
  bad.tenant = " ";
  BOOST_TEST(code_of(libsig::client::client::make(in.node(), bad))
             == "invalid_argument");
}

BOOST_AUTO_TEST_CASE(reserved_types_are_for_those_who_may) {
  world in;
  libsig::client::client_options how;
  how.emit_reserved = true;
  must(in.make(how).publish("agent:x:wake"));
}

BOOST_AUTO_TEST_CASE(the_newest_are_listed_oldest_first) { // D8
  world in;
  const auto ann = in.make("ann");
  for (int count = 0; count < 1'002; ++count) {
    must(ann.publish("a"));
  }
  const auto some = must(ann.recent(3));
  BOOST_REQUIRE(some.size() == 3u);
  BOOST_TEST(some[0].sequence == 1'000u);
  BOOST_TEST(some[2].sequence == 1'002u);
  BOOST_TEST(must(ann.recent()).size() == 200u);
  BOOST_TEST(must(ann.recent(0)).size() == 1u); // U7: clamped
  BOOST_TEST(must(ann.recent(1)).size() == 1u);
  BOOST_TEST(must(ann.recent(1'000)).size() == 1'000u);
  BOOST_TEST(must(ann.recent(1'001)).size() == 1'000u);
}

BOOST_AUTO_TEST_CASE(tenants_never_meet) { // D15
  world in;
  const auto ann = in.make("ann");
  libsig::client::client_options other;
  other.tenant = "other";
  other.name = "ann";
  const auto twin = in.make(other);
  must(ann.send_signal("t"));
  BOOST_TEST(must(twin.recent()).empty());
  libsig::client::wait_options look;
  look.timeout = 0ms;
  BOOST_TEST(!must(twin.wait_for_signal("t", look)).ok());
}

BOOST_AUTO_TEST_CASE(a_receipt_may_come_without_waiting) {
  world in;
  const auto ann = in.make("ann");
  channel<std::uint64_t> came;
  ann.publish("a", event_data{}, {}, [&](result<journal::receipt> got) {
    came.put(must(std::move(got)).sequence);
  });
  BOOST_TEST(came.take() == 1u);
  channel<std::string> refused;
  ann.send_signal("t", "[]", {}, [&](result<libsig::client::sent> got) {
    refused.put(code_of(got));
  });
  BOOST_TEST(refused.take() == "invalid_argument");
}

BOOST_AUTO_TEST_SUITE_END()
