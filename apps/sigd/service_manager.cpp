#include "apps/sigd/service_manager.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace libsig::sigd {

namespace {

constexpr std::chrono::milliseconds interval_min{10};

[[nodiscard]] std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

/// A positive whole number; 0 for all else.
[[nodiscard]] std::int64_t number_of(const std::string& text) noexcept {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto done = std::from_chars(text.data(), end, number);
  return done.ec == std::errc{} && done.ptr == end && number > 0 ? number : 0;
}

/// A status is one line: a line feed in it would begin another assignment.
[[nodiscard]] std::string status_line(std::string_view text) {
  std::string made{"STATUS="};
  made += text;
  std::ranges::replace(made, '\n', ' ');
  return made;
}

} // namespace

service_manager::invitation service_manager::read_environment() {
  invitation made;
  made.socket = variable("NOTIFY_SOCKET");
  const auto process = variable("WATCHDOG_PID");
  if (const auto time = number_of(variable("WATCHDOG_USEC"));
      time > 0 && (process.empty() || number_of(process) == ::getpid())) {
    made.watchdog = std::chrono::microseconds{time};
  }
  return made;
}

result<service_manager> service_manager::make(const invitation& how) {
  service_manager made;
  if (how.socket.empty()) {
    return made;
  }
  const bool named = how.socket[0] == '/' || how.socket[0] == '@';
  if (!named || how.socket.size() < 2
      || how.socket.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail(error(errc::invalid_argument,
                      "must be a path or an abstract name, shorter than 108 "
                      "bytes")
                  .at("NOTIFY_SOCKET"));
  }
  made.descriptor_ =
    ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made.descriptor_ < 0) {
    return fail(error(errc::io, std::strerror(errno)).at("NOTIFY_SOCKET"));
  }
  made.address_ = how.socket;
  if (made.address_[0] == '@') {
    made.address_[0] = '\0';
  }
  if (how.watchdog) {
    made.interval_ = std::max(
      interval_min,
      std::chrono::duration_cast<std::chrono::milliseconds>(*how.watchdog / 2));
  }
  return made;
}

service_manager::service_manager(service_manager&& other) noexcept
  : descriptor_{std::exchange(other.descriptor_, -1)},
    address_{std::move(other.address_)}, interval_{other.interval_} {}

service_manager& service_manager::operator=(service_manager&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(address_, other.address_);
  std::swap(interval_, other.interval_);
  return *this;
}

service_manager::~service_manager() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void service_manager::ready(std::string_view status) {
  send("READY=1\n" + status_line(status));
}

void service_manager::reloading(steady_time now) {
  send("RELOADING=1\nMONOTONIC_USEC="
       + std::to_string(now.time_since_epoch().count()));
}

void service_manager::stopping(std::string_view status) {
  send("STOPPING=1\n" + status_line(status));
}

void service_manager::status(std::string_view text) { send(status_line(text)); }

void service_manager::alive() { send("WATCHDOG=1"); }

void service_manager::send(const std::string& lines) const noexcept {
  if (descriptor_ < 0) {
    return;
  }
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), std::begin(to.sun_path));
  const auto length =
    static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // A manager that is gone or busy is no reason to fail; the next one tells.
  static_cast<void>(::sendto(descriptor_, lines.data(), lines.size(),
                             MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&to), length));
}

} // namespace libsig::sigd
