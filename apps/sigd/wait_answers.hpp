#pragma once

#include <cstddef>
#include <memory>

#include "apps/sigd/answer_queue.hpp"
#include "apps/sigd/answer_texts.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sigd {

/// Makes the texts of the answers of waits, on a thread of its own: neither the
/// actor that wakes ten thousand nor the server that writes to them stands
/// still for it. Any thread.
///
/// What is the same for many is one text. While too many bytes are under way
/// the others wait for their turn: an answer is late then, not lost, and its
/// cursor does not move before it is written. Callers take turns, so that one
/// who does not take its answers holds up itself alone; small answers are not
/// behind large ones, and those without a message wait for nothing.
class wait_answers {
public:
  // -- types ------------------------------------------------------------------

  using text = answer_texts::text;

  using order = answer_order;

  // -- constructors -----------------------------------------------------------

  /// `time` must outlive it; null for the machine's clock.
  explicit wait_answers(const answer_bounds& bounds = {},
                        const clock* time = nullptr);

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
