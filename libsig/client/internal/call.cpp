#include "libsig/client/internal/call.hpp"

#include <future>
#include <utility>

namespace libsig::client::internal {

namespace {

/// The runtime's share in a call: when it is gone without an answer, there will
/// be none.
class ticket {
public:
  explicit ticket(std::function<void(const result<actor::reply_ptr>&)> tell)
    : tell_{std::move(tell)} {}

  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;

  ~ticket() {
    if (tell_) {
      tell_(fail(errc::stopped, "the runtime ended without an answer"));
    }
  }

  void answer(const result<actor::reply_ptr>& got) {
    if (const auto tell = std::exchange(tell_, nullptr)) {
      tell(got);
    }
  }

private:
  std::function<void(const result<actor::reply_ptr>&)> tell_;
};

} // namespace

std::shared_ptr<call> call::begin(runtime& node, std::string_view actor,
                                  actor::request_ptr what, handler done,
                                  forgotten lost) {
  auto made =
    std::make_shared<call>(node, actor, std::move(done), std::move(lost));
  const auto share = std::make_shared<ticket>(
    [made](const result<actor::reply_ptr>& got) { made->answer(got); });
  const auto which =
    node.ask(actor, std::move(what),
             [share](result<actor::reply_ptr> got) { share->answer(got); });
  const std::lock_guard lock{made->mutex_};
  made->which_ = which;
  return made;
}

void call::answer(const result<actor::reply_ptr>& got) {
  handler done;
  {
    const std::lock_guard lock{mutex_};
    if (state_ == state::open) {
      state_ = state::at_work;
      worker_ = std::this_thread::get_id();
      done = std::move(done_);
    }
  }
  if (!done) {
    return;
  }
  done(got);
  // What the handler holds may be what the canceller is about to destroy.
  done = nullptr;
  {
    const std::lock_guard lock{mutex_};
    state_ = state::ended;
    worker_ = {};
  }
  ended_.notify_all();
}

void call::cancel() noexcept {
  handler unused;
  {
    std::unique_lock lock{mutex_};
    if (state_ == state::at_work && worker_ != std::this_thread::get_id()) {
      ended_.wait(lock, [this] { return state_ == state::ended; });
    }
    if (state_ != state::open) {
      return;
    }
    state_ = state::ended;
    unused = std::move(done_);
  }
  node_.forget(actor_, which_);
  if (lost_) {
    lost_(which_);
  }
}

bool call::open() const noexcept {
  const std::lock_guard lock{mutex_};
  return state_ == state::open;
}

result<actor::reply_ptr> ask(runtime& node, std::string_view actor,
                             actor::request_ptr what) {
  const auto answer =
    std::make_shared<std::promise<result<actor::reply_ptr>>>();
  auto got = answer->get_future();
  const auto open =
    call::begin(node, actor, std::move(what),
                [answer](const result<actor::reply_ptr>& what_came) {
                  answer->set_value(what_came);
                });
  return got.get();
}

} // namespace libsig::client::internal
