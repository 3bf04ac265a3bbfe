#include "libsig/review/internal/diff_names.hpp"

#include <algorithm>
#include <utility>

#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

namespace {

constexpr std::size_t none = std::string_view::npos;

bool is_octal(char byte) noexcept { return byte >= '0' && byte <= '7'; }

/// The byte that a letter after a backslash stands for, or 0.
char plain_escape(char letter) noexcept {
  constexpr std::string_view letters = "abfnrtv\\\"";
  constexpr std::string_view bytes = "\a\b\f\n\r\t\v\\\"";
  const auto at = letters.find(letter);
  return at == none ? '\0' : bytes[at];
}

/// Appends the byte of the escape that starts behind a backslash; returns how
/// many characters it has, 0 if it is none.
std::size_t append_escape(std::string_view text, std::string& name) {
  if (text.empty())
    return 0;
  if (const char byte = plain_escape(text[0]); byte != '\0') {
    name.push_back(byte);
    return 1;
  }
  if (text.size() < 3 || text[0] < '0' || text[0] > '3' || !is_octal(text[1])
      || !is_octal(text[2]))
    return 0;
  const int value =
    (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
  name.push_back(static_cast<char>(static_cast<unsigned char>(value)));
  return 3;
}

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.find('\0') == none;
}

int two_digits(std::string_view text) noexcept {
  const bool digits = text.size() >= 2 && text[0] >= '0' && text[0] <= '9'
                      && text[1] >= '0' && text[1] <= '9';
  return digits ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

/// Whether a time stamp such as `1970-01-01 01:00:00.000000000 +0100` is the
/// start of the epoch in its zone.
bool is_epoch(std::string_view stamp) noexcept {
  const int midnight = stamp.starts_with("1969-12-31 ")   ? 24 * 60
                       : stamp.starts_with("1970-01-01 ") ? 0
                                                          : -1;
  if (midnight < 0)
    return false;
  stamp.remove_prefix(11);
  if (stamp.size() < 8 || stamp[2] != ':' || stamp.substr(5, 3) != ":00")
    return false;
  const int clock = two_digits(stamp) * 60 + two_digits(stamp.substr(3));
  stamp.remove_prefix(8);
  if (consume(stamp, "."))
    stamp.remove_prefix(std::min(stamp.find_first_not_of('0'), stamp.size()));
  if (stamp.size() < 6 || stamp[0] != ' '
      || (stamp[1] != '+' && stamp[1] != '-'))
    return false;
  const int hours = two_digits(stamp.substr(2));
  const int minutes = two_digits(stamp.substr(stamp[4] == ':' ? 5 : 4));
  if (clock < 0 || hours < 0 || minutes < 0)
    return false;
  const int zone = (hours * 60 + minutes) * (stamp[1] == '-' ? -1 : 1);
  return clock - zone == midnight;
}

name_pair make_pair_of(std::string_view before, std::string_view after) {
  if (before == after)
    return {std::string(before), std::string(after), false};
  return {without_prefix(before), without_prefix(after), true};
}

/// Splits where the first side, the second or both are quoted.
std::optional<name_pair> split_quoted(std::string_view text,
                                      std::string_view separator) {
  std::string before;
  if (text.front() == '"') {
    auto quoted = unquote(text);
    if (!quoted || !is_name(quoted->name))
      return std::nullopt;
    before = std::move(quoted->name);
    text.remove_prefix(quoted->length);
  } else {
    // Bare names hold no quote, so the first one opens the second name.
    const auto quote = text.find('"');
    if (quote < separator.size())
      return std::nullopt;
    before = text.substr(0, quote - separator.size());
    text.remove_prefix(before.size());
  }
  if (before.empty() || !consume(text, separator))
    return std::nullopt;
  const auto after = whole_name(text);
  if (!after)
    return std::nullopt;
  return make_pair_of(before, *after);
}

/// Where bare names split into two of which all but the first component is
/// the same. The first name grows from one candidate to the next while the
/// second shrinks, so their lengths agree once at most and one comparison is
/// all it takes.
std::size_t same_file_split(std::string_view text, std::string_view separator) {
  const auto old_slash = text.find('/');
  if (old_slash == none)
    return none;
  auto new_slash = old_slash;
  auto at = text.find(separator, old_slash);
  for (; at != none; at = text.find(separator, at + 1)) {
    const auto after = at + separator.size();
    if (new_slash < after)
      new_slash = text.find('/', after);
    if (new_slash == none)
      return none;
    const auto old_length = at - old_slash - 1;
    const auto new_length = text.size() - new_slash - 1;
    if (old_length > new_length)
      return none;
    if (old_length == new_length) {
      const bool same =
        old_length > 0
        && text.substr(old_slash + 1, old_length) == text.substr(new_slash + 1);
      return same ? at : none;
    }
  }
  return none;
}

std::optional<name_pair> split_bare(std::string_view text,
                                    std::string_view separator) {
  const auto pair_at = [&](std::size_t at) {
    return make_pair_of(text.substr(0, at), text.substr(at + separator.size()));
  };
  if (text.size() > separator.size() + 1
      && (text.size() - separator.size()) % 2 == 0) {
    const auto middle = (text.size() - separator.size()) / 2;
    if (text.substr(middle, separator.size()) == separator
        && text.substr(0, middle) == text.substr(middle + separator.size()))
      return pair_at(middle);
  }
  if (const auto at = same_file_split(text, separator); at != none)
    return pair_at(at);
  // Different names can be told apart when there is one place to do it.
  const auto at = text.find(separator);
  if (at == none || at == 0 || at + separator.size() == text.size()
      || text.find(separator, at + 1) != none)
    return std::nullopt;
  return pair_at(at);
}

} // namespace

std::optional<quoted_name> unquote(std::string_view text) {
  if (!text.starts_with('"'))
    return std::nullopt;
  quoted_name result;
  std::size_t at = 1;
  while (at < text.size()) {
    const auto stop = text.find_first_of("\"\\", at);
    if (stop == none)
      return std::nullopt;
    result.name.append(text.substr(at, stop - at));
    if (text[stop] == '"') {
      result.length = stop + 1;
      return result;
    }
    const auto length = append_escape(text.substr(stop + 1), result.name);
    if (length == 0)
      return std::nullopt;
    at = stop + 1 + length;
  }
  return std::nullopt;
}

std::optional<std::string> whole_name(std::string_view text) {
  std::string name(text);
  if (text.starts_with('"')) {
    auto quoted = unquote(text);
    if (!quoted || quoted->length != text.size())
      return std::nullopt;
    name = std::move(quoted->name);
  }
  if (!is_name(name))
    return std::nullopt;
  return name;
}

std::optional<side_line> side_name(std::string_view text) {
  side_line side;
  std::string_view stamp;
  // Quotes are read first: what stands in them may look like anything.
  if (text.starts_with('"')) {
    auto quoted = unquote(text);
    if (!quoted)
      return std::nullopt;
    side.name = std::move(quoted->name);
    stamp = text.substr(quoted->length);
    if (!stamp.empty() && !consume(stamp, "\t"))
      return std::nullopt;
  } else {
    const auto tab = text.find('\t');
    side.name = text.substr(0, tab);
    stamp = tab == none ? std::string_view() : text.substr(tab + 1);
    side.absent = side.name == "/dev/null";
  }
  side.epoch = is_epoch(stamp);
  if (!is_name(side.name))
    return std::nullopt;
  if (side.absent)
    side.name.clear();
  return side;
}

std::optional<name_pair> two_names(std::string_view text,
                                   std::string_view separator) {
  if (!is_name(text))
    return std::nullopt;
  if (text.front() == '"' || text.back() == '"')
    return split_quoted(text, separator);
  return split_bare(text, separator);
}

std::string without_prefix(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == none || slash + 1 == name.size())
    return std::string(name);
  return std::string(name.substr(slash + 1));
}

} // namespace libsig::review::internal
