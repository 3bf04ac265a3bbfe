#include "libsig/review/learning.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/codec/json_writer.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/review/internal/read_parts.hpp"

#include <nlohmann/json.hpp>

namespace libsig::review {

namespace {

using internal::need;
using internal::object_reader;

constexpr std::string_view history_prefix = "history/";
constexpr std::string_view scar_prefix = "scar/";
constexpr std::string_view pattern_prefix = "pattern/";

/// Bytes of an example's file, of a file's ending and of a pattern's name.
constexpr std::size_t example_file_bytes_max = 200;
constexpr std::size_t ending_bytes_max = 16;
constexpr std::size_t pattern_bytes_max =
  limits::name_bytes_max + 1 + ending_bytes_max;

/// What an example has at most: the file, dots before it, `:` and the line.
constexpr std::size_t example_bytes_max = example_file_bytes_max + 3 + 1 + 10;

/// A row is as long at most: ten examples of which every byte is escaped.
constexpr std::size_t row_bytes_max =
  (limits::learned_examples_max + 1) * 6 * (example_bytes_max + 3);

/// Numbers that every reader of JSON reads exactly.
constexpr std::int64_t number_max = std::int64_t{1} << 53;

constexpr schema::integer_range numbers{1, number_max};

// -- texts --------------------------------------------------------------------

[[nodiscard]] bool continues_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Cuts valid UTF-8 at its end, between two characters.
void cut_end(std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    auto end = bytes_max;
    while (end > 0 && continues_character(text[end])) {
      --end;
    }
    text.resize(end);
  }
}

/// Cuts valid UTF-8 at its beginning, between two characters.
void cut_begin(std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    auto begin = text.size() - bytes_max;
    while (begin < text.size() && continues_character(text[begin])) {
      ++begin;
    }
    text.erase(0, begin);
  }
}

/// The first bytes of a text, as UTF-8.
[[nodiscard]] std::string first_bytes(std::string_view text,
                                      std::size_t bytes_max) {
  // What is cut off inside of a character here goes with the second cut.
  auto made = to_utf8_lossy(text.substr(0, bytes_max + 4));
  cut_end(made, bytes_max);
  return made;
}

/// Where a finding is: of a long name the last bytes, which tell most. Empty
/// when it does not say.
[[nodiscard]] std::string example_of(const finding& of) {
  constexpr std::size_t spare = 4;
  const std::string_view file = of.file;
  const auto looked_at = std::min(file.size(), example_file_bytes_max + spare);
  auto made = to_utf8_lossy(file.substr(file.size() - looked_at));
  if (made.size() > example_file_bytes_max) {
    cut_begin(made, example_file_bytes_max);
    made.insert(0, "...");
  }
  if (of.line) {
    made += ':';
    codec::append_json_integer(made, *of.line);
  }
  return made;
}

/// The file's ending in lower case, without its dot; empty when there is none
/// or it looks like none.
[[nodiscard]] std::string ending_of(std::string_view file) {
  const auto name = file.substr(file.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0
      || name.size() - dot - 1 > ending_bytes_max) {
    return {};
  }
  std::string ending{name.substr(dot + 1)};
  for (auto& byte : ending) {
    if (byte >= 'A' && byte <= 'Z') {
      byte = static_cast<char>(byte - 'A' + 'a');
    }
    const bool plain = (byte >= 'a' && byte <= 'z')
                       || (byte >= '0' && byte <= '9') || byte == '+'
                       || byte == '-' || byte == '_';
    if (!plain) {
      return {};
    }
  }
  return ending;
}

[[nodiscard]] std::string slot_key(std::string_view prefix,
                                   std::uint64_t slot) {
  std::string key{prefix};
  codec::append_json_integer(key, slot);
  return key;
}

// -- rows ---------------------------------------------------------------------

[[nodiscard]] std::string text_of(std::uint64_t number,
                                  const history_entry& what) {
  std::string out;
  out.reserve(96 + what.review_id.size());
  codec::json_object to{out};
  to.whole("findings", what.findings);
  to.whole("number", number);
  to.text("review_id", what.review_id);
  to.text("severity", to_string(what.severity));
  to.end();
  return out;
}

[[nodiscard]] std::string text_of(std::uint64_t number, const scar& what) {
  std::string out;
  codec::json_object to{out};
  to.whole("number", number);
  to.text("review_id", what.review_id);
  to.text("what", what.what);
  to.end();
  return out;
}

[[nodiscard]] std::string text_of(std::uint64_t number,
                                  const learned_pattern& what) {
  std::string out;
  codec::json_object to{out};
  to.whole("count", what.count);
  to.list("examples", what.examples, [&out](const std::string& each) {
    codec::append_json_string(out, each);
  });
  to.whole("number", number);
  to.end();
  return out;
}

/// The document of a row's value; nothing when it is none of ours.
[[nodiscard]] std::optional<nlohmann::json> document_of(std::string_view row) {
  constexpr codec::json_limits bounds{
    .bytes_max = row_bytes_max, .depth_max = 2, .members_max = 32};
  if (!codec::guard_json(row, bounds)) {
    return std::nullopt;
  }
  auto document = codec::parse_json(row);
  if (!document) {
    return std::nullopt;
  }
  return *std::move(document);
}

/// Takes a thing that a row told of into its place in a ring, unless the row
/// stands under another key than its own or something newer is there.
template <class Numbered, class Thing>
void place(std::vector<Numbered>& ring, std::uint64_t& newest,
           std::string_view slot, std::uint64_t number, Thing what) {
  const auto index = number % ring.size();
  if (slot != std::to_string(index) || ring[index].number >= number) {
    return;
  }
  ring[index].number = number;
  ring[index].what = std::move(what);
  newest = std::max(newest, number);
}

} // namespace

// -- constructors -------------------------------------------------------------

learning::learning()
  : history_(limits::review_history_max), scars_(limits::scar_tissue_max) {}

// -- mutators -----------------------------------------------------------------

void learning::remember(const review_result& of,
                        std::vector<learning_row>& rows) {
  if (!check_review_id(of.review_id)) {
    return;
  }
  add_entry(of, rows);
  // Scars that would be forgotten at once need not be written.
  const auto& failed = of.checks_failed;
  for (auto index = failed.size() - std::min(failed.size(), scars_.size());
       index < failed.size(); ++index) {
    add_scar(of.review_id, failed[index], rows);
  }
  if (of.findings.empty()) {
    return;
  }
  const auto before = patterns_seen_;
  for (const auto& each : of.findings) {
    add_pattern(each, rows);
  }
  keep_patterns(before, rows);
}

void learning::remember_crash(std::string_view review_id,
                              std::vector<learning_row>& rows) {
  if (check_review_id(review_id)) {
    add_scar(review_id, crash_scar, rows);
  }
}

void learning::recall(std::string_view key, std::string_view value) {
  if (key.starts_with(history_prefix)) {
    recall_entry(key.substr(history_prefix.size()), value);
  } else if (key.starts_with(scar_prefix)) {
    recall_scar(key.substr(scar_prefix.size()), value);
  } else if (key.starts_with(pattern_prefix)) {
    recall_pattern(key.substr(pattern_prefix.size()), value);
  }
}

// -- observers ----------------------------------------------------------------

std::vector<history_entry> learning::history() const {
  return in_order(history_);
}

std::vector<scar> learning::scar_tissue() const { return in_order(scars_); }

const learned_pattern* learning::find(std::string_view pattern) const {
  const auto found = patterns_.find(pattern);
  return found == patterns_.end() ? nullptr : &found->second.what;
}

std::vector<std::string> learning::patterns() const {
  std::vector<std::string> names;
  names.reserve(order_.size());
  for (const auto& [number, name] : order_) {
    names.push_back(name);
  }
  return names;
}

std::string learning::pattern_of(const finding& of) {
  auto name = first_bytes(of.rule ? *of.rule : of.type, limits::name_bytes_max);
  if (const auto ending = ending_of(of.file); !ending.empty()) {
    name += ':';
    name += ending;
  }
  return name;
}

// -- what is remembered -------------------------------------------------------

template <class T>
std::vector<T> learning::in_order(const std::vector<numbered<T>>& ring) {
  std::vector<const numbered<T>*> filled;
  for (const auto& each : ring) {
    if (each.number > 0) {
      filled.push_back(&each);
    }
  }
  std::ranges::sort(filled, {},
                    [](const numbered<T>* each) { return each->number; });
  std::vector<T> made;
  made.reserve(filled.size());
  for (const auto* each : filled) {
    made.push_back(each->what);
  }
  return made;
}

void learning::add_entry(const review_result& of,
                         std::vector<learning_row>& rows) {
  const auto number = ++reviews_;
  const auto slot = number % history_.size();
  auto& [stands, entry] = history_[slot];
  stands = number;
  entry.review_id = of.review_id;
  entry.severity = severity::none;
  for (const auto& each : of.findings) {
    entry.severity = std::max(entry.severity, each.severity);
  }
  entry.findings = static_cast<std::uint32_t>(of.findings.size());
  rows.push_back({slot_key(history_prefix, slot), text_of(number, entry)});
}

void learning::add_scar(std::string_view review_id, std::string_view what,
                        std::vector<learning_row>& rows) {
  const auto number = ++scars_seen_;
  const auto slot = number % scars_.size();
  auto& [stands, made] = scars_[slot];
  stands = number;
  made.review_id = review_id;
  made.what = first_bytes(what, limits::name_bytes_max);
  rows.push_back({slot_key(scar_prefix, slot), text_of(number, made)});
}

void learning::add_pattern(const finding& from,
                           std::vector<learning_row>& rows) {
  const auto number = ++patterns_seen_;
  auto name = pattern_of(from);
  auto& known = patterns_[name];
  if (known.number == 0) {
    order_.emplace_hint(order_.end(), number, std::move(name));
  } else {
    auto place = order_.extract(known.number);
    place.key() = number;
    order_.insert(order_.end(), std::move(place));
  }
  known.number = number;
  auto& [count, examples] = known.what;
  count = std::min<std::uint64_t>(count + 1, number_max);
  if (auto where = example_of(from); !where.empty()) {
    if (examples.size() == limits::learned_examples_max) {
      examples.pop_front();
    }
    examples.push_back(std::move(where));
  }
  if (patterns_.size() > limits::learned_patterns_max) {
    forget_pattern(rows);
  }
}

void learning::forget_pattern(std::vector<learning_row>& rows) {
  const auto oldest = order_.begin();
  const auto known = patterns_.find(oldest->second);
  if (known->second.kept) {
    rows.push_back({std::string{pattern_prefix} + oldest->second, {}});
  }
  patterns_.erase(known);
  order_.erase(oldest);
}

/// A row for each pattern that was seen since a number, however often.
void learning::keep_patterns(std::uint64_t after,
                             std::vector<learning_row>& rows) {
  for (auto each = order_.upper_bound(after); each != order_.end(); ++each) {
    auto& known = patterns_.find(each->second)->second;
    known.kept = true;
    rows.push_back({std::string{pattern_prefix} + each->second,
                    text_of(known.number, known.what)});
  }
}

// -- what is recalled ---------------------------------------------------------

void learning::recall_entry(std::string_view slot, std::string_view value) {
  constexpr schema::integer_range counts{
    0, std::numeric_limits<std::uint32_t>::max()};
  const auto document = document_of(value);
  if (!document) {
    return;
  }
  object_reader from{*document, {}};
  history_entry made;
  internal::put(made.findings,
                from.integer("findings", need::required, counts));
  const auto number = from.integer("number", need::required, numbers);
  internal::read_review_id(from, made.review_id);
  internal::put(made.severity,
                internal::enum_of<severity>(from, "severity", need::required,
                                            internal::severity_names));
  if (!from.finish()) {
    return;
  }
  place(history_, reviews_, slot, static_cast<std::uint64_t>(*number),
        std::move(made));
}

void learning::recall_scar(std::string_view slot, std::string_view value) {
  const auto document = document_of(value);
  if (!document) {
    return;
  }
  object_reader from{*document, {}};
  scar made;
  const auto number = from.integer("number", need::required, numbers);
  internal::read_review_id(from, made.review_id);
  internal::put(made.what,
                from.string("what", need::required, limits::name_bytes_max));
  if (!from.finish()) {
    return;
  }
  place(scars_, scars_seen_, slot, static_cast<std::uint64_t>(*number),
        std::move(made));
}

void learning::recall_pattern(std::string_view name, std::string_view value) {
  const auto document = document_of(value);
  if (!document || name.size() > pattern_bytes_max || !is_utf8(name)) {
    return;
  }
  object_reader from{*document, {}};
  known_pattern made;
  internal::put(made.what.count,
                from.integer("count", need::required, numbers));
  auto examples =
    from.strings("examples", need::required,
                 {limits::learned_examples_max, example_bytes_max});
  internal::put(made.number, from.integer("number", need::required, numbers));
  if (!from.finish() || order_.contains(made.number)) {
    return;
  }
  made.what.examples.assign(examples->begin(), examples->end());
  made.kept = true;
  auto& known = patterns_[std::string{name}];
  if (known.number > made.number) {
    return;
  }
  order_.erase(known.number);
  order_.emplace(made.number, name);
  patterns_seen_ = std::max(patterns_seen_, made.number);
  known = std::move(made);
  if (patterns_.size() > limits::learned_patterns_max) {
    std::vector<learning_row> unused;
    forget_pattern(unused);
  }
}

} // namespace libsig::review
