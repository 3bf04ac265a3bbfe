#include "apps/sigd/door.hpp"

#include <atomic>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "libsig/access/token.hpp"

using namespace libsig;
using namespace libsig::sigd;
using std::chrono::milliseconds;

namespace {

class hand_clock final : public clock {
public:
  void advance(milliseconds by) { now_ += by; }

  [[nodiscard]] wall_time wall_now() const noexcept override { return {}; }

  [[nodiscard]] steady_time steady_now() const noexcept override {
    return now_;
  }

private:
  steady_time now_{std::chrono::hours{1}};
};

[[nodiscard]] access::token_entry entry(std::string_view token) {
  access::token_entry made;
  made.hash = access::hash_token(token);
  made.rights.scopes.add(access::scope::publish);
  return made;
}

[[nodiscard]] access::authenticator
authenticator_of(std::vector<access::token_entry> tokens) {
  return access::authenticator::make(std::move(tokens), {}).value();
}

[[nodiscard]] http::request request(std::string_view token,
                                    std::string address = "127.0.0.1") {
  http::request made;
  made.method = "GET";
  made.host = "localhost:7733";
  if (!token.empty()) {
    made.fields.add("Authorization", "Bearer " + std::string{token});
  }
  made.peer =
    std::make_shared<const http::peer>(http::peer{std::move(address), 1, true});
  return made;
}

struct setting {
  hand_clock time;
  door way_in{authenticator_of({entry("sig_right")}), {}, time};

  [[nodiscard]] http::response refuse(const http::request& head) {
    const auto by = way_in.caller_of(head);
    BOOST_REQUIRE(!by);
    return way_in.refuse(head, by.error());
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(door_keeper)

BOOST_AUTO_TEST_CASE(a_wrong_token_waits_longer_each_time) {
  setting here;
  milliseconds before{0};
  for (int failure = 0; failure < 3; ++failure) {
    const auto answer = here.refuse(request("wrong"));
    BOOST_TEST(answer.status == 401u);
    BOOST_TEST((answer.held_back > before));
    BOOST_TEST(answer.fields.find("WWW-Authenticate").value() == "Bearer");
    before = answer.held_back;
  }
}

BOOST_AUTO_TEST_CASE(too_many_wrong_tokens_are_429) {
  setting here;
  http::response answer;
  int waiting = 0;
  while ((answer = here.refuse(request("wrong"))).status == 401) {
    BOOST_TEST_REQUIRE(++waiting < 100);
  }
  BOOST_TEST(answer.status == 429u);
  BOOST_TEST(answer.held_back.count() == 0);
  BOOST_TEST(answer.fields.contains("Retry-After"));
  // Another address is not meant.
  BOOST_TEST(here.refuse(request("wrong", "10.0.0.1")).status == 401u);
  here.time.advance(std::chrono::seconds{10});
  BOOST_TEST(here.refuse(request("wrong")).status == 401u);
}

// C2 row 27
BOOST_AUTO_TEST_CASE(a_right_token_comes_in_whatever_others_do) {
  setting here;
  for (int failure = 0; failure < 10'000; ++failure) {
    static_cast<void>(here.refuse(request("wrong")));
  }
  BOOST_TEST(here.way_in.caller_of(request("sig_right")).has_value());
}

BOOST_AUTO_TEST_CASE(no_token_is_no_guess) {
  setting here;
  for (int failure = 0; failure < 100; ++failure) {
    const auto answer = here.refuse(request(""));
    BOOST_TEST_REQUIRE(answer.status == 401u);
    BOOST_TEST_REQUIRE(answer.held_back.count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_a_right_token_may_not_do_does_not_wait) {
  setting here;
  auto head = request("sig_right");
  head.fields.add("Sig-Identity", "ada");
  const auto answer = here.refuse(head);
  BOOST_TEST(answer.status == 403u);
  BOOST_TEST(answer.held_back.count() == 0);
}

BOOST_AUTO_TEST_CASE(a_change_holds_for_the_next_request) {
  setting here;
  const auto before = here.way_in.caller_of(request("sig_right"));
  here.way_in.change(authenticator_of({entry("sig_other")}), {});
  BOOST_TEST(!here.way_in.caller_of(request("sig_right")).has_value());
  BOOST_TEST(here.way_in.caller_of(request("sig_other")).has_value());
  BOOST_TEST(before->may(access::scope::publish));
}

// C2 row 32
BOOST_AUTO_TEST_CASE(pages_of_other_sites_are_refused_with_a_token_too) {
  setting here;
  auto head = request("sig_right");
  head.fields.add("Origin", "https://evil.example");
  BOOST_TEST(here.refuse(head).status == 403u);
  here.way_in.change(authenticator_of({entry("sig_right")}),
                     {{}, {"https://evil.example"}});
  BOOST_TEST(here.way_in.caller_of(head).has_value());
}

BOOST_AUTO_TEST_CASE(without_tokens_names_are_checked) {
  setting here;
  here.way_in.change(authenticator_of({}), {});
  auto head = request("");
  BOOST_TEST(here.way_in.caller_of(head).has_value());
  head.host = "board.example";
  BOOST_TEST(here.refuse(head).status == 403u);
  here.way_in.change(authenticator_of({}), {{"board.example"}, {}});
  BOOST_TEST(here.way_in.caller_of(head).has_value());
}

BOOST_AUTO_TEST_CASE(a_field_that_stands_twice_is_refused) {
  setting here;
  auto head = request("sig_right");
  head.fields.add("Authorization", "Bearer sig_right");
  BOOST_TEST(here.refuse(head).status == 400u);
}

BOOST_AUTO_TEST_SUITE_END()
