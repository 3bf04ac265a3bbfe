#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/types.hpp"
#include "libsig/schema/object_reader.hpp"

/// Parts that several payloads have in common.
namespace libsig::review::internal {

using schema::object_reader;
using need = schema::presence;

/// Texts that only the size of the event bounds.
inline constexpr std::size_t text_max = limits::event_bytes_max;

/// Lists that only the members of the event bound.
inline constexpr std::size_t list_max = limits::json_members_max;

/// A share or a probability.
inline constexpr schema::number_range zero_to_one{0.0, 1.0};

/// A count.
inline constexpr schema::integer_range from_zero{
  0, std::numeric_limits<std::int64_t>::max()};

inline constexpr std::array<std::string_view, 4> severity_names{
  "none", "low", "medium", "high"};
inline constexpr std::array<std::string_view, 2> path_names{"fast_path",
                                                            "deep_review"};
inline constexpr std::array<std::string_view, 4> mode_names{
  "added", "diff_context", "file", "nofilter"};
inline constexpr std::array<std::string_view, 2> status_names{"complete",
                                                              "failed"};

/// A member that is one of an enum's names, which stand in the enum's order.
template <class Enum, std::size_t Size>
std::optional<Enum> enum_of(object_reader& from, std::string_view name,
                            need wanted,
                            const std::array<std::string_view, Size>& names) {
  const auto index = from.one_of(name, wanted, names);
  return index ? std::optional{static_cast<Enum>(*index)} : std::nullopt;
}

/// Puts a member's value into its place when it is there.
template <class To, class From>
void put(To& to, std::optional<From> value) {
  if (value) {
    to = static_cast<To>(*std::move(value));
  }
}

/// The id of a review, which is required.
void read_review_id(object_reader& from, std::string& to);

/// The name of an agent, which is required.
void read_agent(object_reader& from, std::string& to);

enum class tagged : std::uint8_t { no, yes };

/// The findings; those of a summary carry their agent.
void read_findings(object_reader& from, tagged with_agent,
                   std::vector<finding>& to);

/// Takes the metadata out of the data and divides it: the members of the names
/// given, and the others. An absent one is an empty object; what is no object
/// goes into `known`, whose reader refuses it.
void divide_metadata(nlohmann::json& data,
                     std::initializer_list<const char*> known_names,
                     nlohmann::json& known, nlohmann::json& others);

/// The text of an object in the order that payloads are written in.
[[nodiscard]] std::string text_of(const nlohmann::json& object);

/// The pointer of the data's metadata.
[[nodiscard]] std::string metadata_pointer();

} // namespace libsig::review::internal
