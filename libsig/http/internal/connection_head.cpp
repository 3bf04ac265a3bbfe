#include "libsig/http/internal/connection.hpp"
#include "libsig/http/internal/worker.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <utility>

namespace libsig::http::internal {

namespace {

// What is reserved for a body before any of it has come: a length that is only
// claimed takes no memory.
constexpr std::uint64_t body_reserve_bytes = 64u << 10;

[[nodiscard]] response refusal(unsigned status, std::string detail) {
  problem what;
  what.status = status;
  what.detail = std::move(detail);
  return make_problem(what);
}

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

} // namespace

void connection::on_malformed(parse_status status) {
  current_->id = make_id();
  coming_ = make_exchange();
  coming_->last = true;
  switch (status) {
  case parse_status::too_large:
    refuse(refusal(431, "The request's head has more than "
                          + std::to_string(home_.limits().head_bytes)
                          + " bytes or more than "
                          + std::to_string(home_.limits().fields)
                          + " fields."));
    return;
  case parse_status::bad_version:
    refuse(refusal(505, "The version must be HTTP/1.1 or HTTP/1.0."));
    return;
  case parse_status::bad_coding:
    refuse(refusal(501, "The only transfer coding is 'chunked'."));
    return;
  case parse_status::more:
  case parse_status::head:
  case parse_status::complete:
  case parse_status::malformed:
  case parse_status::stopped:
    refuse(refusal(400, "The request is malformed."));
    return;
  }
}

void connection::on_late() {
  auto answer = refusal(408, "The request did not arrive in time.");
  answer.close = true;
  if (!coming_) {
    current_->id = make_id();
    coming_ = make_exchange();
    coming_->last = true;
  }
  refuse(std::move(answer));
}

std::string connection::make_id() const {
  std::string made = home_.server().id_prefix;
  made += '-';
  append_hex(made, id_);
  made += '-';
  append_hex(made, number_);
  return made;
}

std::shared_ptr<exchange> connection::make_exchange() {
  auto made =
    std::make_shared<exchange>(home_.shared(), home_.way(), weak_from_this());
  made->request_id = current_->id;
  if (home_.server().seen != nullptr) {
    made->method = current_->method;
  }
  made->target = current_->target;
  made->number = current_->number;
  made->first_byte = current_->first_byte;
  made->is_head = current_->method == "HEAD";
  made->version_1_1 = current_->version_1_1;
  return made;
}

void connection::on_head(std::string_view rest) {
  const auto given = current_->fields.find("X-Request-Id");
  current_->id =
    given && is_sane_request_id(*given) ? std::string{*given} : make_id();
  coming_ = make_exchange();
  coming_->last = !parser_->keep_alive();
  if (auto refused = check_head()) {
    refuse(*std::move(refused));
    return;
  }
  coming_->route = current_->route;
  if (!parser_->has_body()) {
    dispatch();
    return;
  }
  if (auto refused = check_body()) {
    refuse(*std::move(refused));
    return;
  }
  go_on_to_body(!rest.empty());
}

std::optional<response> connection::check_head() {
  auto read = parse_target(current_->target);
  if (!read) {
    return refusal(400, read.error().detail() + '.');
  }
  current_->segments = std::move(read->segments);
  current_->query = std::move(read->query);
  current_->host = std::move(read->authority);
  if (current_->host.empty()) {
    current_->host = current_->fields.find("Host").value_or("");
  }
  auto& server = home_.server();
  if (server.draining.load(std::memory_order_relaxed)) {
    problem what;
    what.status = 503;
    what.detail = "The server is stopping.";
    auto answer = make_problem(what, server.options.retry_after);
    answer.close = true;
    return answer;
  }
  return find_route();
}

std::optional<response> connection::find_route() {
  auto& server = home_.server();
  auto match = server.routes.match(current_->method, current_->segments);
  const bool asks = current_->method == "OPTIONS" && match.found == nullptr;
  if (asks && (current_->target == "*" || !match.allow.empty())) {
    response allowed;
    allowed.status = 204;
    allowed.fields.add("Allow", current_->target == "*"
                                  ? "DELETE, GET, HEAD, OPTIONS, POST, PUT"
                                  : match.allow);
    return allowed;
  }
  current_->route = match.found;
  current_->captured = std::move(match.captured);
  try {
    if (auto refused = server.what.admit(*current_)) {
      return refused;
    }
  } catch (const std::exception& thrown) {
    server.trouble(
      error(errc::internal, thrown.what()).at("request " + current_->id));
    return refusal(500, "The request could not be looked at.");
  }
  if (match.found != nullptr) {
    return std::nullopt;
  }
  if (match.allow.empty()) {
    return refusal(404, "There is nothing at this path.");
  }
  auto answer = refusal(405, "The path takes only " + match.allow + '.');
  answer.fields.add("Allow", match.allow);
  return answer;
}

std::optional<response> connection::check_body() {
  const auto& route = *current_->route;
  const auto coding = current_->fields.find("Content-Encoding");
  if (coding && !equal_ignoring_case(trimmed(*coding), "identity")) {
    return refusal(415, "The body must not have a content coding.");
  }
  const auto type = current_->fields.find("Content-Type");
  if (!route.media_types.empty()
      && !(type && accepts_media_type(route.media_types, *type))) {
    std::string listed;
    for (const auto& each : route.media_types) {
      listed.append(listed.empty() ? "" : ", ").append(each);
    }
    return refusal(415, "The body's media type must be " + listed + '.');
  }
  const auto length = parser_->content_length();
  if (route.body_limit == 0 || (length && *length > route.body_limit)) {
    return refusal(413, "The body is longer than "
                          + std::to_string(route.body_limit) + " bytes.");
  }
  const auto in_flight = home_.server().body_bytes.load();
  if (length && in_flight + *length > home_.limits().body_bytes_in_flight) {
    return too_many_bytes();
  }
  const auto expected = current_->fields.find("Expect");
  if (expected && !equal_ignoring_case(*expected, "100-continue")) {
    return refusal(417, "The only expectation is '100-continue'.");
  }
  return std::nullopt;
}

void connection::go_on_to_body(bool has_bytes) {
  phase_ = phase::body;
  since_ = home_.now();
  body_bytes_ = 0;
  body_fault_ = 0;
  const auto length = parser_->content_length();
  current_->body.reserve(
    static_cast<std::size_t>(std::min(length.value_or(0), body_reserve_bytes)));
  if (!has_bytes && current_->version_1_1
      && current_->fields.contains("Expect")) {
    // In the order of the answers, so that it cannot be taken for that of an
    // earlier request.
    auto go_on =
      std::make_shared<exchange>(home_.shared(), home_.way(), weak_from_this());
    go_on->interim = true;
    go_on->refuse({});
    pipeline_.push_back(std::move(go_on));
  }
}

} // namespace libsig::http::internal
