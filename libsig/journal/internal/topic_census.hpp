#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace libsig::journal::internal {

/// The topics that have a kept signal, so that they can be counted: about 90
/// bytes each. Keys are hashes under a secret already.
class topic_census {
public:
  struct member {
    std::uint64_t topic = 0;
    std::uint64_t tenant = 0;
    /// The sequence of its newest signal.
    std::uint64_t last = 0;
    /// Signals that retention has passed over since something keeps them.
    std::uint64_t held = 0;
    // Neighbours in the order of `last`; those below retention's end that only
    // what is held keeps stand in no order.
    member* before = nullptr;
    member* behind = nullptr;
  };

  topic_census() = default;
  topic_census(const topic_census&) = delete;
  topic_census& operator=(const topic_census&) = delete;

  // -- mutators ---------------------------------------------------------------

  /// Notes a signal, whose sequence is above those of all before.
  void touch(std::uint64_t topic, std::uint64_t tenant, std::uint64_t sequence);

  /// A signal of the topic is below retention's end now, and kept; it is so no
  /// more.
  void hold(std::uint64_t topic);
  void release(std::uint64_t topic, std::uint64_t end);

  /// Retention has come so far: topics without a signal at or behind `end`
  /// leave, unless something of them is held.
  void expire(std::uint64_t end);

  void clear();

  // -- observers --------------------------------------------------------------

  /// Null when it has no kept signal.
  [[nodiscard]] const member* find(std::uint64_t topic) const;

  /// The topics of a tenant.
  [[nodiscard]] std::size_t count(std::uint64_t tenant) const;

  [[nodiscard]] const std::unordered_map<std::uint64_t, member>&
  all() const noexcept {
    return members_;
  }

private:
  [[nodiscard]] bool in_order(const member& one) const noexcept {
    return one.before != nullptr || first_ == &one;
  }

  void append(member& one) noexcept;
  void unlink(member& one) noexcept;
  void erase(const member& one);

  std::unordered_map<std::uint64_t, member> members_;
  std::unordered_map<std::uint64_t, std::size_t> counts_;
  member* first_ = nullptr;
  member* last_ = nullptr;
};

} // namespace libsig::journal::internal
