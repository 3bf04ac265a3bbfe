#include "apps/sig/handler.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apps/sig/spawn.hpp"
#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t chunk_bytes = 16u << 10;
constexpr std::size_t tail_bytes_max = 4u << 10;
constexpr std::size_t line_bytes_max = 400;
constexpr std::size_t pipe_chunks = 16;
constexpr int killed_by = 128;

/// The end of what a program says.
class tail_of_text {
public:
  void add(std::string_view piece) {
    text_ += piece;
    if (text_.size() > 2 * tail_bytes_max) {
      text_.erase(0, text_.size() - tail_bytes_max);
    }
  }

  /// The last line that is not empty.
  [[nodiscard]] std::string_view last_line() const {
    constexpr std::string_view ends = "\r\n";
    constexpr std::string_view blanks = " \t\r\n";
    const std::string_view all{text_};
    const auto last = all.find_last_not_of(blanks);
    if (last == all.npos) {
      return {};
    }
    const auto before = all.find_last_of(ends, last);
    const auto begin = before == all.npos ? 0 : before + 1;
    return all.substr(begin, last + 1 - begin);
  }

private:
  std::string text_;
};

/// How a program ended that was not content.
[[nodiscard]] std::string reason_of(int status, const tail_of_text& said) {
  std::string reason;
  if (status > killed_by) {
    const int number = status - killed_by;
    const auto* const name = ::sigabbrev_np(number);
    reason = "ended by "
             + (name != nullptr ? "SIG" + std::string{name}
                                : "signal " + std::to_string(number));
  } else {
    reason = "exit status " + std::to_string(status);
  }
  auto line = report::printable(said.last_line().substr(0, line_bytes_max));
  if (!line.empty()) {
    reason += ": " + line;
  }
  if (reason.size() > handler_reason_bytes_max) {
    reason.resize(handler_reason_bytes_max);
  }
  return reason;
}

void never_block(const descriptor& one) noexcept {
  ::fcntl(one.get(), F_SETFL, ::fcntl(one.get(), F_GETFL) | O_NONBLOCK);
}

/// A program that runs.
class running {
public:
  running(pid_t child, descriptor ended, descriptor input, descriptor complaint,
          std::string_view item)
    : child_{child}, ended_{std::move(ended)}, input_{std::move(input)},
      complaint_{std::move(complaint)}, item_{item} {
    never_block(input_);
    never_block(complaint_);
  }

  [[nodiscard]] handler_end wait(interruption& by) {
    interrupt(by);
    for (;;) {
      if (item_.empty()) {
        input_ = descriptor{};
      }
      std::array<pollfd, 4> waits{{{ended_.get(), POLLIN, 0},
                                   {by.noticed_by(), POLLIN, 0},
                                   {input_.get(), POLLOUT, 0},
                                   {complaint_.get(), POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0) {
        continue;
      }
      if (waits[1].revents != 0) {
        interrupt(by);
      }
      if (waits[2].revents != 0) {
        feed();
      }
      if (waits[3].revents != 0) {
        listen();
      }
      if (waits[0].revents != 0) {
        break;
      }
    }
    const int status = wait_for(child_);
    // What is left in the pipe; somebody else may hold it open, and go on.
    for (std::size_t read = 0; read < pipe_chunks && listen(); ++read) {
    }
    return {status == 0,
            status == 0 ? std::string{} : reason_of(status, said_)};
  }

private:
  /// Hands on what came: first as it is, then as one that cannot be ignored.
  void interrupt(interruption& by) noexcept {
    if (by.came() && by.count() > seen_) {
      ::kill(-child_, seen_ == 0 ? by.last() : SIGKILL);
      seen_ = by.count();
    }
  }

  void feed() noexcept {
    const auto wrote = ::write(input_.get(), item_.data(), item_.size());
    if (wrote >= 0) {
      item_.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno != EINTR && errno != EAGAIN) {
      // It does not read its input, which is its own business.
      item_ = {};
    }
  }

  /// Takes some of what it says, and says it; whether there was something.
  bool listen() {
    std::array<char, chunk_bytes> chunk{};
    const auto got = ::read(complaint_.get(), chunk.data(), chunk.size());
    if (got > 0) {
      const std::string_view piece{chunk.data(), static_cast<std::size_t>(got)};
      said_.add(piece);
      // What cannot be written is lost: there is no other place for it.
      static_cast<void>(write_all(STDERR_FILENO, piece));
      return true;
    }
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
      complaint_ = descriptor{};
    }
    return false;
  }

  pid_t child_;
  descriptor ended_;
  descriptor input_;
  descriptor complaint_;
  std::string_view item_;
  tail_of_text said_;
  unsigned seen_ = 0;
};

} // namespace

result<handler_end> run_handler(const handler_program& what,
                                std::string_view item, interruption& by) {
  auto input = make_pipe();
  auto complaint = make_pipe();
  if (!input || !complaint) {
    return fail(input ? complaint.error() : input.error());
  }
  const auto child = spawn({.arguments = what.arguments,
                            .environment = what.environment,
                            .input = input->reads.get(),
                            .complaint = complaint->writes.get(),
                            .own_group = true});
  if (!child) {
    return fail(child.error());
  }
  input->reads = descriptor{};
  complaint->writes = descriptor{};
  // The header of the function is no C++ here.
  descriptor ended{static_cast<int>(::syscall(SYS_pidfd_open, *child, 0))};
  if (!ended) {
    auto why = error{errc::io, "cannot be watched: " + system_reason(errno)}.at(
      what.arguments.front());
    ::kill(-*child, SIGKILL);
    static_cast<void>(wait_for(*child));
    return fail(std::move(why));
  }
  return running{*child, std::move(ended), std::move(input->writes),
                 std::move(complaint->reads), item}
    .wait(by);
}

} // namespace libsig::sig
