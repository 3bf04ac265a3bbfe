#include "tests/sim/traffic.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "libsig/review/signals.hpp"
#include "tests/sim/cast.hpp"
#include "tests/support/reactors.hpp"

namespace libsig::sim {

namespace {

[[nodiscard]] event_data number(std::size_t of) {
  return event_data::json("{\"n\":" + std::to_string(of) + "}");
}

[[nodiscard]] std::string review_name(std::size_t number) {
  return "review/" + std::to_string(number);
}

} // namespace

draft traffic::free() {
  if (!named_.empty() && dice_.percent(15)) {
    auto again = dice_.pick(named_);
    if (dice_.percent(30)) {
      again.data = number(dice_.below(5));
    }
    if (dice_.percent(20)) {
      again.type = dice_.pick(traffic_types());
    }
    return again;
  }
  draft made;
  made.type = dice_.pick(traffic_types());
  made.source = dice_.percent(50) ? "/one" : "/two";
  if (!dice_.percent(20)) {
    made.data = number(dice_.below(100));
  }
  if (dice_.percent(40)) {
    made.id = "id " + std::to_string(dice_.below(60));
    named_.push_back(made);
  }
  return made;
}

draft traffic::request() {
  if (requests_.empty() || dice_.percent(75)) {
    requests_.push_back(new_request());
    return requests_.back();
  }
  auto again = dice_.pick(requests_);
  if (dice_.percent(50)) {
    again.id = dice_.percent(50) ? std::string{}
                                 : "request " + std::to_string(dice_.below(40));
  }
  if (dice_.percent(30)) {
    const auto first = again.data.as<review::request>();
    if (first) {
      again = test::request_draft(
        test::make_request(first->review_id, dice_.between(1, 3)));
    }
  }
  return again;
}

draft traffic::new_request() {
  auto asked = test::make_request(review_name(reviews_++), dice_.between(1, 2));
  if (dice_.percent(80)) {
    asked->options.timeout = std::chrono::milliseconds{dice_.between(1, 5000)};
  }
  if (specialists_ > 0 && dice_.percent(15)) {
    asked->options.only = {specialist()};
  }
  if (specialists_ > 0 && dice_.percent(15)) {
    asked->options.skip = {specialist()};
  }
  auto made = test::request_draft(asked);
  if (dice_.percent(20)) {
    // As text, which the contract must decode.
    made.data = event_data::json(made.data.json_text());
  }
  if (dice_.percent(30)) {
    made.id = "request " + std::to_string(dice_.below(40));
  }
  return made;
}

draft traffic::stray_result() {
  auto answer = std::make_shared<review::review_result>();
  answer->review_id = review_name(dice_.below(reviews_ + 2));
  answer->agent = dice_.percent(80) ? specialist() : "stranger";
  answer->confidence = 0.5;
  draft made;
  made.type = review::result_type;
  made.source = "/elsewhere";
  made.data = event_data::decoded(std::move(answer));
  return made;
}

std::string traffic::specialist() {
  return "specialist" + std::to_string(dice_.below(specialists_ + 1));
}

} // namespace libsig::sim
