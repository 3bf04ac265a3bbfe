#pragma once

#include <string>
#include <vector>

#include "apps/node_settings/node_settings.hpp"
#include "libsig/access/rights.hpp"
#include "libsig/config/configuration.hpp"
#include "libsig/config/key.hpp"
#include "libsig/core/error.hpp"

/// The tables of a node's configuration: tokens and publishers.
namespace libsig::sigd {

/// Publishers of one node.
inline constexpr std::size_t publishers_max = 100;

/// The words that stand for scopes and grants.
[[nodiscard]] std::vector<std::string> scope_words();
[[nodiscard]] std::vector<std::string> grant_words();

/// The grants of words that were checked.
[[nodiscard]] access::grant_set
read_grants(const std::vector<std::string>& words);

[[nodiscard]] config::table_list token_list();
[[nodiscard]] config::table_list publisher_list();

/// Reads `[[tokens]]`; an entry that breaks a rule of `check_token_entry`, or
/// has the hash of another, is refused at its place.
[[nodiscard]] result<std::vector<access::token_entry>>
read_tokens(const config::configuration& from);

/// Reads `[[publishers]]`; two of one name, a file without a path and a webhook
/// without a URL are refused at their place.
[[nodiscard]] result<std::vector<publisher_settings>>
read_publishers(const config::configuration& from);

} // namespace libsig::sigd
