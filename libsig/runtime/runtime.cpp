#include "libsig/runtime/runtime.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "libsig/runtime/internal/caf_executor.hpp"

namespace libsig {

using runtime_internal::door;

namespace {

/// The reactor behind a subscription.
class handler_reactor final : public actor::reactor {
public:
  explicit handler_reactor(
    std::shared_ptr<const runtime::signal_handler> handler)
    : handler_{std::move(handler)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    (*handler_)(what);
    return {};
  }

private:
  std::shared_ptr<const runtime::signal_handler> handler_;
};

[[nodiscard]] std::size_t thread_count(std::size_t wanted) {
  if (wanted != 0) {
    return wanted;
  }
  return std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
}

// A request's id holds its shard in the low bits, so that it is found again.
constexpr std::size_t shard_bits = 6;
static_assert(limits::shards_max <= std::size_t{1} << shard_bits);

[[nodiscard]] constexpr actor::request_id
make_request_id(std::uint64_t number, std::size_t shard) noexcept {
  return static_cast<actor::request_id>((number << shard_bits) | shard);
}

[[nodiscard]] constexpr std::size_t shard_of(actor::request_id which) noexcept {
  constexpr auto mask = (std::uint64_t{1} << shard_bits) - 1;
  return static_cast<std::size_t>(static_cast<std::uint64_t>(which) & mask);
}

[[nodiscard]] result<void> no_actor(std::string_view name) {
  return fail(error(errc::not_found, "no actor of this name runs")
                .at("actor " + std::string{name}));
}

[[nodiscard]] result<void> no_request() {
  return fail(errc::invalid_argument, "there is no request");
}

struct config final : caf::actor_system_config {
  explicit config(std::size_t threads) {
    runtime_internal::configure(*this, runtime_internal::scheduling::threads,
                                threads);
  }
};

} // namespace

class runtime::impl {
public:
  explicit impl(options how)
    : how_{std::move(how)}, config_{thread_count(how_.threads)},
      system_{config_}, executor_{system_}, gate_{gate_options()} {
    runtime_internal::forget_system();
  }

  [[nodiscard]] result<void> start() {
    auto made = gate_.register_actor(engine::supervisor_spec(), [](auto&) {});
    if (!made) {
      return fail(std::move(made).error());
    }
    supervisor_ = std::move(*made);
    return {};
  }

  [[nodiscard]] result<void> spawn(actor::spec of) {
    const auto shared = std::make_shared<const actor::spec>(std::move(of));
    std::vector<door> doors;
    auto made = gate_.register_actor(
      *shared, [&](const std::shared_ptr<const engine::origin>& who) {
        doors = executor_.add(shared, who, gate_, *supervisor_);
      });
    if (!made) {
      return fail(std::move(made).error());
    }
    const std::lock_guard lock{mutex_};
    actors_[shared->name] = {
      shared, std::move(*made),
      std::make_shared<const std::vector<door>>(std::move(doors))};
    return {};
  }

  [[nodiscard]] actor::request_id ask(std::string_view name,
                                      actor::request_ptr what,
                                      actor::reply_handler done) {
    const auto doors = doors_of(name);
    const auto shard = doors && doors->size() > 1 && what
                         ? actor::shard_of(what->shard_key(), doors->size())
                         : 0;
    const auto which = make_request_id(last_request_.fetch_add(1) + 1, shard);
    auto asked =
      !what    ? no_request()
      : !doors ? no_actor(name)
               : executor_.ask((*doors)[shard], which, std::move(what), done);
    if (!asked) {
      done(fail(std::move(asked).error()));
    }
    return which;
  }

  void forget(std::string_view name, actor::request_id which) {
    const auto shard = shard_of(which);
    if (const auto doors = doors_of(name); doors && shard < doors->size()) {
      executor_.forget((*doors)[shard], which);
    }
  }

  [[nodiscard]] result<void> withdraw(std::string_view name) {
    decltype(actors_)::node_type leaving;
    {
      const std::lock_guard lock{mutex_};
      const auto found = actors_.find(name);
      if (found == actors_.end()) {
        return no_actor(name);
      }
      leaving = actors_.extract(found);
    }
    gate_.withdraw_actor(leaving.mapped().who);
    for (const auto& one : *leaving.mapped().doors) {
      one.desk->close(no_actor(name).error(),
                      error(errc::stopped, "the actor was withdrawn"));
    }
    return {};
  }

  void stop(std::chrono::milliseconds drain) {
    gate_.stop();
    if (std::exchange(stopped_, true)) {
      return;
    }
    static_cast<void>(gate_.wait_idle(drain));
    executor_.stop();
    system_.await_all_actors_done();
  }

  [[nodiscard]] std::vector<actor::spec> actors() const {
    const std::lock_guard lock{mutex_};
    std::vector<actor::spec> all;
    for (const auto& [name, one] : actors_) {
      all.push_back(*one.spec);
    }
    return all;
  }

  [[nodiscard]] engine::gate& gate() noexcept { return gate_; }

private:
  struct running {
    std::shared_ptr<const actor::spec> spec;
    std::shared_ptr<const engine::origin> who;
    std::shared_ptr<const std::vector<door>> doors;
  };

  /// Where the shards of an actor are asked; null when none of the name runs.
  [[nodiscard]] std::shared_ptr<const std::vector<door>>
  doors_of(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    const auto found = actors_.find(name);
    return found == actors_.end() ? nullptr : found->second.doors;
  }

  [[nodiscard]] engine::gate::options gate_options() {
    if (!how_.log) {
      how_.log = journal::make_memory_journal();
    }
    if (!how_.time) {
      how_.time = std::make_shared<system_clock>();
    }
    if (!how_.ids) {
      how_.ids = std::make_shared<uuid7_source>();
    }
    engine::gate::options made;
    made.time = how_.time.get();
    made.ids = how_.ids.get();
    made.contracts = how_.contracts.get();
    made.log = how_.log.get();
    made.out = &executor_;
    made.watcher = how_.watcher.get();
    made.measured = how_.measured.get();
    made.tenant = how_.tenant;
    made.in_flight_max = how_.in_flight_max;
    made.own_thread = how_.log->durable();
    return made;
  }

  options how_;
  config config_;
  caf::actor_system system_;
  runtime_internal::caf_executor executor_;
  // Before the gate, which names it until its own end.
  std::shared_ptr<const engine::origin> supervisor_;
  // Asked by foreign threads that know no actor, also by handlers that the gate
  // tells something at its end.
  mutable std::mutex mutex_;
  std::map<std::string, running, std::less<>> actors_;
  std::atomic<std::uint64_t> last_request_{0};
  engine::gate gate_;
  bool stopped_ = false;
};

// -- runtime ------------------------------------------------------------------

result<std::unique_ptr<runtime>> runtime::start(options how) {
  if (!how.contracts) {
    return fail(errc::invalid_argument, "a runtime needs its contracts");
  }
  auto made = std::make_unique<impl>(std::move(how));
  if (auto started = made->start(); !started) {
    return fail(std::move(started).error());
  }
  return std::make_unique<runtime>(std::move(made));
}

runtime::runtime(std::unique_ptr<impl> made) : impl_{std::move(made)} {}

runtime::~runtime() { stop(std::chrono::seconds{5}); }

result<void> runtime::spawn(actor::spec of) {
  return impl_->spawn(std::move(of));
}

result<void> runtime::subscribe(std::string name, std::string_view pattern,
                                signal_handler handler) {
  actor::spec of;
  of.source = "/processes/" + name;
  of.name = std::move(name);
  of.routes = {{std::string{pattern}}};
  const auto shared =
    std::make_shared<const signal_handler>(std::move(handler));
  of.make = [shared](std::size_t) {
    return std::make_unique<handler_reactor>(shared);
  };
  return spawn(std::move(of));
}

result<void> runtime::withdraw(std::string_view name) {
  return impl_->withdraw(name);
}

result<journal::receipt> runtime::publish(draft what) {
  return impl_->gate().publish(std::move(what), {});
}

actor::request_id runtime::ask(std::string_view actor, actor::request_ptr what,
                               actor::reply_handler done) {
  return impl_->ask(actor, std::move(what), std::move(done));
}

void runtime::forget(std::string_view actor, actor::request_id which) {
  impl_->forget(actor, which);
}

void runtime::write(std::vector<journal::keyed_write> rows,
                    engine::gate::rows_handler done) {
  impl_->gate().write(std::move(rows), std::move(done));
}

void runtime::redeliver(std::string actor, signal_ptr what,
                        engine::gate::rows_handler done) {
  impl_->gate().redeliver(std::move(actor), std::move(what), std::move(done));
}

void runtime::publish(draft what, const engine::rights& by,
                      engine::gate::receipt_handler done) {
  impl_->gate().publish(std::move(what), by, std::move(done));
}

bool runtime::wait_idle(std::chrono::milliseconds at_most) {
  return impl_->gate().wait_idle(at_most);
}

void runtime::stop(std::chrono::milliseconds drain) { impl_->stop(drain); }

std::vector<actor::spec> runtime::actors() const { return impl_->actors(); }

const engine::counters& runtime::counted() const noexcept {
  return impl_->gate().counted();
}

bool runtime::writable() const noexcept { return impl_->gate().writable(); }

std::size_t runtime::in_flight() const noexcept {
  return impl_->gate().in_flight();
}

const journal::journal& runtime::log() const noexcept {
  return impl_->gate().log();
}

const clock& runtime::time() const noexcept { return impl_->gate().time(); }

} // namespace libsig
