#include "apps/sigd/store_command.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/journal/store_check.hpp"

namespace libsig::sigd {

namespace {

/// Numbers with names, as lines in columns or as members of JSON.
class number_list {
public:
  explicit number_list(bool json) : json_{json} {}

  void add(std::string_view name, std::uint64_t number,
           std::string_view more = {}) {
    constexpr std::size_t column = 14;
    if (json_) {
      text_.append(text_.empty() ? "" : ",").append("\"").append(name);
      text_.append("\":").append(std::to_string(number));
      return;
    }
    text_.append(name).append(column - name.size(), ' ');
    text_.append(std::to_string(number)).append(more).append("\n");
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
  bool json_;
  std::string text_;
};

/// One line without what could steer a terminal.
[[nodiscard]] std::string quoted(std::string_view text) {
  std::string out;
  codec::append_json_string(out, text);
  return out;
}

[[nodiscard]] std::string in_text(const journal::verification& found,
                                  std::string text) {
  for (const auto& line : found.problems) {
    const auto shown = quoted(line);
    text.append("problem: ").append(shown, 1, shown.size() - 2).append("\n");
  }
  if (found.problems_beyond > 0) {
    text += "and " + std::to_string(found.problems_beyond) + " more problems\n";
  }
  return text
         + (found.sound() ? "the log is sound\n"
                          : "the log is damaged; sigd --salvage makes a "
                            "new one of what can be read\n");
}

[[nodiscard]] std::string in_json(const journal::verification& found,
                                  std::string_view numbers) {
  std::string out{"{\"sound\":"};
  out += found.sound() ? "true," : "false,";
  out += numbers;
  out += ",\"first_sequence\":" + quoted(std::to_string(found.first_sequence));
  out += ",\"last_sequence\":" + quoted(std::to_string(found.last_sequence));
  out += ",\"problems\":[";
  for (const auto& line : found.problems) {
    out.append(&line == &found.problems.front() ? "" : ",")
      .append(quoted(line));
  }
  out += "],\"problems_beyond\":" + std::to_string(found.problems_beyond);
  return out + "}\n";
}

} // namespace

result<store_report> verify_report(const std::string& path, bool json) {
  const auto found = journal::verify_store(path);
  if (!found) {
    return fail(found.error());
  }
  number_list numbers{json};
  numbers.add("signals", found->signals,
              found->signals == 0
                ? std::string{}
                : " (" + std::to_string(found->first_sequence) + ".."
                    + std::to_string(found->last_sequence) + ")");
  numbers.add("keys", found->keys);
  numbers.add("claims", found->claims);
  numbers.add("rows", found->rows);
  numbers.add("quarantined", found->quarantined);
  return store_report{json ? in_json(*found, numbers.text())
                           : in_text(*found, numbers.text()),
                      found->sound()};
}

result<store_report> salvage_report(const std::string& path, bool json) {
  const auto saved = journal::salvage_store(path);
  if (!saved) {
    return fail(saved.error());
  }
  number_list numbers{json};
  numbers.add("signals", saved->signals);
  numbers.add("keys", saved->keys);
  numbers.add("claims", saved->claims);
  numbers.add("rows", saved->rows);
  numbers.add("lost", saved->lost);
  if (json) {
    return store_report{"{" + numbers.text()
                          + ",\"damaged\":" + quoted(saved->damaged) + "}\n",
                        true};
  }
  return store_report{
    numbers.text() + "the damaged log lies at " + saved->damaged + "\n", true};
}

} // namespace libsig::sigd
