#include "libsig/config/key.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "libsig/config/internal/shown.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/suggest.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::config {

namespace {

constexpr std::string_view unlimited_word = "unlimited";

/// The text, or that it is hidden.
[[nodiscard]] std::string said(const key& of, std::string_view text) {
  return of.secret || of.show != nullptr ? "another text"
                                         : internal::shown(text);
}

[[nodiscard]] tl::unexpected<error> wrong(const key& of,
                                          std::string_view text) {
  return fail(errc::invalid_argument,
              "must be " + of.expected() + ", is " + said(of, text));
}

[[nodiscard]] std::string bound_text(const key& of, std::uint64_t bound) {
  if (of.kind == kind::size) {
    return format_size(bound);
  }
  if (of.kind == kind::duration) {
    return format_duration(
      std::chrono::milliseconds{static_cast<std::int64_t>(bound)});
  }
  return std::to_string(bound);
}

[[nodiscard]] result<void> check_bounds(const key& of, std::uint64_t number) {
  if (number >= of.least && number <= of.most) {
    return {};
  }
  const auto least = bound_text(of, of.least);
  const bool open = of.most == std::numeric_limits<std::uint64_t>::max();
  return fail(errc::invalid_argument,
              (open ? "must be at least " + least
                    : "must lie in " + least + ".." + bound_text(of, of.most))
                + ", is " + bound_text(of, number));
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[nodiscard]] result<value> parse_texts(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    if (values.size() == list_values_max) {
      return fail(errc::invalid_argument, "has more than "
                                            + std::to_string(list_values_max)
                                            + " values");
    }
    values.emplace_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return value{std::move(values)};
}

[[nodiscard]] result<value> parse_number(const key& of, std::string_view text) {
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) {
    return wrong(of, text);
  }
  return value{number};
}

[[nodiscard]] result<value> parse_truth(const key& of, std::string_view text) {
  if (text == "true" || text == "false") {
    return value{text == "true"};
  }
  return wrong(of, text);
}

template <class Parse>
[[nodiscard]] result<value> parse_with(const key& of, std::string_view text,
                                       Parse parse) {
  const auto parsed = parse(text);
  if (!parsed) {
    return wrong(of, text);
  }
  return value{*parsed};
}

[[nodiscard]] result<value> parse_kind(const key& of, std::string_view text) {
  if (of.may_be_unlimited && text == unlimited_word) {
    return value{unlimited{}};
  }
  switch (of.kind) {
  case kind::text:
  case kind::choice:
    return value{std::string{text}};
  case kind::whole_number:
    return parse_number(of, text);
  case kind::size:
    return parse_with(of, text, parse_size);
  case kind::duration:
    return parse_with(of, text, parse_duration);
  case kind::truth:
    return parse_truth(of, text);
  case kind::texts:
    return parse_texts(text);
  }
  return wrong(of, text);
}

} // namespace

std::string key::full_name() const {
  return section.empty() ? name : section + '.' + name;
}

std::string key::expected() const {
  std::string text;
  switch (kind) {
  case config::kind::text:
    text = "a text";
    break;
  case config::kind::whole_number:
    text = "a whole number";
    break;
  case config::kind::size:
    text = "a size such as 64KiB or 8GiB";
    break;
  case config::kind::duration:
    text = "a duration such as 500ms, 10s or 30d";
    break;
  case config::kind::truth:
    text = "true or false";
    break;
  case config::kind::texts:
    text = choices.empty() ? "a list of texts"
                           : "a list of " + alternatives(choices);
    break;
  case config::kind::choice:
    text = alternatives(choices);
    break;
  }
  return may_be_unlimited ? text + ", or unlimited" : text;
}

std::string declaration::environment_name(const key& of) const {
  auto text = prefix + of.section + '_' + of.name;
  std::ranges::transform(text, text.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32)
                                          : letter;
  });
  return text;
}

std::size_t declaration::find(std::string_view section,
                              std::string_view name) const noexcept {
  const auto found = std::ranges::find_if(keys, [&](const key& one) {
    return one.section == section && one.name == name;
  });
  return static_cast<std::size_t>(found - keys.begin());
}

result<value> parse_value(const key& of, std::string_view text) {
  auto parsed = parse_kind(of, text);
  if (parsed) {
    if (auto fine = check_value(of, *parsed); !fine) {
      return fail(std::move(fine).error());
    }
  }
  return parsed;
}

result<void> check_text(const key& of, std::string_view text) {
  if (text.size() > text_bytes_max) {
    return fail(errc::invalid_argument,
                "has more than " + std::to_string(text_bytes_max) + " bytes");
  }
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
    return fail(errc::invalid_argument, "must be UTF-8 without NUL");
  }
  if (!of.choices.empty()
      && std::ranges::find(of.choices, text) == of.choices.end()) {
    const auto meant = closest(text, of.choices);
    auto why = wrong(of, text).value();
    return fail(meant.empty()
                  ? std::move(why)
                  : std::move(why).mend("did you mean " + meant + "?"));
  }
  return of.check == nullptr ? result<void>{} : of.check(text);
}

result<void> check_value(const key& of, const value& given) {
  if (const auto* const number = std::get_if<std::uint64_t>(&given)) {
    return check_bounds(of, *number);
  }
  if (const auto* const time = std::get_if<std::chrono::milliseconds>(&given)) {
    return check_bounds(of, static_cast<std::uint64_t>(time->count()));
  }
  if (const auto* const text = std::get_if<std::string>(&given)) {
    return check_text(of, *text);
  }
  if (const auto* const texts = std::get_if<std::vector<std::string>>(&given)) {
    for (const auto& one : *texts) {
      if (auto fine = check_text(of, one); !fine) {
        return fine;
      }
    }
  }
  return {};
}

} // namespace libsig::config
