#include "libsig/http/internal/worker.hpp"

#include "libsig/http/internal/event_loop.hpp"
#include "libsig/http/response.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace libsig::http::internal {

namespace {

constexpr std::size_t scratch_bytes = 64u << 10;

} // namespace

struct worker::timer {
  explicit timer(boost::asio::io_context& loop) : tick{loop} {}

  boost::asio::steady_timer tick;
};

worker::worker(std::shared_ptr<server_state> server)
  : server_{std::move(server)}, loop_{std::make_unique<event_loop>()},
    timer_{std::make_unique<timer>(loop_->context)},
    way_{std::make_shared<mailbox>([this] {
      boost::asio::post(loop_->context, [this] { deliver_all(); });
    })},
    scratch_(scratch_bytes), wheel_{server_->options.time->steady_now(),
                                    server_->options.tick},
    now_{server_->options.time->steady_now()} {}

worker::~worker() {
  for (const auto& each : way_->close()) {
    each->deliver();
  }
}

// -- the server's side --------------------------------------------------------

void worker::run() {
  const auto guard = boost::asio::make_work_guard(loop_->context);
  loop_->context.run();
}

void worker::end() {
  boost::asio::post(loop_->context, [this] {
    close_all();
    // Nothing that is posted from now on is run.
    loop_->context.stop();
  });
}

void worker::drain() {
  boost::asio::post(loop_->context, [this] {
    look_at_clock();
    std::vector<std::shared_ptr<connection>> all;
    for (const auto& each : connections_) {
      all.push_back(each.second);
    }
    for (const auto& each : all) {
      each->drain();
    }
  });
}

event_loop& worker::loop() noexcept { return *loop_; }

void worker::close_all() {
  while (!connections_.empty()) {
    const auto last = connections_.begin()->second;
    last->close();
  }
}

// -- the connections' side ----------------------------------------------------

void worker::add(std::shared_ptr<connection> made) {
  look_at_clock();
  connections_.emplace(made.get(), made);
  made->start();
}

void worker::remove(connection& closed) {
  connections_.erase(&closed);
  server_->connections.fetch_sub(1);
}

void worker::pump_later(std::shared_ptr<connection> of) {
  if (std::exchange(of->pump_waits_, true)) {
    return;
  }
  to_pump_.push_back(std::move(of));
  if (!std::exchange(pump_posted_, true)) {
    boost::asio::post(loop_->context, [this] {
      look_at_clock();
      pump_all();
    });
  }
}

void worker::read_later(std::shared_ptr<connection> of) {
  boost::asio::post(loop_->context,
                    [of = std::move(of)] { of->on_readable(); });
}

void worker::deliver_all() {
  look_at_clock();
  // Connections that are named meanwhile are pumped here, once each.
  pump_posted_ = true;
  way_->take(delivered_);
  for (const auto& each : delivered_) {
    each->deliver();
  }
  delivered_.clear();
  pump_all();
}

void worker::pump_all() {
  pump_posted_ = false;
  std::vector<std::shared_ptr<connection>> now;
  now.swap(to_pump_);
  for (const auto& each : now) {
    each->pump();
  }
  now.clear();
  if (to_pump_.empty()) {
    to_pump_.swap(now);
  }
}

void worker::look_at_clock() noexcept {
  now_ = server_->options.time->steady_now();
}

std::string_view worker::date() {
  const auto now =
    std::chrono::floor<std::chrono::seconds>(server_->options.time->wall_now());
  if (now != date_of_ || date_.empty()) {
    date_ = to_http_date(now);
    date_of_ = now;
  }
  return date_;
}

void worker::set_deadline(wheel_node& node, steady_time due) {
  wheel_.set(node, due);
  arm_tick();
}

void worker::forget_deadline(wheel_node& node) noexcept {
  wheel_.take_out(node);
}

void worker::arm_tick() {
  if (std::exchange(tick_armed_, true)) {
    return;
  }
  timer_->tick.expires_after(server_->options.tick);
  timer_->tick.async_wait([this](boost::system::error_code reason) {
    tick_armed_ = false;
    if (!reason) {
      on_tick();
    }
  });
}

void worker::on_tick() {
  look_at_clock();
  wheel_.advance(now_, [](wheel_node& node) {
    const auto due = connection::of(node).shared_from_this();
    due->on_deadline();
  });
  if (!wheel_.empty()) {
    arm_tick();
  }
}

} // namespace libsig::http::internal
