#include "apps/sig/commands/explain.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/text_page.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t findings_shown_max = 50;
constexpr std::size_t files_shown_max = 20;

constexpr std::string_view explain_help =
  R"(sig explain - what happened in a review

Usage: sig explain REVIEW_ID [OPTIONS]

Prints the request, the way that it took, who was asked and when, what came
back and what came too late, the summary and what was not looked at.

  --json               the node's answer as JSON

Example:
  sig explain pr-1234
)";

std::string_view value_or_nothing(std::string_view object,
                                  std::string_view name) {
  const auto found = member_of(object, name).value_or("");
  return found == "null" ? std::string_view{} : found;
}

/// A value for people: strings as they are, everything else as JSON.
std::string shown(std::string_view object, std::string_view name) {
  const auto found = value_or_nothing(object, name);
  return string_of(found).value_or(one_line(found));
}

/// The time of the day, since all of a review happens within one.
std::string clock_text(std::string_view object, std::string_view name) {
  const auto text = shown(object, name);
  return parse_rfc3339(text) && text.size() == to_rfc3339({}).size()
           ? text.substr(text.find('T') + 1)
           : text;
}

std::string joined(std::string_view array) {
  std::string text;
  for (const auto element : elements_of(array)) {
    text += text.empty() ? "" : ", ";
    text += string_of(element).value_or(one_line(element));
  }
  return text;
}

void put_request(text_page& page, std::string_view account) {
  const auto event = value_or_nothing(account, "request");
  const auto data = value_or_nothing(event, "data");
  const auto metadata = value_or_nothing(data, "metadata");
  page.heading("request");
  page.row("event", shown(event, "id"));
  page.row("source", shown(event, "source"));
  page.row("recorded", shown(event, "recordedtime"));
  page.row("sequence", shown(event, "sequence"));
  for (const auto name : {"author", "branch", "repo"}) {
    page.row(name, shown(metadata, name));
  }
  page.row("intent", shown(data, "intent"));
  page.row("labels", joined(value_or_nothing(data, "labels")));
  page.row("risk factor", shown(data, "risk_factor"));
  page.row("files changed", shown(data, "files_changed"));
  page.row("options", shown(metadata, "options"));
  if (const auto omitted = shown(event, "dataomitted"); !omitted.empty()) {
    page.row("data", omitted + " bytes, not shown");
  }
}

void put_assignments(text_page& page, std::string_view account) {
  const auto all = elements_of(value_or_nothing(account, "assignments"));
  if (all.empty()) {
    return;
  }
  page.heading("assignments");
  table rows{
    {"SPECIALIST", "ATTEMPT", "NODE", "ASSIGNED", "ANSWERED", "OUTCOME"}};
  for (const auto one : all) {
    rows.add({shown(one, "agent"), shown(one, "attempt"), shown(one, "node"),
              clock_text(one, "assigned"), clock_text(one, "answered"),
              shown(one, "outcome")});
  }
  page.rows(rows);
}

std::string result_text(std::string_view event) {
  if (const auto omitted = shown(event, "dataomitted"); !omitted.empty()) {
    return omitted + " bytes, not shown, recorded "
           + shown(event, "recordedtime");
  }
  const auto data = value_or_nothing(event, "data");
  const auto metadata = value_or_nothing(data, "metadata");
  const auto findings = elements_of(value_or_nothing(data, "findings")).size();
  auto text = std::to_string(findings)
              + (findings == 1 ? " finding" : " findings") + ", confidence "
              + shown(data, "confidence");
  if (const auto time = shown(metadata, "runtime_ms"); !time.empty()) {
    text += ", " + time + " ms";
  }
  if (value_or_nothing(data, "should_escalate") == "true") {
    text += ", escalates";
  }
  const auto failed = joined(value_or_nothing(metadata, "checks_failed"));
  if (!failed.empty()) {
    text += ", failed checks: " + failed;
  }
  return text + ", recorded " + shown(event, "recordedtime");
}

/// The first result of each specialist counts, unless the summary was there
/// already.
void put_results(text_page& page, std::string_view account) {
  const auto all = elements_of(value_or_nothing(account, "results"));
  const auto ignored = value_or_nothing(account, "ignored_results");
  if (all.empty() && ignored.empty()) {
    return;
  }
  const auto closed =
    number_of(value_or_nothing(account, "summary"), "sequence");
  std::map<std::string, int> answers;
  std::string late;
  page.heading("results");
  for (const auto event : all) {
    const auto agent = text_of(value_or_nothing(event, "data"), "agent");
    const auto sequence = number_of(event, "sequence");
    const bool behind = closed && sequence && *sequence > *closed;
    const bool again = ++answers[agent] > 1;
    page.row(agent, result_text(event)
                      + (behind  ? "; late, behind the summary"
                         : again ? "; again, not counted"
                                 : ""));
  }
  for (const auto& [why, count] : members_of(ignored)) {
    if (count != "0") {
      page.row("ignored", one_line(count) + " (" + std::string{why} + ")");
    }
  }
}

std::string place_of(std::string_view finding) {
  const auto line = shown(finding, "line");
  return shown(finding, "file") + (line.empty() ? "" : ":" + line);
}

void put_findings(text_page& page, std::string_view summary) {
  const auto all = elements_of(value_or_nothing(summary, "findings"));
  if (all.empty()) {
    return;
  }
  page.heading("findings");
  table rows{{"SEVERITY", "PLACE", "TYPE", "SUMMARY"}};
  for (const auto one :
       std::span{all}.first(std::min(all.size(), findings_shown_max))) {
    rows.add({shown(one, "severity"), place_of(one), shown(one, "type"),
              shown(one, "summary")});
  }
  page.rows(rows);
  if (all.size() > findings_shown_max) {
    page.row("...", std::to_string(all.size() - findings_shown_max) + " more");
  }
}

void put_notes(text_page& page, std::string_view files, const char* name) {
  std::size_t count = 0;
  for (const auto one : elements_of(value_or_nothing(files, name))) {
    if (++count > files_shown_max) {
      page.row(name, "...");
      return;
    }
    page.row(name, shown(one, "file") + ": " + shown(one, "reason"));
  }
}

void put_coverage(text_page& page, std::string_view metadata) {
  const auto coverage = value_or_nothing(metadata, "coverage");
  const auto files = value_or_nothing(coverage, "files");
  const auto lines = value_or_nothing(coverage, "lines");
  page.heading("coverage");
  page.row("files", shown(files, "full") + " of " + shown(files, "changed")
                      + " looked at in full");
  put_notes(page, files, "partial");
  put_notes(page, files, "skipped");
  page.row("lines", shown(lines, "added") + " added, " + shown(lines, "removed")
                      + " removed");
  for (const auto& [name, state] :
       members_of(value_or_nothing(coverage, "specialists"))) {
    page.row("specialist",
             std::string{name} + ": " + string_of(state).value_or("?"));
  }
  for (const auto& [name, checks] :
       members_of(value_or_nothing(coverage, "checks_failed"))) {
    page.row("failed checks", std::string{name} + ": " + joined(checks));
  }
  const auto held = shown(coverage, "held_back");
  page.row("held back", held == "0" ? "" : held + " findings");
}

void put_summary(text_page& page, std::string_view event) {
  const auto data = value_or_nothing(event, "data");
  const auto metadata = value_or_nothing(data, "metadata");
  page.heading("summary");
  page.row("status", shown(data, "status"));
  page.row("severity", shown(data, "severity"));
  page.row("way", shown(metadata, "decision_path"));
  page.row("because", shown(metadata, "rationale"));
  page.row("took", shown(metadata, "duration_ms") + " ms");
  page.row("recorded", shown(event, "recordedtime"));
  for (const auto one : elements_of(value_or_nothing(data, "escalations"))) {
    page.row("escalation", string_of(one).value_or("?"));
  }
  for (const auto one :
       elements_of(value_or_nothing(data, "recommendations"))) {
    page.row("recommendation", string_of(one).value_or("?"));
  }
  put_findings(page, data);
  put_coverage(page, metadata);
}

outcome<exit_status> run_explain(const given_options& given,
                                 const surroundings& around) {
  const auto& id = given.words().front();
  if (const auto fine = check_review_id(id); !fine) {
    return refuse_usage(error{fine.error()}.at("REVIEW_ID"));
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  client::call get;
  get.target = client::path_of("/v1/reviews", id);
  // A summary may be as large as its findings; a node that leaves nothing out
  // sends the diff as well.
  get.answer_bytes_max = 192u << 20;
  const auto account = ask_for_json(*whom, get);
  if (!account) {
    return refuse(account.error());
  }
  const auto text = wants_json(given)
                      ? one_line(*account) + '\n'
                      : explain_review(*account, around.terminal);
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

std::string explain_review(std::string_view account, const terminal& screen) {
  text_page page{screen};
  page.heading("review " + shown(account, "review_id") + ": "
               + shown(account, "state"));
  put_request(page, account);
  put_assignments(page, account);
  put_results(page, account);
  const auto summary = value_or_nothing(account, "summary");
  if (summary.empty()) {
    page.heading("summary");
    page.row("none yet", "the review is open");
  } else {
    put_summary(page, summary);
  }
  return std::move(page).take();
}

node_command_form explain_form() noexcept {
  return {"explain",  "what happened in a review", explain_help, {}, 1, 1,
          run_explain};
}

} // namespace libsig::sig
