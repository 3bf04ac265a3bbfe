#include "apps/sigd/health_api.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] http::response health(bool well) {
  return http::make_response(well ? 200 : 503, "text/plain",
                             well ? "ok\n" : "not ready\n");
}

} // namespace

operations health_api::operations() {
  return {{.method = "GET",
           .path = "/livez",
           .name = "livez",
           .summary = "Says that the process lives.",
           .handle_anybody =
             [](const auto&, auto&& answer) { answer.answer(health(true)); }},
          {.method = "GET",
           .path = "/readyz",
           .name = "readyz",
           .summary = "Says whether the node takes requests.",
           .handle_anybody = [this](const auto&, auto&& answer) {
             answer.answer(health(ready_.load()));
           }}};
}

} // namespace libsig::sigd
