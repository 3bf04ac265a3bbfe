#include "libsig/config/configuration.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "libsig/config/internal/toml_reader.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::config {

namespace {

/// Who asks for what is not declared has a fault that no input causes.
[[noreturn]] void undeclared() { std::abort(); }

/// What a list of a flag's values is as one value.
[[nodiscard]] result<value> value_of(const key& of,
                                     const std::vector<std::string>& texts) {
  if (of.kind != kind::texts) {
    return parse_value(of, texts.back());
  }
  value made{texts};
  if (auto fine = check_value(of, made); !fine) {
    return fail(std::move(fine).error());
  }
  return made;
}

/// The text of a variable; that of an amount without the blanks around it.
[[nodiscard]] std::string_view amount_of(const key& of, std::string_view text) {
  const bool is_amount = of.kind == kind::whole_number || of.kind == kind::size
                         || of.kind == kind::duration;
  const auto first = text.find_first_not_of(" \t");
  if (!is_amount || first == std::string_view::npos) {
    return text;
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[nodiscard]] bool same(const std::vector<table>& left,
                        const std::vector<table>& right) {
  const auto same_table = [](const table& one, const table& other) {
    return std::ranges::equal(one.settings, other.settings, {}, &setting::now,
                              &setting::now);
  };
  return std::ranges::equal(left, right, same_table);
}

} // namespace

std::string origin::text() const {
  return from == layer::standard ? "default" : place;
}

const setting& table::at(std::string_view name) const {
  const auto found = std::ranges::find_if(
    settings, [name](const setting& one) { return one.of->name == name; });
  if (found == settings.end()) {
    undeclared();
  }
  return *found;
}

result<configuration>
configuration::combine(std::shared_ptr<const declaration> what,
                       const layers& from) {
  configuration made;
  made.declared_ = std::move(what);
  made.tables_.resize(made.declared_->lists.size());
  for (const auto& one : made.declared_->keys) {
    made.settings_.push_back({&one, one.standard, {}});
  }
  if (from.file) {
    if (auto done = made.take_file(*from.file); !done) {
      return fail(std::move(done).error());
    }
  }
  made.take_environment(from.environment);
  for (const auto& one : from.flags) {
    if (auto done = made.take_flag(one); !done) {
      return fail(std::move(done).error());
    }
  }
  return made;
}

result<void> configuration::take_file(const file_text& from) {
  auto read = internal::read_toml(from, *declared_);
  if (!read) {
    return fail(std::move(read).error());
  }
  file_ = from.name;
  tables_ = std::move(read->tables);
  for (auto& one : read->settings) {
    const auto index = one.of - declared_->keys.data();
    settings_[static_cast<std::size_t>(index)] = std::move(one);
  }
  return {};
}

void configuration::take_environment(const environment& from) {
  for (auto& one : settings_) {
    // The key's own name beats the others.
    auto names = one.of->also_named;
    names.push_back(declared_->environment_name(*one.of));
    for (const auto& name : names) {
      if (const auto text = from.find(name)) {
        take_variable(name, *text, one);
      }
    }
  }
  warn_of_unknown(from);
}

void configuration::take_variable(const std::string& name,
                                  const std::string& text, setting& into) {
  auto read = parse_value(*into.of, amount_of(*into.of, text));
  if (read) {
    into.now = std::move(*read);
    into.from = {layer::environment, name};
    return;
  }
  warnings_.push_back(error(errc::invalid_argument, read.error().detail())
                        .at(name)
                        .mend(into.of->full_name() + " is " + into.from.text()
                              + " instead; set it right or remove it"));
}

void configuration::warn_of_unknown(const environment& from) {
  std::vector<std::string> names = declared_->foreign_names;
  for (const auto& one : declared_->keys) {
    names.push_back(declared_->environment_name(one));
    names.insert(names.end(), one.also_named.begin(), one.also_named.end());
  }
  std::ranges::sort(names);
  const auto& all = from.all();
  for (auto each = all.lower_bound(declared_->prefix);
       each != all.end() && each->first.starts_with(declared_->prefix);
       ++each) {
    if (std::ranges::binary_search(names, each->first)) {
      continue;
    }
    const auto meant = closest(each->first, names);
    warnings_.push_back(error(errc::invalid_argument, "names no key")
                          .at(each->first)
                          .mend(meant.empty() ? "it was passed over"
                                              : "did you mean " + meant + "?"));
  }
}

result<void> configuration::take_flag(const flag& given) {
  const auto index = declared_->find(given.section, given.name);
  if (index == settings_.size()) {
    undeclared();
  }
  if (given.values.empty()) {
    return {};
  }
  auto& into = settings_[index];
  auto read = value_of(*into.of, given.values);
  if (!read) {
    return fail(error(errc::invalid_argument, read.error().detail())
                  .at(given.written)
                  .mend(read.error().remedy()));
  }
  into.now = std::move(*read);
  into.from = {layer::flag, given.written};
  return {};
}

const setting& configuration::at(std::string_view section,
                                 std::string_view name) const {
  const auto index = declared_->find(section, name);
  if (index == settings_.size()) {
    undeclared();
  }
  return settings_[index];
}

std::span<const table> configuration::tables(std::string_view list) const {
  const auto found =
    std::ranges::find(declared_->lists, list, &table_list::name);
  if (found == declared_->lists.end()) {
    undeclared();
  }
  return tables_[static_cast<std::size_t>(found - declared_->lists.begin())];
}

std::vector<std::string> fixed_differences(const configuration& before,
                                           const configuration& after) {
  std::vector<std::string> names;
  for (const auto& was : before.settings()) {
    const auto& is = after.at(was.of->section, was.of->name);
    if (!was.of->live && was.now != is.now) {
      names.push_back(was.of->full_name());
    }
  }
  for (const auto& list : before.declared().lists) {
    const auto was = before.tables(list.name);
    const auto is = after.tables(list.name);
    if (!list.live && !same({was.begin(), was.end()}, {is.begin(), is.end()})) {
      names.push_back("[[" + list.name + "]]");
    }
  }
  return names;
}

} // namespace libsig::config
