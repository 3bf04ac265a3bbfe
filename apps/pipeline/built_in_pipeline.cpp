#include "apps/pipeline/built_in_pipeline.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "actors/specialist.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/pipeline.hpp"

namespace libsig::pipeline {

std::vector<std::string> specialist_names() {
  return {std::string{review::performance_specialist_name},
          std::string{review::security_specialist_name}};
}

result<std::shared_ptr<const schema::registry>> make_contracts() {
  auto made = std::make_shared<schema::registry>();
  if (auto added = review::add_contracts(*made); !added) {
    return fail(std::move(added).error());
  }
  for (const auto& name : specialist_names()) {
    auto added =
      made->add(review::assignment_type(name), review::assignment_contract());
    if (!added) {
      return fail(std::move(added).error());
    }
  }
  return made;
}

std::size_t threads() {
  return std::max(1u, std::thread::hardware_concurrency())
         + specialist_names().size();
}

result<void> spawn(runtime& on, const clock& time,
                   actors::coordinator_options coordination) {
  for (const auto make :
       {actors::performance_specialist, actors::security_specialist}) {
    if (auto done = on.spawn(actors::specialist_spec(make(time))); !done) {
      return done;
    }
  }
  coordination.specialists = specialist_names();
  auto coordinator = actors::coordinator_spec(std::move(coordination));
  if (!coordinator) {
    return fail(std::move(coordinator).error());
  }
  return on.spawn(std::move(*coordinator));
}

result<void> spawn(runtime& on, const clock& time,
                   std::size_t coordinator_shards) {
  actors::coordinator_options coordination;
  coordination.shards = coordinator_shards;
  return spawn(on, time, std::move(coordination));
}

} // namespace libsig::pipeline
