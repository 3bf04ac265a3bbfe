#include "apps/sig/client/follow.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <utility>

#include <unistd.h>

#include "apps/sig/client/event_stream.hpp"
#include "apps/sig/client/problem.hpp"
#include "apps/sig/json_view.hpp"

namespace libsig::sig::client {

namespace {

using std::chrono::milliseconds;

/// A stream's event has a signal whose large data is left out; many small
/// attributes and escapes may still make it longer.
constexpr std::size_t event_bytes_max = 32u << 20;

/// A living stream sends a comment every 15 seconds.
constexpr std::chrono::seconds silence_max{45};

/// What a gap does not say.
constexpr std::string_view unknown = "?";

constexpr milliseconds pause_min{100};
constexpr milliseconds pause_max{5'000};

class following {
public:
  following(node& from, const follow_request& what, const follow_receiver& to)
    : from_{from}, to_{to}, pattern_{what.pattern},
      position_{std::to_string(what.after)}, reader_{event_bytes_max},
      random_{static_cast<std::minstd_rand::result_type>(::getpid())} {}

  outcome<void> run() {
    for (;;) {
      const auto end = connect();
      if (broken_) {
        return refuse(std::move(*broken_));
      }
      if (auto over = judge(end)) {
        return refuse(std::move(*over));
      }
      if (!from_.wait(next_pause())) {
        return refuse_fault(error{errc::stopped, "interrupted"});
      }
    }
  }

private:
  using stream_end = tl::expected<answer, failure>;

  stream_end connect() {
    call stream;
    stream.target = "/v1/stream";
    append_query(stream.target, "after", position_);
    if (!pattern_.empty()) {
      append_query(stream.target, "pattern", pattern_);
    }
    if (connected_) {
      stream.fields.push_back("Last-Event-ID: " + position_);
    }
    reader_.restart();
    arrived_ = false;
    return from_.stream(stream, silence_max,
                        [this](std::string_view piece) { return take(piece); });
  }

  bool take(std::string_view piece) {
    if (!std::exchange(arrived_, true)) {
      if (std::exchange(lost_, false)) {
        to_.note("the node is back");
      }
      connected_ = true;
      pause_ = pause_min;
    }
    const auto more = reader_.read(
      piece, [this](const stream_event& one) { return take(one); });
    if (!more) {
      broken_ = refusal{error{more.error()}.at(from_.with().address.base),
                        exit_status::infrastructure};
    }
    return more && *more;
  }

  bool take(const stream_event& one) {
    if (!one.id.empty()) {
      position_ = one.id;
    }
    if (one.name == "gap") {
      note_gap(one.data);
      return true;
    }
    if (one.name != "message") {
      // A cut ends the connection, and the next one resumes.
      return true;
    }
    if (auto safe = check_answer(one.data); !safe) {
      return stop({std::move(safe).error(), exit_status::infrastructure});
    }
    if (auto taken = to_.signal(one.data); !taken) {
      return stop({std::move(taken).error(), exit_status::infrastructure});
    }
    return true;
  }

  void note_gap(const std::string& data) {
    const auto after = text_or(data, "after");
    const auto earliest = text_or(data, "earliest");
    if (const auto last = text_or(data, "last"); last != unknown) {
      to_.note("the node's log ends at " + last + ", before " + after
               + ": it was put back or made anew; what it has from " + earliest
               + " on was not looked at");
    } else {
      to_.note("the node no longer keeps everything behind " + after
               + "; the oldest it has is " + earliest);
    }
  }

  bool stop(refusal why) {
    broken_ = std::move(why);
    return false;
  }

  static std::string text_or(const std::string& data, std::string_view name) {
    const auto text = check_answer(data) ? text_of(data, name) : std::string{};
    return text.empty() ? std::string{unknown} : text;
  }

  /// Why the following is over; nothing when it goes on.
  std::optional<refusal> judge(const stream_end& end) {
    if (!end && end.error().fault == fault::interrupted) {
      return refusal_of(end.error(), from_.with());
    }
    const bool ended_well = end && end->status == 200;
    if (ended_well && !arrived_ && !connected_) {
      return refusal{error{errc::io, "the answer is no stream of events"}.at(
                       from_.with().address.base),
                     exit_status::infrastructure};
    }
    auto why = end ? refusal_of(*end, from_.with())
                   : refusal_of(end.error(), from_.with());
    if (!connected_ || (!ended_well && why.status == exit_status::usage)) {
      return why;
    }
    if (!ended_well && !std::exchange(lost_, true)) {
      to_.note("the node is away, waiting for it");
    }
    return std::nullopt;
  }

  milliseconds next_pause() {
    const auto least = std::clamp(reader_.retry().value_or(pause_min),
                                  pause_min, milliseconds{1'000});
    const auto time = arrived_ ? least : std::max(pause_, pause_min);
    pause_ = std::min(time * 2, pause_max);
    // Clients that lost one node do not all come back in one moment.
    const auto spread = static_cast<unsigned>(time.count() / 4 + 1);
    return time + milliseconds{random_() % spread};
  }

  node& from_;
  const follow_receiver& to_;
  std::string pattern_;
  std::string position_;
  event_stream_reader reader_;
  std::minstd_rand random_;
  milliseconds pause_{pause_min};
  std::optional<refusal> broken_;
  bool connected_ = false; ///< a stream was there once
  bool arrived_ = false;   ///< this connection brought something
  bool lost_ = false;      ///< and the user was told
};

} // namespace

outcome<void> follow(node& from, const follow_request& what,
                     const follow_receiver& to) {
  return following{from, what, to}.run();
}

} // namespace libsig::sig::client
