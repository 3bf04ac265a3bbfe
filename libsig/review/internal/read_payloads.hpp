#pragma once

#include <string>

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"
#include "libsig/review/signals.hpp"

/// Payloads from JSON documents, by the contracts of document 002.
///
/// Key sets are closed, those of `metadata` open. A refusal is
/// `errc::schema_violation` at the pointer within the event (`/data/labels/3`),
/// and names the rule and the type that was found.
namespace libsig::review::internal {

/// Where the data stand in an event.
inline constexpr const char* data_pointer = "/data";

/// Reads a request, less its scope. Takes the diff out of the document.
[[nodiscard]] result<request> read_request(nlohmann::json data);

[[nodiscard]] result<assignment> read_assignment(const nlohmann::json& data);

/// Reads a result; `metadata` keeps what is not decoded.
[[nodiscard]] result<review_result> read_result(nlohmann::json data);

/// Reads a summary; members of its metadata that are not known are left to the
/// text.
[[nodiscard]] result<summary> read_summary(nlohmann::json data);

[[nodiscard]] result<history> read_history(const nlohmann::json& data);

} // namespace libsig::review::internal
