#include "libsig/config/show.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/config/units.hpp"

namespace libsig::config {

namespace {

/// Columns of one line.
using row = std::array<std::string, 3>;

/// The values of a wide column do not push the next one away.
constexpr std::size_t column_max = 48;

[[nodiscard]] bool is_empty_text(const value& what) {
  const auto* const text = std::get_if<std::string>(&what);
  return text != nullptr && text->empty();
}

[[nodiscard]] std::string quoted(const key& of, std::string_view text) {
  std::string out;
  codec::append_json_string(out, of.show == nullptr ? std::string{text}
                                                    : of.show(text));
  return out;
}

[[nodiscard]] std::string quoted(std::string_view text) {
  return quoted(key{}, text);
}

/// Writes a value, for JSON or for the file; they differ in sizes.
class value_writer {
public:
  value_writer(const key& of, bool json) : of_{of}, json_{json} {}

  std::string operator()(const unlimited&) const { return quoted("unlimited"); }

  std::string operator()(bool truth) const { return truth ? "true" : "false"; }

  std::string operator()(std::uint64_t number) const {
    return json_ || of_.kind != kind::size ? std::to_string(number)
                                           : quoted(format_size(number));
  }

  std::string operator()(std::chrono::milliseconds time) const {
    return quoted(format_duration(time));
  }

  std::string operator()(const std::string& text) const {
    return quoted(of_, text);
  }

  std::string operator()(const std::vector<std::string>& texts) const {
    std::string out{"["};
    for (const auto& one : texts) {
      out.append(out.size() > 1 ? json_ ? "," : ", " : "")
        .append(quoted(of_, one));
    }
    return out + ']';
  }

private:
  const key& of_;
  bool json_;
};

[[nodiscard]] std::string write_value(const setting& what, bool json) {
  if (what.of->secret && !is_empty_text(what.now)) {
    return json ? quoted(hidden_text) : std::string{hidden_text};
  }
  return std::visit(value_writer{*what.of, json}, what.now);
}

[[nodiscard]] std::vector<row> rows_of(const configuration& what) {
  std::vector<row> rows;
  for (const auto& one : what.settings()) {
    rows.push_back({one.of->full_name(), show_value(one), one.from.text()});
  }
  for (const auto& list : what.declared().lists) {
    std::size_t index = 0;
    for (const auto& each : what.tables(list.name)) {
      const auto head = list.name + '[' + std::to_string(index++) + "].";
      for (const auto& one : each.settings) {
        rows.push_back({head + one.of->name, show_value(one), one.from.text()});
      }
    }
  }
  return rows;
}

void append_setting(std::string& out, const setting& one, bool with_origin) {
  out += '{';
  if (!one.of->section.empty()) {
    out += "\"section\":" + quoted(one.of->section) + ',';
  }
  out += "\"key\":" + quoted(one.of->name);
  out += ",\"value\":" + write_value(one, true);
  if (with_origin) {
    out += ",\"origin\":" + quoted(one.from.text());
  }
  out += '}';
}

void append_settings(std::string& out, std::span<const setting> all,
                     bool with_origin) {
  out += '[';
  for (const auto& one : all) {
    out += &one == &all.front() ? "" : ",";
    append_setting(out, one, with_origin);
  }
  out += ']';
}

} // namespace

std::string show_value(const setting& what) { return write_value(what, false); }

std::string show_text(const configuration& what, bool with_origin) {
  const auto rows = rows_of(what);
  std::array<std::size_t, 2> widths{};
  for (const auto& one : rows) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      widths[column] =
        std::max(widths[column], std::min(one[column].size(), column_max));
    }
  }
  const auto pad = [](std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text + "  ";
  };
  std::string out;
  for (const auto& one : rows) {
    out += pad(one[0], widths[0]);
    out += with_origin ? pad(one[1], widths[1]) + one[2] : one[1];
    out += '\n';
  }
  return out;
}

std::string show_json(const configuration& what, bool with_origin) {
  std::string out{"{\"file\":"};
  out += what.file().empty() ? "null" : quoted(what.file());
  out += ",\"settings\":";
  append_settings(out, what.settings(), with_origin);
  for (const auto& list : what.declared().lists) {
    out += ',' + quoted(list.name) + ":[";
    const auto tables = what.tables(list.name);
    for (const auto& each : tables) {
      out += &each == &tables.front() ? "" : ",";
      append_settings(out, each.settings, with_origin);
    }
    out += ']';
  }
  return out + "}\n";
}

} // namespace libsig::config
