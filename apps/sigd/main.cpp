#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "apps/sigd/node.hpp"
#include "apps/sigd/options.hpp"
#include "libsig/codec/json_text.hpp"

namespace {

using namespace libsig;

constexpr int exit_usage = 2;
constexpr int exit_infrastructure = 4;
constexpr std::chrono::seconds drain_max{10};

/// One line on standard error; the exit status.
int complain(const error& why, int status) {
  std::fprintf(stderr, "sigd: %s\n", why.message().c_str());
  return status;
}

/// SIGTERM and SIGINT, held back from all threads, so that `main` waits for
/// them.
[[nodiscard]] sigset_t hold_back_ends() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

[[nodiscard]] bool say_ready(const http::listen_address& at) {
  const bool long_form = at.host.find(':') != std::string::npos;
  const auto host = long_form ? '[' + at.host + ']' : at.host;
  std::string line{"{\"ready\":true,\"listen\":"};
  codec::append_json_string(line, host + ':' + std::to_string(at.port));
  line += ",\"pid\":" + std::to_string(getpid()) + "}\n";
  return std::fputs(line.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

int run(const sigd::node_settings& how) {
  const auto ends = hold_back_ends();
  std::signal(SIGPIPE, SIG_IGN);
  // What was acknowledged is on the disk; nothing else may be any more.
  const auto failed = [](const error& why) {
    _exit(complain(why, exit_infrastructure));
  };
  auto started = sigd::node::start(how, failed);
  if (!started) {
    return complain(started.error(),
                    started.error().code() == errc::invalid_argument
                      ? exit_usage
                      : exit_infrastructure);
  }
  if (!say_ready(started->listening())) {
    return complain(error(errc::io, "cannot write to standard output"),
                    exit_infrastructure);
  }
  int which = 0;
  sigwait(&ends, &which);
  // A second one ends the process as signals do.
  pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
  started->stop(drain_max);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  auto asked = sigd::read_arguments({argv + 1, argv + argc});
  if (!asked) {
    return complain(asked.error(), exit_usage);
  }
  if (asked->text) {
    std::fputs(asked->text->c_str(), stdout);
    return 0;
  }
  return run(asked->settings);
}
