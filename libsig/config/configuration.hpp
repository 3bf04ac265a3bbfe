#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/config/environment.hpp"
#include "libsig/config/file.hpp"
#include "libsig/config/key.hpp"
#include "libsig/core/error.hpp"

namespace libsig::config {

/// Who said a value; each beats those before it.
enum class layer : std::uint8_t { standard, file, environment, flag };

/// Where a value comes from.
struct origin {
  layer from = layer::standard;
  /// `FILE:line:column`, the name in the environment or the flag; empty for a
  /// default.
  std::string place = {};

  /// The place, or `default`.
  [[nodiscard]] std::string text() const;
};

/// A key with the value that holds.
struct setting {
  /// Of the declaration.
  const key* of = nullptr;
  value now = {};
  origin from = {};
};

/// One table of a list: a setting for each of its keys, in their order.
struct table {
  std::vector<setting> settings = {};
  /// Where its head stands: `FILE:line:column`.
  std::string place = {};

  /// The setting of a key that the list declares.
  [[nodiscard]] const setting& at(std::string_view name) const;
};

/// A flag of the command line that stands for a key.
struct flag {
  std::string section = {};
  std::string name = {};
  /// As it is written: `--listen`.
  std::string written = {};
  /// As many as were given; more than one for a list alone.
  std::vector<std::string> values = {};
};

/// What a configuration is made of.
struct layers {
  std::optional<file_text> file = {};
  config::environment environment = {};
  std::vector<flag> flags = {};
};

/// A value for each declared key. Immutable; any thread.
class configuration {
public:
  // -- constructors -----------------------------------------------------------

  /// Puts the layers on top of each other.
  ///
  /// A file or a flag that is wrong is an error of one line with its place:
  /// TOML that cannot be read, a section or key that is not declared (with the
  /// one that was probably meant), a value of another kind or out of bounds. A
  /// wrong value in the environment, or a name there with the prefix that is
  /// no key, is a warning, and the value of the layers below holds.
  [[nodiscard]] static result<configuration>
  combine(std::shared_ptr<const declaration> what, const layers& from);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const declaration& declared() const noexcept {
    return *declared_;
  }

  /// All settings, in the order of the declaration.
  [[nodiscard]] std::span<const setting> settings() const noexcept {
    return settings_;
  }

  /// The setting of a declared key.
  [[nodiscard]] const setting& at(std::string_view section,
                                  std::string_view name) const;

  /// The tables of a declared list, in the order of the file.
  [[nodiscard]] std::span<const table> tables(std::string_view list) const;

  /// What is wrong and was passed over; to be logged.
  [[nodiscard]] std::span<const error> warnings() const noexcept {
    return warnings_;
  }

  /// The file's name; empty when there is none.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

private:
  configuration() = default;

  [[nodiscard]] result<void> take_file(const file_text& from);
  void take_environment(const environment& from);
  [[nodiscard]] result<void> take_flag(const flag& given);
  void take_variable(const std::string& name, const std::string& text,
                     setting& into);
  void warn_of_unknown(const environment& from);

  std::shared_ptr<const declaration> declared_;
  std::vector<setting> settings_;
  // For each list of the declaration.
  std::vector<std::vector<table>> tables_;
  std::vector<error> warnings_;
  std::string file_;
};

/// The full names of the keys and lists that are not `live` and differ: what a
/// reload leaves as it was. Both are of one declaration.
[[nodiscard]] std::vector<std::string>
fixed_differences(const configuration& before, const configuration& after);

} // namespace libsig::config
