#include "apps/sig/commands/taker.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>

#include "apps/sig/commands/agents.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/node_command.hpp"

namespace libsig::sig {

namespace {

using std::chrono::milliseconds;

/// How long one call waits: soon enough to notice that the other side is gone.
constexpr milliseconds call_max{60'000};

constexpr milliseconds pause_min{200};
constexpr milliseconds pause_max{5'000};

} // namespace

client::pacing stop_sign::pace() {
  return {[this](milliseconds time) {
            pollfd arrives{by_.noticed_by(), POLLIN, 0};
            ::poll(&arrives, 1, static_cast<int>(time.count()));
            return keep_going();
          },
          {[this] { return keep_going(); }, by_.noticed_by()}};
}

taker::taker(client::node& whom, std::string_view agent, bool insists)
  : whom_{whom}, path_{agent_path(agent) + "/deliveries"}, insists_{insists} {}

outcome<std::optional<std::string>>
taker::take(std::optional<milliseconds> within) {
  const auto begin = time_.steady_now();
  for (;;) {
    auto left = call_max;
    if (within) {
      const auto past =
        std::chrono::duration_cast<milliseconds>(time_.steady_now() - begin);
      left = std::clamp(*within - past, milliseconds{0}, call_max);
    }
    auto got = next(left);
    if (!got) {
      return refuse(std::move(got).error());
    }
    if (member_of(*got, "delivered") == "true") {
      return std::optional{std::move(*got)};
    }
    if (within && left < call_max) {
      return std::nullopt;
    }
  }
}

outcome<void> taker::settle(std::string_view body) {
  client::call post;
  post.method = "POST";
  post.target = path_ + "/settle";
  post.media_type = "application/json";
  post.body = body;
  const auto got = ask(post);
  if (!got) {
    return refuse(got.error());
  }
  if (number_of(*got, "settled").value_or(0) == 0) {
    talk("note: the node had settled the item already, or knows it no more");
  }
  return {};
}

outcome<std::string> taker::next(milliseconds time) {
  client::call post;
  post.method = "POST";
  post.target = path_ + "/next";
  client::append_query(post.target, "timeout_ms", std::to_string(time.count()));
  post.longer = time;
  auto got = ask(post);
  if (got) {
    if (const auto gone = number_of(*got, "dropped").value_or(0); gone > 0) {
      talk("note: " + std::to_string(gone) + (gone == 1 ? " item" : " items")
           + " dropped, since unsubscribed");
    }
  }
  return got;
}

outcome<std::string> taker::ask(const client::call& what) {
  auto pause = pause_min;
  for (;;) {
    auto got = ask_for_json(whom_, what);
    if (got) {
      if (std::exchange(away_, false)) {
        talk("note: the node is back");
      }
      connected_ = true;
      return got;
    }
    const auto& why = got.error();
    if (!insists_ || !connected_ || why.status == exit_status::usage
        || why.reason.code() == errc::stopped) {
      return got;
    }
    if (!std::exchange(away_, true)) {
      talk("note: the node is away, waiting for it");
    }
    if (!whom_.wait(pause)) {
      return refuse_fault(error{errc::stopped, "interrupted"});
    }
    pause = std::min(pause * 2, pause_max);
  }
}

} // namespace libsig::sig
