#pragma once

#include <memory>

#include "libsig/core/error.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::review {

/// Registers the contracts of `review.request`, `review.result`,
/// `review.summary` and `review.history`.
[[nodiscard]] result<void> add_contracts(schema::registry& to);

/// The contract of an assignment, to be registered under each specialist's
/// `assignment_type`.
[[nodiscard]] std::shared_ptr<const schema::contract> assignment_contract();

} // namespace libsig::review
