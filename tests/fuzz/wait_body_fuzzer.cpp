// The body of `POST /v1/wait`: what is read keeps every bound and the policy,
// so that the actor need not look again; what is refused says why.

#include "apps/sigd/wait_body.hpp"

#include "libsig/access/caller.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/topic/policy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace libsig;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(const topic::wait_request& read, const topic::policy& rules) {
  require(!read.topics.empty()
          && read.topics.size() <= limits::wait_topics_max);
  require(read.mode != topic::wait_mode::one || read.topics.size() == 1);
  require(std::set(read.topics.begin(), read.topics.end()).size()
          == read.topics.size());
  for (const auto& one : read.topics) {
    const auto again = topic::check_topic(one, rules);
    require(again && *again == one);
  }
  for (const auto& [name, id] : read.last_ids) {
    require(std::ranges::find(read.topics, name) != read.topics.end());
  }
  require(read.timeout.count() >= 0
          && read.timeout <= limits::wait_timeout_max);
  require(read.owner.conversation.size() <= limits::conversation_bytes_max);
  require(!read.caller.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const topic::policy rules;
  const auto by = access::caller::on_loopback({}, std::nullopt);
  const auto read = sigd::read_wait(body, by, rules);
  if (read) {
    check(**read, rules);
  } else {
    // Without a place it is the body as a whole.
    require(!read.error().detail().empty());
  }
  return 0;
}
