#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/config/configuration.hpp"

namespace libsig::testing {

/// A declaration with a key of every kind.
[[nodiscard]] inline std::shared_ptr<const config::declaration>
sample_declaration() {
  using namespace config;
  declaration made;
  made.prefix = "APP_";
  made.foreign_names = {"APP_URL"};
  made.keys = {
    {.section = "store",
     .name = "path",
     .standard = std::string{"/tmp"},
     .also_named = {"APP_PATH"}},
    {.section = "store",
     .name = "bytes",
     .kind = kind::size,
     .standard = std::uint64_t{8} << 30,
     .least = 1u << 20,
     .most = std::uint64_t{1} << 40,
     .may_be_unlimited = true,
     .live = true},
    {.section = "store",
     .name = "mode",
     .kind = kind::choice,
     .standard = std::string{"full"},
     .choices = {"full", "relaxed"}},
    {.section = "net",
     .name = "shards",
     .kind = kind::whole_number,
     .standard = std::uint64_t{2},
     .least = 1,
     .most = 64},
    {.section = "net",
     .name = "drain",
     .kind = kind::duration,
     .standard = std::chrono::milliseconds{10'000},
     .least = 0,
     .most = 60'000},
    {.section = "net",
     .name = "private",
     .kind = kind::truth,
     .standard = false},
    {.section = "net",
     .name = "hosts",
     .kind = kind::texts,
     .standard = std::vector<std::string>{},
     .check = [](std::string_view text) -> result<void> {
       return text.starts_with("h")
                ? result<void>{}
                : fail(errc::invalid_argument, "must begin with h");
     }},
    {.section = "net",
     .name = "password",
     .standard = std::string{},
     .secret = true},
  };
  made.lists = {
    {.name = "things",
     .keys = {{.name = "name",
               .standard = std::string{},
               .meaning = "what it is called",
               .required = true},
              {.name = "secret", .standard = std::string{}, .secret = true},
              {.name = "sizes",
               .kind = kind::texts,
               .standard = std::vector<std::string>{},
               .choices = {"small", "large"}}},
     .tables_max = 3}};
  return std::make_shared<const declaration>(std::move(made));
}

using variables = std::map<std::string, std::string, std::less<>>;

/// The configuration of a file `a.toml` and an environment.
[[nodiscard]] inline result<config::configuration>
configure(std::string_view text, variables in_environment = {},
          std::vector<config::flag> flags = {}) {
  config::layers from;
  from.file = config::file_text{"a.toml", std::string{text}};
  from.environment = config::environment{std::move(in_environment)};
  from.flags = std::move(flags);
  return config::configuration::combine(sample_declaration(), from);
}

/// The message of the refusal; empty when there is none.
[[nodiscard]] inline std::string refusal_of(std::string_view text) {
  const auto made = configure(text);
  return made ? std::string{} : made.error().message();
}

} // namespace libsig::testing
