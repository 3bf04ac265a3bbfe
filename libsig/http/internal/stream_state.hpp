#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "libsig/http/event_stream.hpp"
#include "libsig/http/internal/mailbox.hpp"

namespace libsig::http::internal {

class connection;

/// A chunk with its position.
struct stream_item {
  chunk bytes;
  std::uint64_t position = 0;
};

/// A stream between the threads that write to it and the connection that sends
/// it. It has a mutex since its writers are threads that no actor owns.
class stream_state final : public deliverable,
                           public std::enable_shared_from_this<stream_state> {
public:
  /// What the connection finds.
  enum class next : std::uint8_t {
    nothing,  ///< all was taken; more may come
    taken,    ///< items were taken
    finished, ///< all was taken and nothing comes
    cut,      ///< nothing but the last words is sent
  };

  stream_state(std::shared_ptr<mailbox> way, std::weak_ptr<connection> home,
               stream_options options, std::size_t bytes_max,
               std::size_t chunks_max);

  // -- the writers' side ------------------------------------------------------

  bool write(chunk bytes, std::uint64_t position);

  void finish();

  void cut();

  [[nodiscard]] bool open();

  // -- the connection's side --------------------------------------------------

  void deliver() override;

  /// Takes up to so many items.
  [[nodiscard]] next take(std::deque<stream_item>& into, std::size_t count);

  /// Items that were taken are no longer held.
  void sent(std::size_t bytes, std::size_t count);

  /// Calls the application's callback for what was sent.
  void tell_written(std::uint64_t position) const;

  [[nodiscard]] std::string last_words(std::uint64_t position) const;

  /// The stream has ended; the first reason counts and is told.
  void end(stream_end why);

  /// How the stream is sent; does not change.
  [[nodiscard]] const stream_options& options() const noexcept {
    return options_;
  }

private:
  void notify();

  const std::shared_ptr<mailbox> way_;
  const std::weak_ptr<connection> home_;
  const stream_options options_;
  const std::size_t bytes_max_;
  const std::size_t chunks_max_;

  std::mutex mutex_;
  std::deque<stream_item> waiting_;
  // Of what waits and of what the connection has taken and not sent.
  std::size_t bytes_ = 0;
  std::size_t chunks_ = 0;
  bool notified_ = false;
  bool finishing_ = false;
  bool cut_ = false;
  bool ended_ = false;
};

} // namespace libsig::http::internal
