#include "libsig/schedule/row.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;

namespace {

[[nodiscard]] schedule::scheduled_row sample() {
  schedule::scheduled_row made;
  made.id = "id with blanks \n and ü";
  made.deliver_at = wall_time{std::chrono::milliseconds{1'700'000'000'123}};
  made.created_at = wall_time{std::chrono::milliseconds{17}};
  made.repeat_key = "every \"day\"\n";
  made.on_behalf_of = "/system";
  made.what.id = made.id;
  made.what.type = "orders:new";
  made.what.source = "/agents/ann";
  made.what.subject = "a subject";
  made.what.extensions = {{"priority", std::int32_t{3}}};
  made.what.data = event_data::json(std::string{"{\"n\": 1.50,\n\"m\":[]}"});
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(schedule_row)

BOOST_AUTO_TEST_CASE(a_row_is_read_as_it_was_written) {
  const auto written = sample();
  const auto read = schedule::read_row(schedule::to_text(written));
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->id == written.id);
  BOOST_TEST((read->deliver_at == written.deliver_at));
  BOOST_TEST((read->created_at == written.created_at));
  BOOST_TEST(read->repeat_key == written.repeat_key);
  BOOST_TEST(read->on_behalf_of == written.on_behalf_of);
  BOOST_TEST(read->what.id == written.id);
  BOOST_TEST(read->what.type == written.what.type);
  BOOST_TEST(read->what.source == written.what.source);
  BOOST_TEST((read->what.subject == written.what.subject));
  BOOST_TEST((read->what.extensions == written.what.extensions));
  BOOST_TEST(read->what.data.json_text() == "{\"n\": 1.50,\n\"m\":[]}");
}

BOOST_AUTO_TEST_CASE(null_is_not_absent_and_bytes_stay_bytes_D6) {
  auto row = sample();
  row.what.data = {};
  BOOST_TEST(schedule::read_row(schedule::to_text(row))->what.data.absent());
  row.what.data = event_data::json(std::string{"null"});
  const auto null = schedule::read_row(schedule::to_text(row));
  BOOST_TEST(!null->what.data.absent());
  BOOST_TEST(null->what.data.json_text() == "null");
  row.what.data = event_data::binary(std::string{"\0\n\xff", 3});
  const auto bytes = schedule::read_row(schedule::to_text(row));
  BOOST_TEST((bytes->what.data.which() == event_data::kind::binary));
  BOOST_TEST(*bytes->what.data.bytes() == (std::string{"\0\n\xff", 3}));
}

BOOST_AUTO_TEST_CASE(what_is_no_row_is_not_read) {
  const auto good = schedule::to_text(sample());
  for (const std::string bad :
       {"", "\n", "\n\n\n", "{}\n{}\nj\n1", "not\nat\nall\n"}) {
    BOOST_TEST(!schedule::read_row(bad).has_value());
  }
  for (std::size_t size = 0; size < good.find("\nj\n") + 3; ++size) {
    BOOST_TEST(!schedule::read_row(good.substr(0, size)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(keys_tell_tenants_sources_and_ids_apart) {
  auto one = sample();
  one.what.source = "/a";
  one.id = "bc";
  auto other = sample();
  other.what.source = "/ab";
  other.id = "c";
  const auto key = schedule::row_key("t", one);
  BOOST_TEST(key != schedule::row_key("t", other));
  BOOST_TEST(key != schedule::row_key("u", one));
  BOOST_TEST((schedule::tenant_of_key(key) == "t"));
  BOOST_TEST(!schedule::tenant_of_key("none"));
  BOOST_TEST(!schedule::tenant_of_key("/none"));
}

BOOST_AUTO_TEST_SUITE_END()
