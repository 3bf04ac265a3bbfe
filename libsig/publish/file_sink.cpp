#include "libsig/publish/file_sink.hpp"

#include "libsig/core/descriptor.hpp"
#include "libsig/publish/internal/line_file.hpp"
#include "libsig/redact/redact.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace libsig::publish {

namespace {

constexpr std::size_t lines_at_once = 1'024;
/// Where a batch ends that has grown large.
constexpr std::size_t text_bytes_max = 1u << 20;
/// How each line begins, and more than a line is: each byte of an event may be
/// written as six.
constexpr std::string_view line_begin = "{\"specversion\"";
constexpr std::size_t line_bytes_max = 6 * limits::event_bytes_max;

/// The lines of the first signals, and how many they are.
[[nodiscard]] std::pair<std::string, std::size_t>
lines_of(std::span<const signal_ptr> signals) {
  std::string text;
  std::size_t count = 0;
  while (count < signals.size() && text.size() < text_bytes_max) {
    redact::append_redacted_event(*signals[count], text);
    text += '\n';
    ++count;
  }
  return {std::move(text), count};
}

class file_sink final : public sink {
public:
  explicit file_sink(file_options how)
    : how_{std::move(how)}, file_{how_.path, false} {}

  [[nodiscard]] delivery deliver(std::span<const signal_ptr> signals) override {
    delivery made;
    while (made.done < signals.size()) {
      const auto [text, count] = lines_of(signals.subspan(made.done));
      if (auto written = write(text); !written) {
        made.outcome = outcome::again;
        made.reason = written.error().message();
        return made;
      }
      made.done += count;
    }
    return made;
  }

  [[nodiscard]] result<void> sync() override { return file_.sync(); }

  [[nodiscard]] std::size_t batch_max() const noexcept override {
    return lines_at_once;
  }

private:
  [[nodiscard]] result<void> write(const std::string& text) {
    if (!file_.intact()) {
      // One that was moved away holds what was delivered as well.
      if (auto done = file_.sync(); !done) {
        return done;
      }
      if (auto done = open(); !done) {
        return done;
      }
    }
    if (file_.size() > 0 && file_.size() + text.size() > how_.bytes_max) {
      if (auto done = rotate(); !done) {
        return done;
      }
    }
    return file_.append(text);
  }

  [[nodiscard]] result<void> open() {
    if (auto done = file_.open(); !done) {
      return done;
    }
    return file_.cut_torn_line(line_begin, line_bytes_max);
  }

  [[nodiscard]] result<void> rotate() {
    const auto numbered = [&](unsigned number) {
      return file_.name() + "." + std::to_string(number);
    };
    for (auto number = how_.kept; number > 1; --number) {
      // One that is not there yet is no fault.
      static_cast<void>(
        ::renameat(file_.folder_descriptor(), numbered(number - 1).c_str(),
                   file_.folder_descriptor(), numbered(number).c_str()));
    }
    if (how_.kept == 0) {
      return file_.truncate(0);
    }
    if (auto done = file_.sync(); !done) {
      return done;
    }
    if (auto done = file_.rename_to(numbered(1)); !done) {
      return done;
    }
    return file_.open();
  }

  const file_options how_;
  internal::line_file file_;
};

class descriptor_sink final : public sink {
public:
  explicit descriptor_sink(int number)
    : number_{number}, bell_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

  [[nodiscard]] delivery deliver(std::span<const signal_ptr> signals) override {
    delivery made;
    while (made.done < signals.size()) {
      if (written_ == rest_.size()) {
        std::tie(rest_, count_) = lines_of(signals.subspan(made.done));
        written_ = 0;
      }
      if (auto stopped = write_rest()) {
        stopped->done = made.done;
        return *stopped;
      }
      made.done += count_;
    }
    return made;
  }

  [[nodiscard]] std::size_t batch_max() const noexcept override {
    return lines_at_once;
  }

  void cancel() noexcept override {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(bell_.get(), &one, sizeof one));
  }

private:
  /// Writes what is left of the lines; nothing when that is done.
  ///
  /// The descriptor's flags are shared with strangers and stay as they are: it
  /// is written no more than a pipe takes once it says that it takes some.
  [[nodiscard]] std::optional<delivery> write_rest() {
    while (written_ < rest_.size()) {
      std::array<pollfd, 2> wait{
        {{number_, POLLOUT, 0}, {bell_.get(), POLLIN, 0}}};
      if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) {
        return failed(errno);
      }
      if (wait[1].revents != 0) {
        return delivery{0, outcome::cancelled, {}, {}, 0};
      }
      if (wait[0].revents == 0) {
        continue;
      }
      const auto left = std::string_view{rest_}.substr(written_, PIPE_BUF);
      const auto some = ::write(number_, left.data(), left.size());
      if (some < 0 && errno != EINTR && errno != EAGAIN) {
        return failed(errno);
      }
      written_ += some > 0 ? static_cast<std::size_t>(some) : 0;
    }
    return std::nullopt;
  }

  [[nodiscard]] static delivery failed(int number) {
    delivery made;
    made.outcome = outcome::again;
    made.reason = "cannot write: " + std::generic_category().message(number);
    return made;
  }

  const int number_;
  const descriptor bell_;
  /// Lines that were begun, how much of them was written, and how many signals
  /// they are.
  std::string rest_;
  std::size_t written_ = 0;
  std::size_t count_ = 0;
};

} // namespace

std::unique_ptr<sink> make_file_sink(file_options how) {
  return std::make_unique<file_sink>(std::move(how));
}

std::unique_ptr<sink> make_descriptor_sink(int descriptor) {
  return std::make_unique<descriptor_sink>(descriptor);
}

} // namespace libsig::publish
