#include "apps/hub/journal_view.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/schema/registry.hpp"

using namespace libsig;

namespace {

/// A log of a few bodies, so that retention is at work.
class small_log {
public:
  explicit small_log(std::size_t bodies = 100)
    : kept_{journal::make_memory_journal({bodies, 1'000})} {}

  void add(const std::string& type, const std::string& id,
           const std::string& tenant = "default",
           const std::string& receiver = {}) {
    draft made;
    made.id = id;
    made.type = type;
    made.source = "/me";
    if (!receiver.empty()) {
      made.extensions.push_back({"toidentity", receiver});
    }
    auto checked = schema::registry{}.validate(std::move(made));
    BOOST_REQUIRE(checked);
    stamp by;
    by.tenant = tenant;
    by.recorded_time = wall_time{std::chrono::seconds{100 + count_++}};
    journal::transaction one;
    one.entries.emplace_back().what =
      std::make_shared<signal>(std::move(*checked), std::move(by));
    std::vector<journal::transaction*> batch{&one};
    BOOST_REQUIRE(kept_->commit(batch));
  }

  [[nodiscard]] const journal::journal& get() const { return *kept_; }

private:
  std::unique_ptr<journal::journal> kept_;
  int count_ = 0;
};

[[nodiscard]] std::string id_of(const result<signal_ptr>& found) {
  BOOST_REQUIRE(found);
  return *found ? (*found)->id() : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_view)

BOOST_AUTO_TEST_CASE(next_is_the_first_signal_of_the_topic_behind_a_position) {
  small_log log;
  log.add("a", "1");
  log.add("b", "2");
  log.add("a", "3");
  const hub::journal_view view{log.get()};
  BOOST_TEST(id_of(view.next("default", "a", 0)) == "1");
  BOOST_TEST(id_of(view.next("default", "a", 1)) == "3");
  BOOST_TEST(id_of(view.next("default", "a", 2)) == "3");
  BOOST_TEST(id_of(view.next("default", "a", 3)) == "none");
  BOOST_TEST(id_of(view.next("default", "c", 0)) == "none");
}

BOOST_AUTO_TEST_CASE(last_is_the_newest_signal_of_the_topic) {
  small_log log;
  BOOST_TEST(id_of(hub::journal_view{log.get()}.last("default", "a"))
             == "none");
  log.add("a", "1");
  log.add("a", "2");
  log.add("b", "3");
  const hub::journal_view view{log.get()};
  BOOST_TEST(id_of(view.last("default", "a")) == "2");
  BOOST_TEST(view.end() == 3u);
}

BOOST_AUTO_TEST_CASE(topics_of_tenants_never_meet) {
  small_log log;
  log.add("a", "1", "one");
  const hub::journal_view view{log.get()};
  BOOST_TEST(id_of(view.next("two", "a", 0)) == "none");
  BOOST_TEST(id_of(view.last("two", "a")) == "none");
  BOOST_TEST(id_of(view.last("one", "a")) == "1");
}

BOOST_AUTO_TEST_CASE(a_signal_with_a_receiver_is_in_no_topic) {
  small_log log;
  log.add("a", "1", "default", "ann");
  log.add("a", "2");
  const hub::journal_view view{log.get()};
  BOOST_TEST(id_of(view.next("default", "a", 0)) == "2");
  const auto found = view.find("default", "a", "1");
  BOOST_REQUIRE(found);
  BOOST_TEST(!found->has_value());
}

BOOST_AUTO_TEST_CASE(an_id_leads_to_its_position) {
  small_log log;
  log.add("b", "0");
  log.add("a", "x");
  const hub::journal_view view{log.get()};
  const auto found = view.find("default", "a", "x");
  BOOST_REQUIRE(found);
  BOOST_REQUIRE(found->has_value());
  BOOST_TEST(**found == 2u);
}

BOOST_AUTO_TEST_CASE(what_retention_took_is_passed_over) {
  small_log log{2};
  log.add("a", "1");
  log.add("a", "2");
  log.add("a", "3");
  log.add("b", "4");
  const hub::journal_view view{log.get()};
  BOOST_TEST(id_of(view.next("default", "a", 0)) == "3");
  BOOST_TEST(view.complete_from() == 3u);
}

BOOST_AUTO_TEST_CASE(a_time_leads_to_the_first_signal_from_then_on) {
  small_log log;
  log.add("a", "1"); // at 100 s
  log.add("a", "2"); // at 101 s
  const hub::journal_view view{log.get()};
  BOOST_TEST(*view.at(wall_time{std::chrono::seconds{101}}) == 2u);
  BOOST_TEST(*view.at(wall_time{std::chrono::seconds{102}}) == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
