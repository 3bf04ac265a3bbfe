#include "tests/publish/world.hpp"

#include "libsig/publish/webhook.hpp"
#include "tests/support/receiver.hpp"

#include <cstdlib>

using namespace libsig;
using namespace std::chrono_literals;
using publish::outcome;
using testing::publishing_world;
using testing::receiver;

namespace {

/// A webhook to a receiver on loopback, which is allowed to it.
struct hooked {
  hooked() {
    how.url = to.url();
    how.secret = "key";
    how.timeout = 10s;
    how.time = world.time;
    how.addresses = allowing({"127.0.0.1"});
  }

  [[nodiscard]] static publish::address_policy
  allowing(std::initializer_list<std::string_view> networks) {
    std::vector<publish::network> all;
    for (const auto one : networks) {
      all.push_back(*publish::parse_network(one));
    }
    return publish::address_policy{std::move(all)};
  }

  [[nodiscard]] publish::webhook& hook() {
    if (!made) {
      auto built = publish::webhook::make(how);
      BOOST_REQUIRE_MESSAGE(built, (built ? "" : built.error().message()));
      made = std::move(*built);
    }
    return *made;
  }

  publish::delivery post(const testing::stated_signal& with = {}) {
    const signal_ptr one = world.signal_of(with);
    return hook().deliver(std::span{&one, 1});
  }

  /// How a post fares that is answered so.
  publish::delivery answered(testing::scripted_answer with) {
    to.answer({std::move(with)});
    return post();
  }

  publishing_world world;
  receiver to;
  publish::webhook_options how;
  std::unique_ptr<publish::webhook> made;
};

[[nodiscard]] result<std::unique_ptr<publish::webhook>>
made_for(std::string url, publish::address_policy may = {}) {
  publish::webhook_options how;
  how.url = std::move(url);
  how.addresses = std::move(may);
  how.time = std::make_shared<system_clock>();
  return publish::webhook::make(std::move(how));
}

} // namespace

BOOST_AUTO_TEST_SUITE(webhook)

// C2 row 31, B9.
BOOST_AUTO_TEST_CASE(a_signal_is_posted_as_a_signed_cloudevent) {
  hooked one;
  BOOST_TEST(
    (one.post({.type = "order made", .id = "i"}).outcome == outcome::done));
  const auto posts = one.to.posts(1);
  BOOST_REQUIRE(posts.size() == 1u);
  const auto& got = posts.front();
  BOOST_TEST(got.head.starts_with("POST /hook HTTP/1.1\r\n"));
  BOOST_TEST(got.field("content-type")
             == "application/cloudevents+json; charset=utf-8");
  BOOST_TEST(got.field("x-webhook-event") == "order%20made");
  BOOST_TEST(got.field("x-webhook-timestamp") == "1767323045");
  BOOST_TEST(got.field("x-webhook-signature")
             == publish::webhook_signature("key", "1767323045", got.body));
  BOOST_TEST(got.field("expect").empty());
  BOOST_TEST(got.body.find(R"("id":"i")") != std::string::npos);
  BOOST_TEST(got.body.find(R"("specversion":"1.0")") != std::string::npos);
}

// Computed with `printf '%s' '1.{}' | openssl dgst -sha256 -hmac key`.
BOOST_AUTO_TEST_CASE(the_signature_is_that_of_timestamp_dot_body) {
  BOOST_TEST(
    publish::webhook_signature("key", "1", "{}")
    == "1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
}

BOOST_AUTO_TEST_CASE(each_try_has_a_timestamp_of_its_own) {
  hooked one;
  one.post();
  one.world.advance(5s);
  one.post();
  const auto posts = one.to.posts(2);
  BOOST_REQUIRE(posts.size() == 2u);
  BOOST_TEST(posts[0].field("x-webhook-timestamp") == "1767323045");
  BOOST_TEST(posts[1].field("x-webhook-timestamp") == "1767323050");
}

BOOST_AUTO_TEST_CASE(without_a_secret_nothing_is_signed) {
  hooked one;
  one.how.secret.clear();
  one.post();
  BOOST_TEST(one.to.posts(1).at(0).field("x-webhook-signature").empty());
}

BOOST_AUTO_TEST_CASE(secrets_in_the_payload_are_hidden) {
  hooked one;
  one.post({.data = event_data::json(std::string{R"({"api_key":"s3cret"})"})});
  const auto body = one.to.posts(1).at(0).body;
  BOOST_TEST(body.find("s3cret") == std::string::npos);
  BOOST_TEST(body.find("[REDACTED]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_type_cannot_break_out_of_its_field) {
  hooked one;
  one.post({.type = "a\"b%\xC3\xA9"});
  BOOST_TEST(one.to.posts(1).at(0).field("x-webhook-event")
             == "a%22b%25%C3%A9");
}

BOOST_AUTO_TEST_CASE(every_status_means_one_thing) {
  for (const long status : {200, 201, 202, 204, 299}) {
    BOOST_TEST((publish::outcome_of(status) == outcome::done), status);
  }
  for (const long status : {408, 429, 500, 502, 503, 504, 599}) {
    BOOST_TEST((publish::outcome_of(status) == outcome::again), status);
  }
  for (const long status :
       {100, 199, 300, 301, 302, 307, 308, 400, 401, 403, 404,
        407, 409, 411, 413, 415, 422, 428, 430, 431, 499, 600}) {
    BOOST_TEST((publish::outcome_of(status) == outcome::refused), status);
  }
  BOOST_TEST((publish::outcome_of(410) == outcome::gone));
}

BOOST_AUTO_TEST_CASE(an_answer_says_what_it_says_over_the_wire) {
  hooked one;
  BOOST_TEST((one.answered({.status = 204}).outcome == outcome::done));
  const auto down = one.answered({.status = 500});
  BOOST_TEST((down.outcome == outcome::again));
  BOOST_TEST(down.reason.find(" answered 500") != std::string::npos);
  BOOST_TEST(!down.retry_after);
  BOOST_TEST((one.answered({.status = 410}).outcome == outcome::gone));
  BOOST_TEST((one.answered({.status = 404}).outcome == outcome::refused));
}

BOOST_AUTO_TEST_CASE(a_redirect_is_refused_and_not_followed) {
  hooked one;
  receiver elsewhere;
  const auto got = one.answered(
    {.status = 307, .fields = "Location: " + elsewhere.url() + "\r\n"});
  BOOST_TEST((got.outcome == outcome::refused));
  BOOST_TEST(elsewhere.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(retry_after_is_read) {
  hooked one;
  const auto got =
    one.answered({.status = 429, .fields = "Retry-After: 17\r\n"});
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_REQUIRE(got.retry_after);
  BOOST_TEST((*got.retry_after == 17s));
  const auto far =
    one.answered({.status = 503, .fields = "Retry-After: 99999999999\r\n"});
  BOOST_REQUIRE(far.retry_after);
  BOOST_TEST((*far.retry_after <= 24h));
}

BOOST_AUTO_TEST_CASE(a_closed_connection_is_tried_again) {
  hooked one;
  one.to.answer_all({.closes = true});
  const auto got = one.post();
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_TEST(!got.reason.empty());
}

BOOST_AUTO_TEST_CASE(nobody_who_listens_is_tried_again) {
  hooked one;
  {
    receiver gone;
    one.how.url = gone.url();
  }
  BOOST_TEST((one.post().outcome == outcome::again));
}

BOOST_AUTO_TEST_CASE(a_receiver_that_takes_too_long_is_tried_again) {
  hooked one;
  one.how.timeout = 100ms;
  one.to.answer_all({.hangs = true});
  BOOST_TEST((one.post().outcome == outcome::again));
}

BOOST_AUTO_TEST_CASE(a_huge_answer_is_cut_off_and_its_status_counts) {
  hooked one;
  const auto size = limits::webhook_answer_bytes_max * 64;
  BOOST_TEST(
    (one.answered({.body = std::string(size, 'x')}).outcome == outcome::done));
  BOOST_TEST(
    (one.answered({.status = 500, .body = std::string(size, 'x')}).outcome
     == outcome::again));
}

BOOST_AUTO_TEST_CASE(huge_fields_of_an_answer_do_not_count_as_one) {
  hooked one;
  const auto got =
    one.answered({.fields = "X: " + std::string(8u << 20, 'x') + "\r\n"});
  BOOST_TEST((got.outcome == outcome::again));
}

BOOST_AUTO_TEST_CASE(a_connection_is_used_again) {
  hooked one;
  one.to.answer_all({.keeps = true});
  for (int round = 0; round < 5; ++round) {
    BOOST_TEST((one.post().outcome == outcome::done));
  }
  BOOST_TEST(one.to.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(a_large_signal_arrives_whole) {
  hooked one;
  const std::string text(3u << 20, 'x');
  BOOST_TEST((one.post({.data = event_data::json('"' + text + '"')}).outcome
              == outcome::done));
  BOOST_TEST(one.to.posts(1).at(0).body.find(text) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_delivery_ends_when_it_is_cancelled) {
  hooked one;
  one.to.answer_all({.hangs = true});
  auto& hook = one.hook();
  std::thread end{[&] {
    static_cast<void>(one.to.posts(1));
    hook.cancel();
  }};
  BOOST_TEST((one.post().outcome == outcome::cancelled));
  end.join();
  BOOST_TEST((one.post().outcome == outcome::cancelled));
}

BOOST_AUTO_TEST_CASE(the_environments_proxy_is_not_used) {
  receiver proxy;
  for (const auto* const name : {"http_proxy", "ALL_PROXY", "all_proxy"}) {
    ::setenv(name, proxy.url().c_str(), 1);
  }
  hooked one;
  BOOST_TEST((one.post().outcome == outcome::done));
  BOOST_TEST(proxy.connections() == 0u);
  for (const auto* const name : {"http_proxy", "ALL_PROXY", "all_proxy"}) {
    ::unsetenv(name);
  }
}

BOOST_AUTO_TEST_CASE(https_to_who_shows_no_certificate_is_tried_again) {
  hooked one;
  one.how.url.replace(0, 4, "https");
  one.how.timeout = 2s;
  BOOST_TEST((one.post().outcome == outcome::again));
}

// C2 row 30.
BOOST_AUTO_TEST_CASE(urls_that_name_a_refused_address_are_refused_at_once) {
  for (const auto* const host : {"127.0.0.1",
                                 "127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "0177.0.0.1",
                                 "0x7f.0.0.1",
                                 "10.0.0.1",
                                 "192.168.1.1",
                                 "172.16.0.1",
                                 "0.0.0.0",
                                 "0",
                                 "169.254.169.254",
                                 "2852039166",
                                 "[::1]",
                                 "[::]",
                                 "[fd00::1]",
                                 "[fe80::1]",
                                 "[::ffff:127.0.0.1]",
                                 "[::ffff:7f00:1]",
                                 "[64:ff9b::7f00:1]",
                                 "[2002:7f00:1::]",
                                 "[ff02::1]",
                                 "224.0.0.1",
                                 "255.255.255.255",
                                 "100.64.0.1"}) {
    const auto made = made_for("http://" + std::string{host} + "/");
    BOOST_TEST(!made, host);
    if (!made) {
      BOOST_TEST((made.error().code() == errc::invalid_argument), host);
    }
  }
}

BOOST_AUTO_TEST_CASE(urls_of_other_forms_are_refused) {
  for (const auto* const url :
       {"", "x", "//8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd",
        "gopher://8.8.8.8/", "javascript:x", "http://user@8.8.8.8/",
        "http://user:word@8.8.8.8/", "http://:@8.8.8.8/", "http://",
        "http://8.8.8.8/\r\nX: y", "http://8.8.8.8/\n", "http://8.8.8.8/ x",
        "http://8.8.8.8\\@127.0.0.1/", "http://8.8.8.8:99999/",
        "http://8.8.8.8/\xC3\xA9"}) {
    BOOST_TEST(!made_for(url), url);
  }
  BOOST_TEST(made_for("https://example.org/a?b=c#d").has_value());
  BOOST_TEST(made_for("http://8.8.8.8:8080/").has_value());
}

BOOST_AUTO_TEST_CASE(an_error_does_not_repeat_a_hostile_url) {
  const auto made = made_for("http://8.8.8.8/\r\nX: y");
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().message().find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_name_of_a_refused_address_is_not_connected_to) {
  hooked one;
  one.how.url = one.to.url("localhost");
  one.how.addresses = {};
  const auto got = one.post();
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_TEST(got.reason.find("loopback") != std::string::npos, got.reason);
  BOOST_TEST(one.to.connections() == 0u);
}

// A name server that answers something else the second time.
BOOST_AUTO_TEST_CASE(a_name_that_is_bound_anew_reaches_nothing_refused) {
  hooked one;
  receiver inside{"127.0.0.2", one.to.port()};
  std::vector<std::string> addresses{"127.0.0.1"};
  one.how.url = one.to.url("receiver.example");
  one.how.resolve = [&](const std::string& host) {
    BOOST_TEST(host == "receiver.example");
    return addresses;
  };
  BOOST_TEST((one.post().outcome == outcome::done));
  addresses = {"127.0.0.2"};
  const auto got = one.post();
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_TEST(got.reason.find("127.0.0.2 (loopback)") != std::string::npos);
  addresses = {"127.0.0.2", "127.0.0.1"};
  BOOST_TEST((one.post().outcome == outcome::done));
  BOOST_TEST(inside.connections() == 0u);
  BOOST_TEST(one.to.posts(2).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_name_that_carries_an_address_in_ipv6_is_refused) {
  hooked one;
  one.how.addresses = {};
  one.how.url = one.to.url("receiver.example");
  for (const auto* const address :
       {"::ffff:127.0.0.1", "64:ff9b::7f00:1", "::1", "fd00::1"}) {
    one.made.reset();
    one.how.resolve = [&](const std::string&) {
      return std::vector<std::string>{address};
    };
    const auto got = one.post();
    BOOST_TEST((got.outcome == outcome::again), address);
    BOOST_TEST(got.reason.find("refused to connect to") != std::string::npos,
               got.reason);
  }
  BOOST_TEST(one.to.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(
  the_node_itself_is_refused_even_where_loopback_is_allowed) {
  hooked one;
  one.how.own_ports = {one.to.port()};
  const auto got = one.post();
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_TEST(got.reason.find("this node itself") != std::string::npos);
  BOOST_TEST(one.to.connections() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
