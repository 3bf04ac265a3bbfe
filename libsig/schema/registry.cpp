#include "libsig/schema/registry.hpp"

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/schema/internal/attributes.hpp"

#include <functional>
#include <unordered_map>
#include <utility>

namespace libsig::schema {

struct registry::state {
  /// Types come from strangers, too, and are looked up for every signal.
  std::unordered_map<std::string, std::shared_ptr<const contract>, keyed_hash,
                     std::equal_to<>>
    contracts;
};

registry::registry() : state_{std::make_unique<state>()} {}

registry::registry(registry&&) noexcept = default;

registry& registry::operator=(registry&&) noexcept = default;

registry::~registry() = default;

result<void> registry::add(std::string type,
                           std::shared_ptr<const contract> rule) {
  if (type.empty() || !rule) {
    return fail(errc::invalid_argument,
                "a contract needs a type and a rule to be registered");
  }
  const auto [place, added] =
    state_->contracts.try_emplace(std::move(type), std::move(rule));
  if (!added) {
    return fail(error(errc::already_exists, "the type has a contract already")
                  .at(place->first));
  }
  return {};
}

result<accepted> registry::check(draft& candidate, const vouched& by) const {
  if (auto checked = internal::check_attributes(candidate, by); !checked) {
    return fail(std::move(checked).error());
  }
  const auto found = state_->contracts.find(candidate.type);
  if (found == state_->contracts.end()) {
    return accepted{};
  }
  auto taken = found->second->accept(candidate);
  if (taken && taken->data) {
    candidate.data = *std::move(taken->data);
  }
  return taken;
}

result<valid_draft> registry::validate(draft&& candidate,
                                       const vouched& by) const {
  auto taken = check(candidate, by);
  if (!taken) {
    return fail(std::move(taken).error());
  }
  valid_draft made{std::move(candidate)};
  made.claim_ = std::move(taken->claim);
  return made;
}

result<admission> registry::admit(draft&& candidate, const vouched& by,
                                  stamp marks) const {
  auto taken = check(candidate, by);
  if (!taken) {
    return fail(std::move(taken).error());
  }
  if (taken->opens && marks.hops + taken->opens->hops > limits::hops_max) {
    return fail(
      error(errc::hops_exceeded,
            "at hop " + std::to_string(marks.hops)
              + " there are too few left for what it asks for, which takes "
              + std::to_string(taken->opens->hops))
        .at("/causationid"));
  }
  return admission{std::make_shared<signal>(
                     signal::proof{}, std::move(candidate), std::move(marks)),
                   std::move(taken->claim), std::move(taken->opens)};
}

} // namespace libsig::schema
