#include <utility>

#include "libsig/codec/base64.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/review/internal/read_parts.hpp"
#include "libsig/review/internal/read_payloads.hpp"

#include <nlohmann/json.hpp>

namespace libsig::review::internal {

namespace {

using nlohmann::json;

constexpr schema::strings_limits globs{limits::globs_max,
                                       limits::glob_bytes_max};
constexpr schema::strings_limits names{limits::labels_max,
                                       limits::name_bytes_max};
constexpr schema::strings_limits functions{limits::hot_functions_max,
                                           limits::label_bytes_max};

constexpr schema::integer_range timeout_range{
  1, limits::review_deadline_max.count()};

/// Puts a list into its place and says that it was stated.
void put_list(std::vector<std::string>& to, bool& stated,
              std::optional<std::vector<std::string>> value) {
  if (value) {
    stated = true;
    to = *std::move(value);
  }
}

/// Labels may be empty texts, which the reader's lists may not.
void read_labels(object_reader& from, request& to) {
  const json* const list =
    from.array("labels", need::optional, limits::labels_max);
  if (list == nullptr) {
    return;
  }
  to.stated.labels = true;
  for (const auto& each : *list) {
    const auto* const text = each.get_ptr<const std::string*>();
    if (text == nullptr || text->size() > limits::label_bytes_max) {
      const auto* const rule =
        text == nullptr ? "must be a string" : "must have at most 256 bytes";
      static_assert(limits::label_bytes_max == 256);
      from.adopt(fail(schema::refusal_of(
        each,
        schema::element_pointer(from.pointer_of("labels"), to.labels.size()),
        rule)));
      return;
    }
    to.labels.push_back(*text);
  }
}

result<void> read_options(const json& value, std::string pointer, request& to) {
  object_reader from{value, std::move(pointer)};
  auto& stated = to.stated;
  auto& options = to.options;
  stated.options = true;
  put_list(options.include, stated.include,
           from.strings("include", need::optional, globs));
  put_list(options.exclude, stated.exclude,
           from.strings("exclude", need::optional, globs));
  put_list(options.only, stated.only,
           from.strings("only", need::optional, names));
  put_list(options.skip, stated.skip,
           from.strings("skip", need::optional, names));
  if (const auto mode =
        enum_of<filter_mode>(from, "filter_mode", need::optional, mode_names)) {
    stated.filter_mode = true;
    options.mode = *mode;
  }
  if (const auto timeout =
        from.integer("timeout_ms", need::optional, timeout_range)) {
    options.timeout = std::chrono::milliseconds{*timeout};
  }
  return from.finish();
}

// -- bytes that are not UTF-8 -------------------------------------------------

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Goes over a text unit by unit, with runs of what is replaced as one.
class shown_units {
public:
  explicit shown_units(std::string_view text) : rest_{text} {}

  /// The next unit; a run of bytes that are no UTF-8 and of U+FFFD is one
  /// U+FFFD. Empty at the end.
  std::string_view next() {
    bool replaced = false;
    while (!rest_.empty()) {
      const auto unit = utf8_unit_at(rest_, 0);
      const auto text = rest_.substr(0, unit.length);
      if (unit.valid && text != replacement) {
        if (!replaced) {
          rest_.remove_prefix(unit.length);
        }
        return replaced ? replacement : text;
      }
      replaced = true;
      rest_.remove_prefix(unit.length);
    }
    return replaced ? replacement : std::string_view{};
  }

private:
  std::string_view rest_;
};

/// Whether a text shows the bytes: decoders put one U+FFFD or several for a run
/// of bytes that are none, and all of that is right.
bool shows(std::string_view text, std::string_view bytes) {
  shown_units left{text};
  shown_units right{bytes};
  while (true) {
    const auto one = left.next();
    if (one != right.next()) {
      return false;
    }
    if (one.empty()) {
      return true;
    }
  }
}

/// Reads `diff_base64`: it decides what is reviewed, and the text beside it
/// must show the same, so that nobody reads another diff than the checks do.
void read_bytes(object_reader& from, std::string& shown, request& to) {
  const json* const value = from.any("diff_base64", need::optional);
  if (value == nullptr) {
    return;
  }
  const auto* const text = value->get_ptr<const std::string*>();
  if (text == nullptr) {
    from.refuse("diff_base64", "must be a string");
    return;
  }
  auto bytes = codec::decode_base64(*text);
  if (!bytes) {
    from.refuse("diff_base64", "must be base64: " + bytes.error().detail());
    return;
  }
  std::string ours;
  append_utf8_lossy(ours, *bytes);
  if (ours != shown) {
    if (!shows(shown, *bytes)) {
      from.refuse("diff_base64", "must be the bytes that diff shows");
      return;
    }
    to.diff_shown = std::make_shared<const std::string>(std::move(shown));
  }
  to.diff_is_bytes = true;
  shown = *std::move(bytes);
}

// -- metadata -----------------------------------------------------------------

result<void> read_metadata(const json& known, const json& others,
                           std::string& diff, request& to) {
  object_reader from{known, metadata_pointer()};
  if (const auto* const options = from.object("options", need::optional)) {
    from.adopt(read_options(*options, from.pointer_of("options"), to));
  }
  put_list(to.hot_functions, to.stated.hot_functions,
           from.strings("hot_functions", need::optional, functions));
  read_bytes(from, diff, to);
  // What document 002 says of the others is that they are texts.
  for (const char* const name : {"author", "branch", "repo", "timestamp"}) {
    const auto member = others.find(name);
    if (member != others.end() && !member->is_string()) {
      from.adopt(fail(schema::refusal_of(*member, from.pointer_of(name),
                                         "must be a string")));
    }
  }
  to.metadata = text_of(others);
  return from.finish();
}

} // namespace

result<request> read_request(json data) {
  json known;
  json others;
  divide_metadata(data, {"options", "hot_functions", "diff_base64"}, known,
                  others);
  object_reader from{data, data_pointer};
  request made;
  read_review_id(from, made.review_id);
  const json* const diff = from.any("diff", need::required);
  if (diff != nullptr && !diff->is_string()) {
    from.refuse("diff", "must be a string");
  }
  put(made.files_changed,
      from.integer("files_changed", need::optional, from_zero));
  read_labels(from, made);
  if (auto intent =
        from.string("intent", need::optional, limits::label_bytes_max)) {
    made.stated.intent = true;
    made.intent = *std::move(intent);
  }
  if (const auto risk =
        from.number("risk_factor", need::optional, zero_to_one)) {
    made.stated.risk_factor = true;
    made.risk_factor = *risk;
  }
  made.stated.metadata = from.any("metadata", need::optional) != nullptr;
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  // Moved, because there may be 64 MiB of it.
  std::string text = std::move(data["diff"].get_ref<std::string&>());
  if (auto read = read_metadata(known, others, text, made); !read) {
    return fail(std::move(read).error());
  }
  made.diff = std::make_shared<const std::string>(std::move(text));
  return made;
}

result<assignment> read_assignment(const json& data) {
  constexpr schema::integer_range attempts{
    1, std::numeric_limits<std::uint32_t>::max()};
  object_reader from{data, data_pointer};
  assignment made;
  read_review_id(from, made.review_id);
  read_agent(from, made.agent);
  put(made.attempt, from.integer("attempt", need::required, attempts));
  put(made.path,
      enum_of<decision_path>(from, "path", need::required, path_names));
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  return made;
}

} // namespace libsig::review::internal
