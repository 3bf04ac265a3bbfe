#include "apps/sig/interruption.hpp"

#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace libsig::sig {

namespace {

sigset_t only_interrupts() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  return set;
}

} // namespace

interruption::interruption() {
  const auto set = only_interrupts();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = descriptor{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

interruption::~interruption() {
  // One that came is taken, or it would end the process now.
  static_cast<void>(came());
  const auto set = only_interrupts();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool interruption::came() noexcept {
  signalfd_siginfo one{};
  while (::read(signals_.get(), &one, sizeof(one)) == sizeof(one)) {
    came_ = true;
  }
  return came_;
}

bool interruption::reader_gone() noexcept {
  pollfd output{STDOUT_FILENO, 0, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

bool interruption::wait(std::chrono::milliseconds time) noexcept {
  pollfd arrives{signals_.get(), POLLIN, 0};
  ::poll(&arrives, 1, static_cast<int>(time.count()));
  return !came() && !reader_gone();
}

client::pacing interruption::pace() {
  return {[this](std::chrono::milliseconds time) { return wait(time); },
          {[this] { return !came() && !reader_gone(); }, signals_.get()}};
}

} // namespace libsig::sig
