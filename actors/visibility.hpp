#pragma once

#include "libsig/actor/spec.hpp"
#include "libsig/topic/conversations.hpp"

namespace libsig::actors {

struct visibility_options {
  topic::visibility_bounds bounds = {};
};

/// The actor that keeps what conversations see of sends and receipts; it hears
/// no signals and answers what libsig/topic/visibility.hpp states. Its events
/// are rows of the table `topic::visibility_table`.
[[nodiscard]] actor::spec visibility_spec(visibility_options how);

} // namespace libsig::actors
