// What docs/embedding.md shows, compiled and run.

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

// [embedding]
#include "libsig/runtime/runtime.hpp"

namespace {

/// Answers every `order.created` with an `order.accepted`.
class clerk final : public libsig::actor::reactor {
public:
  libsig::actor::step on_signal(const libsig::signal_ptr& what,
                                const libsig::actor::context&) override {
    libsig::actor::step out;
    auto& accepted = out.emissions.emplace_back();
    accepted.type = "order.accepted";
    accepted.subject = what->subject();
    accepted.data = libsig::event_data::json(R"({"by":"clerk"})");
    return out;
  }
};

libsig::result<std::string> run_a_shop() {
  libsig::runtime::options how;
  how.contracts = std::make_shared<libsig::schema::registry>();
  auto shop = libsig::runtime::start(std::move(how));
  if (!shop) {
    return libsig::fail(shop.error());
  }

  libsig::actor::spec spec;
  spec.name = "clerk";
  spec.source = "/agents/clerk";
  spec.routes = {{"order.created"}};
  spec.emits = {"order.accepted"};
  spec.make = [](std::size_t) { return std::make_unique<clerk>(); };
  if (auto spawned = (*shop)->spawn(std::move(spec)); !spawned) {
    return libsig::fail(spawned.error());
  }

  std::string heard;
  auto listening =
    (*shop)->subscribe("till", "order.*", [&](const libsig::signal_ptr& what) {
      heard += what->type() + ' ';
    });
  if (!listening) {
    return libsig::fail(listening.error());
  }

  libsig::draft order;
  order.type = "order.created";
  order.source = "/processes/web";
  order.data = libsig::event_data::json(R"({"number":17})");
  if (auto receipt = (*shop)->publish(std::move(order)); !receipt) {
    return libsig::fail(receipt.error());
  }
  (*shop)->stop();
  return heard;
}

} // namespace
// [embedding]

BOOST_AUTO_TEST_SUITE(embedding)

BOOST_AUTO_TEST_CASE(the_example_of_the_documents_runs) {
  const auto heard = run_a_shop();
  BOOST_REQUIRE(heard);
  BOOST_TEST(*heard == "order.created order.accepted ");
}

BOOST_AUTO_TEST_SUITE_END()
