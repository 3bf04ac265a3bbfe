#include "libsig/review/checks/sql_injection.hpp"

#include <algorithm>

#include "libsig/review/checks/findings.hpp"
#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/sql_names.hpp"
#include "libsig/review/checks/words.hpp"

namespace libsig::review::checks {

namespace {

using namespace sql_names;

constexpr std::string_view type_name = "sql_injection";

constexpr std::string_view bind_values =
  "Bind the values as parameters of the statement instead of putting them "
  "into its text; take identifiers from a fixed list.";

constexpr line_reports::rule built_rule{
  type_name,
  "sql-injection/string-building",
  severity::high,
  0.85,
  "SQL text that holds a value which is not bound is run",
  bind_values};

constexpr line_reports::rule unseen_rule{
  type_name,
  "sql-injection/string-building",
  severity::high,
  0.6,
  "SQL text is put together with a value which is not bound",
  bind_values};

constexpr line_reports::rule fragment_rule{
  type_name,
  "sql-injection/raw-fragment",
  severity::high,
  0.75,
  "Part of a query is text with a value in it which is not bound",
  bind_values};

constexpr line_reports::rule request_rule{
  type_name,
  "sql-injection/request-data",
  severity::high,
  0.8,
  "What a client sent is run as SQL",
  "Choose the statement or the identifier from a fixed list by what the "
  "client sent."};

[[nodiscard]] bool is_harmless(const seen_call& call) noexcept {
  const auto& word = call.word;
  if (harmless.has(word))
    return true;
  const std::string_view name(word);
  const auto has = [name](std::string_view part) {
    return name.find(part) != std::string_view::npos;
  };
  if (has("error") || has("exception") || has("assert") || has("warning")
      || name.starts_with("log") || has("message"))
    return true;
  constexpr auto loggers =
    make_words({"log", "logger", "logging", "console", "slf4j", "errors",
                "syslog", "glog", "klog", "logrus", "slog", "zap", "_logger",
                "_log", "out", "stdout", "stderr"});
  return loggers.has(lowered(call.root)) || loggers.has(lowered(call.previous));
}

[[nodiscard]] bool is_prose_name(std::string_view name) noexcept {
  const lowered low(name);
  const std::string_view word(low);
  for (const std::string_view part :
       {"msg", "mess", "err", "help", "desc", "label", "title", "doc", "html",
        "prompt", "comment", "hint", "usage", "url", "example", "flash",
        "notice", "alert"})
    if (word.find(part) != std::string_view::npos)
      return true;
  return false;
}

class sql_observer final : public flow_observer {
public:
  explicit sql_observer(line_reports& to) : to_(to) {}

  void on_call(flow& in, const seen_call& call) override;
  void on_assignment(flow& in, token_range target, value given) override;
  void on_return(flow& in, std::uint32_t at, value given) override;
  void on_scope_end(flow& in, const variable& leaving) override;

private:
  [[nodiscard]] bool is_hash(const flow& in, token_range what) const;
  [[nodiscard]] bool binds_holes(const flow& in, const seen_call& call) const;
  void report(flow& in, const seen_call& call, const line_reports::rule& what,
              std::uint32_t built_line);
  [[nodiscard]] bool fragment(flow& in, const seen_call& call);

  line_reports& to_;
  std::uint32_t reported_to_ = 0;
};

/// `name: value`, `"name" => value`: bound by the query builder.
bool sql_observer::is_hash(const flow& in, token_range what) const {
  if (what.empty())
    return false;
  if (in.at(what.first).is(token_kind::punctuation, "{")
      || in.at(what.first).is(token_kind::punctuation, "**"))
    return true;
  for (auto at = what.first; at < what.last; ++at) {
    const auto& it = in.at(at);
    if (it.kind == token_kind::string_open
        || it.is(token_kind::punctuation, "(")
        || it.is(token_kind::punctuation, "[")) {
      at = in.match(at);
      continue;
    }
    if (it.is(token_kind::punctuation, "=>")
        || it.is(token_kind::punctuation, "=")
        || (it.is(token_kind::punctuation, ":") && at > what.first)
        || it.is(token_kind::punctuation, "=="))
      return true;
  }
  return false;
}

/// Entity Framework binds the holes of an interpolated string that stands in
/// the call itself.
bool sql_observer::binds_holes(const flow& in, const seen_call& call) const {
  if (in.spoken() != language::csharp)
    return false;
  const auto& word = call.word;
  const bool named =
    word == "fromsql" || word == "executesql" || word == "executesqlasync"
    || word == "sqlquery"
    || std::string_view(word).find("interpolated") != std::string_view::npos;
  for (std::size_t at = 0; named && at < call.count; ++at) {
    const auto& range = call.ranges[at];
    if (in.at(range.first).kind == token_kind::string_open
        && in.at(range.first).text.find('$') != std::string_view::npos
        && in.match(range.first) + 1 >= range.last)
      return true;
  }
  return named
         && std::string_view(word).find("interpolated")
              != std::string_view::npos;
}

void sql_observer::report(flow& in, const seen_call& call,
                          const line_reports::rule& what,
                          std::uint32_t built_line) {
  bool chained = false;
  for (auto at = call.start; at < call.at; ++at)
    chained = chained || in.at(at).is(token_kind::punctuation, "(");
  const auto& place = in.at(chained ? call.at : call.start);
  to_.add(what, {place.line, last_line_of(in, call), built_line});
  for (std::size_t at = 0; at < call.count; ++at) {
    in.consume(call.ranges[at]);
    reported_to_ = std::max(reported_to_, call.ranges[at].last);
  }
}

/// `Order.arel_table[:total].gt(x)` builds a condition that binds.
[[nodiscard]] bool is_class(const token& it) noexcept {
  return it.kind == token_kind::identifier && it.text.front() >= 'A'
         && it.text.front() <= 'Z';
}

bool sql_observer::fragment(flow& in, const seen_call& call) {
  const auto& word = call.word;
  if (call.count == 0 || !fragments.has(word))
    return false;
  const bool ruby =
    in.spoken() == language::ruby || in.spoken() == language::erb;
  const auto first = call.arguments[0];
  const auto any = call.any_argument();
  const bool hash = is_hash(in, call.ranges[0]);
  if (any.has(fact::sql_built)
      || (any.has(fact::sql_built_maybe) && sure_fragments.has(word))) {
    report(in, call, fragment_rule, any.line);
    return true;
  }
  if (first.has_all(fact::built | fact::free_in_sql) && !hash
      && (ruby ? call.receiver.facts != 0 || call.start < call.at
                   || sure_fragments.has(word)
               : sure_fragments.has(word) && call.start < call.at)) {
    // Text for a hash key or a path, as in `find("a/#{b}")`, is no condition.
    if (ruby
        && (word == "find" || word == "first" || word == "last" || word == "all"
            || word == "or" || word == "not" || word == "sum" || word == "count"
            || word == "table" || word == "filter"))
      return false;
    report(in, call, fragment_rule, first.line);
    return true;
  }
  if (ruby && client_fragments.has(word) && first.has(fact::request) && !hash
      && first.has(fact::free_in_sql) && call.start < call.at
      && !is_class(in.at(call.ranges[0].first))
      && !in.at(call.ranges[0].first).is(token_kind::punctuation, "[")) {
    report(in, call, request_rule, 0);
    return true;
  }
  return false;
}

void sql_observer::on_call(flow& in, const seen_call& call) {
  if (call.at < reported_to_ || call.count == 0)
    return;
  const auto any = call.any_argument();
  if (!any.has(fact::sql_built | fact::sql_built_maybe | fact::built
               | fact::request)
      || is_harmless(call) || binds_holes(in, call))
    return;
  if (in.at(call.at).kind == token_kind::markup_open)
    return;
  const auto& word = call.word;
  if (runners.has(word)) {
    const auto wanted = generic_runners.has(word)
                          ? fact::sql_built
                          : fact::sql_built | fact::sql_built_maybe;
    if (any.has(wanted) && any.has(fact::free_in_sql)) {
      report(in, call, built_rule, any.line);
      return;
    }
    const auto first = call.arguments[0];
    if (sure_runners.has(word) && !first.has(fact::sql | fact::sql_maybe)
        && first.has_all(fact::request | fact::free_in_sql)
        && !is_hash(in, call.ranges[0])
        && !in.at(call.ranges[0].first).is(token_kind::punctuation, "[")
        && (word != "execute"
            || (call.start < call.at && in.spoken() != language::php))) {
      report(in, call, request_rule, 0);
      return;
    }
  }
  const bool python_part =
    in.spoken() == language::python
    && (word == "text" || word == "literal_column" || word == "extra");
  const bool literal_part =
    (word == "literal" || word == "asis")
    && (call.previous == "sequelize" || call.previous == "Sequelize");
  if (((raw_parts.has(word) && call.start < call.at) || python_part
       || literal_part)
      && in.spoken() != language::elixir && call.previous != "Html"
      && call.previous != "String" && call.previous != "HTML"
      && call.arguments[0].has_all(fact::built | fact::free_in_sql)
      && !call.arguments[0].has(fact::html)) {
    report(in, call, fragment_rule, any.line);
    return;
  }
  if (fragment(in, call))
    return;
  if (any.has(fact::sql_built)) {
    const auto what = effect_of(call.name);
    if (what != effect::unknown)
      return; // The result goes on; where it ends is reported.
    for (std::size_t at = 0; at < call.count; ++at) {
      const auto& range = call.ranges[at];
      // A variable is reported where it is built, unless it is run later.
      if (call.arguments[at].has(fact::sql_built)
          && range.last - range.first > 1) {
        report(in, call, unseen_rule, any.line);
        return;
      }
    }
  }
}

void sql_observer::on_assignment(flow& in, token_range target, value given) {
  if (!given.has(fact::sql_built | fact::sql_built_maybe))
    return;
  const auto& last = in.at(target.last - 1);
  const lowered name(last.text);
  if (name == "commandtext" || name == "selectcommand"
      || name == "updatecommand" || name == "deletecommand"
      || name == "insertcommand")
    to_.add(built_rule, last.line, given.line);
}

void sql_observer::on_return(flow& in, std::uint32_t at, value given) {
  if (!given.has(fact::sql_built))
    return;
  if (in.at(at + 1).kind == token_kind::identifier
      && in.expression_end(at + 1) == at + 2)
    return; // A variable, reported where it is built.
  to_.add(unseen_rule, given.line != 0 ? given.line : in.at(at).line, 0);
  reported_to_ = in.expression_end(at + 1);
}

void sql_observer::on_scope_end(flow& in, const variable& leaving) {
  if (leaving.reported || !leaving.held.has(fact::sql_built)
      || is_prose_name(leaving.name))
    return;
  const auto name = leaving.name.substr(leaving.name.rfind('.') + 1);
  if (lowered(name) == "commandtext")
    return;
  to_.add(
    unseen_rule,
    leaving.held.line != 0 ? leaving.held.line : in.at(leaving.token).line, 0);
}

/// Whether the hunk holds anything that the flow could find; most do not.
[[nodiscard]] bool is_worth_a_look(std::span<const token> tokens) noexcept {
  for (const auto& it : tokens) {
    if (it.kind == token_kind::string_text) {
      if ((facts_of_text(it.text) & fact::sql_maybe) != 0)
        return true;
    } else if (it.kind == token_kind::identifier && it.text.size() > 3) {
      const lowered word(it.text);
      if (sure_fragments.has(word) || raw_parts.has(word)
          || sure_runners.has(word) || client_fragments.has(word))
        return true;
    }
  }
  return false;
}

class sql_injection final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return type_name;
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& options) const override;
};

result<std::vector<finding>>
sql_injection::run(std::span<const lexed_file> files,
                   const check_options& /*options*/) const {
  std::vector<finding> found;
  for (const auto& file : files) {
    reporter to(file, found);
    if (file.diff->change == file_change::deleted)
      continue;
    for (const auto& each : file.hunks) {
      if (!is_worth_a_look(each.new_side))
        continue;
      line_reports lines(to, *each.where);
      sql_observer observer(lines);
      flow values(each.new_side, file.spoken);
      values.learn_helpers();
      values.run(observer);
    }
  }
  return found;
}

} // namespace

std::unique_ptr<const check> make_sql_injection_check() {
  return std::make_unique<sql_injection>();
}

} // namespace libsig::review::checks
