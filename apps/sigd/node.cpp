#include "apps/sigd/node.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/pipeline/built_in_pipeline.hpp"
#include "apps/sigd/api.hpp"
#include "apps/sigd/health_api.hpp"
#include "apps/sigd/live_feed.hpp"
#include "apps/sigd/signals_api.hpp"
#include "apps/sigd/stream_api.hpp"
#include "libsig/access/authenticator.hpp"
#include "libsig/engine/observer.hpp"
#include "libsig/http/server.hpp"
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
  health_api health;
  std::unique_ptr<signals_api> signals;
  std::unique_ptr<stream_api> streams;
  std::unique_ptr<api> paths;
  // Last, so that its threads end before what they use.
  std::optional<http::server> server;

  [[nodiscard]] result<void> start_actors(const node_settings& how,
                                          failure_handler failed) {
    auto contracts = pipeline::make_contracts();
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
    return pipeline::spawn(*actors, time, coordinator_shards);
  }

  [[nodiscard]] result<void> start_server(const node_settings& how) {
    signals = std::make_unique<signals_api>(*actors);
    streams = std::make_unique<stream_api>(*feed);
    operations all;
    for (auto&& part :
         {health.operations(), signals->operations(), streams->operations()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    paths = std::make_unique<api>(std::move(all), door);
    auto routes = paths->routes();
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
    health.set_ready(true);
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
  parts_->health.set_ready(false);
  parts_->server->stop(at_most);
  parts_->actors->stop(at_most);
}

const http::listen_address& node::listening() const {
  return parts_->server->listening().front();
}

} // namespace libsig::sigd
