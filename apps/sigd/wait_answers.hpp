#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "apps/sigd/answer_texts.hpp"
#include "libsig/core/error.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::sigd {

/// Bounds of `wait_answers`, in bytes.
struct answer_bounds {
  /// The data of the messages of one answer; more is `too_large`.
  std::size_t one_max = 64u << 20;
  /// The texts of all answers that are not written yet. One that has more is
  /// made while there is no other.
  std::size_t under_way_max = 256u << 20;
  /// The data of the messages whose answers wait for their turn, each counted
  /// once; one more is `overloaded`.
  std::size_t waiting_max = 256u << 20;
  /// Of those under way: texts that are kept for who is answered next.
  std::size_t kept_max = 8u << 20;
};

/// Makes the texts of the answers of waits, on a thread of its own: neither the
/// actor that wakes ten thousand nor the server that writes to them stands
/// still for it. Any thread.
///
/// What is the same for many is one text. While too many bytes are under way
/// the others wait for their turn, in the order in which they came: an answer
/// is late then, not lost, and its cursor does not move before it is written.
/// Answers without a message have their turn at once.
class wait_answers {
public:
  // -- types ------------------------------------------------------------------

  using text = answer_texts::text;

  /// An answer to be made.
  struct order {
    std::shared_ptr<const topic::wait_request> asked;
    std::shared_ptr<const topic::wait_reply> got;
    /// Whether its reader sees secrets.
    bool clear = false;
    /// Told once: the text, `too_large` or `overloaded` at a bound, `stopped`.
    /// Must not block. The text is under way until all copies of it are gone.
    std::function<void(result<text> body)> to;
  };

  // -- constructors -----------------------------------------------------------

  explicit wait_answers(const answer_bounds& bounds = {});

  wait_answers(const wait_answers&) = delete;
  wait_answers& operator=(const wait_answers&) = delete;

  /// Closes.
  ~wait_answers();

  // -- mutators ---------------------------------------------------------------

  /// Costs about the same whatever the messages' sizes are.
  void add(order what);

  /// Waits for the text at hand and ends all others. Not to be called by who is
  /// told.
  void close();

  // -- observers --------------------------------------------------------------

  /// Answers whose turn has not come.
  [[nodiscard]] std::size_t waiting() const;

  /// Of the texts under way.
  [[nodiscard]] std::size_t bytes() const;

private:
  struct state;

  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
