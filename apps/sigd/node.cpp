#include "apps/sigd/node.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "actors/coordinator.hpp"
#include "actors/specialist.hpp"
#include "apps/sigd/api.hpp"
#include "apps/sigd/live_feed.hpp"
#include "libsig/access/authenticator.hpp"
#include "libsig/engine/observer.hpp"
#include "libsig/http/server.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

namespace {

constexpr std::size_t coordinator_shards = 2;

/// Ends the process when the log is broken.
class journal_watch final : public engine::observer {
public:
  explicit journal_watch(node::failure_handler failed)
    : failed_{std::move(failed)} {}

  void on_journal_failure(const error& why, bool for_good) override {
    if (for_good && failed_) {
      failed_(why);
    }
  }

private:
  node::failure_handler failed_;
};

[[nodiscard]] std::vector<actors::specialist_options>
specialists(const clock& time) {
  std::vector<actors::specialist_options> all;
  all.push_back(actors::performance_specialist(time));
  all.push_back(actors::security_specialist(time));
  return all;
}

[[nodiscard]] result<std::shared_ptr<const schema::registry>>
make_contracts(const clock& time) {
  auto made = std::make_shared<schema::registry>();
  if (auto added = review::add_contracts(*made); !added) {
    return fail(std::move(added).error());
  }
  for (const auto& one : specialists(time)) {
    auto added = made->add(review::assignment_type(one.name),
                           review::assignment_contract());
    if (!added) {
      return fail(std::move(added).error());
    }
  }
  return made;
}

[[nodiscard]] result<std::unique_ptr<journal::journal>>
open_log(const node_settings& how,
         const std::shared_ptr<const schema::registry>& contracts) {
  std::error_code failed;
  std::filesystem::create_directories(how.data, failed);
  if (failed) {
    return fail(
      error(errc::io, "cannot make the data folder: " + failed.message())
        .at(how.data));
  }
  journal::store_options store;
  store.path = how.data + "/signals.db";
  store.durability = how.durability;
  store.decode = [contracts](const draft& stored) {
    auto checked = contracts->validate(stored);
    return checked ? std::move(*checked).take().data : stored.data;
  };
  return journal::open_sqlite_journal(std::move(store));
}

} // namespace

struct node::parts {
  explicit parts(access::authenticator who) : door{std::move(who)} {}

  system_clock time;
  access::authenticator door;
  std::unique_ptr<runtime> actors;
  std::unique_ptr<live_feed> feed;
  std::unique_ptr<api> paths;
  // Last, so that its threads end before what they use.
  std::optional<http::server> server;

  [[nodiscard]] result<void> start_actors(const node_settings& how,
                                          failure_handler failed) {
    auto contracts = make_contracts(time);
    if (!contracts) {
      return fail(std::move(contracts).error());
    }
    auto log = open_log(how, *contracts);
    if (!log) {
      return fail(std::move(log).error());
    }
    runtime::options options;
    options.contracts = std::move(*contracts);
    options.log = std::move(*log);
    options.watcher = std::make_shared<journal_watch>(std::move(failed));
    auto started = runtime::start(std::move(options));
    if (!started) {
      return fail(std::move(started).error());
    }
    actors = std::move(*started);
    feed = std::make_unique<live_feed>(actors->log());
    if (auto done = actors->spawn(feed->hearer()); !done) {
      return done;
    }
    // Specialists before the coordinator, which hands out at once what the log
    // owes.
    actors::coordinator_options pipeline;
    for (auto& one : specialists(time)) {
      pipeline.specialists.push_back(one.name);
      auto done = actors->spawn(actors::specialist_spec(std::move(one)));
      if (!done) {
        return done;
      }
    }
    pipeline.shards = coordinator_shards;
    auto coordinator = actors::coordinator_spec(std::move(pipeline));
    if (!coordinator) {
      return fail(std::move(coordinator).error());
    }
    return actors->spawn(std::move(*coordinator));
  }

  [[nodiscard]] result<void> start_server(const node_settings& how) {
    paths = std::make_unique<api>(*actors, *feed, door);
    auto routes = api::routes();
    if (!routes) {
      return fail(std::move(routes).error());
    }
    http::server_options options;
    options.listen = {how.listen};
    auto started = http::server::start(std::move(options), std::move(*routes),
                                       *paths, nullptr);
    if (!started) {
      return fail(std::move(started).error());
    }
    server.emplace(std::move(*started));
    paths->set_ready(true);
    return {};
  }
};

node::node(std::unique_ptr<parts> made) noexcept : parts_{std::move(made)} {}

node::node(node&&) noexcept = default;

node& node::operator=(node&&) noexcept = default;

node::~node() = default;

result<node> node::start(const node_settings& how, failure_handler failed) {
  auto door = access::authenticator::make({}, {});
  if (!door) {
    return fail(std::move(door).error());
  }
  if (auto may = door->check_listener(http::is_loopback_host(how.listen.host));
      !may) {
    return fail(std::move(may).error());
  }
  auto made = std::make_unique<parts>(std::move(*door));
  if (auto done = made->start_actors(how, std::move(failed)); !done) {
    return fail(std::move(done).error());
  }
  if (auto done = made->start_server(how); !done) {
    return fail(std::move(done).error());
  }
  return node{std::move(made)};
}

void node::stop(std::chrono::milliseconds at_most) {
  parts_->paths->set_ready(false);
  parts_->server->stop(at_most);
  parts_->actors->stop(at_most);
}

const http::listen_address& node::listening() const {
  return parts_->server->listening().front();
}

} // namespace libsig::sigd
