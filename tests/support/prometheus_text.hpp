#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::testing {

/// One sample as a reader of the text format sees it.
struct metric_sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

/// One family with its samples.
struct metric_family {
  std::string type;
  std::string help;
  std::vector<metric_sample> samples;
};

/// Reads the Prometheus text format 0.0.4 and throws at what it forbids, and at
/// what `promtool check metrics` complains of: a family without HELP or TYPE,
/// in two pieces or twice; a counter not named `_total`, or anything else named
/// so; a repeated sample; a histogram whose buckets shrink or do not end in
/// `+Inf` with the count.
class prometheus_text {
public:
  explicit prometheus_text(std::string_view text) {
    if (text.empty() || text.back() != '\n') {
      throw std::runtime_error{"the last line does not end"};
    }
    while (!text.empty()) {
      const auto end = text.find('\n');
      read_line(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    for (const auto& [name, family] : families_) {
      check_family(name, family);
    }
  }

  [[nodiscard]] const std::map<std::string, metric_family>&
  families() const noexcept {
    return families_;
  }

  /// The value of the one sample with these labels; throws when there is none.
  [[nodiscard]] double
  value(const std::string& name,
        const std::map<std::string, std::string>& labels = {}) const {
    for (const auto& [unused, family] : families_) {
      for (const auto& one : family.samples) {
        if (one.name == name && one.labels == labels) {
          return one.value;
        }
      }
    }
    throw std::runtime_error{"no sample " + name};
  }

private:
  [[noreturn]] static void refuse(const std::string& why,
                                  std::string_view line) {
    throw std::runtime_error{why + ": " + std::string{line}};
  }

  static bool is_name(std::string_view name) {
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9')
           && std::all_of(name.begin(), name.end(), fits);
  }

  void read_line(std::string_view line) {
    const auto whole = line;
    const auto word = [&line] {
      const auto end = std::min(line.find(' '), line.size());
      const auto found = line.substr(0, end);
      line.remove_prefix(std::min(end + 1, line.size()));
      return std::string{found};
    };
    if (line.starts_with("# ")) {
      line.remove_prefix(2);
      const auto what = word();
      const auto name = word();
      read_comment(what, name, line, whole);
      return;
    }
    read_sample(line);
  }

  void read_comment(const std::string& what, const std::string& name,
                    std::string_view rest, std::string_view line) {
    if (!is_name(name) || rest.empty()) {
      refuse("not HELP or TYPE of a name", line);
    }
    if (what == "HELP" && !families_.contains(name)) {
      families_[name].help = rest;
      current_ = name;
    } else if (what == "TYPE" && current_ == name
               && families_[name].type.empty()) {
      families_[name].type = rest;
    } else {
      refuse("out of order", line);
    }
  }

  void read_sample(std::string_view line) {
    metric_sample made;
    const auto end = line.find_first_of("{ ");
    if (end == std::string_view::npos) {
      refuse("no value", line);
    }
    made.name = line.substr(0, end);
    auto rest = line.substr(end);
    if (rest[0] == '{') {
      rest.remove_prefix(1);
      while (rest[0] != '}') {
        read_label(rest, made, line);
      }
      rest.remove_prefix(1);
    }
    if (rest.size() < 2 || rest[0] != ' ') {
      refuse("no value", line);
    }
    made.value = read_value(rest.substr(1), line);
    keep(std::move(made), line);
  }

  static void read_label(std::string_view& rest, metric_sample& into,
                         std::string_view line) {
    const auto equals = rest.find("=\"");
    if (equals == std::string_view::npos || !is_name(rest.substr(0, equals))) {
      refuse("no label", line);
    }
    const std::string name{rest.substr(0, equals)};
    rest.remove_prefix(equals + 2);
    std::string value;
    while (!rest.empty() && rest[0] != '"') {
      if (rest[0] == '\\') {
        rest.remove_prefix(1);
        if (rest.empty() || std::string_view{"\\\"n"}.find(rest[0]) > 2) {
          refuse("no escape", line);
        }
        value += rest[0] == 'n' ? '\n' : rest[0];
      } else {
        value += rest[0];
      }
      rest.remove_prefix(1);
    }
    if (rest.size() < 2 || !into.labels.emplace(name, value).second) {
      refuse("a label without end or twice", line);
    }
    rest.remove_prefix(1);
    if (rest[0] == ',') {
      rest.remove_prefix(1);
    }
    if (rest.empty()) {
      refuse("labels without end", line);
    }
  }

  static double read_value(std::string_view text, std::string_view line) {
    if (text == "+Inf") {
      return std::numeric_limits<double>::infinity();
    }
    double value = 0;
    const auto done =
      std::from_chars(text.data(), text.data() + text.size(), value);
    if (done.ec != std::errc{} || done.ptr != text.data() + text.size()) {
      refuse("no number", line);
    }
    return value;
  }

  void keep(metric_sample made, std::string_view line) {
    auto& family = families_[current_];
    std::string base = made.name;
    if (family.type == "histogram") {
      for (const std::string_view end : {"_bucket", "_sum", "_count"}) {
        if (base == current_ + std::string{end}) {
          base = current_;
        }
      }
    }
    if (base != current_ || family.type.empty()) {
      refuse("a sample outside of its family", line);
    }
    if (!seen_.emplace(made.name, made.labels).second) {
      refuse("a sample twice", line);
    }
    family.samples.push_back(std::move(made));
  }

  static void check_family(const std::string& name,
                           const metric_family& family) {
    const bool counts = family.type == "counter";
    if (!counts && family.type != "gauge" && family.type != "histogram") {
      refuse("no type", name);
    }
    if (counts != name.ends_with("_total") || family.samples.empty()) {
      refuse("the name of a counter, or an empty family", name);
    }
    if (family.type == "histogram") {
      check_histogram(name, family);
    }
  }

  static void check_histogram(const std::string& name,
                              const metric_family& family) {
    double bound = -1;
    double below = 0;
    for (const auto& one : family.samples) {
      if (one.name == name + "_bucket") {
        const auto stated = read_value(one.labels.at("le"), name);
        if (stated <= bound || one.value < below) {
          refuse("buckets out of order", name);
        }
        bound = stated;
        below = one.value;
      } else if (one.name == name + "_sum") {
        if (!std::isinf(bound)) {
          refuse("no last bucket", name);
        }
        bound = -1;
      } else if (one.value != std::exchange(below, 0)) {
        refuse("the count is not that of the last bucket", name);
      }
    }
  }

  std::map<std::string, metric_family> families_;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
  std::string current_;
};

} // namespace libsig::testing
