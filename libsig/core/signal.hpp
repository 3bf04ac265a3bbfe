#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "libsig/core/draft.hpp"
#include "libsig/core/time.hpp"

namespace libsig {

/// What the node alone says of a signal.
struct stamp {
  /// The position in the log, from 1; 0 until the journal has assigned it.
  std::uint64_t sequence = 0;
  wall_time recorded_time;
  /// How many causes stand before it.
  std::uint32_t hops = 0;
  std::string tenant;
  /// What a caller claimed to be whose claim was stamped over; may be empty.
  std::string on_behalf_of;
};

/// A signal: a CloudEvent that was checked, admitted and stamped.
///
/// It is immutable from the moment the journal has given it its sequence, and
/// is then shared between threads as `signal_ptr`.
class signal {
public:
  // -- constructors, mutators -------------------------------------------------

  signal(valid_draft checked, stamp by)
    : draft_{std::move(checked).take()}, stamp_{std::move(by)} {}

  /// Shows that the draft was checked where it stood, so that it is moved once.
  class proof {
    friend class schema::registry;
    proof() = default;
  };

  signal(proof, draft&& checked, stamp&& by)
    : draft_{std::move(checked)}, stamp_{std::move(by)} {}

  /// The journal's alone, before anybody else sees the signal.
  void assign_sequence(std::uint64_t sequence) noexcept {
    stamp_.sequence = sequence;
  }

  /// The gate's alone, before the journal writes it.
  void assign_recorded_time(wall_time time) noexcept {
    stamp_.recorded_time = time;
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::string& id() const noexcept { return draft_.id; }

  [[nodiscard]] const std::string& source() const noexcept {
    return draft_.source;
  }

  [[nodiscard]] const std::string& type() const noexcept { return draft_.type; }

  [[nodiscard]] const std::optional<std::string>& subject() const noexcept {
    return draft_.subject;
  }

  [[nodiscard]] const std::string& causation_id() const noexcept {
    return draft_.causation_id;
  }

  /// Whether it is mail, which only its sender and its receiver may see.
  [[nodiscard]] bool has_receiver() const noexcept {
    return draft_.has_receiver();
  }

  /// The identity that mail is to, or `*`; null when it is none.
  [[nodiscard]] const std::string* receiver() const noexcept {
    return draft_.receiver();
  }

  [[nodiscard]] const event_data& data() const noexcept { return draft_.data; }

  [[nodiscard]] std::uint64_t sequence() const noexcept {
    return stamp_.sequence;
  }

  [[nodiscard]] wall_time recorded_time() const noexcept {
    return stamp_.recorded_time;
  }

  [[nodiscard]] std::uint32_t hops() const noexcept { return stamp_.hops; }

  [[nodiscard]] const std::string& tenant() const noexcept {
    return stamp_.tenant;
  }

  /// Every attribute as it was stated, for codecs.
  [[nodiscard]] const draft& attributes() const noexcept { return draft_; }

  /// Every attribute that the node set, for codecs.
  [[nodiscard]] const libsig::stamp& stamped() const noexcept { return stamp_; }

private:
  draft draft_;
  libsig::stamp stamp_;
};

/// How a signal crosses mailboxes: shared, never copied, never changed.
using signal_ptr = std::shared_ptr<const signal>;

} // namespace libsig
