#include "tests/sim/stage.hpp"

#include "libsig/schema/registry.hpp"

#include <algorithm>

namespace libsig::sim {

namespace {

/// The same signal, but its count of causes.
[[nodiscard]] signal_ptr without_hops(const signal& of) {
  const schema::registry free_of_contracts;
  auto same = free_of_contracts.validate(of.attributes());
  auto by = of.stamped();
  by.hops = 0;
  return std::make_shared<signal>(std::move(*same), std::move(by));
}

} // namespace

void stage::deliver(engine::cell_id to, const signal_ptr& what) noexcept {
  held_.emplace_back(static_cast<std::size_t>(to), what);
}

void stage::flush() noexcept {
  for (const auto& [index, what] : held_) {
    put(index, what);
  }
  held_.clear();
}

/// Queues a signal, or does what the mutants do instead.
void stage::put(std::size_t index, const signal_ptr& what) {
  auto& mail = places_[index].mail;
  // Only signals suffer: a null one is the engine's own business.
  const bool now = mutant_ != mutant::none && what && dice_.percent(5);
  if (now && mutant_ == mutant::drops_delivery) {
    return;
  }
  if (now && mutant_ == mutant::misroutes) {
    const auto other = dice_.below(places_.size());
    places_[places_[other].cell ? other : index].mail.push_back(what);
    return;
  }
  if (now && mutant_ == mutant::reorders_delivery) {
    mail.push_front(what);
    return;
  }
  if (mutant_ == mutant::forgets_hops && what && what->hops() > 0) {
    mail.push_back(without_hops(*what));
    return;
  }
  mail.push_back(what);
  if (now && mutant_ == mutant::doubles_delivery) {
    mail.push_back(what);
  }
}

result<std::shared_ptr<const engine::origin>>
stage::enter(actor::spec of, engine::gate& through) {
  const auto shared = std::make_shared<const actor::spec>(std::move(of));
  std::size_t first = 0;
  auto made = through.register_actor(
    *shared, [&, this](const std::shared_ptr<const engine::origin>& who) {
      first = static_cast<std::size_t>(who->cell(0));
      for (std::size_t shard = 0; shard < shared->shards; ++shard) {
        auto& at = places_.emplace_back();
        at.actor = shared->name;
        at.spec = shared;
        if (supervisor_) {
          at.cell = std::make_unique<engine::cell>(*shared, who, shard, through,
                                                   *supervisor_);
        }
      }
    });
  if (!made) {
    return made;
  }
  if (!supervisor_) {
    supervisor_ = *made;
    return made;
  }
  registration seen;
  seen.actor = shared->name;
  seen.after = recorder_.entered_after();
  for (const auto& one : shared->routes) {
    seen.patterns.push_back(*pattern::parse(one.pattern));
  }
  evidence_.registrations.push_back(std::move(seen));
  recorder_.note(shared->name + " enters");
  for (std::size_t shard = 0; shard < shared->shards; ++shard) {
    auto& at = places_[first + shard];
    at.busy = true;
    at.cell->start();
    at.busy = false;
  }
  return made;
}

void stage::ask(std::string_view actor, actor::request_id which,
                actor::request_ptr what, actor::reply_handler done) {
  if (mutant_ == mutant::loses_request && dice_.percent(5)) {
    return;
  }
  const auto first = std::ranges::find(places_, actor, &place::actor);
  if (first == places_.end()) {
    done(fail(error(errc::not_found)));
    return;
  }
  const auto shards = first->spec->shards;
  const auto shard =
    shards == 1 ? 0 : actor::shard_of(what->shard_key(), shards);
  const auto& at = first[static_cast<std::ptrdiff_t>(shard)];
  if (auto asked = at.cell->asked_at()->ask(which, std::move(what), done);
      !asked) {
    done(fail(std::move(asked).error()));
  }
}

void stage::forget(actor::request_id which) {
  if (mutant_ == mutant::answers_forgotten) {
    return;
  }
  for (const auto& at : places_) {
    if (at.cell) {
      static_cast<void>(at.cell->asked_at()->forget(which));
    }
  }
}

void stage::end(std::string_view actor) {
  for (auto& at : places_) {
    if (at.actor == actor) {
      recorder_.note(at.actor + " ends");
      at.cell.reset();
    }
  }
}

bool stage::run_one() {
  std::vector<std::size_t> ready;
  for (std::size_t index = 0; index < places_.size(); ++index) {
    const auto& at = places_[index];
    if (!at.busy && (!at.mail.empty() || (at.cell && at.cell->has_errands()))) {
      ready.push_back(index);
    }
  }
  if (ready.empty()) {
    return false;
  }
  const auto index = dice_.pick(ready);
  if (places_[index].cell && places_[index].cell->has_errands()
      && (places_[index].mail.empty() || dice_.percent(50))) {
    serve(index);
    return true;
  }
  const auto what = std::move(places_[index].mail.front());
  places_[index].mail.pop_front();
  handle(index, what);
  return true;
}

void stage::handle(std::size_t index, const signal_ptr& what) {
  auto& at = places_[index];
  if (what) {
    recorder_.note(at.actor + '/' + std::to_string(index) + " handles "
                   + std::to_string(what->sequence()) + ' ' + what->type());
    evidence_.deliveries.push_back({index, at.actor, what});
  } else {
    recorder_.note(at.actor + '/' + std::to_string(index) + " recovers");
  }
  at.busy = true;
  const auto before = recorder_.handles(what ? what->sequence() : 0);
  // As a shell does with what it finds in its inbox together.
  at.cell->handle(what, !at.mail.empty() && dice_.percent(50));
  recorder_.handles(before);
  at.busy = false;
}

void stage::serve(std::size_t index) {
  auto& at = places_[index];
  recorder_.note(at.actor + '/' + std::to_string(index) + " serves");
  at.busy = true;
  const auto before = recorder_.handles(0);
  static_cast<void>(at.cell->serve(dice_.between(1, 4)));
  recorder_.handles(before);
  at.busy = false;
}

void stage::tick() {
  std::vector<std::size_t> waiting;
  for (std::size_t index = 0; index < places_.size(); ++index) {
    if (places_[index].cell && !places_[index].busy
        && places_[index].cell->has_timers()) {
      waiting.push_back(index);
    }
  }
  while (!waiting.empty()) {
    auto& index = dice_.pick(waiting);
    auto& at = places_[index];
    at.busy = true;
    const auto before = recorder_.handles(0);
    at.cell->tick();
    recorder_.handles(before);
    at.busy = false;
    index = waiting.back();
    waiting.pop_back();
  }
}

bool stage::has_mail() const {
  return std::ranges::any_of(places_,
                             [](const auto& at) { return !at.mail.empty(); });
}

bool stage::pauses() const {
  return std::ranges::any_of(
    places_, [](const auto& at) { return at.cell && at.cell->pauses(); });
}

bool stage::has_timers() const {
  return std::ranges::any_of(
    places_, [](const auto& at) { return at.cell && at.cell->has_timers(); });
}

} // namespace libsig::sim
