#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libsig/config/configuration.hpp"
#include "libsig/config/file.hpp"
#include "libsig/config/key.hpp"

namespace libsig::config::internal {

/// What a file says.
struct file_contents {
  /// Of the keys that stand there.
  std::vector<setting> settings;
  /// For each list of the declaration.
  std::vector<std::vector<table>> tables;
};

/// Reads a file of TOML; errors are those of `configuration::combine`.
[[nodiscard]] result<file_contents> read_toml(const file_text& from,
                                              const declaration& what);

} // namespace libsig::config::internal
