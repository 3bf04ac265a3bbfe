#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/alarm_clock.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/wait_answers.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/time.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/metrics/text_writer.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/topic/policy.hpp"
#include "libsig/topic/requests.hpp"
#include "libsig/topic/visibility.hpp"

namespace libsig::sigd {

/// The topics of document 000: sending, waiting, and the cursors of waits. Any
/// thread.
class topics_api {
public:
  // -- types ------------------------------------------------------------------

  struct options {
    topic::policy rules = {};
    /// Where the sources of reviews begin.
    std::string source_prefix{access::source_rule::review_prefix_default};
    answer_bounds answers = {};
    /// For how long answers wait; must outlive it. Null for the machine's.
    const clock* time = nullptr;
  };

  // -- constructors -----------------------------------------------------------

  /// To be closed before the runtime goes. `calls` must outlive it.
  topics_api(runtime& node, actor_calls& calls, options how);

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

  /// Takes other rules for what comes from now on.
  void change(topic::policy rules);

  /// Ends the answers whose turn has not come; what is being written is settled
  /// as before.
  void end_answers();

  /// Ends them, and leaves the runtime alone from here on.
  void close();

  /// `POST /v1/topics/{topic}/signals`.
  void send(http::request received, const access::caller& by,
            http::responder answer);

  /// `POST /v1/wait`.
  void wait(const http::request& received, const access::caller& by,
            http::responder answer);

  // -- observers --------------------------------------------------------------

  /// The rules that hold just now.
  [[nodiscard]] std::shared_ptr<const topic::policy> rules() const;

  /// Waits that are parked, and what became of those that are not.
  void append_metrics(metrics::text_writer& to) const;

private:
  struct counters;
  struct posted;

  using wait_ptr = std::shared_ptr<const topic::wait_request>;

  [[nodiscard]] result<posted> read_send(http::request& received,
                                         const access::caller& by) const;
  void answer_wait(const wait_ptr& asked, const access::caller& by,
                   const std::shared_ptr<void>& open,
                   const result<actor::reply_ptr>& got, http::responder* to);
  void answer(const wait_ptr& asked,
              const std::shared_ptr<const topic::wait_reply>& got,
              result<wait_answers::text> body, http::responder& to);
  void settle(std::uint64_t pending, bool written);
  void note(const std::string& tenant, const std::string& conversation,
            topic::visibility_event what);

  runtime& node_;
  actor_calls& calls_;
  const access::source_rule sources_;
  const std::shared_ptr<counters> counted_;
  std::atomic<bool> closed_{false};
  alarm_clock alarm_;
  wait_answers answers_;
  // Requests come on the threads of the server and changes on that of the
  // program. Held for a pointer.
  mutable std::mutex rules_mutex_;
  std::shared_ptr<const topic::policy> rules_;
};

} // namespace libsig::sigd
