#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/notices.hpp"

namespace libsig::engine {

/// Who emits: what the gate needs to know of an actor. Made by
/// `gate::register_actor`, immutable then.
class origin {
public:
  /// `of` has passed `actor::check_spec`; its shards' cells are numbered from
  /// `first_cell` on.
  origin(const actor::spec& of, std::size_t first_cell);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  [[nodiscard]] const std::string& source() const noexcept { return source_; }

  /// The source needs no check as an attribute.
  [[nodiscard]] bool plain_source() const noexcept { return plain_source_; }

  /// Whether a declaration is the type itself, which then needs no check as an
  /// attribute.
  [[nodiscard]] bool names(std::string_view type) const;

  /// Whether a declared pattern matches the type. One that begins with a
  /// wildcard matches the reserved types only when it is told to.
  [[nodiscard]] bool matches(std::string_view type, bool also_reserved) const;

  /// The cell of one shard.
  [[nodiscard]] cell_id cell(std::size_t shard) const noexcept {
    return static_cast<cell_id>(first_cell_ + shard);
  }

  /// The shard that a signal belongs to.
  [[nodiscard]] std::size_t shard_of(const signal& what) const {
    return shards_ == 1 ? 0 : actor::shard_of(key_of_(what), shards_);
  }

  /// See `actor::spec::reads_log`.
  [[nodiscard]] bool reads_log() const noexcept { return reads_log_; }

  /// What is to be told to the cell of one shard; not null.
  [[nodiscard]] const std::shared_ptr<engine::notices>&
  notices(std::size_t shard) const {
    return notices_[shard];
  }

private:
  std::string name_;
  std::string source_;
  bool plain_source_ = false;
  std::vector<std::string> emits_exact_;
  std::vector<pattern> emits_wild_;
  /// Those that begin with a wildcard.
  std::vector<pattern> emits_any_;
  std::size_t first_cell_ = 0;
  std::size_t shards_ = 1;
  actor::spec::shard_key key_of_;
  bool reads_log_ = false;
  std::vector<std::shared_ptr<engine::notices>> notices_;
};

} // namespace libsig::engine
