#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/topic/followers.hpp"
#include "libsig/topic/visibility.hpp"

/// The visibility events of all conversations, and who follows them.
namespace libsig::topic {

/// The table of keyed writes that they outlive a crash in.
inline constexpr std::string_view visibility_table = "visibility";

/// Of one tenant each, but for `follows_max`; the oldest go.
struct visibility_bounds {
  std::size_t events_max = limits::visibility_events_max;
  std::size_t conversations_max = limits::visibility_conversations_max;
  /// About what the events occupy.
  std::size_t bytes_max = limits::visibility_bytes_max;
  /// Requests that are parked; one more is `overloaded`.
  std::size_t follows_max = limits::parked_follows_max;
};

/// A state machine: requests in, answers and rows out. Pure; not synchronised.
class conversations {
public:
  // -- constructors -----------------------------------------------------------

  explicit conversations(const visibility_bounds& bounds) : bounds_{bounds} {}

  /// Takes the rows that were kept; before everything else.
  void recall(std::span<const actor::write> rows);

  // -- mutators ---------------------------------------------------------------

  /// Keeps an event, and answers those who wait for it.
  void note(const note_request& what, actor::step& out);

  /// Answers with what is there, or parks the request.
  void follow(actor::request_id who, const follow_request& what,
              actor::step& out);

  /// Who asked is gone.
  void forget(actor::request_id who);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t parked() const noexcept {
    return followers_.size();
  }

private:
  /// An event as its row's value, which is the smallest form of it.
  struct kept_event {
    std::uint64_t position = 0;
    std::string value;
  };

  struct conversation {
    std::string_view name;
    std::deque<kept_event> events;
    /// The last event that went; 0 when none did.
    std::uint64_t gone_up_to = 0;
  };

  using by_name =
    std::unordered_map<std::string, conversation, keyed_hash, std::equal_to<>>;

  struct tenant {
    std::string_view name;
    by_name conversations;
    /// By the positions of their last events.
    std::map<std::uint64_t, conversation*> by_last;
    std::size_t bytes = 0;
  };

  [[nodiscard]] tenant& tenant_of(const std::string& name);
  [[nodiscard]] const conversation* find(const follow_request& what) const;
  conversation& append(tenant& of, const std::string& name, kept_event what);
  void trim(tenant& of, conversation& grown, actor::step& out);
  void drop_first(tenant& of, conversation& from, actor::step& out);
  void wake(const std::string& key, const kept_event& what, actor::step& out);

  visibility_bounds bounds_;
  std::unordered_map<std::string, tenant, keyed_hash, std::equal_to<>> tenants_;
  std::uint64_t next_position_ = 1;
  /// By the keys of conversations.
  followers<actor::request_id> followers_;
};

} // namespace libsig::topic
