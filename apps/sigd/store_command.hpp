#pragma once

#include <string>

#include "libsig/core/error.hpp"

namespace libsig::sigd {

/// What a look at a store gives.
struct store_report {
  /// For standard output.
  std::string text;
  /// Whether nothing is wrong with it.
  bool sound = true;
};

/// What `sigd --verify` says of a store's file; errors are those of
/// `journal::verify_store`.
[[nodiscard]] result<store_report> verify_report(const std::string& path,
                                                 bool json);

/// Salvages a store's file and says what was saved; errors are those of
/// `journal::salvage_store`.
[[nodiscard]] result<store_report> salvage_report(const std::string& path,
                                                  bool json);

} // namespace libsig::sigd
