#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/language.hpp"

/// What the code says that keeps callers out; only `auth_bypass` uses it.
namespace libsig::review::checks {

/// What a guard demands; a stronger one stands in for a weaker one.
enum class demand : std::uint8_t {
  nothing,
  origin, ///< the request comes from our own pages
  login,  ///< the caller is known
  right,  ///< the caller may do this
};

/// What a name means by itself.
struct guard_name {
  demand asks = demand::nothing;
  /// It answers a question (`is_admin`): it guards where it decides, rather
  /// than wherever it stands (`require_admin`).
  bool predicate = false;
  /// It is too vague to be missed (`@secured`), but may stand in for a guard.
  bool vague = false;
};

/// The meaning of an identifier, by the words in it (`requireAdmin`,
/// `login_required`, `can?`).
[[nodiscard]] guard_name guard_name_of(std::string_view identifier);

/// How a guard stands in the code.
enum class guard_form : std::uint8_t {
  decoration, ///< on a line of its own above what it guards
  condition,  ///< decides a branch
  statement,  ///< demands it for what follows
  argument,   ///< of the line that also registers or defines what it guards
};

/// A guard on a line of a view; the strongest one where there are several.
struct guard {
  std::size_t line = 0; ///< the place of the line in the view
  std::string_view name;
  demand asks = demand::nothing;
  guard_form form = guard_form::statement;
  bool vague = false;
  /// It holds for all of a class, router or controller.
  bool broad = false;
  /// A condition that turns the caller away; otherwise it lets one in.
  bool denies = false;
};

/// The guard on one line, if there is one.
[[nodiscard]] std::optional<guard> guard_on(const code_view& code,
                                            std::size_t line, language what);

/// Whether a line decorates the definition below it: `@x`, `[X]`, `#[x]`.
[[nodiscard]] bool is_decoration(const code_view& code, std::size_t line,
                                 language what);

/// What a line defines or registers: the name behind `def`, `class` and the
/// like, the path of a route, the name before the parameters; or empty.
[[nodiscard]] std::string_view subject_of(std::span<const token> tokens);

/// Whether the line defines a function, a type or a module.
[[nodiscard]] bool defines(std::span<const token> tokens);

/// Whether the line registers a handler for a path.
[[nodiscard]] bool registers_route(std::span<const token> tokens);

/// Whether the name of a middleware, as routes are given it in text, says that
/// it guards: `auth:api`, `can:edit`.
[[nodiscard]] bool names_guarding_middleware(std::string_view text);

/// The lower-case words of an identifier, eight at most.
class identifier_words {
public:
  explicit identifier_words(std::string_view identifier);

  [[nodiscard]] bool any_of(std::span<const std::string_view> words) const;

  [[nodiscard]] bool has(std::string_view word) const;

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  [[nodiscard]] std::string_view operator[](std::size_t place) const {
    return {letters_.data() + begin_[place],
            static_cast<std::size_t>(begin_[place + 1] - begin_[place])};
  }

private:
  static constexpr std::size_t words_max = 8;
  static constexpr std::size_t letters_max = 96;

  std::array<char, letters_max> letters_{};
  std::array<std::uint8_t, words_max + 1> begin_{};
  std::size_t count_ = 0;
};

} // namespace libsig::review::checks
