#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "apps/sigd/operation.hpp"
#include "libsig/core/error.hpp"
#include "libsig/http/request.hpp"

namespace libsig::sigd {

/// Refuses every name of the query that is not among these, one that stands
/// there twice without leave, and values that are not what they declare; a name
/// that is nearly one of them is told which.
/// Done for every operation with what it declares,
/// before it is asked.
[[nodiscard]] result<void> check_query(const http::request& received,
                                       std::span<const query_parameter> known);

/// A duration of the query of at least a millisecond and at most so long, such
/// as `500ms` or `30s`; nothing when it is not there.
[[nodiscard]] result<std::optional<std::chrono::milliseconds>>
duration_of_query(const http::request& received, std::string_view name,
                  std::chrono::milliseconds most);

/// The whole number that `check_query` let through; nothing when it is not
/// there.
[[nodiscard]] std::optional<std::uint64_t>
whole_of_query(const http::request& received, std::string_view name);

/// Reads a whole number in its one decimal form.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text);

} // namespace libsig::sigd
