#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apps/node_settings/node_settings.hpp"
#include "libsig/config/configuration.hpp"
#include "libsig/config/environment.hpp"
#include "libsig/config/key.hpp"

namespace libsig::sigd {

/// The keys of a node's configuration; the default of `node.data` is what the
/// environment says of the home.
[[nodiscard]] std::shared_ptr<const config::declaration>
declare_node(const config::environment& surroundings);

/// Takes over the keys of the sections; what keys say together is not looked
/// at.
void apply_sections(const config::configuration& from, node_settings& into);

/// The data folder that nobody states: `$XDG_STATE_HOME/libsig`, else
/// `~/.local/state/libsig`; empty when the environment has neither.
[[nodiscard]] std::string
default_data_folder(const config::environment& surroundings);

} // namespace libsig::sigd
