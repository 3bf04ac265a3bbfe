#include "libsig/schema/registry.hpp"

#include "libsig/schema/internal/attributes.hpp"

#include <functional>
#include <map>
#include <utility>

namespace libsig::schema {

struct registry::state {
  std::map<std::string, std::shared_ptr<const contract>, std::less<>> contracts;
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

result<valid_draft> registry::validate(draft candidate) const {
  if (const auto checked = internal::check_attributes(candidate); !checked) {
    return fail(checked.error());
  }
  const auto found = state_->contracts.find(candidate.type);
  if (found == state_->contracts.end()) {
    return valid_draft{std::move(candidate), {}};
  }
  auto taken = found->second->accept(candidate);
  if (!taken) {
    return fail(std::move(taken).error());
  }
  candidate.data = std::move(taken->data);
  return valid_draft{std::move(candidate), std::move(taken->claim)};
}

} // namespace libsig::schema
