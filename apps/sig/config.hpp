#pragma once

#include <string>
#include <string_view>

#include "apps/sig/settings.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// Reads the table `[review]` of a configuration in TOML. Its keys are the
/// options of `sig review` by their names with `_` for `-`; repeatable ones
/// are `labels`, `include`, `exclude`, `only`, `skip` and `format`, each a list
/// or one string; and there is `source_prefix`.
///
/// Other tables belong to others and are passed over, unless their name looks
/// like a mistyped `review`. Errors are `errc::invalid_argument` (for the
/// syntax, too), placed at `FILE:line:column`; an unknown key comes with the
/// one that was probably meant.
[[nodiscard]] result<review_settings> parse_config(std::string_view text,
                                                   const std::string& file);

/// The same from a file of at most 1 MiB.
[[nodiscard]] result<review_settings> read_config(const std::string& file);

} // namespace libsig::sig
