#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/sigd/operation.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/metrics/text_writer.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// What operators look at: `/metrics`, `/openapi.json`, `/v1/routes`. Completed
/// by one thread before the server starts; then any thread.
class operations_api {
public:
  /// Appends families of metrics; called on the threads of the server, several
  /// at once, and must not block.
  using metrics_part = std::function<void(metrics::text_writer&)>;

  // -- constructors -----------------------------------------------------------

  /// `node` must outlive it, as must what the parts refer to.
  explicit operations_api(const runtime& node) noexcept : node_{node} {}

  // -- mutators ---------------------------------------------------------------

  void add_metrics(metrics_part part);

  /// Makes the description of all operations, its own included.
  void describe(const operations& all);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

private:
  void show_metrics(http::responder answer) const;
  void show_description(http::responder answer) const;
  void show_routes(http::responder answer) const;

  const runtime& node_;
  std::vector<metrics_part> parts_;
  std::shared_ptr<const std::string> description_;
};

} // namespace libsig::sigd
