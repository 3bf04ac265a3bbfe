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

// Empty lines before a request, which a robust server skips.
constexpr std::size_t blank_bytes_max = 16;

[[nodiscard]] response refusal(unsigned status, std::string detail) {
  problem what;
  what.status = status;
  what.detail = std::move(detail);
  return make_problem(what);
}

[[nodiscard]] response malformed(std::string detail) {
  auto made = refusal(400, std::move(detail));
  made.close = true;
  return made;
}

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

} // namespace

// -- reading ------------------------------------------------------------------

bool connection::shake_hands() {
  switch (transport_->handshake().status) {
  case io_status::done:
    phase_ = phase::head;
    return true;
  case io_status::blocked:
    settle();
    return false;
  case io_status::ended:
  case io_status::failed:
    home_.server().handshakes_failed.fetch_add(1);
    close();
    return false;
  }
  return false;
}

void connection::take(std::string_view bytes) {
  if (phase_ == phase::ended || phase_ == phase::streaming
      || phase_ == phase::linger) {
    // Nothing more is wanted; reading on keeps what was sent from being lost.
    return;
  }
  if (!backlog_.empty()) {
    backlog_.append(bytes);
    static_cast<void>(resume_input());
    return;
  }
  bytes.remove_prefix(parse(bytes));
  if (phase_ != phase::ended && !closed()) {
    backlog_.append(bytes);
  }
}

bool connection::resume_input() {
  if (backlog_.empty() || !can_parse()) {
    return false;
  }
  const auto used = parse(backlog_);
  backlog_.erase(0, used);
  if (backlog_.empty() && backlog_.capacity() > 1'024) {
    std::string{}.swap(backlog_);
  }
  return used > 0;
}

bool connection::can_parse() const noexcept {
  switch (phase_) {
  case phase::head:
    return current_ || pipeline_.size() < home_.limits().pipeline;
  case phase::body:
  case phase::discard:
    return true;
  case phase::handshake:
  case phase::ended:
  case phase::streaming:
  case phase::linger:
  case phase::closed:
    return false;
  }
  return false;
}

std::size_t connection::parse(std::string_view bytes) {
  std::size_t used = 0;
  bool more = true;
  while (more && used < bytes.size() && can_parse()) {
    std::size_t step = 0;
    more = phase_ == phase::head ? parse_head(bytes.substr(used), step)
                                 : parse_body(bytes.substr(used), step);
    used += step;
  }
  return used;
}

bool connection::parse_head(std::string_view bytes, std::size_t& used) {
  if (!current_) {
    const auto begin = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    blank_lines_ += begin;
    used = begin;
    bytes.remove_prefix(begin);
    if (bytes.empty() && blank_lines_ <= blank_bytes_max) {
      return false;
    }
    begin_request();
    if (std::exchange(blank_lines_, 0) > blank_bytes_max) {
      on_malformed(parse_status::malformed);
      return false;
    }
  }
  const auto read = parser_->read_head(bytes, *current_);
  used += read.used;
  if (read.status == parse_status::more) {
    return false;
  }
  if (read.status != parse_status::head) {
    on_malformed(read.status);
    return false;
  }
  on_head(bytes.substr(read.used));
  return true;
}

void connection::begin_request() {
  if (!parser_) {
    parser_ = std::make_unique<message_parser>(home_.limits().head_bytes,
                                               home_.limits().fields);
  }
  parser_->start();
  current_ = std::make_unique<request>();
  current_->connection = id_;
  current_->number = ++number_;
  current_->peer = peer_;
  current_->tls = tls_;
  current_->first_byte = home_.now();
  current_->answered_before = answered_;
  if (number_ > 1) {
    since_ = home_.now();
  }
  home_.server().requests.fetch_add(1, std::memory_order_relaxed);
}

bool connection::parse_body(std::string_view bytes, std::size_t& used) {
  const auto read = parser_->read_body(bytes, *this);
  used = read.used;
  if (read.status == parse_status::more) {
    return false;
  }
  if (read.status == parse_status::complete) {
    if (phase_ == phase::body) {
      dispatch();
    } else {
      phase_ = phase::head;
      since_ = home_.now();
    }
    return true;
  }
  if (phase_ == phase::discard) {
    phase_ = phase::ended;
    return false;
  }
  auto answer = malformed("The body's transfer coding is malformed.");
  if (body_fault_ == 413) {
    answer =
      refusal(413, "The body is longer than "
                     + std::to_string(current_->route->body_limit) + " bytes.");
  } else if (body_fault_ == 429) {
    answer = too_many_bytes();
  }
  answer.close = true;
  refuse(std::move(answer));
  return false;
}

bool connection::on_body(std::string_view part) {
  body_bytes_ += part.size();
  if (phase_ == phase::discard) {
    return body_bytes_ <= home_.limits().discarded_bytes;
  }
  if (current_->body.size() + part.size() > current_->route->body_limit) {
    body_fault_ = 413;
    return false;
  }
  if (!coming_->reserve(part.size())) {
    body_fault_ = 429;
    return false;
  }
  current_->body.append(part);
  return true;
}

response connection::too_many_bytes() const {
  problem what;
  what.status = 429;
  what.detail = "Too many bytes of bodies are in flight.";
  return make_problem(what, home_.server().options.retry_after);
}

// -- deciding -----------------------------------------------------------------

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
    refuse(malformed("The request is malformed."));
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
    made->target = current_->target;
  }
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

void connection::dispatch() {
  const auto made = std::exchange(coming_, nullptr);
  const auto received = std::exchange(current_, nullptr);
  phase_ = made->last ? phase::ended : phase::head;
  since_ = home_.now();
  pipeline_.push_back(made);
  auto& server = home_.server();
  try {
    server.what.handle(std::move(*received), responder{made});
  } catch (const std::exception& thrown) {
    // The responder has answered 500 on its way out.
    server.trouble(
      error(errc::internal, thrown.what()).at("request " + made->request_id));
  }
}

void connection::refuse(response with) {
  const auto made = std::exchange(coming_, nullptr);
  made->last = made->last || with.close;
  made->refuse(std::move(with));
  made->release();
  pipeline_.push_back(made);
  if (made->last) {
    phase_ = phase::ended;
  } else if (parser_->complete()) {
    phase_ = phase::head;
    since_ = home_.now();
  } else {
    skip_body(*made);
  }
  current_.reset();
}

void connection::skip_body(exchange& refused) {
  const auto length = parser_->content_length();
  if (current_->fields.contains("Expect")
      || length.value_or(0) > home_.limits().discarded_bytes) {
    refused.last = true;
    phase_ = phase::ended;
    return;
  }
  phase_ = phase::discard;
  since_ = home_.now();
  body_bytes_ = 0;
}

void connection::on_input_end() {
  input_ended_ = true;
  if (phase_ == phase::handshake || phase_ == phase::streaming
      || phase_ == phase::linger) {
    close();
    return;
  }
  for (const auto& each : std::deque{pipeline_}) {
    if (!each->ready) {
      each->tell_gone();
    }
  }
}

} // namespace libsig::http::internal
