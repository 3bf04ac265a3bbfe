#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::journal {

/// Is told, on any thread, what became of something that was asked for.
using done_handler = std::function<void(result<void>)>;

/// Writes rows in one transaction, from any thread, and tells once they are
/// durable; `runtime::write` is one.
using row_writer =
  std::function<void(std::vector<keyed_write> rows, done_handler done)>;

/// A signal that could not be delivered, and why.
struct dead_letter {
  /// The order of the ids is that in which they were added.
  std::string id;
  /// Of the signal; 0 for one that never came into the log.
  std::uint64_t sequence = 0;
  /// Of the signal, so that who may see it is known without the signal.
  std::string tenant;
  /// Who should have got it: `publisher:<name>` or `actor:<name>`.
  std::string target;
  /// In words, for people.
  std::string reason;
  /// How often it was tried.
  std::uint32_t attempts = 0;
  /// When it was added, or tried again at last.
  wall_time at;
  /// Of a signal that never came into the log and is kept in the letter's row:
  /// roughly its bytes. 0 for all others.
  std::size_t held_bytes = 0;
  /// Of a signal in the log: roughly the bytes that the letter keeps there. Who
  /// adds one may leave it 0, and the book looks.
  std::uint64_t kept_bytes = 0;

  [[nodiscard]] bool holds_signal() const noexcept { return held_bytes > 0; }
};

/// What could not be delivered: durable rows of the table `dead_letters`, each
/// of which keeps its signal from retention until it is removed or delivered.
///
/// At most so many, and so many bytes that they hold or keep in the log; the
/// oldest go for new ones, and somebody is told. What is found here is durable
/// already. All functions may be called from any thread.
class dead_letter_book {
  struct state;

public:
  // -- types ------------------------------------------------------------------

  static constexpr std::string_view table = "dead_letters";

  /// Delivers a signal once more to the letter's target and tells how it went;
  /// one try, however it goes.
  using redriver = std::function<void(
    const dead_letter& of, const signal_ptr& what, done_handler done)>;

  struct options {
    row_writer write;
    std::shared_ptr<const clock> time;
    std::shared_ptr<id_source> ids;
    std::size_t letters_max = limits::dead_letters_max;
    /// Of the signals that letters hold.
    std::size_t held_bytes_max = limits::dead_letter_bytes_max;
    /// Of the signals in the log that letters keep there, each counted once.
    std::uint64_t kept_bytes_max =
      limits::store_bytes_max / limits::dead_letter_store_part;
    /// Is told of each letter that goes for a new one.
    std::function<void(const dead_letter&)> on_dropped = {};
  };

  // -- constructors -----------------------------------------------------------

  /// Reads what there is. `log` must outlive the book.
  [[nodiscard]] static result<std::unique_ptr<dead_letter_book>>
  open(const journal& log, options how);

  /// For `open` alone, since nobody else can name a `state`.
  explicit dead_letter_book(std::shared_ptr<state> made) noexcept;

  dead_letter_book(const dead_letter_book&) = delete;
  dead_letter_book& operator=(const dead_letter_book&) = delete;

  /// What is under way still ends.
  ~dead_letter_book();

  // -- mutators ---------------------------------------------------------------

  /// Says who delivers again to targets of a kind, such as `publisher`: what
  /// stands before the colon.
  void set_redriver(std::string kind, redriver by);

  /// Adds a letter, whose id and time are set here. The other rows are written
  /// in the same transaction. An error of `done` is the writer's, and nothing
  /// is added then.
  void add(dead_letter what, std::vector<keyed_write> with, done_handler done);

  /// Adds the letter of a signal that was refused on its way into the log; its
  /// row holds the signal. Tenant and sequence are set here too.
  void add_refused(dead_letter what, const signal& refused, done_handler done);

  /// Forgets a letter. `done` gets `not_found` for one that is not there, and
  /// `already_exists` for one that is being tried.
  void remove(std::string_view id, done_handler done);

  /// Tries a letter once more, and forgets it when that went well. Otherwise it
  /// stays with the new reason, and `done` gets `errc::io` with it as its
  /// detail. Other errors are those of `remove`, `not_found` for one whose
  /// target nobody knows any more, and the redriver's `stopped` and
  /// `overloaded`, which say that it was not tried.
  void redrive(std::string_view id, done_handler done);

  // -- observers --------------------------------------------------------------

  /// At most so many letters with ids behind `after`, the oldest first.
  [[nodiscard]] std::vector<dead_letter> list(std::string_view after,
                                              std::size_t limit) const;

  [[nodiscard]] std::optional<dead_letter> find(std::string_view id) const;

  /// The signal of a letter, of the log or its own, which has the sequence 0;
  /// null when it is gone.
  [[nodiscard]] result<signal_ptr> signal_of(const dead_letter& of) const;

  [[nodiscard]] std::size_t size() const;

  /// Bytes of the signals in the log that letters keep there, each counted
  /// once; of letters too that are being written.
  [[nodiscard]] std::uint64_t kept_bytes() const;

  /// How many went since there were too many, or too many bytes, since the book
  /// was opened.
  [[nodiscard]] std::uint64_t dropped() const;

private:
  // Handlers that are under way keep their share.
  std::shared_ptr<state> state_;
};

} // namespace libsig::journal
