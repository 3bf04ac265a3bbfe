#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/topic/cursor.hpp"
#include "libsig/topic/requests.hpp"

/// Waits that are parked, by topic, by deadline and by who asked.
namespace libsig::topic {

struct cursor_entry;

/// A wait at one of its topics.
struct wait_place {
  /// Behind this it has not seen anything.
  position at;
  /// Where it began, when that was a stored cursor; see `from_stored`.
  position origin;
  /// The message that it has got, while it waits for others; 0 for none.
  std::uint64_t held = 0;
  bool from_stored = false;
  /// It began without a cursor.
  bool began = false;
};

/// A wait that is parked.
struct parked_wait {
  actor::request_id who{};
  /// Null when there is none in this place.
  std::shared_ptr<const wait_request> what;
  steady_time since;
  steady_time deadline;
  /// One for each topic of the request, or none while it is queued.
  std::vector<wait_place> places;
  /// Topics without a message.
  std::size_t missing = 0;
  /// What it is queued behind, and its number there.
  cursor_entry* queued_behind = nullptr;
  std::uint64_t ticket = 0;
};

/// How many there may be. A caller has a tenth of the topics and bytes.
struct parking_bounds {
  std::size_t waits_max = limits::parked_waits_max;
  std::size_t caller_waits_max = limits::caller_parked_waits_max;
  /// Topics and bytes of the requests of all waits together.
  std::size_t topics_max = limits::parked_topics_max;
  std::size_t bytes_max = limits::parked_bytes_max;
};

/// All parked waits. Not synchronised. Parking, waking and leaving cost the
/// same however many there are, but for the order of the deadlines.
class parked_waits {
public:
  /// Names a wait until it is removed.
  using handle = std::uint32_t;

  /// A wait that a message wakes, at one of its places.
  struct woken {
    handle wait = 0;
    std::uint32_t place = 0;
  };

  // -- constructors -----------------------------------------------------------

  explicit parked_waits(const parking_bounds& bounds) : bounds_{bounds} {}

  // -- mutators ---------------------------------------------------------------

  /// Parks a wait. Those without places are woken by nothing but their
  /// deadline. `overloaded` at a bound; nothing has changed then.
  [[nodiscard]] result<handle> add(parked_wait what);

  /// Takes a wait out.
  parked_wait remove(handle which);

  /// Notes a message that a wait has got at a place; it is not woken there any
  /// more.
  void hold(handle which, std::uint32_t place, std::uint64_t sequence);

  /// Lets a message pass that is not what the wait began for.
  void pass(handle which, std::uint32_t place, std::uint64_t sequence) {
    waits_[which].what.places[place].at = behind(sequence);
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const parked_wait& at(handle which) const {
    return waits_[which].what;
  }

  [[nodiscard]] std::optional<handle> find(actor::request_id who) const;

  /// The first wait whose handle is not less, for a walk through all of them.
  [[nodiscard]] std::optional<handle> next(handle from) const;

  /// Appends those that stand before a message of a topic, in the order in
  /// which they were parked.
  void find_woken(std::string_view tenant, std::string_view topic,
                  std::uint64_t sequence, std::vector<woken>& out) const;

  /// The wait that ends first.
  [[nodiscard]] std::optional<handle> first_due() const;

  [[nodiscard]] std::size_t size() const noexcept { return by_who_.size(); }

  /// Topics that somebody waits at.
  [[nodiscard]] std::size_t topics() const noexcept { return by_topic_.size(); }

private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// A place in a topic's list.
  struct link {
    std::uint32_t wait = none;
    std::uint32_t place = 0;

    [[nodiscard]] bool empty() const noexcept { return wait == none; }
  };

  struct neighbours {
    link previous;
    link next;
    /// `none` while it is in no list.
    std::uint32_t topic = none;
  };

  /// What one caller has parked.
  struct tally {
    std::size_t waits = 0;
    std::size_t topics = 0;
    std::size_t bytes = 0;
  };

  using callers =
    std::unordered_map<std::string, tally, keyed_hash, std::equal_to<>>;

  struct wait_slot {
    parked_wait what;
    std::vector<neighbours> around;
    callers::value_type* caller = nullptr;
  };

  struct topic_slot {
    std::string tenant;
    std::string topic;
    link first;
    link last;
  };

  struct topic_name {
    std::string_view tenant;
    std::string_view topic;

    friend bool operator==(const topic_name&, const topic_name&) = default;
  };

  class topic_hash {
  public:
    [[nodiscard]] std::size_t operator()(const topic_name& of) const noexcept {
      return hash_(of.topic) + 31 * hash_(of.tenant);
    }

  private:
    keyed_hash hash_;
  };

  [[nodiscard]] result<void> check_room(const tally& of, std::size_t topics,
                                        std::size_t bytes) const;
  [[nodiscard]] std::uint32_t topic_of(std::string_view tenant,
                                       std::string_view topic);
  void enter(const link& what, std::uint32_t topic);
  void leave(const link& what);
  [[nodiscard]] neighbours& around(const link& of) {
    return waits_[of.wait].around[of.place];
  }

  parking_bounds bounds_;
  tally total_;
  // A deque grows without copying.
  std::deque<wait_slot> waits_;
  std::vector<std::uint32_t> free_waits_;
  std::deque<topic_slot> topics_;
  std::vector<std::uint32_t> free_topics_;
  std::unordered_map<topic_name, std::uint32_t, topic_hash> by_topic_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_who_;
  std::set<std::pair<steady_time, std::uint32_t>> by_deadline_;
  callers callers_;
};

} // namespace libsig::topic
