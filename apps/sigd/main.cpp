#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "apps/node_settings/listen.hpp"
#include "apps/node_settings/load.hpp"
#include "apps/sigd/node.hpp"
#include "apps/sigd/options.hpp"
#include "apps/sigd/store_command.hpp"
#include "apps/sigd/token_command.hpp"
#include "libsig/codec/json_text.hpp"

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

[[nodiscard]] std::string ready_line(const http::listen_address& at) {
  std::string line{"{\"ready\":true,\"listen\":"};
  codec::append_json_string(line, sigd::to_text(at));
  return line + ",\"pid\":" + std::to_string(getpid()) + "}\n";
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

/// Takes over what changed; an error leaves all as it was.
void reload(const sigd::command& asked, sigd::node& running,
            sigd::loaded_settings& known) {
  auto next = load(asked);
  const auto done =
    next ? running.reload(next->settings) : result<void>{fail(next.error())};
  if (!done) {
    say("the reload was refused, and the old configuration stays: "
        + done.error().message());
    return;
  }
  for (const auto& name :
       config::fixed_differences(known.configuration, next->configuration)) {
    say("warning: " + name + " changes with the next start");
  }
  // What does not change is compared with the start, however often it is read.
  known.settings = std::move(next->settings);
  say("the configuration was read again");
}

/// Waits for signals until one ends the node.
void serve(const sigd::command& asked, const sigset_t& held,
           sigd::node& running, sigd::loaded_settings& known) {
  for (int which = 0; which != SIGTERM && which != SIGINT;) {
    sigwait(&held, &which);
    if (which == SIGHUP) {
      reload(asked, running, known);
    }
  }
}

int run(const sigd::command& asked) {
  const auto held = hold_back_signals();
  std::signal(SIGPIPE, SIG_IGN);
  auto known = load(asked);
  if (!known) {
    return complain(known.error(), exit_usage);
  }
  // What was acknowledged is on the disk; nothing else may be any more.
  const auto failed = [](const error& why) {
    _exit(complain(why, exit_infrastructure));
  };
  auto started = sigd::node::start(known->settings, failed);
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
  serve(asked, held, *started, *known);
  let_ends_through();
  started->stop(known->settings.drain);
  return 0;
}

int check_config(const sigd::command& asked) {
  const auto made = load(asked);
  if (!made) {
    return complain(made.error(), exit_usage);
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
