#pragma once

#include <optional>
#include <string_view>

#include "apps/sigd/door.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/core/error.hpp"
#include "libsig/http/router.hpp"
#include "libsig/http/server.hpp"

namespace libsig::sigd {

/// What the node serves over HTTP: who may come in, and which path leads where.
class api final : public http::application {
public:
  /// `way_in` must outlive it, as must what the operations refer to.
  api(operations all, door& way_in);

  /// The table that leads to the operations.
  [[nodiscard]] result<http::route_table> routes() const;

  [[nodiscard]] std::optional<http::response>
  admit(http::request& head) override;

  void handle(http::request received, http::responder answer) override;

  /// The form of errors is a property of the path alone, not of who refuses.
  void shape_refusal(std::string_view target, http::response& refused) override;

private:
  operations all_;
  door& way_in_;
};

} // namespace libsig::sigd
