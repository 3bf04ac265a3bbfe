#include "libsig/journal/key.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/schema/registry.hpp"

using namespace libsig;
using journal::digest;
using journal::key_maker;

namespace {

[[nodiscard]] key_maker maker() {
  return key_maker{key_maker::secret{1, 2, 3, 4, 5, 6, 7, 8}};
}

[[nodiscard]] signal signal_of(draft what, std::string tenant = "default") {
  stamp by;
  by.tenant = std::move(tenant);
  const schema::registry free_of_contracts;
  return {free_of_contracts.validate(std::move(what)).value(), std::move(by)};
}

[[nodiscard]] signal signal_of(std::string id, std::string source = "/s",
                               std::string tenant = "default") {
  draft what;
  what.type = "t";
  what.source = std::move(source);
  what.id = std::move(id);
  return signal_of(std::move(what), std::move(tenant));
}

const std::string uuid = "0190a0a0-0000-7000-8000-0000000000ab";

} // namespace

BOOST_AUTO_TEST_SUITE(key)

BOOST_AUTO_TEST_CASE(parts_stand_apart) {
  BOOST_TEST((maker().of({"ab", "c"}) != maker().of({"a", "bc"})));
  BOOST_TEST((maker().of({"a", ""}) != maker().of({"a"})));
  BOOST_TEST((maker().of({"a", "b"}) == maker().of({"a", "b"})));
}

BOOST_AUTO_TEST_CASE(long_parts_count_to_the_last_byte) {
  const std::string text(5'000, 'x');
  BOOST_TEST((maker().of({text, "a"}) != maker().of({text, "b"})));
}

BOOST_AUTO_TEST_CASE(identity_is_tenant_source_and_id) {
  for (const auto& id : {std::string{"1"}, uuid}) {
    const auto first = maker().identity(signal_of(id));
    BOOST_TEST((first == maker().identity(signal_of(id))));
    BOOST_TEST((first != maker().identity(signal_of(id, "/t"))));
    BOOST_TEST((first != maker().identity(signal_of(id, "/s", "other"))));
    BOOST_TEST((first != maker().identity(signal_of(id + "x"))));
  }
  BOOST_TEST((maker().identity(signal_of("1", "/s", "ab"))
              != maker().identity(signal_of("1", "b/s", "a"))));
}

BOOST_AUTO_TEST_CASE(ids_on_both_sides_of_the_short_way_stand_apart) {
  const std::string longest(short_text_hash::bytes_max, 'x');
  for (const auto& id : {longest, longest + 'x', longest + longest}) {
    const auto first = maker().identity(signal_of(id));
    BOOST_TEST((first == maker().identity(signal_of(id))));
    BOOST_TEST((first != maker().identity(signal_of(id, "/t"))));
    BOOST_TEST((first != maker().identity(signal_of(id + 'x'))));
    auto other = id;
    other.back() = 'y';
    BOOST_TEST((first != maker().identity(signal_of(other))));
  }
}

BOOST_AUTO_TEST_CASE(a_repeat_has_the_same_type_and_receiver) {
  const auto address = [](std::string_view type,
                          std::vector<extension> extensions) {
    draft what;
    what.id = "1";
    what.source = "/s";
    what.type = type;
    what.extensions = std::move(extensions);
    return maker().address(signal_of(std::move(what)));
  };
  const auto plain = address("t", {});
  BOOST_TEST(plain == address("t", {{"other", std::string{"a"}}}));
  BOOST_TEST(plain != address("u", {}));
  const auto to_a = address("t", {{"toidentity", std::string{"a"}}});
  BOOST_TEST(to_a == address("t", {{"toidentity", std::string{"a"}}}));
  BOOST_TEST(to_a != plain);
  BOOST_TEST(to_a != address("t", {{"toidentity", std::string{"b"}}}));
}

BOOST_AUTO_TEST_CASE(data_are_equal_by_value_or_by_bytes) {
  const auto data = [](event_data of) {
    draft what;
    what.id = "1";
    what.source = "/s";
    what.type = "t";
    what.data = std::move(of);
    return maker().data(signal_of(std::move(what)));
  };
  const auto json = [&](std::string text) {
    return data(event_data::json(std::move(text)));
  };
  BOOST_TEST(json(R"({"a":1,"b":2})") == json(R"({ "b": 2.0, "a": 1 })"));
  BOOST_TEST(json(R"({"a":1})") != json(R"({"a":2})"));
  BOOST_TEST(json("null") != data({}));
  BOOST_TEST(data({}) == data({}));
  const auto bytes = data(event_data::binary("ab"));
  BOOST_TEST(bytes == data(event_data::binary("ab")));
  BOOST_TEST(bytes != data(event_data::binary("ac")));
  BOOST_TEST(bytes != data(event_data::binary("")));
  BOOST_TEST(bytes != json("\"ab\""));
  BOOST_TEST(data(event_data::binary("1")) != json("1"));
  BOOST_TEST(data(event_data::binary("")) != data({}));
}

BOOST_AUTO_TEST_CASE(every_digit_of_a_uuid_counts) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  const auto note = [&](const std::string& id) {
    const auto made = maker().identity(signal_of(id));
    BOOST_TEST(seen.emplace(made.words[0], made.words[1]).second);
  };
  note(uuid);
  for (std::size_t at = 0; at < uuid.size(); ++at) {
    auto other = uuid;
    other[at] = other[at] == '5' ? '6' : '5';
    note(other);
  }
  // Written otherwise it is another id.
  note("0190A0A0-0000-7000-8000-0000000000AB");
  note("{" + uuid + "}");
}

BOOST_AUTO_TEST_CASE(neighbouring_uuids_spread_over_the_bits) {
  std::set<std::uint64_t> low;
  std::set<std::uint64_t> high;
  for (int number = 0; number < 1'000; ++number) {
    auto id = uuid;
    const auto digits = std::to_string(number);
    id.replace(id.size() - digits.size(), digits.size(), digits);
    const auto made = maker().identity(signal_of(id));
    low.insert(made.words[0] % 4'096);
    high.insert(made.words[1] % 256);
  }
  // 1000 balls in 4096 boxes fill about 888, in 256 about 251.
  BOOST_TEST(low.size() > 800u);
  BOOST_TEST(high.size() > 235u);
}

BOOST_AUTO_TEST_CASE(another_secret_gives_other_digests) {
  const key_maker other{key_maker::secret{9}};
  for (const auto& id : {std::string{"1"}, uuid}) {
    BOOST_TEST(
      (maker().identity(signal_of(id)) != other.identity(signal_of(id))));
  }
}

BOOST_AUTO_TEST_SUITE_END()
