#include "apps/sigd/log.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>

#include "apps/sigd/log_text.hpp"

namespace libsig::sigd {

namespace {

constexpr int patience_ms = 1'000;

[[nodiscard]] spdlog::level::level_enum level_of(log_level level) noexcept {
  switch (level) {
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warning:
    return spdlog::level::warn;
  case log_level::error:
    return spdlog::level::err;
  case log_level::off:
    break;
  }
  return spdlog::level::off;
}

/// The priority of systemd's journal, which is that of syslog.
class priority_flag final : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& of, const std::tm&,
              spdlog::memory_buf_t& into) override {
    const char priority = of.level >= spdlog::level::err    ? '3'
                          : of.level == spdlog::level::warn ? '4'
                          : of.level == spdlog::level::info ? '6'
                                                            : '7';
    into.push_back(priority);
  }

  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<priority_flag>();
  }
};

[[nodiscard]] std::string pattern_of(const log_options& how) {
  const std::string time{"%Y-%m-%dT%H:%M:%S.%eZ"};
  const std::string priority{how.journal ? "<%*>" : ""};
  if (how.format == log_format::json) {
    return priority + "{\"time\":\"" + time + "\",\"level\":\"%l\",%v}";
  }
  return priority + (how.journal ? "" : time + " %l ") + "%v";
}

[[nodiscard]] std::unique_ptr<spdlog::formatter>
formatter_of(const log_options& how) {
  auto made = std::make_unique<spdlog::pattern_formatter>(
    spdlog::pattern_time_type::utc, "\n");
  made->add_flag<priority_flag>('*').set_pattern(pattern_of(how));
  return made;
}

/// Writes to a descriptor without ever waiting long: a line that nobody takes
/// is dropped, and the next ones at once until somebody does.
class descriptor_sink final : public spdlog::sinks::sink {
public:
  explicit descriptor_sink(const log_options& how)
    : formatter_{formatter_of(how)}, format_{how.format}, descriptor_{
                                                            how.descriptor} {}

  /// The queue before it, which counts what it drops; outlives the calls.
  void follow(spdlog::details::thread_pool& queue) noexcept { queue_ = &queue; }

  void log(const spdlog::details::log_msg& what) override {
    put(what);
    const auto lost = dropped();
    // To be said once it is over, and not in every line meanwhile.
    if (lost != said_ && !stalled_
        && queue_->queue_size() < logger::lines_max / 2) {
      said_ = lost;
      confess(lost);
    }
  }

  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  [[nodiscard]] std::uint64_t dropped() const noexcept {
    return lost_.load(std::memory_order_relaxed) + queue_->overrun_counter();
  }

private:
  void put(const spdlog::details::log_msg& what) {
    spdlog::memory_buf_t line;
    if (std::exchange(torn_, false)) {
      line.push_back('\n');
    }
    formatter_->format(what, line);
    if (!write_all({line.data(), line.size()})) {
      lost_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  void confess(std::uint64_t lost) {
    const auto text = format_ == log_format::json
                        ? log_members("log_lines_dropped", {{"lines", lost}})
                        : log_text("log_lines_dropped", {{"lines", lost}});
    put(spdlog::details::log_msg{"", spdlog::level::warn, text});
  }

  [[nodiscard]] bool write_all(std::string_view line) {
    const auto whole = line.size();
    while (!line.empty()) {
      pollfd wait{descriptor_, POLLOUT, 0};
      const int ready = ::poll(&wait, 1, stalled_ ? 0 : patience_ms);
      if (ready < 0 && errno == EINTR) {
        continue;
      }
      const auto written = ready == 1 ? write_some(line) : -1;
      if (written < 0 && ready == 1 && (errno == EINTR || errno == EAGAIN)) {
        continue;
      }
      stalled_ = written < 0;
      if (stalled_) {
        torn_ = line.size() < whole;
        return false;
      }
      line.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// A socket may be writable and take less than a line; a pipe that is
  /// writable takes a line whole.
  [[nodiscard]] ssize_t write_some(std::string_view line) const {
    const auto sent = ::send(descriptor_, line.data(), line.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK) {
      return sent;
    }
    return ::write(descriptor_, line.data(), line.size());
  }

  std::unique_ptr<spdlog::formatter> formatter_;
  log_format format_;
  int descriptor_;
  spdlog::details::thread_pool* queue_ = nullptr;
  std::atomic<std::uint64_t> lost_{0};
  std::uint64_t said_ = 0;
  bool stalled_ = false;
  bool torn_ = false;
};

} // namespace

std::optional<log_level> log_level_of(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, log_level> all[] = {
    {"debug", log_level::debug},     {"info", log_level::info},
    {"warning", log_level::warning}, {"error", log_level::error},
    {"off", log_level::off},
  };
  for (const auto& [known, level] : all) {
    if (known == name) {
      return level;
    }
  }
  return std::nullopt;
}

std::optional<log_format> log_format_of(std::string_view name) noexcept {
  if (name == "text") {
    return log_format::text;
  }
  return name == "json" ? std::optional{log_format::json} : std::nullopt;
}

bool is_journal(int descriptor, std::string_view journal_stream) noexcept {
  struct stat is {};
  const auto colon = journal_stream.find(':');
  if (colon == std::string_view::npos || ::fstat(descriptor, &is) != 0) {
    return false;
  }
  const auto reads_as = [](std::string_view text, std::uint64_t expected) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, number);
    return done.ec == std::errc{} && done.ptr == end && number == expected;
  };
  return reads_as(journal_stream.substr(0, colon), is.st_dev)
         && reads_as(journal_stream.substr(colon + 1), is.st_ino);
}

struct logger::implementation {
  explicit implementation(const log_options& how)
    : format{how.format}, sink{std::make_shared<descriptor_sink>(how)},
      queue{std::make_shared<spdlog::details::thread_pool>(lines_max, 1)},
      lines{std::make_shared<spdlog::async_logger>(
        "", sink, queue, spdlog::async_overflow_policy::overrun_oldest)} {
    sink->follow(*queue);
    lines->set_level(level_of(how.level));
    // A line that cannot be made is no reason to write to anything else.
    lines->set_error_handler([](const std::string&) {});
  }

  log_format format;
  std::shared_ptr<descriptor_sink> sink;
  // Ends before the sink does: it writes what waits.
  std::shared_ptr<spdlog::details::thread_pool> queue;
  std::shared_ptr<spdlog::async_logger> lines;
};

logger::logger(const log_options& how)
  : made_{std::make_unique<implementation>(how)} {}

logger::~logger() = default;

void logger::write(log_level level, std::string_view event,
                   std::initializer_list<log_field> fields) noexcept {
  if (!takes(level)) {
    return;
  }
  made_->lines->log(level_of(level), made_->format == log_format::json
                                       ? log_members(event, fields)
                                       : log_text(event, fields));
}

void logger::set_level(log_level level) noexcept {
  made_->lines->set_level(level_of(level));
}

bool logger::takes(log_level level) const noexcept {
  return level != log_level::off && made_->lines->should_log(level_of(level));
}

std::uint64_t logger::dropped() const noexcept {
  return made_->sink->dropped();
}

} // namespace libsig::sigd
