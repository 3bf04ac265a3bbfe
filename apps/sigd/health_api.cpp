#include "apps/sigd/health_api.hpp"

#include <chrono>

#include "libsig/codec/json_text.hpp"

namespace libsig::sigd {

namespace {

constexpr std::chrono::milliseconds retry_after{1'000};

[[nodiscard]] http::response well() {
  return http::make_response(200, "text/plain", "ok\n");
}

/// A problem with the member `reasons`.
[[nodiscard]] http::response unwell(const std::vector<std::string>& reasons) {
  http::problem what;
  what.status = 503;
  what.detail = "the node is not ready: ";
  std::string list;
  for (const auto& each : reasons) {
    what.detail += list.empty() ? each : ", " + each;
    list += list.empty() ? "" : ",";
    codec::append_json_string(list, each);
  }
  auto made = http::make_problem(what, retry_after);
  made.body.pop_back();
  made.body += ",\"reasons\":[" + list + "]}";
  return made;
}

} // namespace

operations health_api::operations() {
  return {{.method = "GET",
           .path = "/livez",
           .name = "livez",
           .summary = "Says that the process lives.",
           .answers = "text/plain",
           .handle_anybody = [](const auto&,
                                auto&& answer) { answer.answer(well()); }},
          {.method = "GET",
           .path = "/readyz",
           .name = "readyz",
           .summary = "Says whether the node takes requests, or why not.",
           .answers = "text/plain",
           .handle_anybody = [this](const auto&, auto&& answer) {
             const auto why = reasons();
             answer.answer(why.empty() ? well() : unwell(why));
           }}};
}

std::vector<std::string> health_api::reasons() const {
  std::vector<std::string> all;
  switch (state_.load()) {
  case state::starting:
    all.emplace_back("starting");
    break;
  case state::draining:
    all.emplace_back("draining");
    break;
  case state::ready:
    break;
  }
  for (const auto& one : checks_) {
    if (auto why = one()) {
      all.push_back(std::move(*why));
    }
  }
  return all;
}

} // namespace libsig::sigd
