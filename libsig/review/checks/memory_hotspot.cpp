#include "libsig/review/checks/memory_hotspot.hpp"

#include <algorithm>
#include <string>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/checks/memory_rules.hpp"
#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

namespace {

/// Calls of one line that are looked at; no line that people write has more.
constexpr std::size_t line_calls_max = 16;

constexpr double concat_confidence = 0.7;

struct wording {
  std::string_view rule;
  severity level;
  std::string_view summary;
  std::string_view recommendation;
};

wording wording_of(memory_rule rule) {
  switch (rule) {
  case memory_rule::all_rows:
    return {"memory/all-rows", severity::medium,
            "Every row of the result is loaded into memory at once.",
            "Limit or page the query, or read its rows as a stream."};
  case memory_rule::whole_file:
    return {"memory/whole-file", severity::medium,
            "A file of unknown size is read into memory as a whole.",
            "Read the file line by line or in pieces of a fixed size."};
  case memory_rule::whole_body:
    return {"memory/whole-body", severity::medium,
            "A request's body is read into memory without a limit.",
            "Limit how much of the body is read, or process it as a stream."};
  case memory_rule::whole_stream:
    return {"memory/whole-stream", severity::medium,
            "A lazy stream is turned into a list of all its elements.",
            "Keep the stream lazy and consume it element by element."};
  case memory_rule::late_filter:
    return {"memory/late-filter", severity::medium,
            "All elements are loaded before they are filtered.",
            "Filter, page or count in the query, before the list is made."};
  case memory_rule::concat_in_loop:
    return {"memory/concat-in-loop", severity::low,
            "A string grows by concatenation in a loop, which copies it at "
            "every turn.",
            "Collect the pieces and join them once, or use a builder."};
  }
  return {};
}

/// Whether a rule begins with this name; most tokens are sorted out here.
bool is_candidate(std::string_view text) {
  if (text.size() < 3 || text.size() > 20)
    return false;
  switch (text.front()) {
  case 'a':
    return text == "all";
  case 'c':
    return text == "collect";
  case 't':
    return one_of(text, {"to_list", "toList", "to_bytes"});
  case 'f':
    return one_of(text, {"fetchall", "fetchAll", "fetch_all", "findAll",
                         "findMany", "find", "find_by_sql", "file",
                         "file_get_contents", "fromFile"});
  case 'F':
    return text == "Find";
  case 'T':
    return one_of(text, {"ToList", "ToListAsync", "ToArray"});
  case 'A':
    return text == "AsEnumerable";
  case 'S':
    return text == "SELECT";
  case 's':
    return one_of(text, {"select", "select_all"});
  case 'q':
    return one_of(text, {"query", "queryForList"});
  case 'g':
    return text == "get_results";
  case 'i':
    return text == "istreambuf_iterator";
  case 'r':
    return text.starts_with("read") || text == "rdbuf";
  case 'R':
    return text.starts_with("Read");
  default:
    return false;
  }
}

/// Looks through the added lines of one file.
class memory_search {
public:
  memory_search(const lexed_file& file, std::vector<finding>& found)
    : spoken_(file.spoken), report_(file, found) {}

  void look(const lexed_hunk& piece) {
    view_into(code_, piece.new_side);
    growing_strings strings(spoken_);
    for (std::size_t line = 0; line < code_.lines.size(); ++line) {
      const auto& here = code_.lines[line];
      if (strings.take(code_, here))
        add({memory_rule::concat_in_loop, concat_confidence}, here);
      if (here.origin == line_kind::added)
        look_at(line);
    }
  }

private:
  void look_at(std::size_t line) {
    const auto here = code_.lines[line];
    std::size_t calls = 0;
    for (std::size_t place = here.first;
         place < here.last && calls < line_calls_max; ++place) {
      const auto& next = code_.tokens[place];
      if (!is_identifier(next) || !is_candidate(next.text))
        continue;
      ++calls;
      auto hit = rows_at(code_, line, place, spoken_);
      if (!hit)
        hit = reads_at(code_, line, place, spoken_);
      if (!hit)
        continue;
      add(*hit, here);
      return;
    }
  }

  void add(memory_hit hit, const code_line& line) {
    const auto words = wording_of(hit.rule);
    observation seen;
    seen.type = "memory_hotspot";
    seen.rule = words.rule;
    seen.level = words.level;
    seen.line = line.line;
    seen.confidence = hit.confidence;
    seen.summary = words.summary;
    seen.recommendation = words.recommendation;
    seen.key = text_of(code_, line);
    report_.add(std::move(seen));
  }

  language spoken_;
  reporter report_;
  code_view code_;
};

class memory_hotspot final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "memory_hotspot";
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& /*options*/) const override {
    std::vector<finding> found;
    for (const auto& file : files) {
      if (file.diff->change == file_change::deleted
          || is_test_path(file.diff->path()))
        continue;
      memory_search through(file, found);
      for (const auto& piece : file.hunks)
        through.look(piece);
    }
    return found;
  }
};

} // namespace

std::unique_ptr<const check> make_memory_hotspot_check() {
  return std::make_unique<memory_hotspot>();
}

} // namespace libsig::review::checks
