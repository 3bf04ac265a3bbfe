#include "libsig/access/failure_delay.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <arpa/inet.h>

namespace libsig::access {

namespace {

constexpr unsigned doublings_max = 16;

/// What stands for all addresses that one peer can easily have: the address
/// itself, or the first half of one of IPv6.
[[nodiscard]] std::string peer_of(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  // No address of any form is longer.
  std::string text{address.substr(0, INET6_ADDRSTRLEN)};
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (text.starts_with(mapped) && text.find('.') != std::string::npos) {
    return text.substr(mapped.size());
  }
  const auto plain = text.substr(0, text.find('%'));
  if (inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) {
    return text;
  }
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size() / 2};
}

} // namespace

failure_delay::peer& failure_delay::touch(std::string&& address,
                                          steady_time now) {
  const auto known = by_address_.find(address);
  if (known != by_address_.end()) {
    peers_.splice(peers_.begin(), peers_, known->second);
    return peers_.front();
  }
  if (by_address_.size() >= peers_max_ && !peers_.empty()) {
    by_address_.erase(peers_.back().address);
    peers_.pop_back();
  }
  peers_.push_front({std::move(address), 0, now, now});
  by_address_.emplace(peers_.front().address, peers_.begin());
  return peers_.front();
}

failure_answer failure_delay::fail(std::string_view address, steady_time now) {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  auto& by = touch(peer_of(address), now);
  if (now - by.failed >= memory) {
    by.failures = 0;
  }
  by.failed = now;
  const auto delay = std::min<milliseconds>(
    delay_max, first_delay * (1u << std::min(by.failures, doublings_max)));
  const auto answered = std::max(by.answered, now) + delay;
  if (answered - now > wait_max) {
    return {milliseconds{0}, ceil<seconds>(answered - now)};
  }
  ++by.failures;
  by.answered = answered;
  return {ceil<milliseconds>(answered - now), seconds{0}};
}

} // namespace libsig::access
