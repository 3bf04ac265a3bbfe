#pragma once

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

/// What stands on a command line after the command's name.
class given_options {
public:
  /// Reads the arguments. An unknown option, an argument that belongs to none,
  /// a missing value and a repeated option that is not repeatable are
  /// `errc::invalid_argument`, placed at the option, with advice.
  [[nodiscard]] static result<given_options>
  parse(std::span<const option_form> forms,
        std::span<const std::string> arguments);

  [[nodiscard]] bool has(std::string_view name) const;

  /// The values, none when the option was not given.
  [[nodiscard]] std::span<const std::string> all(std::string_view name) const;

  /// The value of an option that was given.
  [[nodiscard]] const std::string& one(std::string_view name) const {
    return all(name).front();
  }

private:
  std::vector<given_option> options_;
};

} // namespace libsig::sig
