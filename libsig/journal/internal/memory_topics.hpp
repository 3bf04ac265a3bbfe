#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/journal/key.hpp"

namespace libsig::journal::internal {

/// The index by topic of the memory journal: what it keeps, by topic and by id.
class memory_topics {
public:
  explicit memory_topics(const key_maker& by) noexcept : keys_{by} {}

  // -- mutators; signals with a receiver are left out -------------------------

  /// A signal behind all others.
  void add(const signal& what);

  /// A body that only rows keep, older than those of `add`.
  void add_held(const signal& what);

  /// The oldest signal of `add` has left, or only rows keep it from now on.
  void evict(const signal& what, bool held);

  /// No row keeps a held one any more.
  void release(const signal& what);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool knows(const topic_name& topic) const;

  /// The topics of a tenant.
  [[nodiscard]] std::size_t count(std::string_view tenant) const;

  [[nodiscard]] std::optional<std::uint64_t> next(const topic_name& topic,
                                                  std::uint64_t after) const;

  [[nodiscard]] std::optional<std::uint64_t>
  last(const topic_name& topic) const;

  /// The next sequence above `after` that may have the id: look at it.
  [[nodiscard]] std::optional<std::uint64_t>
  next_named(const topic_name& topic, std::string_view id,
             std::uint64_t after) const;

private:
  struct sequences {
    /// In order, from `begin` on.
    std::vector<std::uint64_t> kept;
    std::size_t begin = 0;
    /// What only rows keep: all of them older.
    std::set<std::uint64_t> held;

    [[nodiscard]] bool empty() const noexcept {
      return begin == kept.size() && held.empty();
    }
  };

  using topic_map = std::unordered_map<digest, sequences, digest_hash>;

  [[nodiscard]] digest key_of(const topic_name& topic) const;
  [[nodiscard]] std::uint64_t name_of(const topic_name& topic,
                                      std::string_view id) const;
  [[nodiscard]] const sequences* find(const topic_name& topic) const;
  [[nodiscard]] sequences& at(const topic_name& topic);
  void forget(const signal& what, topic_map::iterator where);

  const key_maker& keys_;
  topic_map topics_;
  std::unordered_map<std::string, std::size_t, keyed_hash, std::equal_to<>>
    counts_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> names_;
};

} // namespace libsig::journal::internal
