#include "apps/sig/commands/doctor.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/text_page.hpp"
#include "libsig/codec/json_text.hpp"

namespace libsig::sig {

namespace {

constexpr std::array doctor_options{option_form{"--data"}};

constexpr std::string_view doctor_help = R"(sig doctor - look for what is wrong

Usage: sig doctor [OPTIONS]
       sig doctor --data DIR [OPTIONS]

Prints a list of what was looked at, each ok, warn or fail: whether the node
can be reached and is ready, takes the token, has this version and this time,
and room on its disk.

  --data DIR           look at a data folder on this machine instead: every
                       record of its store, and the room on its disk. No node
                       may have it open. With --url both are looked at
  --json               the list as JSON

Example:
  sig doctor
  sig doctor --data /var/lib/sigd
)";

std::string_view state_text(health state) noexcept {
  switch (state) {
  case health::ok:
    return "ok";
  case health::warn:
    return "warn";
  case health::fail:
    return "fail";
  }
  return "";
}

std::string_view colour_of(health state) noexcept {
  switch (state) {
  case health::ok:
    return "\x1b[32m";
  case health::warn:
    return "\x1b[33m";
  case health::fail:
    return "\x1b[31m";
  }
  return "";
}

void append(std::vector<check_result>& to, std::vector<check_result> more) {
  std::ranges::move(more, std::back_inserter(to));
}

outcome<exit_status> run_doctor(const given_options& given,
                                const surroundings& around) {
  std::vector<check_result> all;
  if (given.has("--data")) {
    if (given.one("--data").empty()) {
      return refuse_usage(
        error{errc::invalid_argument, "its value is empty"}.at("--data"));
    }
    append(all, check_store(given.one("--data")));
  }
  if (!given.has("--data") || given.has("--url")) {
    auto whom = node_of(given, around, client::plain_pacing());
    if (!whom) {
      return refuse(std::move(whom).error());
    }
    append(all, check_node(*whom, system_clock{}));
  }
  const auto text =
    wants_json(given) ? checks_json(all) : show_checks(all, around.terminal);
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return status_of(all);
}

} // namespace

std::string show_checks(const std::vector<check_result>& all,
                        const terminal& screen) {
  std::string out;
  for (const auto& one : all) {
    // The page knows no colours of labels; it is asked for the words alone.
    const auto lead = std::string{state_text(one.state)};
    auto plain = screen;
    plain.colour = false;
    text_page page{plain};
    page.row(lead + std::string(6 - lead.size(), ' ') + one.subject,
             one.detail);
    auto lines = std::move(page).take();
    if (screen.colour) {
      lines.insert(2 + lead.size(), "\x1b[0m");
      lines.insert(2, colour_of(one.state));
    }
    out += lines;
  }
  return out;
}

std::string checks_json(const std::vector<check_result>& all) {
  const bool ok = status_of(all) == exit_status::clean;
  std::string out{"{\"ok\":"};
  out += ok ? "true" : "false";
  out += ",\"checks\":[";
  for (const auto& one : all) {
    out += out.back() == '[' ? "" : ",";
    out += "{\"check\":";
    codec::append_json_string(out, one.subject);
    out += ",\"state\":";
    codec::append_json_string(out, state_text(one.state));
    out += ",\"detail\":";
    codec::append_json_string(out, one.detail);
    out += '}';
  }
  return out + "]}\n";
}

exit_status status_of(const std::vector<check_result>& all) noexcept {
  const auto failed =
    std::ranges::find(all, health::fail, &check_result::state);
  return failed == all.end() ? exit_status::clean : failed->status;
}

node_command_form doctor_form() noexcept {
  return {
    "doctor",  "look for what is wrong", doctor_help, doctor_options, 0, 0,
    run_doctor};
}

} // namespace libsig::sig
