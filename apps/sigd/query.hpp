#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/http/request.hpp"

namespace libsig::sigd {

/// Refuses every name of the query that is not among these, and one that stands
/// there twice.
[[nodiscard]] result<void>
check_query(const http::request& received,
            std::initializer_list<std::string_view> known);

/// The same, but names among `repeated` may stand there several times.
[[nodiscard]] result<void>
check_query(const http::request& received,
            std::initializer_list<std::string_view> known,
            std::initializer_list<std::string_view> repeated);

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
