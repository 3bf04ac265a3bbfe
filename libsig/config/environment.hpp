#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace libsig::config {

/// The environment as it was at one moment, so that tests bring their own.
class environment {
public:
  environment() = default;

  explicit environment(std::map<std::string, std::string, std::less<>> values)
    : values_{std::move(values)} {}

  /// That of this process; not to be called while a thread changes it.
  [[nodiscard]] static environment of_process();

  /// The value of a name; none when it is empty, too.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>&
  all() const noexcept {
    return values_;
  }

private:
  std::map<std::string, std::string, std::less<>> values_;
};

} // namespace libsig::config
