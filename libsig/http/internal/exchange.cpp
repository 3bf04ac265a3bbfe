#include "libsig/http/internal/exchange.hpp"

#include "libsig/http/internal/connection.hpp"

#include <utility>

namespace libsig::http {

namespace internal {

exchange::exchange(std::shared_ptr<server_state> server,
                   std::shared_ptr<mailbox> way, std::weak_ptr<connection> home)
  : server_{std::move(server)}, way_{std::move(way)}, home_{std::move(home)} {}

exchange::~exchange() { release(); }

bool exchange::answer(response what, responder::written_callback written) {
  if (answered_.exchange(true)) {
    return false;
  }
  answer_ = std::move(what);
  written_ = std::move(written);
  deliver_or_finish();
  return true;
}

std::shared_ptr<stream_state> exchange::stream(stream_options options) {
  if (answered_.exchange(true)) {
    return nullptr;
  }
  const auto& limits = server_->options.limits;
  stream_ = std::make_shared<stream_state>(
    way_, home_, std::move(options), limits.stream_bytes, limits.stream_chunks);
  auto made = stream_;
  deliver_or_finish();
  return made;
}

void exchange::deliver_or_finish() {
  if (!way_->push(shared_from_this())) {
    finish(false);
  }
}

void exchange::on_gone(std::function<void()> callback) {
  {
    const std::lock_guard guard{gone_mutex_};
    if (!gone_) {
      gone_callback_ = std::move(callback);
      return;
    }
  }
  if (callback) {
    callback();
  }
}

void exchange::drop() noexcept {
  problem what;
  what.status = 500;
  what.detail = "The request was not answered.";
  if (!answered_.load()) {
    server_->trouble(
      error(errc::internal, "a request was dropped without an answer")
        .at("request " + request_id));
    answer(make_problem(what), {});
  }
}

void exchange::refuse(response what) {
  answered_.store(true);
  answer_ = std::move(what);
  ready = true;
}

void exchange::hold_back(response what, steady_time until) {
  answered_.store(true);
  answer_ = std::move(what);
  held_until = until;
}

void exchange::deliver() {
  if (const auto home = home_.lock(); home && !home->closed()) {
    home->on_answer(*this);
  } else {
    finish(false);
  }
}

void exchange::tell_gone() {
  std::function<void()> callback;
  {
    const std::lock_guard guard{gone_mutex_};
    gone_ = true;
    callback.swap(gone_callback_);
  }
  if (callback && !answered()) {
    callback();
  }
}

void exchange::finish(bool written) {
  if (std::exchange(finished_, true)) {
    return;
  }
  release();
  {
    // It may hold what holds this exchange.
    std::function<void()> dropped;
    const std::lock_guard guard{gone_mutex_};
    dropped.swap(gone_callback_);
    gone_ = true;
  }
  if (stream_ && !written) {
    stream_->end(server_->draining.load() ? stream_end::stopped
                                          : stream_end::gone);
  }
  if (const auto callback = std::exchange(written_, nullptr)) {
    callback(written);
  }
  answer_ = {};
}

bool exchange::reserve(std::size_t bytes) noexcept {
  const auto before = server_->body_bytes.fetch_add(bytes);
  if (before + bytes > server_->options.limits.body_bytes_in_flight) {
    server_->body_bytes.fetch_sub(bytes);
    return false;
  }
  reserved_ += bytes;
  return true;
}

void exchange::release() noexcept {
  server_->body_bytes.fetch_sub(reserved_.exchange(0));
}

} // namespace internal

// -- responder ----------------------------------------------------------------

responder::responder(std::shared_ptr<internal::exchange> exchange) noexcept
  : exchange_{std::move(exchange)} {}

responder& responder::operator=(responder&& other) noexcept {
  if (this != &other) {
    drop();
    exchange_ = std::move(other.exchange_);
  }
  return *this;
}

responder::~responder() { drop(); }

void responder::answer(response what) { answer(std::move(what), {}); }

void responder::answer(response what, written_callback written) {
  if (const auto exchange = std::exchange(exchange_, nullptr)) {
    exchange->answer(std::move(what), std::move(written));
  }
}

event_stream responder::stream(stream_options options) {
  const auto exchange = std::exchange(exchange_, nullptr);
  if (!exchange) {
    return {};
  }
  return event_stream{exchange->stream(std::move(options))};
}

void responder::on_gone(std::function<void()> callback) {
  if (exchange_) {
    exchange_->on_gone(std::move(callback));
  }
}

void responder::release_body() noexcept {
  if (exchange_) {
    exchange_->release();
  }
}

responder::operator bool() const noexcept {
  return exchange_ && !exchange_->answered();
}

void responder::drop() noexcept {
  if (const auto exchange = std::exchange(exchange_, nullptr)) {
    exchange->drop();
  }
}

} // namespace libsig::http
