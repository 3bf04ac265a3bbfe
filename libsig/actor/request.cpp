#include "libsig/actor/request.hpp"

#include <utility>

namespace libsig::actor {

// Not inline: where a compiler sees both the answer that is made and its move
// it takes the error that is not there for one that was not initialised.

answer::answer() = default;

answer::answer(request_id which, result<reply_ptr> told)
  : to{which}, what{std::move(told)} {}

answer::answer(const answer& other) = default;
answer::answer(answer&& other) noexcept = default;
answer& answer::operator=(const answer& other) = default;
answer& answer::operator=(answer&& other) noexcept = default;
answer::~answer() = default;

} // namespace libsig::actor
