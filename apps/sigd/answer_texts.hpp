#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "libsig/topic/requests.hpp"

namespace libsig::sigd {

/// The texts of answers that are under way, and how many bytes they have. A
/// message that many have waited for is one text that all their answers share,
/// one in clear and one with its secrets hidden. Any thread.
class answer_texts {
public:
  // -- types ------------------------------------------------------------------

  /// Counted until the last of its holders lets it go.
  using text = std::shared_ptr<const std::string>;

  // -- constructors -----------------------------------------------------------

  /// Keeps the newest texts of messages, so many bytes together, also when
  /// nobody holds them: who asks next may be about to. `freed` is told, on the
  /// thread of who let it go, that there are fewer bytes; may be empty. Texts
  /// may outlive it.
  answer_texts(std::size_t kept_bytes_max, std::function<void()> freed);

  answer_texts(const answer_texts&) = delete;
  answer_texts& operator=(const answer_texts&) = delete;

  ~answer_texts();

  // -- mutators ---------------------------------------------------------------

  /// What `topic::append_hit` appends for the message, made when nobody holds
  /// it and it was not kept.
  [[nodiscard]] text of(const topic::message& what, bool clear);

  /// A text that one answer has for itself.
  [[nodiscard]] text own(std::string what);

  /// Lets go what is kept.
  void forget_kept();

  // -- observers --------------------------------------------------------------

  /// The text of the message when somebody holds it, else null. To be compared
  /// with a text that one holds, and not to be read.
  [[nodiscard]] const std::string* find(const topic::message& what,
                                        bool clear) const;

  /// Whether the text of the message is there.
  [[nodiscard]] bool has(const topic::message& what, bool clear) const;

  /// Of all texts that are there.
  [[nodiscard]] std::size_t bytes() const;

private:
  struct state;

  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
