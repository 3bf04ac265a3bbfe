#include "libsig/client/results.hpp"

#include <utility>

#include "libsig/topic/answers.hpp"
#include "libsig/topic/payload.hpp"

namespace libsig::client {

std::string to_json(const sent& what) {
  std::string made;
  topic::append_send_reply(what.topic, what.message_id, what.sequence, made);
  return made;
}

wait_result::wait_result(std::shared_ptr<const topic::wait_request> asked,
                         std::shared_ptr<const topic::wait_reply> got,
                         bool unredacted)
  : asked_{std::move(asked)}, got_{std::move(got)}, unredacted_{unredacted} {
  messages_.reserve(got_->messages.size());
  for (const auto& one : got_->messages) {
    auto& made = messages_.emplace_back();
    made.topic = one.topic;
    made.message_id = one.what->id();
    topic::append_payload(one.what->data(), unredacted_, made.payload);
    made.cursor = one.cursor;
    made.sequence = one.what->sequence();
    made.source = one.what->source();
  }
}

std::string wait_result::json() const {
  std::string made;
  topic::append_wait_reply(*asked_, *got_, unredacted_, made);
  return made;
}

} // namespace libsig::client
