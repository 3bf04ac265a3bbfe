#include "apps/sigd/operations_api.hpp"

#include <cstdint>
#include <utility>

#include "apps/sigd/open_api.hpp"
#include "libsig/codec/json_writer.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";

void append_restart(const actor::restart_policy& of, std::string& out) {
  codec::json_object made{out};
  made.truth("always", of.always);
  made.whole("attempts_max", of.attempts_max);
  made.whole("restarts_max", of.restarts_max);
  made.whole("window_ms", static_cast<std::uint64_t>(of.window.count()));
  made.end();
}

/// One route of an actor, with what the actor is.
void append_route(const actor::spec& of, const actor::route& one,
                  std::string& out) {
  codec::json_object made{out};
  made.text("actor", of.name);
  made.text("pattern", one.pattern);
  codec::append_json_integer(made.member("priority"), one.priority);
  made.texts("emits", of.emits);
  made.text("isolation", actor::to_string(of.isolation));
  append_restart(of.restart, made.member("restart"));
  made.end();
}

} // namespace

void operations_api::add_metrics(metrics_part part) {
  parts_.push_back(std::move(part));
}

void operations_api::describe(const sigd::operations& all) {
  description_ =
    std::make_shared<const std::string>(open_api_text(all, LIBSIG_VERSION));
}

operations operations_api::operations() {
  using access::scope;
  return {{.method = "GET",
           .path = "/metrics",
           .name = "metrics",
           .summary = "Shows counters and histograms as Prometheus reads them.",
           .scope = scope::admin,
           .answers = "text/plain",
           .handle =
             [this](auto&&, const auto&, auto&& answer) {
               show_metrics(std::forward<decltype(answer)>(answer));
             }},
          {.method = "GET",
           .path = "/openapi.json",
           .name = "openapi",
           .summary = "Describes all operations.",
           .handle =
             [this](auto&&, const auto&, auto&& answer) {
               show_description(std::forward<decltype(answer)>(answer));
             }},
          {.method = "GET",
           .path = "/v1/routes",
           .name = "routes",
           .summary = "Lists who hears what and emits what.",
           .scope = scope::admin,
           .handle = [this](auto&&, const auto&, auto&& answer) {
             show_routes(std::forward<decltype(answer)>(answer));
           }}};
}

void operations_api::show_metrics(http::responder answer) const {
  metrics::text_writer page;
  for (const auto& part : parts_) {
    part(page);
  }
  const std::uint64_t left_out = page.left_out();
  page.begin(metrics::text_writer::kind::gauge, "metrics_samples_left_out",
             "Samples that this page should have and has not.");
  page.sample(left_out);
  answer.answer(
    http::make_response(200, metrics::text_writer::media_type, page.text()));
}

void operations_api::show_description(http::responder answer) const {
  auto made = http::make_response(200, json_type, {});
  made.shared_body = description_;
  answer.answer(std::move(made));
}

void operations_api::show_routes(http::responder answer) const {
  std::string body{"{\"routes\":["};
  std::string_view separator;
  for (const auto& one : node_.actors()) {
    for (const auto& route : one.routes) {
      body += separator;
      separator = ",";
      append_route(one, route, body);
    }
  }
  body += "]}";
  answer.answer(http::make_response(200, json_type, std::move(body)));
}

} // namespace libsig::sigd
