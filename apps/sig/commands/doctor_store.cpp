#include "apps/sig/commands/doctor.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "libsig/journal/store_check.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t problems_shown_max = 20;

constexpr std::uintmax_t mebibyte = 1u << 20;
constexpr std::uintmax_t room_failed = 64 * mebibyte;
constexpr std::uintmax_t room_warned = 1'024 * mebibyte;

check_result check_room(const std::string& folder) {
  std::error_code problem;
  const auto space = std::filesystem::space(folder, problem);
  if (problem) {
    return {"disk", health::fail, folder + ": " + problem.message(),
            exit_status::usage};
  }
  const auto state = space.available < room_failed   ? health::fail
                     : space.available < room_warned ? health::warn
                                                     : health::ok;
  return {"disk", state,
          std::to_string(space.available / mebibyte) + " MiB are free"};
}

std::string contents(const journal::verification& found) {
  auto text = std::to_string(found.signals) + " signals";
  if (found.signals > 0) {
    text += ", sequences " + std::to_string(found.first_sequence) + " to "
            + std::to_string(found.last_sequence);
  }
  text += ", " + std::to_string(found.keys) + " keys, "
          + std::to_string(found.rows) + " rows";
  return text;
}

} // namespace

std::vector<check_result> check_store(const std::string& folder) {
  std::vector<check_result> all;
  all.push_back(check_room(folder));
  const auto file = (std::filesystem::path{folder} / "signals.db").string();
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    all.push_back({"store", health::fail, file + ": there is no store here",
                   exit_status::usage});
    return all;
  }
  const auto found = journal::verify_store(file);
  if (!found) {
    const bool open = found.error().code() == errc::already_exists;
    all.push_back(
      {"store", open ? health::warn : health::fail, found.error().message()});
    return all;
  }
  all.push_back(
    {"store", found->sound() ? health::ok : health::fail, contents(*found)});
  const auto shown = std::min(found->problems.size(), problems_shown_max);
  for (std::size_t at = 0; at < shown; ++at) {
    all.push_back({"damage", health::fail, found->problems[at]});
  }
  const auto rest = found->problems.size() - shown + found->problems_beyond;
  if (rest > 0) {
    all.push_back(
      {"damage", health::fail, "and " + std::to_string(rest) + " more"});
  }
  if (found->quarantined > 0) {
    all.push_back({"quarantine", health::warn,
                   std::to_string(found->quarantined)
                     + " damaged records were set aside before"});
  }
  return all;
}

} // namespace libsig::sig
