#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "apps/node_settings/node_settings.hpp"
#include "libsig/config/key.hpp"
#include "libsig/core/error.hpp"

/// What the declarations of a node's keys are written with.
namespace libsig::sigd::keys {

using config::key;
using config::kind;
using config::value;
using std::chrono::milliseconds;

/// A key and where its value goes.
struct node_key {
  key declared;
  void (*apply)(const value& from, node_settings& into);
};

using node_keys = std::vector<node_key>;

// -- values -------------------------------------------------------------------

[[nodiscard]] inline const std::string& text(const value& from) {
  return std::get<std::string>(from);
}

[[nodiscard]] inline const std::vector<std::string>& texts(const value& from) {
  return std::get<std::vector<std::string>>(from);
}

[[nodiscard]] inline std::size_t number(const value& from) {
  return std::get<std::uint64_t>(from);
}

[[nodiscard]] inline milliseconds time(const value& from) {
  return std::get<milliseconds>(from);
}

/// Nothing for `unlimited`.
template <class T>
[[nodiscard]] std::optional<T> bound(const value& from) {
  const auto* const given = std::get_if<T>(&from);
  return given == nullptr ? std::nullopt : std::optional{*given};
}

// -- makers -------------------------------------------------------------------

/// Both are included.
struct bounds {
  std::uint64_t least;
  std::uint64_t most;
};

inline constexpr std::uint64_t kibi = 1u << 10;
inline constexpr std::uint64_t mebi = 1u << 20;
inline constexpr std::uint64_t gibi = 1u << 30;
inline constexpr std::uint64_t tebi = gibi << 10;

[[nodiscard]] inline key duration_key(std::string section, std::string name,
                                      milliseconds standard, bounds in,
                                      std::string meaning) {
  return {.section = std::move(section),
          .name = std::move(name),
          .kind = kind::duration,
          .standard = standard,
          .meaning = std::move(meaning),
          .least = in.least,
          .most = in.most};
}

[[nodiscard]] inline key number_key(kind of, std::string section,
                                    std::string name, std::uint64_t standard,
                                    bounds in, std::string meaning) {
  return {.section = std::move(section),
          .name = std::move(name),
          .kind = of,
          .standard = standard,
          .meaning = std::move(meaning),
          .least = in.least,
          .most = in.most};
}

[[nodiscard]] inline key texts_key(std::string section, std::string name,
                                   std::vector<std::string> standard,
                                   result<void> (*check)(std::string_view),
                                   std::string meaning) {
  return {.section = std::move(section),
          .name = std::move(name),
          .kind = kind::texts,
          .standard = std::move(standard),
          .meaning = std::move(meaning),
          .check = check};
}

[[nodiscard]] inline key choice_key(std::string section, std::string name,
                                    std::vector<std::string> words,
                                    std::string standard, std::string meaning) {
  return {.section = std::move(section),
          .name = std::move(name),
          .kind = kind::choice,
          .standard = std::move(standard),
          .meaning = std::move(meaning),
          .choices = std::move(words)};
}

[[nodiscard]] inline key live(key of) {
  of.live = true;
  return of;
}

/// A bound that need not be there, and is not unless stated.
[[nodiscard]] inline key may_be_unlimited(key of, bool by_default) {
  of.may_be_unlimited = true;
  if (by_default) {
    of.standard = config::unlimited{};
  }
  return of;
}

[[nodiscard]] inline key count_key(std::string section, std::string name,
                                   std::uint64_t standard, bounds in,
                                   std::string meaning) {
  return number_key(kind::whole_number, std::move(section), std::move(name),
                    standard, in, std::move(meaning));
}

inline constexpr std::uint64_t minute = 60'000;
inline constexpr std::uint64_t hour = 60 * minute;
inline constexpr std::uint64_t century = 36'525 * 24 * hour;

/// The names that other documents gave a key count beside its own, which beats
/// them.
[[nodiscard]] inline key also_named(key of, std::string name) {
  of.also_named = {std::move(name)};
  return of;
}

} // namespace libsig::sigd::keys
