#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::sim {

/// One call of `gate::publish` and all answers that it got.
struct attempt {
  std::string type;
  /// Empty when the gate was to make one.
  std::string id;
  std::string source;
  std::vector<result<journal::receipt>> answers;
};

/// A signal that a cell was made to handle.
struct delivery {
  std::size_t cell = 0;
  std::string actor;
  signal_ptr what;
};

/// An actor and the part of the log that its routes stood for.
struct registration {
  std::string actor;
  std::vector<pattern> patterns;
  /// The last sequence before it was registered.
  std::uint64_t after = 0;
  /// The last sequence before it was withdrawn; none while it stands.
  std::optional<std::uint64_t> last;
};

struct lost_signal {
  std::string actor;
  signal_ptr what;
  errc code = errc::internal;
};

/// One request, and what became of it.
struct question {
  std::size_t answers = 0;
  bool forgotten = false;
  /// It was answered behind that.
  bool answered_late = false;
  /// The answer said that something was written, and it was not.
  bool broken_promise = false;
};

/// The gate's counters at the end.
struct counted {
  std::uint64_t admitted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t refused = 0;
  std::uint64_t delivered = 0;
  std::uint64_t unrouted = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t crashes = 0;
};

/// All that was seen of one run, from outside of what is under test.
struct evidence {
  std::vector<attempt> attempts;
  std::vector<delivery> deliveries;
  std::vector<registration> registrations;
  std::vector<lost_signal> dead_letters;
  std::vector<question> questions;
  /// A reactor was told that somebody went whose request it did not have.
  std::uint64_t strange_goings = 0;
  std::uint64_t unrouted = 0;
  std::uint64_t crashes = 0;
  /// Signals that were handed to the journal, by whatever came of them.
  std::uint64_t taken = 0;
  /// By id: the sequence of the signal that was being handled when the gate
  /// made this one; 0 for none.
  std::unordered_map<std::string, std::uint64_t> causes;
  /// The log as the journal reads it, after everything.
  std::vector<signal_ptr> log;
  /// The tables of open and of closed reviews, after everything.
  std::vector<journal::keyed_write> open_reviews;
  std::vector<journal::keyed_write> closed_reviews;
  libsig::sim::counted counted;
  std::size_t in_flight = 0;
  /// What happened, a line each.
  std::string transcript;
};

} // namespace libsig::sim
