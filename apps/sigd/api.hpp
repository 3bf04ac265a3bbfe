#pragma once

#include <optional>

#include "apps/sigd/operation.hpp"
#include "libsig/access/authenticator.hpp"
#include "libsig/core/error.hpp"
#include "libsig/http/access.hpp"
#include "libsig/http/router.hpp"
#include "libsig/http/server.hpp"

namespace libsig::sigd {

/// What the node serves over HTTP: who may come in, and which path leads where.
class api final : public http::application {
public:
  /// `door` must outlive it, as must what the operations refer to.
  api(operations all, const access::authenticator& door);

  /// The table that leads to the operations.
  [[nodiscard]] result<http::route_table> routes() const;

  [[nodiscard]] std::optional<http::response>
  admit(http::request& head) override;

  void handle(http::request received, http::responder answer) override;

private:
  [[nodiscard]] result<access::caller> caller_of(const http::request& of) const;

  operations all_;
  const access::authenticator& door_;
  http::access_rules rules_;
};

} // namespace libsig::sigd
