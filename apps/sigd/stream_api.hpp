#pragma once

#include "apps/sigd/live_feed.hpp"
#include "apps/sigd/operation.hpp"

namespace libsig::sigd {

/// `/v1/stream`: the log as it grows. Any thread.
class stream_api {
public:
  explicit stream_api(live_feed& feed) noexcept : feed_{feed} {}

  [[nodiscard]] sigd::operations operations();

  /// `GET /v1/stream`.
  void follow(const http::request& received, const access::caller& by,
              http::responder answer);

private:
  live_feed& feed_;
};

} // namespace libsig::sigd
