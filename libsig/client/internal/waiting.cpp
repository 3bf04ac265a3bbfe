#include "libsig/client/internal/waiting.hpp"

#include <utility>

#include "libsig/topic/answers.hpp"

namespace libsig::client::internal {

void waiting::settle(std::uint64_t pending, bool written) {
  if (pending == 0) {
    return;
  }
  const auto said = std::make_shared<topic::settle_request>();
  said->pending = pending;
  said->written = written;
  node_.ask(topic::actor_name, said,
            [kept = shared_from_this(), pending,
             written](const result<actor::reply_ptr>& heard) {
              if (heard) {
                // There is room again.
                kept->settle_owed();
              } else if (heard.error().code() == errc::overloaded) {
                const std::lock_guard lock{kept->mutex_};
                kept->owed_.push_back({pending, written});
              }
            });
}

void waiting::settle_owed() {
  std::vector<owed> again;
  {
    const std::lock_guard lock{mutex_};
    again = std::exchange(owed_, {});
  }
  for (const auto& one : again) {
    settle(one.pending, one.written);
  }
}

void waiting::conclude(const topic::wait_request& asked,
                       const topic::wait_reply& got) {
  settle(got.pending, true);
  const auto& conversation = asked.owner.conversation;
  if (conversation.empty()) {
    return;
  }
  for (auto& event : topic::received_events(asked, got)) {
    note(conversation, std::move(event));
  }
}

void waiting::note(const std::string& conversation,
                   topic::visibility_event what) {
  if (conversation.empty()) {
    return;
  }
  const auto said = std::make_shared<topic::note_request>();
  said->tenant = tenant_;
  said->conversation = conversation;
  said->what = std::move(what);
  node_.ask(topic::visibility_actor_name, said,
            [](const result<actor::reply_ptr>&) {});
}

} // namespace libsig::client::internal
