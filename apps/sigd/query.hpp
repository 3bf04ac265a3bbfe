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

/// Refuses every name of the query that is not among these, and one that stands
/// there twice without leave; a name that is nearly one of them is told which.
/// Done for every operation with what it declares,
/// before it is asked.
[[nodiscard]] result<void> check_query(const http::request& received,
                                       std::span<const query_parameter> known);

/// A duration of the query of at least a millisecond and at most so long, such
/// as `500ms` or `30s`; nothing when it is not there.
[[nodiscard]] result<std::optional<std::chrono::milliseconds>>
duration_of_query(const http::request& received, std::string_view name,
                  std::chrono::milliseconds most);

/// A whole number of the query within bounds; nothing when it is not there.
/// Leading zeros, signs and blanks are refused.
[[nodiscard]] result<std::optional<std::uint64_t>>
number_of_query(const http::request& received, std::string_view name,
                std::uint64_t least, std::uint64_t most);

/// Reads a whole number in its one decimal form.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text);

} // namespace libsig::sigd
