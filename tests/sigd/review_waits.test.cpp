#include "apps/sigd/review_waits.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "libsig/review/contracts.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/schema/registry.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using sigd::alarm_clock;
using sigd::review_wait;
using sigd::review_waits;
using sigd::wait_end;

namespace {

[[nodiscard]] signal_ptr summary_of(const std::string& review_id,
                                    const std::string& tenant = "t") {
  auto what = std::make_shared<review::summary>();
  what->review_id = review_id;
  draft made;
  made.id = "s";
  made.type = review::summary_type;
  made.source = "/synapse/agents/coordinator";
  made.data = event_data::decoded(std::move(what));
  const schema::registry free_of_contracts;
  auto checked = free_of_contracts.validate(std::move(made));
  BOOST_REQUIRE(checked);
  stamp by;
  by.tenant = tenant;
  return std::make_shared<signal>(std::move(*checked), std::move(by));
}

/// Waits, the actor that wakes them, and how they ended.
struct setting {
  explicit setting(const review_waits::options& how = {}) : waits{how, bell} {
    hearer = waits.hearer().make(0);
  }

  [[nodiscard]] result<review_waits::ticket>
  park(const std::string& review_id, std::chrono::milliseconds at_most = 1h,
       const std::string& caller = "me", const std::string& tenant = "t") {
    review_wait what;
    what.tenant = tenant;
    what.review_id = review_id;
    what.caller = caller;
    what.at_most = at_most;
    const auto promise = std::make_shared<std::promise<std::size_t>>();
    last = promise->get_future();
    // A promise that goes would end the future, too.
    promises.push_back(promise);
    what.done = [this, promise](const wait_end& end) {
      if (const auto* refused = std::get_if<error>(&end)) {
        why = *refused;
      }
      promise->set_value(end.index());
    };
    return waits.park(std::move(what));
  }

  void hear(const signal_ptr& what) {
    BOOST_TEST(hearer->on_signal(what, {}).empty());
  }

  [[nodiscard]] bool ended() const {
    return last.wait_for(0s) == std::future_status::ready;
  }

  /// Why the last one was refused; before the waits, which end with it.
  error why{errc::internal};
  alarm_clock bell;
  review_waits waits;
  std::unique_ptr<actor::reactor> hearer;
  std::future<std::size_t> last;
  std::vector<std::shared_ptr<std::promise<std::size_t>>> promises;
};

constexpr std::size_t by_summary = 0;
constexpr std::size_t by_receipt = 1;
constexpr std::size_t by_error = 2;

[[nodiscard]] journal::receipt receipt() {
  journal::receipt made;
  made.id = "e";
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(review_waits_rules)

BOOST_AUTO_TEST_CASE(a_summary_ends_the_waits_of_its_review_alone) {
  setting of;
  const auto first = of.park("r1");
  of.waits.accept(*first, receipt());
  auto first_end = std::move(of.last);
  const auto second = of.park("r2");
  of.waits.accept(*second, receipt());
  of.hear(summary_of("r1", "other tenant"));
  BOOST_TEST((first_end.wait_for(0s) == std::future_status::timeout));
  of.hear(summary_of("r1"));
  BOOST_TEST(first_end.get() == by_summary);
  BOOST_TEST(!of.ended());
  BOOST_TEST(of.waits.size() == 1u);
}

BOOST_AUTO_TEST_CASE(no_summary_is_missed_before_the_receipt) {
  setting of;
  const auto one = of.park("r1");
  of.hear(summary_of("r1"));
  BOOST_TEST(!of.ended());
  of.waits.accept(*one, receipt());
  BOOST_TEST(of.last.get() == by_summary);
}

BOOST_AUTO_TEST_CASE(the_summary_of_another_request_is_nobodys_answer) {
  setting of;
  const auto one = of.park("r1");
  of.hear(summary_of("r1"));
  of.waits.refuse(*one, error(errc::duplicate_conflict));
  BOOST_TEST(of.last.get() == by_error);
}

BOOST_AUTO_TEST_CASE(at_the_deadline_the_receipt_is_the_answer) {
  setting of;
  const auto one = of.park("r1", 1ms);
  of.waits.accept(*one, receipt());
  BOOST_TEST(of.last.get() == by_receipt);
  BOOST_TEST(of.waits.size() == 0u);
  of.hear(summary_of("r1"));
}

BOOST_AUTO_TEST_CASE(who_goes_away_is_forgotten) {
  setting of;
  const auto one = of.park("r1");
  of.waits.leave(*one);
  BOOST_TEST(of.waits.size() == 0u);
  of.waits.accept(*one, receipt());
  of.hear(summary_of("r1"));
  of.waits.leave(*one);
  BOOST_TEST(!of.ended());
}

BOOST_AUTO_TEST_CASE(waits_are_bounded_together_and_by_caller) {
  setting of{{.waits_max = 3, .caller_waits_max = 2}};
  const auto one = of.park("r1");
  BOOST_TEST(of.park("r2").has_value());
  const auto third = of.park("r3");
  BOOST_TEST_REQUIRE(!third.has_value());
  BOOST_TEST((third.error().code() == errc::overloaded));
  // The same name of another tenant is another caller.
  BOOST_TEST(of.park("r3", 1h, "me", "u").has_value());
  BOOST_TEST(!of.park("r4", 1h, "you").has_value());
  of.waits.leave(*one);
  BOOST_TEST(of.park("r4", 1h, "me").has_value());
}

// Surface: a parked call is answered with 503 when the node drains.
BOOST_AUTO_TEST_CASE(closing_ends_all_and_takes_no_more) {
  setting of;
  const auto known = of.park("r1");
  of.waits.accept(*known, receipt());
  auto known_end = std::move(of.last);
  const auto unknown = of.park("r2");
  of.waits.close();
  BOOST_TEST(known_end.get() == by_error);
  BOOST_TEST((of.why.code() == errc::stopped));
  BOOST_TEST(of.why.detail().find("'r1'") != std::string::npos);
  BOOST_TEST(!of.ended());
  of.waits.accept(*unknown, receipt());
  BOOST_TEST(of.last.get() == by_error);
  BOOST_TEST((of.why.code() == errc::stopped));
  BOOST_TEST(of.why.detail().find("'r2'") != std::string::npos);
  const auto late = of.park("r3");
  BOOST_TEST_REQUIRE(!late.has_value());
  BOOST_TEST((late.error().code() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_summary_of_the_log_ends_a_wait) {
  setting of;
  const auto one = of.park("r1");
  of.waits.accept(*one, receipt());
  of.waits.settle(*one, summary_of("r1"));
  BOOST_TEST(of.last.get() == by_summary);
}

BOOST_AUTO_TEST_SUITE_END()
