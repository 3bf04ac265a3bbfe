#include <algorithm>

#include "libsig/review/checks/memory_rules.hpp"

namespace libsig::review::checks {

namespace {

constexpr double sure = 0.75;
constexpr double likely = 0.65;
constexpr std::size_t statement_lines_max = 12;

/// What bounds the rows of a query, as a method, a keyword or a word of SQL.
constexpr std::string_view bounds[] = {"limit",
                                       "Limit",
                                       "take",
                                       "Take",
                                       "first",
                                       "First",
                                       "paginate",
                                       "page",
                                       "Pageable",
                                       "pageable",
                                       "where",
                                       "Where",
                                       "filter",
                                       "filter_by",
                                       "iterator",
                                       "chunk",
                                       "stream",
                                       "find_each",
                                       "in_batches",
                                       "top",
                                       "yield_per",
                                       "chunkById",
                                       "find_in_batches",
                                       "batch_size",
                                       "count",
                                       "pragma",
                                       "fetch first",
                                       "returning",
                                       "group_by",
                                       "aggregate",
                                       "perPage",
                                       "per_page",
                                       "lazy",
                                       "having",
                                       "explain",
                                       "show",
                                       "slice",
                                       "exists",
                                       "ids",
                                       "get_by",
                                       "max",
                                       "min"};

bool is_type_name(std::string_view text) {
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z';
}

bool continues_chain(const token& first) {
  return is_code(first)
         && one_of(first.text, {".", "|>", "->", "?.", "&.", ")", "::"});
}

/// The part of a range that lies near a place.
token_range within_reach(token_range where, std::size_t place) {
  return {std::max(where.first, place > reach_max ? place - reach_max : 0),
          std::min(where.last, place + reach_max)};
}

/// What stands around one call.
class call_site {
public:
  call_site(const code_view& code, std::size_t line, std::size_t place)
    : code_(code), line_(line), place_(place), tokens_(code.tokens),
      around_(statement_around(code, line, place)) {}

  /// The token `back` places before the call's name, or nothing.
  [[nodiscard]] std::string_view before(std::size_t back) const {
    return place_ >= back && is_code(tokens_[place_ - back])
             ? tokens_[place_ - back].text
             : std::string_view{};
  }

  [[nodiscard]] bool after(std::size_t ahead, std::string_view text) const {
    return spelled(tokens_, place_ + ahead, text);
  }

  /// Whether it is called, with nothing in the parentheses.
  [[nodiscard]] bool called_empty() const {
    return after(1, "(") && after(2, ")");
  }

  [[nodiscard]] bool called_with_empty_object() const {
    return called_empty() || (after(1, "(") && after(2, "{") && after(3, "}"));
  }

  /// The name that is called on the result, or nothing.
  [[nodiscard]] std::string_view then() const {
    auto next = place_ + 1;
    if (spelled(tokens_, next, "("))
      next = behind_bracket(tokens_, next);
    if (next + 1 >= tokens_.size()
        || !one_of(tokens_[next].text, {".", "&.", "?.", "->"}))
      return {};
    return tokens_[next + 1].text;
  }

  [[nodiscard]] bool is_bounded() const {
    return mentions(code_, around_, bounds);
  }

  /// Whether the lines above bound what a variable holds.
  [[nodiscard]] bool was_bounded() const {
    return mentions(
      code_, lines_before(code_, line_, place_, statement_lines_max), bounds);
  }

  [[nodiscard]] bool says(std::initializer_list<std::string_view> words) const {
    return mentions(code_, around_, words);
  }

  [[nodiscard]] const code_view& code() const { return code_; }
  [[nodiscard]] std::size_t line() const { return line_; }
  [[nodiscard]] std::size_t place() const { return place_; }

private:
  const code_view& code_;
  std::size_t line_;
  std::size_t place_;
  std::span<const token> tokens_;
  token_range around_;
};

std::optional<memory_hit> hit(bool found, memory_rule rule, double confidence) {
  if (!found)
    return std::nullopt;
  return memory_hit{rule, confidence};
}

/// The name that is given to a call as its only argument.
bool takes_variable(const call_site& call) {
  return call.after(1, "(") && call.after(3, ")");
}

bool elixir_all(const call_site& call) {
  if (call.before(1) != "." || !call.before(2).ends_with("Repo"))
    return false;
  const bool opaque = takes_variable(call) || call.called_empty();
  return !call.is_bounded() && !(opaque && call.was_bounded());
}

bool elixir_list(const call_site& call) {
  if (call.before(1) != "." || call.before(2) != "Enum")
    return false;
  if (call.says({"take", "Range", "first"}))
    return false;
  if (call.says({"Stream", "stream!", "stream"}))
    return true;
  return takes_variable(call)
         && holds(call.code().tokens[call.place() + 2].text, "stream");
}

/// Whether a list is made around `X.objects.all()`, or of it.
bool python_objects(const call_site& call) {
  const auto& tokens = call.code().tokens;
  if (call.before(2) != "objects" || !call.called_empty())
    return false;
  if (call.place() < 6)
    return false;
  const auto wrapper = call.place() - 6;
  const bool wrapped =
    spelled(tokens, wrapper + 1, "(")
    && one_of(tokens[wrapper].text, {"list", "tuple", "set", "sorted", "len"})
    && call.after(3, ")");
  const bool listed =
    spelled(tokens, call.place() - 5, "in") && call.after(3, "]");
  return (wrapped || listed) && !call.is_bounded();
}

bool python_all(const call_site& call) {
  if (call.before(1) != ".")
    return false;
  if (call.before(2) == "objects")
    return python_objects(call);
  if (!call.called_empty())
    return false;
  const bool opaque = one_of(call.before(2), {"query", "q"});
  if (!call.says({"query", "scalars"}) && call.before(2) != "q")
    return false;
  if (opaque && call.before(3) != "." && call.was_bounded())
    return false;
  return !call.is_bounded();
}

bool ruby_all(const call_site& call) {
  return call.before(1) == "." && is_type_name(call.before(2))
         && one_of(call.then(),
                   {"each", "map", "to_a", "each_with_index", "collect",
                    "reduce", "inject", "flat_map", "sort_by", "index_by",
                    "to_json", "as_json", "find_all", "reject", "each_slice",
                    "filter_map", "sum", "each_with_object", "partition"});
}

std::optional<memory_hit> all_at(const call_site& call, language what) {
  bool found = false;
  if (what == language::elixir)
    found = elixir_all(call);
  else if (what == language::python)
    found = python_all(call);
  else if (what == language::ruby)
    found = ruby_all(call);
  else if (what == language::php || what == language::blade)
    found = call.before(1) == "::" && is_type_name(call.before(2))
            && call.called_empty();
  return hit(found, memory_rule::all_rows, sure);
}

/// `ToList` and the like in C#.
std::optional<memory_hit> list_at(const call_site& call) {
  if (call.before(1) != ".")
    return std::nullopt;
  if (one_of(call.then(), {"Where", "First", "FirstOrDefault", "Skip", "Take",
                           "Count", "Any", "Single", "SingleOrDefault", "Sum",
                           "OrderBy", "OrderByDescending"})
      && call.says({"context", "_context", "db", "_db", "dbContext",
                    "_dbContext", "Set", "repository", "_repository",
                    "AsQueryable", "query", "Users", "Orders"}))
    return memory_hit{memory_rule::late_filter, sure};
  const auto owner = call.before(4);
  const bool whole_set =
    call.before(3) == "."
    && (holds(owner, "context") || one_of(owner, {"db", "_db"}))
    && is_type_name(call.before(2));
  return hit(whole_set && !call.is_bounded(), memory_rule::all_rows, sure);
}

/// `.collect(…)` or `.toList()` of the JVM with another stream behind it.
bool collects_to_filter(const call_site& call) {
  return call.before(1) == "." && call.after(1, "(") && call.then() == "stream";
}

bool script_find(const call_site& call) {
  if (call.before(1) != "." || !call.called_with_empty_object()
      || call.is_bounded() || call.says({"cursor"}))
    return false;
  return is_type_name(call.before(2)) || holds(call.before(2), "repo")
         || call.says({"toArray"});
}

bool find_all(const call_site& call, language what) {
  if (one_of(call.before(1), {"def", "fun", "function", "interface"})
      || call.before(1) != ".")
    return false;
  if (what == language::javascript || what == language::vue)
    return call.after(1, "(") && !call.is_bounded();
  return call.called_empty() && !call.is_bounded();
}

/// Go's `db.Find(&rows)` with nothing between.
bool gorm_find(const call_site& call) {
  return call.before(1) == "." && one_of(call.before(2), {"db", "DB"})
         && call.after(1, "(") && call.after(2, "&") && call.after(4, ")")
         && !call.is_bounded();
}

/// A query's text right in the call: `query("SELECT * FROM users")`.
bool selects_all(const call_site& call) {
  const auto& tokens = call.code().tokens;
  const auto text = call.place() + 3;
  if (!call.after(1, "(") || text >= tokens.size()
      || tokens[text].kind != token_kind::string_text)
    return false;
  return holds(tokens[text].text, "select * from ") && !call.is_bounded();
}

bool sql_whole_table(const call_site& call) {
  const auto& tokens = call.code().tokens;
  const auto place = call.place();
  if (!call.after(1, "*") || place + 4 >= tokens.size()
      || !holds(tokens[place + 2].text, "from"))
    return false;
  const bool begins = place == 0 || spelled(tokens, place - 1, ";");
  auto end = place + 3;
  while (end < tokens.size() && end < place + reach_max
         && tokens[end].text != ";") {
    for (const auto* word : {"where", "limit", "fetch", "top", "sample"})
      if (tokens[end].text.size() == std::string_view(word).size()
          && holds(tokens[end].text, word))
        return false;
    ++end;
  }
  return begins && spelled(tokens, end, ";");
}

} // namespace

token_range lines_before(const code_view& code, std::size_t line,
                         std::size_t place, std::size_t count) {
  const auto first = line > count ? line - count : 0;
  return within_reach({code.lines[first].first, code.lines[line].last}, place);
}

token_range statement_around(const code_view& code, std::size_t line,
                             std::size_t place) {
  auto first = line;
  while (first > 0 && line - first < statement_lines_max
         && continues_chain(code.tokens[code.lines[first].first]))
    --first;
  const auto reach =
    within_reach({code.lines[first].first, code.tokens.size()}, place);
  std::size_t depth = 0;
  auto here = line;
  auto end = reach.first;
  for (; end < reach.last; ++end) {
    if (end >= code.lines[line].last) {
      while (here + 1 < code.lines.size() && code.lines[here].last <= end)
        ++here;
      const bool begins = code.lines[here].first == end;
      if (begins && depth == 0 && !continues_chain(code.tokens[end]))
        break;
    }
    const auto& next = code.tokens[end];
    if (next.kind != token_kind::punctuation)
      continue;
    if (next.text == "(")
      ++depth;
    else if (next.text == ")" && depth > 0)
      --depth;
  }
  return {reach.first, end};
}

bool mentions(const code_view& code, token_range where,
              std::span<const std::string_view> words) {
  for (auto place = where.first; place < where.last; ++place) {
    const auto& next = code.tokens[place];
    if (next.kind == token_kind::identifier
        && std::find(words.begin(), words.end(), next.text) != words.end())
      return true;
    if (next.kind == token_kind::string_text && next.text.size() <= 512)
      for (const auto word : words)
        if (holds_word(next.text, word))
          return true;
  }
  return false;
}

std::optional<memory_hit> rows_at(const code_view& code, std::size_t line,
                                  std::size_t place, language what) {
  const call_site call(code, line, place);
  const auto text = code.tokens[place].text;
  using rule = memory_rule;
  if (text == "all")
    if (const auto found = all_at(call, what))
      return found;
  if (text == "to_list" && what == language::elixir)
    return hit(elixir_list(call), rule::whole_stream, sure);
  if (one_of(text, {"fetchall", "fetchAll", "fetch_all"}))
    return hit(call.after(1, "(") && call.before(1) != "def"
                 && !call.is_bounded() && !call.was_bounded(),
               rule::all_rows, sure);
  if (text == "findAll")
    return hit(find_all(call, what), rule::all_rows, sure);
  if (text == "findMany")
    return hit(call.before(1) == "." && call.after(1, "(")
                 && !call.is_bounded(),
               rule::all_rows, sure);
  if (text == "find" && what == language::javascript)
    return hit(script_find(call), rule::all_rows, likely);
  if (text == "Find" && what == language::go)
    return hit(gorm_find(call), rule::all_rows, sure);
  if (what == language::csharp
      && one_of(text, {"ToList", "ToListAsync", "ToArray", "AsEnumerable"}))
    return list_at(call);
  if (one_of(text, {"collect", "toList"})
      && (what == language::java || what == language::kotlin))
    return hit(collects_to_filter(call), rule::late_filter, likely);
  if (what == language::sql && (text == "SELECT" || text == "select"))
    return hit(sql_whole_table(call), rule::all_rows, likely);
  if (one_of(text,
             {"query", "all", "queryForList", "read_sql", "read_sql_query",
              "find_by_sql", "select_all", "get_results"}))
    return hit(what != language::go && selects_all(call), rule::all_rows,
               likely);
  return std::nullopt;
}

} // namespace libsig::review::checks
