#include "apps/sig/config.hpp"

#include <array>
#include <sstream>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "apps/sig/descriptor.hpp"
#include "libsig/config/file.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t config_bytes_max = 1u << 20;

/// Values in one list of the configuration.
constexpr std::size_t list_values_max = 10'000;

std::string place_of(const std::string& file, const toml::source_region& at) {
  return file + ":" + std::to_string(at.begin.line) + ":"
         + std::to_string(at.begin.column);
}

std::string kind_of(const toml::node& value) {
  std::ostringstream text;
  text << value.type();
  return text.str();
}

tl::unexpected<error> wrong_kind(const toml::node& value,
                                 std::string_view wanted) {
  return fail(errc::invalid_argument,
              "must be " + std::string{wanted} + ", is " + kind_of(value));
}

template <class T, class Parse>
result<void> read_text(const toml::node& value, std::optional<T>& into,
                       Parse parse) {
  const auto* const text = value.as_string();
  if (text == nullptr) {
    return wrong_kind(value, "a string");
  }
  auto parsed = parse(std::string_view{text->get()});
  if (!parsed) {
    return fail(parsed.error());
  }
  into = std::move(*parsed);
  return {};
}

template <class T, class Parse>
result<void> read_list(const toml::node& value,
                       std::optional<std::vector<T>>& into, Parse parse) {
  std::vector<T> values;
  std::optional<T> one;
  const auto* const list = value.as_array();
  if (list == nullptr) {
    if (!value.is_string()) {
      return wrong_kind(value, "a list of strings");
    }
    if (auto read = read_text(value, one, parse); !read) {
      return read;
    }
    values.push_back(std::move(*one));
  } else if (list->size() > list_values_max) {
    return fail(errc::invalid_argument,
                "has more than " + std::to_string(list_values_max) + " values");
  } else {
    for (const auto& element : *list) {
      if (auto read = read_text(element, one, parse); !read) {
        return read;
      }
      values.push_back(std::move(*one));
    }
  }
  into = std::move(values);
  return {};
}

result<void> read_number(const toml::node& value, std::optional<double>& into) {
  const auto number = value.value<double>();
  if (!value.is_number() || !number) {
    return wrong_kind(value, "a number");
  }
  if (!(*number >= 0.0 && *number <= 1.0)) {
    return fail(errc::invalid_argument, "is not in 0..1");
  }
  into = *number;
  return {};
}

result<void> read_flag(const toml::node& value, std::optional<bool>& into) {
  const auto* const flag = value.as_boolean();
  if (flag == nullptr) {
    return wrong_kind(value, "true or false");
  }
  into = flag->get();
  return {};
}

result<std::string> label_text(std::string_view text) {
  return parse_text(text, limits::label_bytes_max);
}

result<std::string> free_text(std::string_view text) {
  return parse_text(text, limits::attribute_bytes_max);
}

result<void> read_labels(const toml::node& value, review_settings& into) {
  auto read = read_list(value, into.labels, label_text);
  if (read && into.labels->size() > limits::labels_max) {
    return fail(errc::invalid_argument, "has more than "
                                          + std::to_string(limits::labels_max)
                                          + " labels");
  }
  return read;
}

result<void> read_outputs(const toml::node& value, review_settings& into) {
  auto read = read_list(value, into.outputs, parse_output);
  return read ? check_outputs(*into.outputs) : read;
}

using reader = result<void> (*)(const toml::node&, review_settings&);

/// The keys of `[review]`, and how each is read.
constexpr std::array<std::pair<std::string_view, reader>, 17> keys{{
  {"labels", read_labels},
  {"intent",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.intent, label_text);
   }},
  {"risk_factor",
   [](const toml::node& value, review_settings& into) {
     return read_number(value, into.risk_factor);
   }},
  {"author",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.author, free_text);
   }},
  {"branch",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.branch, free_text);
   }},
  {"repo",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.repo, free_text);
   }},
  {"filter_mode",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.filter_mode, parse_filter_mode);
   }},
  {"include",
   [](const toml::node& value, review_settings& into) {
     return read_list(value, into.include, free_text);
   }},
  {"exclude",
   [](const toml::node& value, review_settings& into) {
     return read_list(value, into.exclude, free_text);
   }},
  {"only",
   [](const toml::node& value, review_settings& into) {
     return read_list(value, into.only, free_text);
   }},
  {"skip",
   [](const toml::node& value, review_settings& into) {
     return read_list(value, into.skip, free_text);
   }},
  {"fail_level",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.fail_level, parse_fail_level);
   }},
  {"format", read_outputs},
  {"progress",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.progress, parse_progress_mode);
   }},
  {"quiet", [](const toml::node& value,
               review_settings& into) { return read_flag(value, into.quiet); }},
  {"timeout",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.timeout, parse_timeout);
   }},
  {"source_prefix",
   [](const toml::node& value, review_settings& into) {
     return read_text(value, into.source_prefix, free_text);
   }},
}};

error unknown_key(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [key, read] : keys) {
    names.emplace_back(key);
  }
  return error{errc::invalid_argument,
               "there is no key " + in_quotes(name) + " in [review]"}
    .mend(advice(name, names));
}

result<void> read_key(std::string_view name, const toml::node& value,
                      review_settings& into) {
  for (const auto& [key, read] : keys) {
    if (key != name) {
      continue;
    }
    auto done = read(value, into);
    if (!done) {
      return fail(error{errc::invalid_argument,
                        std::string{key} + ": " + done.error().detail()}
                    .mend(done.error().remedy()));
    }
    return done;
  }
  return fail(unknown_key(name));
}

/// Refuses what stands outside of tables, and tables that are mistyped.
result<void> check_root(const toml::table& root, const std::string& file) {
  const std::vector<std::string> names{"review"};
  for (const auto& [key, value] : root) {
    const auto name = std::string{key.str()};
    if (name == "review" && value.is_table()) {
      continue;
    }
    const bool mistyped = !closest(name, names).empty();
    if (mistyped || !(value.is_table() || value.is_array_of_tables())) {
      return fail(error{errc::invalid_argument,
                        in_quotes(name) + " is no table of this file"}
                    .at(place_of(file, key.source()))
                    .mend("the keys of sig review stand in [review]"));
    }
  }
  return {};
}

result<review_settings> read_table(const toml::table& root,
                                   const std::string& file) {
  if (auto fine = check_root(root, file); !fine) {
    return fail(fine.error());
  }
  review_settings settings;
  const auto* const table = root["review"].as_table();
  if (table == nullptr) {
    return settings;
  }
  for (const auto& [key, value] : *table) {
    if (auto read = read_key(key.str(), value, settings); !read) {
      return fail(std::move(read).error().at(place_of(file, key.source())));
    }
  }
  return settings;
}

} // namespace

result<review_settings> parse_config(std::string_view text,
                                     const std::string& file) {
  if (auto fine = config::guard_toml(text, file); !fine) {
    return fail(std::move(fine).error());
  }
  try {
    return read_table(toml::parse(text), file);
  } catch (const toml::parse_error& problem) {
    return fail(
      error{errc::invalid_argument, std::string{problem.description()}}.at(
        place_of(file, problem.source())));
  }
}

result<review_settings> read_config(const std::string& file) {
  const auto text = read_file(file, config_bytes_max);
  return text ? parse_config(*text, file)
              : result<review_settings>{fail(text.error())};
}

} // namespace libsig::sig
