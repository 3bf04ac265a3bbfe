#include "apps/sig/csv.hpp"

#include <optional>

#include "apps/sig/json_view.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

namespace {

/// The members of an event that a row is made of.
struct row {
  std::string type;
  std::string arguments;
  std::optional<wall_time> time;
};

row read_row(std::string_view event) {
  row made;
  std::optional<wall_time> recorded;
  for (const auto& [name, value] : members_of(event)) {
    if (name == "type") {
      made.type = string_of(value).value_or("");
    } else if (name == "data") {
      made.arguments = one_line(value);
    } else if (name == "data_base64") {
      made.arguments = "{\"data_base64\":" + one_line(value) + '}';
    } else if (name == "time") {
      made.time = parse_rfc3339(string_of(value).value_or(""));
    } else if (name == "recordedtime") {
      recorded = parse_rfc3339(string_of(value).value_or(""));
    }
  }
  if (!made.time) {
    made.time = recorded;
  }
  return made;
}

} // namespace

bool belongs_into_csv(std::string_view event) {
  return !member_of(event, "toidentity").has_value();
}

void append_csv_field(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char one : text) {
    out += one;
    if (one == '"') {
      out += '"';
    }
  }
  out += '"';
}

void append_csv_row(std::string& out, std::string_view event) {
  const auto made = read_row(event);
  append_csv_field(out, made.type);
  out += ',';
  append_csv_field(out, made.arguments);
  out += ',';
  if (made.time) {
    out += std::to_string(made.time->time_since_epoch().count());
  }
  out += ',';
  if (made.time) {
    out += to_rfc3339(*made.time);
  }
  out += '\n';
}

} // namespace libsig::sig
