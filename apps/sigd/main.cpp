#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "apps/node_settings/listen.hpp"
#include "apps/node_settings/load.hpp"
#include "apps/sigd/log.hpp"
#include "apps/sigd/node.hpp"
#include "apps/sigd/options.hpp"
#include "apps/sigd/service_manager.hpp"
#include "apps/sigd/store_command.hpp"
#include "apps/sigd/token_command.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/time.hpp"

namespace {

using namespace libsig;

constexpr int exit_problems = 1;
constexpr int exit_usage = 2;
constexpr int exit_infrastructure = 4;

/// One line on standard error.
void say(std::string_view text) {
  std::fprintf(stderr, "sigd: %.*s\n", static_cast<int>(text.size()),
               text.data());
}

/// The same of an error; the exit status.
int complain(const error& why, int status) {
  say(why.message());
  return status;
}

/// Data on standard output; the exit status.
int print(std::string_view text, int status) {
  const bool said =
    std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
    && std::fflush(stdout) == 0;
  return said ? status
              : complain(error(errc::io, "cannot write to standard output"),
                         exit_infrastructure);
}

/// SIGTERM, SIGINT and SIGHUP, held back from all threads, so that `main` waits
/// for them.
[[nodiscard]] sigset_t hold_back_signals() {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
  return held;
}

/// Lets SIGTERM and SIGINT end the process as signals do.
void let_ends_through() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
}

/// The addresses after the first one follow what scripts know.
[[nodiscard]] std::string
ready_line(const std::vector<http::listen_address>& all) {
  std::string line{"{\"ready\":true,\"listen\":"};
  codec::append_json_string(line, sigd::to_text(all.front()));
  line += ",\"pid\":" + std::to_string(getpid());
  for (std::size_t at = 1; at < all.size(); ++at) {
    line += at == 1 ? ",\"also\":[" : ",";
    codec::append_json_string(line, sigd::to_text(all[at]));
  }
  return line + (all.size() > 1 ? "]}\n" : "}\n");
}

/// `127.0.0.1:7733, [::1]:7733`
[[nodiscard]] std::string listed(const std::vector<http::listen_address>& all) {
  std::string text;
  for (const auto& one : all) {
    text += (text.empty() ? "" : ", ") + sigd::to_text(one);
  }
  return text;
}

/// The configuration of what the command line and the environment say.
[[nodiscard]] result<sigd::loaded_settings> load(const sigd::command& asked) {
  sigd::settings_sources from;
  from.file = asked.config;
  from.environment = config::environment::of_process();
  from.flags = asked.flags;
  auto made = sigd::load_settings(from);
  if (made) {
    for (const auto& one : made->warnings) {
      say("warning: " + one.message());
    }
  }
  return made;
}

[[nodiscard]] sigd::log_options log_options_of(const sigd::log_settings& of) {
  sigd::log_options made;
  made.level = sigd::log_level_of(of.level).value_or(made.level);
  made.format = sigd::log_format_of(of.format).value_or(made.format);
  const char* const stream = std::getenv("JOURNAL_STREAM");
  made.journal = stream != nullptr && sigd::is_journal(made.descriptor, stream);
  return made;
}

/// Who started the node, if it wants to know how it is.
[[nodiscard]] sigd::service_manager meet_manager() {
  auto made =
    sigd::service_manager::make(sigd::service_manager::read_environment());
  if (!made) {
    say("warning: " + made.error().message());
    return {};
  }
  return std::move(*made);
}

/// A node that runs, and who is told of it.
struct service {
  const sigd::command& asked;
  sigd::loaded_settings known;
  sigd::logger& log;
  sigd::service_manager& manager;
};

/// Takes over what changed; an error leaves all as it was.
void reload(service& of, sigd::node& running) {
  using level = sigd::log_level;
  const auto& asked = of.asked;
  auto& known = of.known;
  auto next = load(asked);
  const auto done =
    next ? running.reload(next->settings) : result<void>{fail(next.error())};
  if (!done) {
    of.log.write(level::error, "reload_refused",
                 {{"why", done.error().message()}});
    return;
  }
  for (const auto& name :
       config::fixed_differences(known.configuration, next->configuration)) {
    of.log.write(level::warning, "reload_needs_start", {{"key", name}});
  }
  // What does not change is compared with the start, however often it is read.
  known.settings = std::move(next->settings);
  of.log.set_level(log_options_of(known.settings.log).level);
  of.log.write(level::info, "reloaded", {});
}

/// The next signal; 0 when none has come in the time.
int wait_for(const sigset_t& held,
             std::optional<std::chrono::milliseconds> at_most) {
  if (!at_most) {
    int which = 0;
    sigwait(&held, &which);
    return which;
  }
  timespec time{};
  time.tv_sec = at_most->count() / 1'000;
  time.tv_nsec = at_most->count() % 1'000 * 1'000'000;
  return std::max(sigtimedwait(&held, nullptr, &time), 0);
}

/// Serves until a signal ends the node; which one.
int serve(service& of, const sigset_t& held, sigd::node& running) {
  const auto status = "listening on " + listed(running.listening());
  of.manager.ready(status);
  for (;;) {
    const int which = wait_for(held, of.manager.watchdog_interval());
    if (which == SIGHUP) {
      of.manager.reloading(system_clock{}.steady_now());
      reload(of, running);
      of.manager.ready(status);
    } else if (which == SIGTERM || which == SIGINT) {
      return which;
    }
    of.manager.alive();
  }
}

int run(const sigd::command& asked) {
  const auto held = hold_back_signals();
  std::signal(SIGPIPE, SIG_IGN);
  auto known = load(asked);
  if (!known) {
    return complain(known.error(), exit_usage);
  }
  auto manager = meet_manager();
  sigd::logger log{log_options_of(known->settings.log)};
  log.write(sigd::log_level::info, "starting",
            {{"version", LIBSIG_VERSION}, {"data", known->settings.data}});
  // What was acknowledged is on the disk; nothing else may be any more.
  const auto failed = [](const error& why) {
    _exit(complain(why, exit_infrastructure));
  };
  auto started = sigd::node::start(known->settings, {failed, &log});
  if (!started) {
    return complain(started.error(),
                    started.error().code() == errc::invalid_argument
                      ? exit_usage
                      : exit_infrastructure);
  }
  if (const int failure = print(ready_line(started->listening()), 0);
      failure != 0) {
    return failure;
  }
  log.write(sigd::log_level::info, "ready",
            {{"listen", listed(started->listening())},
             {"pid", std::int64_t{getpid()}}});
  service running{asked, std::move(*known), log, manager};
  const int why = serve(running, held, *started);
  manager.stopping("draining");
  log.write(sigd::log_level::info, "stopping",
            {{"signal", why == SIGTERM ? "SIGTERM" : "SIGINT"}});
  let_ends_through();
  started->stop(running.known.settings.drain);
  log.write(sigd::log_level::info, "stopped", {});
  return 0;
}

int check_config(const sigd::command& asked) {
  const auto made = load(asked);
  if (!made) {
    return complain(made.error(), exit_usage);
  }
  if (const auto right = sigd::node::check(made->settings); !right) {
    return complain(right.error(), exit_usage);
  }
  const auto& file = made->configuration.file();
  return print(file.empty() ? "the configuration is right; there is no file\n"
                            : file + ": the configuration is right\n",
               0);
}

int look_at_store(const sigd::command& asked) {
  const auto made = load(asked);
  if (!made) {
    return complain(made.error(), exit_usage);
  }
  const auto path = store_path(made->settings);
  const auto report = asked.what == sigd::task::verify
                        ? sigd::verify_report(path, asked.json)
                        : sigd::salvage_report(path, asked.json);
  return report ? print(report->text, report->sound ? 0 : exit_problems)
                : complain(report.error(), exit_infrastructure);
}

int new_token(const sigd::command& asked) {
  const auto made = sigd::new_token_text(asked.token, asked.json);
  if (!made) {
    return complain(made.error(), exit_usage);
  }
  return print(*made, 0);
}

} // namespace

int main(int argc, char** argv) {
  const auto asked = sigd::read_arguments({argv + 1, argv + argc});
  if (!asked) {
    return complain(asked.error(), exit_usage);
  }
  switch (asked->what) {
  case sigd::task::run:
    return run(*asked);
  case sigd::task::say:
    return print(asked->text, 0);
  case sigd::task::check_config:
    return check_config(*asked);
  case sigd::task::verify:
  case sigd::task::salvage:
    return look_at_store(*asked);
  case sigd::task::new_token:
    return new_token(*asked);
  }
  return exit_usage;
}
