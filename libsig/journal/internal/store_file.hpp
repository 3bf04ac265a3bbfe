#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/store_lock.hpp"

namespace libsig::journal::internal {

/// A step from one version of the store to the next.
struct migration {
  const char* sql;
};

/// How a store's file is opened.
struct file_options {
  std::string path;
  /// See `durability`.
  bool flush_each_commit = true;
  std::size_t cache_bytes = 8u << 20;
  /// Refuse instead of making a store or changing its version.
  bool as_it_is = false;
};

/// An open store.
struct store_file {
  // The lock goes last.
  store_lock lock;
  std::unique_ptr<database> data;
  stable_keys::secret secret{};
  /// See `journal::epoch`.
  std::uint64_t epoch = 0;
};

/// "sigs": tells our stores from other databases.
inline constexpr unsigned application_id = 0x73696773;

/// All steps; the n-th one makes version n + 1 of version n. Only ever
/// appended to.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// Opens the store, makes it when there is none, and brings it up to date.
/// Everything that stands in the way is one line with its remedy.
[[nodiscard]] result<store_file> open_store(const file_options& how);

/// The same with other steps, for the tests of the steps.
[[nodiscard]] result<store_file> open_store(const file_options& how,
                                            std::span<const migration> steps);

} // namespace libsig::journal::internal
