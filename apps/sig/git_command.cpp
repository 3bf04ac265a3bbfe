#include "apps/sig/git_command.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "apps/sig/process.hpp"

namespace libsig::sig {

namespace {

constexpr std::array<std::string_view, 12> passed_on{
  "PATH",
  "HOME",
  "TMPDIR",
  "SUDO_UID",
  // Where the repository is. Hooks are told so by these variables.
  "GIT_DIR",
  "GIT_COMMON_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
};

constexpr std::array<std::string_view, 7> always{
  "LC_ALL=C",
  "GIT_CONFIG_GLOBAL=/dev/null",
  "GIT_CONFIG_NOSYSTEM=1",
  "GIT_ATTR_NOSYSTEM=1",
  "GIT_OPTIONAL_LOCKS=0",
  "GIT_NO_REPLACE_OBJECTS=1",
  "GIT_TERMINAL_PROMPT=0",
};

constexpr std::array<std::string_view, 5> configuration_variables{
  "XDG_CONFIG_HOME",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "HOME",
};

/// How many declarations of safe directories are passed on.
constexpr std::size_t safe_directories_max = 1'000;

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

template <std::size_t Count>
bool among(const std::array<std::string_view, Count>& names,
           std::string_view variable) {
  return std::find(names.begin(), names.end(), name_of(variable))
         != names.end();
}

std::vector<std::string> hardened(const std::string& folder,
                                  std::vector<std::string> arguments) {
  std::vector<std::string> all{"git",
                               "--no-pager",
                               "--literal-pathspecs",
                               "-c",
                               "core.fsmonitor=false",
                               "-c",
                               "core.hooksPath=/dev/null"};
  if (!folder.empty()) {
    all.insert(all.end(), {"-C", folder});
  }
  std::move(arguments.begin(), arguments.end(), std::back_inserter(all));
  return all;
}

std::vector<std::string> split_at_nul(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty() && parts.size() < safe_directories_max) {
    const auto end = std::min(text.find('\0'), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

} // namespace

std::vector<std::string>
git_environment(std::span<const std::string> inherited) {
  std::vector<std::string> variables{always.begin(), always.end()};
  for (const auto& variable : inherited) {
    if (among(passed_on, variable)) {
      variables.push_back(variable);
    }
  }
  return variables;
}

std::string git_reason(std::string_view complaint) {
  std::string_view first;
  while (!complaint.empty()) {
    const auto end = std::min(complaint.find('\n'), complaint.size());
    const auto line = complaint.substr(0, end);
    complaint.remove_prefix(std::min(end + 1, complaint.size()));
    for (const std::string_view mark : {"fatal: ", "error: "}) {
      if (line.starts_with(mark)) {
        return std::string{line.substr(mark.size())};
      }
    }
    first = first.empty() ? line : first;
  }
  return first.empty() ? "failed without a reason" : std::string{first};
}

git_command::git_command(std::vector<std::string> inherited)
  : inherited_{std::move(inherited)}, environment_{
                                        git_environment(inherited_)} {}

void git_command::set(std::string_view name, const char* value) {
  std::erase_if(environment_, [name](const std::string& variable) {
    return name_of(variable) == name;
  });
  if (value != nullptr) {
    environment_.push_back(std::string{name} + "=" + value);
  }
}

result<std::string> git_command::run(git_call what) const {
  auto outcome =
    run_process({.arguments = hardened(folder_, std::move(what.arguments)),
                 .environment = environment_,
                 .input_file = std::move(what.input_file),
                 .output_bytes_max = what.output_bytes_max});
  if (!outcome) {
    auto reason = std::move(outcome).error();
    if (reason.code() == errc::not_found) {
      return fail(error{errc::internal, "git is not installed"}.mend(
        "install it, or give a diff on standard input"));
    }
    return fail(std::move(reason).at("git"));
  }
  if (outcome->status != 0) {
    return fail(
      error{errc::not_found, git_reason(outcome->complaint)}.at("git"));
  }
  return std::move(outcome)->output;
}

result<std::string>
git_command::line(std::vector<std::string> arguments) const {
  auto text = run({.arguments = std::move(arguments)});
  if (text && text->ends_with('\n')) {
    text->pop_back();
  }
  return text;
}

void git_command::trust_what_the_user_trusts() {
  std::vector<std::string> environment{"LC_ALL=C"};
  for (const auto& variable : inherited_) {
    if (among(configuration_variables, variable)
        || name_of(variable) == "PATH") {
      environment.push_back(variable);
    }
  }
  std::vector<std::string> safe;
  for (const char* const scope : {"--system", "--global"}) {
    const auto listed =
      run_process({.arguments = {"git", "config", scope, "--includes", "--null",
                                 "--get-all", "safe.directory"},
                   .environment = environment});
    if (listed && listed->status == 0) {
      auto parts = split_at_nul(listed->output);
      std::move(parts.begin(), parts.end(), std::back_inserter(safe));
    }
  }
  set("GIT_CONFIG_COUNT", std::to_string(safe.size()).c_str());
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const auto number = std::to_string(i);
    set("GIT_CONFIG_KEY_" + number, "safe.directory");
    set("GIT_CONFIG_VALUE_" + number, safe[i].c_str());
  }
}

} // namespace libsig::sig
