#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "apps/sigd/engine_watch.hpp"
#include "apps/sigd/health_api.hpp"
#include "apps/sigd/http_watch.hpp"
#include "apps/sigd/log.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/operations_api.hpp"
#include "apps/sigd/review_watch.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/timings.hpp"
#include "libsig/http/server.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// All that looks at a node while it runs: what is timed, counted and logged,
/// and the operations that show it. One thread builds a node around it, in the
/// order of the functions.
class observation {
public:
  // -- constructors -----------------------------------------------------------

  /// `to` may be null; it and `time` must outlive it.
  observation(logger* to, const clock& time);

  /// May be null.
  [[nodiscard]] logger* log() const noexcept { return log_; }

  // -- for the runtime --------------------------------------------------------

  [[nodiscard]] std::shared_ptr<engine::timings> timings() const {
    return timings_;
  }

  [[nodiscard]] std::shared_ptr<engine_watch>
  engine(engine_watch::failure_handler failed) const;

  [[nodiscard]] std::shared_ptr<review_watch> reviews() const {
    return reviews_;
  }

  // -- for the server ---------------------------------------------------------

  /// The operations that show what is seen of `node`, of which the log is the
  /// file of the path. `node` must outlive the server.
  [[nodiscard]] operations_api& show(const runtime& node, std::string path);

  /// Takes note of all operations, in the order of the server's routes.
  [[nodiscard]] http_watch& watch(const operations& all);

  /// Shows the server's numbers; it must outlive its own requests.
  void follow(const http::server& server) noexcept { server_.store(&server); }

private:
  logger* log_;
  const clock& time_;
  wall_time started_;
  std::shared_ptr<engine::timings> timings_;
  std::shared_ptr<review_watch> reviews_;
  std::optional<operations_api> api_;
  std::optional<http_watch> http_;
  /// Set when requests may have come already.
  std::atomic<const http::server*> server_{nullptr};
};

/// Lets `/readyz` look at the log of the node, which must outlive it.
void check_log(health_api& health, const runtime& node);

} // namespace libsig::sigd
