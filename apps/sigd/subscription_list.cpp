#include "apps/sigd/subscription_list.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "apps/sigd/problem.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";

/// Rows of one request to the actor.
constexpr std::size_t page_rows = 1'000;

/// Bytes of one piece of a stream: the least that may wait for a client.
constexpr std::size_t piece_bytes = 16u << 10;

/// A list on its way to one client. Its steps follow each other, on whatever
/// threads.
class listing : public std::enable_shared_from_this<listing> {
public:
  listing(runtime& node, actor_calls& calls, const access::caller& by)
    : node_{node}, calls_{calls}, by_{by} {}

  /// Asks for the next page, as long as there is no more than one answer takes.
  void collect(http::responder to) {
    calls_.ask(subscription::actor_name, next_page(), by_, std::move(to),
               [self = shared_from_this()](const result<actor::reply_ptr>& got,
                                           http::responder* back) {
                 if (back != nullptr) {
                   self->go_on(got, *back);
                 }
               });
  }

private:
  void go_on(const result<actor::reply_ptr>& got, http::responder& to) {
    if (!got) {
      to.answer(refusal(got.error()));
      return;
    }
    take(**got);
    if (complete_) {
      to.answer(http::make_response(200, json_type, std::move(text_)));
    } else if (text_.size() > limits::page_bytes_max) {
      stream(std::move(to));
    } else {
      collect(std::move(to));
    }
  }

  [[nodiscard]] actor::request_ptr next_page() const {
    auto made = std::make_shared<subscription::list_request>();
    made->tenant = by_.tenant();
    made->after = after_;
    made->limit = page_rows;
    return made;
  }

  /// Appends a page.
  void take(const actor::reply& got) {
    const auto& rows = static_cast<const subscription::list_reply&>(got).rows;
    for (const auto& one : rows) {
      text_ += after_ ? "," : R"({"subscriptions":[)";
      append_subscription(one, text_);
      after_ = {one.agent, one.pattern};
    }
    complete_ = rows.size() < page_rows;
    if (complete_) {
      text_ += after_ ? "]}" : R"({"subscriptions":[]})";
    }
  }

  void stream(http::responder to) {
    http::stream_options how;
    how.fields.set("Content-Type", json_type);
    // Blanks between values.
    how.heartbeat = "\n";
    // It keeps itself until the stream has ended.
    const auto self = shared_from_this();
    how.written = [self](std::uint64_t position) {
      if (position == self->position_) {
        self->send();
      }
    };
    how.closed = [self](http::stream_end) { self->close(); };
    auto made = std::make_shared<http::event_stream>(to.stream(std::move(how)));
    {
      const std::lock_guard lock{mutex_};
      if (closed_) {
        return;
      }
      stream_ = std::move(made);
    }
    send();
  }

  /// Sends the next piece, or asks for what comes behind all of them.
  void send() {
    const auto to = target();
    if (!to) {
      return;
    }
    if (sent_ == text_.size() && complete_) {
      to->finish();
      return;
    }
    if (sent_ == text_.size()) {
      text_.clear();
      sent_ = 0;
      ask();
      return;
    }
    const auto bytes = std::min(piece_bytes, text_.size() - sent_);
    auto piece = std::make_shared<const std::string>(text_, sent_, bytes);
    sent_ += bytes;
    // All is in order before others may go on with it.
    const auto position = ++position_;
    to->write(std::move(piece), position);
  }

  void ask() {
    node_.ask(subscription::actor_name, next_page(),
              [self = shared_from_this()](const result<actor::reply_ptr>& got) {
                if (got) {
                  self->take(**got);
                  self->send();
                } else if (const auto to = self->target()) {
                  to->cut();
                }
              });
  }

  [[nodiscard]] std::shared_ptr<http::event_stream> target() {
    const std::lock_guard lock{mutex_};
    return stream_;
  }

  void close() {
    // Goes behind the lock.
    std::shared_ptr<http::event_stream> over;
    const std::lock_guard lock{mutex_};
    closed_ = true;
    over.swap(stream_);
  }

  runtime& node_;
  actor_calls& calls_;
  const access::caller by_;

  std::string text_;
  std::size_t sent_ = 0;
  /// Of the piece that was sent last.
  std::atomic<std::uint64_t> position_{0};
  std::optional<subscription::row_place> after_;
  bool complete_ = false;

  // The stream may end, on a thread of the server, while it is made.
  std::mutex mutex_;
  std::shared_ptr<http::event_stream> stream_;
  bool closed_ = false;
};

} // namespace

void append_subscription(const subscription::subscription_row& what,
                         std::string& out) {
  out += "{\"agent\":";
  codec::append_json_string(out, what.agent);
  out += ",\"pattern\":";
  codec::append_json_string(out, what.pattern);
  out += ",\"silent\":";
  out += what.silent ? "true" : "false";
  out += ",\"include_self\":";
  out += what.include_self ? "true" : "false";
  out += ",\"created_at\":\"" + to_rfc3339(what.created_at);
  out += "\",\"updated_at\":\"" + to_rfc3339(what.updated_at) + "\"}";
}

void subscription_list::answer(const access::caller& by, http::responder to) {
  std::make_shared<listing>(node_, calls_, by)->collect(std::move(to));
}

} // namespace libsig::sigd
