#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/pattern.hpp"

namespace libsig::access {

/// What a caller may do. Scopes stand beside each other: none, `admin`
/// included, contains another.
enum class scope : std::uint8_t {
  publish,   ///< signals, topics, schedules, mail
  subscribe, ///< waits, streams, lists, agents, subscriptions, inboxes
  review,    ///< reviews, and every `review.request`
  admin,     ///< dead letters, nodes, routes, metrics, other callers' things
};

/// What is out of reach of every scope.
enum class grant : std::uint8_t {
  claim_source,  ///< may name another's source; it is kept as `onbehalfof`
  emit_reserved, ///< may publish reserved types
  unredacted,    ///< sees secrets in clear text
};

inline constexpr std::array all_scopes = {scope::publish, scope::subscribe,
                                          scope::review, scope::admin};
inline constexpr std::array all_grants = {
  grant::claim_source, grant::emit_reserved, grant::unredacted};

/// The name as configuration says it: `publish`, `claim_source`.
[[nodiscard]] std::string_view to_string(scope what) noexcept;
[[nodiscard]] std::string_view to_string(grant what) noexcept;

/// Reads a name of configuration; another one is `errc::invalid_argument`.
[[nodiscard]] result<scope> parse_scope(std::string_view name);
[[nodiscard]] result<grant> parse_grant(std::string_view name);

/// A set of a few values of an enumeration.
template <class Value>
class flags {
public:
  constexpr flags() = default;

  template <std::size_t Count>
  constexpr explicit flags(const std::array<Value, Count>& values) noexcept {
    for (const auto value : values) {
      add(value);
    }
  }

  constexpr void add(Value value) noexcept {
    bits_ = static_cast<std::uint8_t>(bits_ | bit(value));
  }

  [[nodiscard]] constexpr bool has(Value value) const noexcept {
    return (bits_ & bit(value)) != 0;
  }

  friend constexpr bool operator==(const flags&, const flags&) = default;

private:
  [[nodiscard]] static constexpr unsigned bit(Value value) noexcept {
    return 1u << static_cast<unsigned>(value);
  }

  std::uint8_t bits_ = 0;
};

using scope_set = flags<scope>;
using grant_set = flags<grant>;

/// The tenant of callers on a node without tokens, and of a token that names
/// none.
inline constexpr std::string_view tenant_default = "default";

/// What a token stands for.
struct rights {
  std::string tenant{tenant_default};
  scope_set scopes;
  /// What narrows the scopes on every path; empty for all types.
  std::vector<pattern> types;
  /// The names of which one must be used; empty when none may be.
  std::vector<std::string> names;
  grant_set grants;

  /// Patterns are equal by their text, lists in their order.
  friend bool operator==(const rights& left, const rights& right);
};

} // namespace libsig::access
