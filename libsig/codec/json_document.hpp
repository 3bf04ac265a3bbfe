#pragma once

#include <string_view>

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"

namespace libsig::codec {

/// Builds the document of a JSON text, which was guarded before. Whatever the
/// library finds wrong is `errc::invalid_json`.
[[nodiscard]] result<nlohmann::json> parse_json(std::string_view text);

/// The name of a value's type, as refusals say it: `number`, `object` …
[[nodiscard]] std::string_view type_name(const nlohmann::json& value) noexcept;

} // namespace libsig::codec
