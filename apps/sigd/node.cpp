#include "apps/sigd/node.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "actors/coordinator.hpp"
#include "apps/node_settings/listen.hpp"
#include "apps/pipeline/built_in_pipeline.hpp"
#include "apps/sigd/actor_letters.hpp"
#include "apps/sigd/api.hpp"
#include "apps/sigd/dead_letters_api.hpp"
#include "apps/sigd/door.hpp"
#include "apps/sigd/health_api.hpp"
#include "apps/sigd/hub_paths.hpp"
#include "apps/sigd/live_feed.hpp"
#include "apps/sigd/metrics_page.hpp"
#include "apps/sigd/observation.hpp"
#include "apps/sigd/publishers.hpp"
#include "apps/sigd/reviews_api.hpp"
#include "apps/sigd/signals_api.hpp"
#include "apps/sigd/stop_time.hpp"
#include "apps/sigd/stream_api.hpp"
#include "libsig/access/authenticator.hpp"
#include "libsig/http/server.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

namespace {

/// What a delivery that is under way may take at the end; one that takes longer
/// is made again after the next start.
constexpr std::chrono::milliseconds senders_end_max{3'000};

[[nodiscard]] result<std::unique_ptr<journal::journal>>
open_log(const node_settings& how,
         const std::shared_ptr<const schema::registry>& contracts, logger* to) {
  std::error_code failed;
  if (std::filesystem::create_directories(how.data, failed)) {
    // What is published is nobody else's business.
    std::filesystem::permissions(how.data, std::filesystem::perms::owner_all,
                                 failed);
  }
  if (failed) {
    return fail(
      error(errc::io, "cannot make the data folder: " + failed.message())
        .at(how.data));
  }
  journal::store_options store;
  store.path = store_path(how);
  store.durability = how.durability;
  store.bytes_max = how.retention.bytes;
  store.age_max = how.retention.age;
  store.keys_max = how.retention.dedupe;
  store.keys_age_max = how.retention.dedupe_age;
  store.topics_max = how.topics.topics_max;
  store.decode = [contracts](const draft& stored) {
    auto checked = contracts->validate(stored);
    return checked ? std::move(*checked).take().data : stored.data;
  };
  if (to != nullptr) {
    store.on_damage = [to](const journal::damage& found) {
      to->write(log_level::error, "log_damaged",
                {{"sequence", found.sequence}, {"what", found.what}});
    };
  }
  return journal::open_sqlite_journal(std::move(store));
}

/// Who comes in by the tokens; without any, all listeners must be loopback's.
[[nodiscard]] result<access::authenticator>
make_authenticator(const node_settings& how,
                   const std::vector<http::listen_address>& listening) {
  auto made = access::authenticator::make(how.tokens, how.loopback_grants);
  if (!made) {
    return made;
  }
  for (const auto& one : listening) {
    if (auto may = made->check_listener(http::is_loopback_host(to_text(one)));
        !may) {
      return fail(std::move(may).error());
    }
  }
  return made;
}

} // namespace

struct node::parts {
  parts(access::authenticator who, http::access_rules rules, logger* to)
    : seen{to, time}, way_in{std::move(who), std::move(rules), time} {}

  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  ~parts() {
    if (agents) {
      agents->close();
    }
    if (reviews) {
      reviews->close();
    }
  }

  system_clock time;
  observation seen;
  door way_in;
  // Before the runtime, which still tells them how its last work ended.
  std::unique_ptr<reviews_api> reviews;
  std::unique_ptr<journal::dead_letter_book> letters;
  std::optional<actor_letters> unhandled;
  std::shared_ptr<const schema::registry> contracts;
  std::unique_ptr<hub_paths> agents;
  std::unique_ptr<runtime> actors;
  std::unique_ptr<live_feed> feed;
  std::unique_ptr<publishers> senders;
  health_api health;
  std::unique_ptr<signals_api> signals;
  std::unique_ptr<stream_api> streams;
  std::unique_ptr<dead_letters_api> undelivered;
  std::unique_ptr<api> paths;
  // Last, so that its threads end before what they use.
  std::optional<http::server> server;

  [[nodiscard]] result<void> start_actors(const node_settings& how,
                                          failure_handler failed) {
    auto made = pipeline::make_contracts();
    if (!made) {
      return fail(std::move(made).error());
    }
    contracts = *std::move(made);
    auto log = open_log(how, contracts, seen.log());
    if (!log) {
      return fail(std::move(log).error());
    }
    runtime::options options;
    options.contracts = contracts;
    options.log = std::move(*log);
    const auto watch = seen.engine(std::move(failed));
    options.watcher = watch;
    options.measured = seen.timings();
    options.threads = pipeline::threads();
    auto started = runtime::start(std::move(options));
    if (!started) {
      return fail(std::move(started).error());
    }
    actors = std::move(*started);
    if (auto done = open_letters(how); !done) {
      return done;
    }
    watch->keep_letters(*unhandled);
    feed = std::make_unique<live_feed>(
      actors->log(), [this](const auto& by) { return way_in.knows(by); });
    if (auto done = actors->spawn(feed->hearer()); !done) {
      return done;
    }
    return start_reviews(how);
  }

  /// What agents ask; behind all who listen, since it publishes what is due.
  [[nodiscard]] result<void> start_hub(const node_settings& how) {
    auto started = hub_paths::start(
      how, {*actors, *letters, time, contracts, seen.log(),
            [this](const auto& by) { return way_in.knows(by); }});
    if (!started) {
      return fail(std::move(started).error());
    }
    agents = std::move(*started);
    return {};
  }

  /// Before there are actors, whose first steps may end in it.
  [[nodiscard]] result<void> open_letters(const node_settings& how) {
    journal::dead_letter_book::options kept;
    kept.letters_max = how.retention.dead_letters;
    kept.kept_bytes_max = how.retention.dead_letter_bytes_max();
    kept.write = [this](std::vector<journal::keyed_write> rows,
                        journal::done_handler done) {
      actors->write(std::move(rows), std::move(done));
    };
    kept.time = std::make_shared<system_clock>();
    kept.ids = std::make_shared<uuid7_source>();
    kept.on_dropped = [to = seen.log()](const journal::dead_letter& gone) {
      if (to != nullptr) {
        to->write(log_level::warning, "dead_letter_dropped",
                  {{"id", gone.id},
                   {"target", gone.target},
                   {"sequence", gone.sequence}});
      }
    };
    auto book = journal::dead_letter_book::open(actors->log(), std::move(kept));
    if (!book) {
      return fail(std::move(book).error());
    }
    letters = std::move(*book);
    unhandled.emplace(*letters, *actors);
    return {};
  }

  [[nodiscard]] result<void> start_reviews(const node_settings& how) {
    reviews_api::options asked;
    asked.contracts = contracts;
    asked.specialists = pipeline::specialist_names();
    asked.source_prefix = how.review.source_prefix;
    asked.retention.keep = how.retention.closed_reviews;
    reviews = std::make_unique<reviews_api>(*actors, std::move(asked));
    if (auto done = actors->spawn(reviews->hearer()); !done) {
      return done;
    }
    libsig::actors::coordinator_options coordination;
    coordination.source_prefix = how.review.source_prefix;
    coordination.deadline = how.review.timeout;
    coordination.shards = how.review.shards;
    coordination.records = true;
    coordination.watcher = seen.reviews();
    auto done = pipeline::spawn(*actors, time, std::move(coordination));
    if (done) {
      reviews->start_retention();
    }
    return done;
  }

  /// What leaves the node by itself; before anybody can publish.
  [[nodiscard]] result<void> start_senders(const node_settings& how) {
    auto started = publishers::start(how, *actors, *letters, seen.log());
    if (!started) {
      return fail(std::move(started).error());
    }
    senders = std::move(*started);
    undelivered = std::make_unique<dead_letters_api>(
      *letters, [this] { return actors->writable(); });
    return {};
  }

  [[nodiscard]] result<void> start_server(const node_settings& how) {
    signals = std::make_unique<signals_api>(*actors);
    streams = std::make_unique<stream_api>(*feed);
    check_log(health, *actors);
    auto& operators = seen.show(*actors, store_path(how));
    operators.add_metrics([this](metrics::text_writer& page) {
      append_letter_metrics(*letters, page);
      append_publisher_metrics(senders->status(), page);
      agents->append_metrics(page);
    });
    operations all;
    for (auto&& part :
         {health.operations(), signals->operations(), streams->operations(),
          reviews->operations(), undelivered->operations(),
          agents->operations(), operators.operations()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    auto& watch = seen.watch(all);
    paths = std::make_unique<api>(std::move(all), way_in);
    auto routes = paths->routes();
    if (!routes) {
      return fail(std::move(routes).error());
    }
    http::server_options options;
    options.listen = how.listen;
    options.tls = how.tls;
    options.limits = how.limits;
    options.threads = how.threads;
    options.retry_after = how.retry_after;
    auto started = http::server::start(std::move(options), std::move(*routes),
                                       *paths, &watch);
    if (!started) {
      return fail(std::move(started).error());
    }
    server.emplace(std::move(*started));
    seen.follow(*server);
    health.set_ready(true);
    return {};
  }
};

node::node(std::unique_ptr<parts> made) noexcept : parts_{std::move(made)} {}

node::node(node&&) noexcept = default;

node& node::operator=(node&&) noexcept = default;

node::~node() = default;

result<void> node::check(const node_settings& how) {
  if (auto who = make_authenticator(how, how.listen); !who) {
    return fail(std::move(who).error());
  }
  if (std::ranges::any_of(how.listen, &http::listen_address::tls)) {
    if (auto usable = http::check_tls(how.tls); !usable) {
      return usable;
    }
  }
  return publishers::check(how);
}

result<node> node::start(const node_settings& how, listeners told) {
  auto who = make_authenticator(how, how.listen);
  if (!who) {
    return fail(std::move(who).error());
  }
  auto made = std::make_unique<parts>(std::move(*who), how.rules, told.to);
  if (auto done = made->start_actors(how, std::move(told.failed)); !done) {
    return fail(std::move(done).error());
  }
  if (auto done = made->start_senders(how); !done) {
    return fail(std::move(done).error());
  }
  if (auto done = made->start_hub(how); !done) {
    return fail(std::move(done).error());
  }
  if (auto done = made->start_server(how); !done) {
    return fail(std::move(done).error());
  }
  return node{std::move(made)};
}

void node::stop(std::chrono::milliseconds at_most) {
  const stop_time all{parts_->time, at_most};
  parts_->health.set_ready(false);
  parts_->reviews->close();
  parts_->agents->end_calls();
  parts_->server->stop(all.left());
  parts_->agents->close();
  parts_->senders->stop(std::min(all.left(), senders_end_max));
  parts_->actors->stop(all.left());
}

result<void> node::reload(const node_settings& how) {
  const auto& listening = parts_->server->listening();
  auto who = make_authenticator(how, listening);
  if (!who) {
    return fail(std::move(who).error());
  }
  if (std::ranges::any_of(listening, &http::listen_address::tls)) {
    if (auto read = parts_->server->reload_tls(); !read) {
      return read;
    }
  }
  // The file before the tokens, so that it has what the tenant publishes.
  if (auto done = parts_->senders->reload(how); !done) {
    return done;
  }
  parts_->way_in.change(std::move(*who), how.rules);
  parts_->feed->recheck();
  parts_->agents->change(how);
  parts_->agents->recheck();
  return {};
}

const std::vector<http::listen_address>& node::listening() const {
  return parts_->server->listening();
}

} // namespace libsig::sigd
