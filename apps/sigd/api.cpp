#include "apps/sigd/api.hpp"

#include <limits>
#include <string>
#include <utility>

#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::sigd {

namespace {

constexpr std::size_t event_bytes_max = 8u << 20;

} // namespace

/// One method of one path.
struct api::operation {
  std::string_view method;
  std::string_view path;
  std::string_view name;
  std::string_view summary;
  std::size_t body_limit;
  /// The scope that the caller needs; none when the operation itself looks.
  std::optional<access::scope> scope;
  /// Null for what answers everybody.
  api::handler handle;
};

const std::vector<api::operation>& api::operations() {
  using access::scope;
  static const std::vector<operation> all{
    {"POST", "/v1/signals", "publish", "Publishes signals.", event_bytes_max,
     std::nullopt, &api::publish},
    {"GET", "/v1/signals", "list", "Lists signals of the log.", 0,
     scope::subscribe, &api::list},
    {"GET", "/v1/signals/{sequence}", "find", "Gives one signal, whole.", 0,
     scope::subscribe, &api::find},
    {"GET", "/v1/stream", "stream", "Follows the log.", 0, scope::subscribe,
     &api::stream},
    {"GET", "/livez", "livez", "Says that the process lives.", 0, std::nullopt,
     nullptr},
    {"GET", "/readyz", "readyz", "Says whether the node takes requests.", 0,
     std::nullopt, nullptr},
  };
  return all;
}

api::api(runtime& node, live_feed& feed, const access::authenticator& door)
  : feed_{feed}, door_{door}, signals_{node} {}

result<http::route_table> api::routes() {
  std::vector<http::route> all;
  for (const auto& one : operations()) {
    http::route made;
    made.method = one.method;
    made.path = one.path;
    made.name = one.name;
    made.summary = one.summary;
    made.body_limit = one.body_limit;
    all.push_back(std::move(made));
  }
  return http::route_table::make(std::move(all));
}

// -- who may come in
// -----------------------------------------------------------

result<access::caller> api::caller_of(const http::request& of) const {
  if (door_.tokenless()) {
    if (auto near = http::check_loopback(of, rules_); !near) {
      return fail(
        error(errc::forbidden, near.error().detail()).at(near.error().place()));
    }
  }
  if (of.fields.count("Authorization") > 1
      || of.fields.count("Sig-Identity") > 1) {
    return fail(error(errc::invalid_argument,
                      "Authorization and Sig-Identity stand there once"));
  }
  access::request_facts facts;
  facts.authorization = of.fields.find("Authorization");
  facts.identity = of.fields.find("Sig-Identity");
  facts.forwarded = http::is_forwarded(of.fields);
  facts.loopback = of.peer && of.peer->loopback;
  return door_.authenticate(facts);
}

std::optional<http::response> api::admit(const http::request& head) {
  if (head.route != nullptr
      && operations()[head.route->index()].handle == nullptr) {
    return std::nullopt;
  }
  const auto by = caller_of(head);
  if (!by) {
    return refusal(by.error());
  }
  if (head.route == nullptr) {
    return std::nullopt;
  }
  if (const auto needed = operations()[head.route->index()].scope) {
    if (const auto may = by->check_scope(*needed); !may) {
      return refusal(may.error());
    }
  }
  return std::nullopt;
}

void api::handle(http::request received, http::responder answer) {
  const auto& what = operations()[received.route->index()];
  if (what.handle == nullptr) {
    health(received, std::move(answer));
    return;
  }
  const auto by = caller_of(received);
  if (!by) {
    answer.answer(refusal(by.error()));
    return;
  }
  (this->*what.handle)(std::move(received), *by, std::move(answer));
}

// -- operations
// ----------------------------------------------------------------

void api::publish(http::request&& received, const access::caller& by,
                  http::responder&& answer) {
  signals_.publish(std::move(received), by, std::move(answer));
}

void api::list(http::request&& received, const access::caller& by,
               http::responder&& answer) {
  signals_.list(received, by, std::move(answer));
}

void api::find(http::request&& received, const access::caller& by,
               http::responder&& answer) {
  signals_.find(received, by, std::move(answer));
}

void api::stream(http::request&& received, const access::caller& by,
                 http::responder&& answer) {
  const auto refuse = [&](error why) { answer.answer(refusal(why)); };
  if (auto known = check_query(received, {"pattern", "topic", "after"});
      !known) {
    return refuse(std::move(known).error());
  }
  feed_request wants{by, std::nullopt, std::nullopt};
  const auto asked = received.query_value("pattern");
  const auto topic = received.query_value("topic");
  if (asked && topic) {
    return refuse(error(errc::invalid_argument,
                        "'pattern' and 'topic' exclude each other"));
  }
  if (asked || topic) {
    auto parsed = pattern::parse(asked ? *asked : *topic);
    if (!parsed) {
      return refuse(std::move(parsed).error());
    }
    wants.pattern = std::move(*parsed);
  }
  auto after = number_of_query(received, "after", 0,
                               std::numeric_limits<std::int64_t>::max());
  if (!after) {
    return refuse(std::move(after).error());
  }
  wants.after = *after;
  // A browser that connects again sends both; what it saw last counts.
  if (const auto last = received.fields.find("Last-Event-ID")) {
    wants.after = read_number(*last);
    if (!wants.after) {
      return refuse(error(errc::invalid_argument,
                          "Last-Event-ID must be the id of an event"));
    }
  }
  feed_.join(std::move(wants), std::move(answer));
}

void api::health(const http::request& received,
                 http::responder&& answer) const {
  const bool well = received.route->name == "livez" || ready_.load();
  answer.answer(http::make_response(well ? 200 : 503, "text/plain",
                                    well ? "ok\n" : "not ready\n"));
}

} // namespace libsig::sigd
