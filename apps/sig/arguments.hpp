#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// The values of one option, in their order; none when it was not given. A flag
/// that was given has one empty value.
struct given_option {
  std::string name;
  std::vector<std::string> values;
};

/// An option that a command has.
struct option_form {
  std::string_view name; ///< with its dashes
  bool valued = true;
  bool repeatable = false;
};

/// What a command takes.
struct command_syntax {
  std::string_view name; ///< for advice, as in `sig review`
  std::span<const option_form> options;
  /// Arguments that belong to no option.
  std::size_t words_min = 0;
  std::size_t words_max = 0;
};

/// What stands on a command line after the command's name.
class given_options {
public:
  /// Reads the arguments; behind `--` all of them are words. An unknown option,
  /// too many or too few words, a missing value and a repeated option that is
  /// not repeatable are `errc::invalid_argument`, placed at the option, with
  /// advice.
  [[nodiscard]] static result<given_options>
  parse(const command_syntax& syntax, std::span<const std::string> arguments);

  [[nodiscard]] bool has(std::string_view name) const;

  /// The values, none when the option was not given.
  [[nodiscard]] std::span<const std::string> all(std::string_view name) const;

  /// The value of an option that was given.
  [[nodiscard]] const std::string& one(std::string_view name) const {
    return all(name).front();
  }

  /// The arguments that belong to no option.
  [[nodiscard]] std::span<const std::string> words() const noexcept {
    return words_;
  }

private:
  [[nodiscard]] result<std::size_t> take(const command_syntax& syntax,
                                         const option_form& form,
                                         std::span<const std::string> from);

  std::vector<given_option> options_;
  std::vector<std::string> words_;
};

} // namespace libsig::sig
