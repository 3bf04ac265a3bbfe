#pragma once

#include "apps/node_settings/node_key.hpp"

namespace libsig::sigd {

/// The keys of topics, of what is seen of conversations, of subscriptions and
/// of delayed signals.
[[nodiscard]] keys::node_keys topic_sections();

} // namespace libsig::sigd
