#include "apps/sig/interruption.hpp"

#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace libsig::sig {

interruption::interruption(std::span<const int> signals) {
  ::sigemptyset(&set_);
  for (const int one : signals) {
    ::sigaddset(&set_, one);
  }
  ::sigprocmask(SIG_BLOCK, &set_, nullptr);
  signals_ = descriptor{::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK)};
}

interruption::~interruption() {
  // One that came is taken, or it would end the process now.
  static_cast<void>(came());
  ::sigprocmask(SIG_UNBLOCK, &set_, nullptr);
}

bool interruption::came() noexcept {
  signalfd_siginfo one{};
  while (::read(signals_.get(), &one, sizeof(one)) == sizeof(one)) {
    last_ = static_cast<int>(one.ssi_signo);
    ++count_;
  }
  return count_ > 0;
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
