#include "libsig/config/internal/toml_reader.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include "libsig/config/internal/shown.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::config::internal {

namespace {

[[nodiscard]] std::string name_of(const toml::node& what) {
  std::ostringstream text;
  text << what.type();
  return text.str();
}

[[nodiscard]] error wrong_kind(const key& of, const toml::node& given) {
  return error(errc::invalid_argument, "must be " + of.expected()
                                         + ", is of the kind "
                                         + name_of(given));
}

/// Reads one file.
class reader {
public:
  reader(const std::string& file, const declaration& what)
    : file_{file}, what_{what} {}

  [[nodiscard]] result<file_contents> read(const toml::table& root) const {
    file_contents made;
    made.tables.resize(what_.lists.size());
    for (const auto& [name, node] : root) {
      auto done = read_section(name, node, made);
      if (!done) {
        return fail(std::move(done).error());
      }
    }
    return made;
  }

  [[nodiscard]] std::string place_of(const toml::source_region& at) const {
    return file_ + ':' + std::to_string(at.begin.line) + ':'
           + std::to_string(at.begin.column);
  }

private:
  [[nodiscard]] result<void> read_section(const toml::key& name,
                                          const toml::node& node,
                                          file_contents& into) const {
    const auto list =
      std::ranges::find(what_.lists, name.str(), &table_list::name);
    if (list != what_.lists.end()) {
      const auto index = static_cast<std::size_t>(list - what_.lists.begin());
      return read_list(name, node, *list, into.tables[index]);
    }
    const bool known = std::ranges::find(what_.keys, name.str(), &key::section)
                       != what_.keys.end();
    if (!known) {
      return fail(unknown_section(name, node));
    }
    const auto* const section = node.as_table();
    if (section == nullptr) {
      return fail(error(errc::invalid_argument,
                        std::string{name.str()} + " must be one table")
                    .at(place_of(name.source()))
                    .mend("write [" + std::string{name.str()} + "]"));
    }
    for (const auto& [inner, value] : *section) {
      const auto index = what_.find(name.str(), inner.str());
      if (index == what_.keys.size()) {
        return fail(unknown_key(name.str(), inner));
      }
      auto made = read_setting(what_.keys[index], inner, value);
      if (!made) {
        return fail(std::move(made).error());
      }
      into.settings.push_back(std::move(*made));
    }
    return {};
  }

  [[nodiscard]] result<void> read_list(const toml::key& name,
                                       const toml::node& node,
                                       const table_list& list,
                                       std::vector<table>& into) const {
    const auto* const tables = node.as_array();
    if (tables == nullptr
        || !std::ranges::all_of(
          *tables, [](const toml::node& one) { return one.is_table(); })) {
      return fail(
        error(errc::invalid_argument, list.name + " must be a list of tables")
          .at(place_of(name.source()))
          .mend("write [[" + list.name + "]] above each"));
    }
    if (tables->size() > list.tables_max) {
      return fail(error(errc::invalid_argument,
                        "there are more than " + std::to_string(list.tables_max)
                          + " [[" + list.name + "]]")
                    .at(place_of(name.source())));
    }
    into.reserve(tables->size());
    for (const auto& one : *tables) {
      auto made = read_table(*one.as_table(), list);
      if (!made) {
        return fail(std::move(made).error());
      }
      into.push_back(std::move(*made));
    }
    return {};
  }

  [[nodiscard]] result<table> read_table(const toml::table& from,
                                         const table_list& list) const {
    table made;
    made.place = place_of(from.source());
    for (const auto& [name, value] : from) {
      const auto known = std::ranges::find(list.keys, name.str(), &key::name);
      if (known == list.keys.end()) {
        return fail(unknown(list.keys, "[[" + list.name + "]]", name));
      }
      auto read = read_setting(*known, name, value);
      if (!read) {
        return fail(std::move(read).error());
      }
      made.settings.push_back(std::move(*read));
    }
    return complete(std::move(made), list);
  }

  /// Adds the defaults, in the order of the declaration.
  [[nodiscard]] static result<table> complete(table given,
                                              const table_list& list) {
    std::vector<setting> all;
    for (const auto& one : list.keys) {
      const auto stated = std::ranges::find(given.settings, &one, &setting::of);
      if (stated != given.settings.end()) {
        all.push_back(std::move(*stated));
      } else if (one.required) {
        return fail(error(errc::invalid_argument,
                          "[[" + list.name + "]] has no " + one.name)
                      .at(given.place)
                      .mend(one.name + " is " + one.meaning));
      } else {
        all.push_back({&one, one.standard, {}});
      }
    }
    given.settings = std::move(all);
    return given;
  }

  [[nodiscard]] result<setting> read_setting(const key& of,
                                             const toml::key& name,
                                             const toml::node& node) const {
    auto read = read_value(of, node);
    if (!read) {
      const auto& why = read.error();
      return fail(
        error(why.code(), of.full_name() + ' ' + why.detail())
          .at(why.place().empty() ? place_of(name.source()) : why.place())
          .mend(why.remedy()));
    }
    return setting{
      &of, std::move(*read), {layer::file, place_of(name.source())}};
  }

  [[nodiscard]] result<value> read_value(const key& of,
                                         const toml::node& node) const {
    if (of.kind == kind::texts) {
      return read_texts(of, node);
    }
    if (const auto* const text = node.as_string()) {
      if (of.kind == kind::whole_number || of.kind == kind::truth) {
        if (!(of.may_be_unlimited && text->get() == "unlimited")) {
          return fail(wrong_kind(of, node));
        }
      }
      return parse_value(of, text->get());
    }
    if (const auto* const truth = node.as_boolean();
        truth != nullptr && of.kind == kind::truth) {
      return value{truth->get()};
    }
    const auto* const number = node.as_integer();
    if (number == nullptr
        || (of.kind != kind::whole_number && of.kind != kind::size)) {
      return fail(wrong_kind(of, node));
    }
    if (number->get() < 0) {
      return fail(error(errc::invalid_argument, "must not be negative"));
    }
    value made{static_cast<std::uint64_t>(number->get())};
    if (auto fine = check_value(of, made); !fine) {
      return fail(std::move(fine).error());
    }
    return made;
  }

  [[nodiscard]] result<value> read_texts(const key& of,
                                         const toml::node& node) const {
    const auto* const list = node.as_array();
    if (list == nullptr && !node.is_string()) {
      return fail(wrong_kind(of, node));
    }
    if (list != nullptr && list->size() > list_values_max) {
      return fail(errc::invalid_argument, "has more than "
                                            + std::to_string(list_values_max)
                                            + " values");
    }
    std::vector<std::string> texts;
    const auto add = [&](const toml::node& one) -> result<void> {
      if (!one.is_string()) {
        return fail(wrong_kind(of, one).at(place_of(one.source())));
      }
      texts.push_back(one.as_string()->get());
      auto fine = check_text(of, texts.back());
      return fine ? std::move(fine)
                  : fail(std::move(fine).error().at(place_of(one.source())));
    };
    if (list == nullptr) {
      auto done = add(node);
      return done ? result<value>{std::move(texts)}
                  : fail(std::move(done).error());
    }
    for (const auto& one : *list) {
      if (auto done = add(one); !done) {
        return fail(std::move(done).error());
      }
    }
    return value{std::move(texts)};
  }

  // -- what is not declared
  // -----------------------------------------------------

  [[nodiscard]] error unknown_section(const toml::key& name,
                                      const toml::node& node) const {
    std::vector<std::string> names;
    for (const auto& one : what_.keys) {
      if (names.empty() || names.back() != one.section) {
        names.push_back(one.section);
      }
    }
    const auto elsewhere =
      std::ranges::find(what_.keys, name.str(), &key::name);
    for (const auto& one : what_.lists) {
      names.push_back(one.name);
    }
    const auto shown_name = shown(name.str());
    if (!node.is_table() && !node.is_array_of_tables()) {
      return error(errc::invalid_argument,
                   "the key " + shown_name + " stands in no section")
        .at(place_of(name.source()))
        .mend(elsewhere == what_.keys.end()
                ? "put it under one of [" + alternatives(names) + "]"
                : "put it under [" + elsewhere->section + "]");
    }
    return error(errc::invalid_argument, "there is no section " + shown_name)
      .at(place_of(name.source()))
      .mend(advice(name.str(), names));
  }

  [[nodiscard]] error unknown_key(std::string_view section,
                                  const toml::key& name) const {
    std::vector<key> near;
    std::ranges::copy_if(
      what_.keys, std::back_inserter(near),
      [&](const key& one) { return one.section == section; });
    auto why = unknown(near, '[' + std::string{section} + ']', name);
    const auto elsewhere =
      std::ranges::find(what_.keys, name.str(), &key::name);
    return elsewhere == what_.keys.end()
             ? why
             : std::move(why).mend("it stands in [" + elsewhere->section + "]");
  }

  [[nodiscard]] error unknown(const std::vector<key>& near,
                              const std::string& where,
                              const toml::key& name) const {
    std::vector<std::string> names;
    for (const auto& one : near) {
      names.push_back(one.name);
    }
    return error(errc::invalid_argument,
                 "there is no key " + shown(name.str()) + " in " + where)
      .at(place_of(name.source()))
      .mend(advice(name.str(), names));
  }

  const std::string& file_;
  const declaration& what_;
};

/// What the library says, without its opening words and on one line.
[[nodiscard]] std::string in_one_line(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    out += byte < 0x20 || byte == 0x7f ? ' ' : letter;
  }
  return out;
}

} // namespace

result<file_contents> read_toml(const file_text& from,
                                const declaration& what) {
  if (auto fine = guard_toml(from.text, from.name); !fine) {
    return fail(std::move(fine).error());
  }
  const reader into{from.name, what};
  try {
    return into.read(toml::parse(std::string_view{from.text}));
  } catch (const toml::parse_error& problem) {
    return fail(
      error(errc::invalid_argument, in_one_line(problem.description()))
        .at(into.place_of(problem.source())));
  }
}

} // namespace libsig::config::internal
