#include "libsig/http/internal/connection.hpp"
#include "libsig/http/internal/worker.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace libsig::http::internal {

namespace {

// Empty lines before a request, which a robust server skips.
constexpr std::size_t blank_bytes_max = 16;

[[nodiscard]] response refusal(unsigned status, std::string detail) {
  problem what;
  what.status = status;
  what.detail = std::move(detail);
  return make_problem(what);
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
    return current_ || has_room();
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
  auto answer = refusal(400, "The body's transfer coding is malformed.");
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

// -- handing over
// --------------------------------------------------------------

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
  if (with.held_back.count() > 0) {
    const auto until = home_.now() + with.held_back;
    made->hold_back(std::move(with), until);
  } else {
    made->refuse(std::move(with));
  }
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
