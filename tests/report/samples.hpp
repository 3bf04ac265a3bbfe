#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/report/report.hpp"

/// Summaries and diffs that the tests of all formats share.
namespace libsig::report::samples {

/// A summary and the diff it is about.
struct sample {
  review::summary summary;
  review::change_set changes;

  [[nodiscard]] subject as_subject() const {
    return {&summary, &changes, R"({"specversion":"1.0","id":"1"})"};
  }
};

/// A number between two texts.
inline std::string numbered(std::string_view before, std::size_t number,
                            std::string_view after) {
  std::string out{before};
  out += std::to_string(number);
  out += after;
  return out;
}

inline review::change_set parse(std::string text) {
  auto changes = review::change_set::parse(
    std::make_shared<const std::string>(std::move(text)));
  if (!changes) {
    throw std::runtime_error(changes.error().message());
  }
  return *std::move(changes);
}

inline review::finding make_finding(review::severity severity,
                                    std::string_view type, std::string file,
                                    std::uint32_t line, std::string summary) {
  review::finding out;
  out.type = type;
  out.severity = severity;
  out.file = std::move(file);
  out.line = line;
  out.summary = std::move(summary);
  out.fingerprint = numbered(type, line, "");
  out.agent = type == "sql_injection" || type == "xss" || type == "auth_bypass"
                ? review::security_specialist_name
                : review::performance_specialist_name;
  return out;
}

/// A summary of a complete review of that many files, without findings.
inline review::summary make_summary(std::uint64_t files) {
  review::summary out;
  out.review_id = "r-1";
  out.duration_ms = 42;
  out.path = review::decision_path::deep_review;
  out.rationale = "The label security asks for a deep review.";
  out.specialists_resolved = {"performance_specialist", "security_specialist"};
  out.coverage.files_changed = files;
  out.coverage.files_full = files;
  out.coverage.lines_added = 12;
  out.coverage.lines_removed = 3;
  out.coverage.specialists = {
    {"performance_specialist", review::specialist_state::done},
    {"security_specialist", review::specialist_state::done}};
  return out;
}

/// Puts findings in, as the aggregator leaves a summary with them.
inline void add(review::summary& to, review::finding what) {
  to.severity = std::max(to.severity, what.severity);
  if (what.recommendation) {
    to.recommendations.push_back(*what.recommendation);
  }
  to.findings.push_back(std::move(what));
}

// -- the cases ----------------------------------------------------------------

/// The six kinds of built-in findings, all severities; something removed, a
/// span of lines, a suggestion, an escalation, something held back.
inline sample several() {
  auto changes =
    parse(R"(diff --git a/lib/shop/accounts.ex b/lib/shop/accounts.ex
index 1111111..2222222 100644
--- a/lib/shop/accounts.ex
+++ b/lib/shop/accounts.ex
@@ -38,8 +38,9 @@ defmodule Shop.Accounts do
   alias Shop.Repo
 
   @doc "Finds an account by the name on its card."
-  def by_name(name) do
-    Repo.get_by(Account, name: name)
+  def by_name(name) do
+    sql = "SELECT * FROM accounts WHERE name = '#{name}'"
+    Repo.query(sql)
   end
 
   def everyone do
@@ -60,4 +61,4 @@ defmodule Shop.Accounts do
   def totals do
-    Repo.aggregate(Order, :sum, :total)
+    Order |> Repo.all() |> Enum.map(& &1.total) |> Enum.sum()
   end
 end
diff --git a/lib/shop_web/controllers/admin_controller.ex b/lib/shop_web/controllers/admin_controller.ex
index 1111111..2222222 100644
--- a/lib/shop_web/controllers/admin_controller.ex
+++ b/lib/shop_web/controllers/admin_controller.ex
@@ -1,7 +1,6 @@
 defmodule ShopWeb.AdminController do
   use ShopWeb, :controller
 
-  plug :require_admin
   plug :put_layout, :admin
 
   def index(conn, _params) do
diff --git a/assets/js/card.ts b/assets/js/card.ts
index 1111111..2222222 100644
--- a/assets/js/card.ts
+++ b/assets/js/card.ts
@@ -5,3 +5,9 @@ export function show(card: Card) {
   const box = document.querySelector("#card");
+	box.innerHTML = card.title;
+	if (card.kind === "gold") {
+		for (const perk of card.perks) {
+			if (perk.active && perk.until > now) {
+				list.push(perk);
+			}
   return box;
 }
)");
  auto summary = make_summary(5);
  summary.coverage.files_full = 3;
  summary.coverage.lines_added = 120;
  summary.coverage.lines_removed = 30;
  summary.coverage.files_partial = {
    {"priv/static/app.min.js", "line 1 is longer than 65536 bytes"}};
  summary.coverage.files_skipped = {{"priv/static/logo.png", "binary"}};
  summary.coverage.held_back = 3;
  summary.escalations = {
    "security_specialist asks for a person to look at this change."};

  auto sql = make_finding(
    review::severity::high, "sql_injection", "lib/shop/accounts.ex", 42,
    "SQL text is put together with `#{name}`, so whoever sends the value "
    "writes a part of the query.");
  sql.rule = "sql-injection/interpolation";
  sql.confidence = 0.9;
  sql.recommendation =
    "Pass the value as a parameter: `WHERE name = $1` and `[name]`.";
  sql.suggestion = "    sql = \"SELECT * FROM accounts WHERE name = $1\"\n";
  add(summary, std::move(sql));

  auto guard = make_finding(
    review::severity::high, "auth_bypass",
    "lib/shop_web/controllers/admin_controller.ex", 4,
    "The guard `plug :require_admin` is gone, and nothing in this change takes "
    "its place.");
  guard.rule = "auth-bypass/guard-removed";
  guard.confidence = 0.85;
  guard.recommendation =
    "Keep the guard, or say in the change where the caller is checked now.";
  add(summary, std::move(guard));

  auto markup =
    make_finding(review::severity::medium, "xss", "assets/js/card.ts", 6,
                 "`innerHTML` gets a value that is not constant markup.");
  markup.rule = "xss/inner-html";
  markup.confidence = 0.8;
  markup.recommendation = "Use `textContent`, which never becomes markup.";
  add(summary, std::move(markup));

  auto rows = make_finding(
    review::severity::medium, "memory_hotspot", "lib/shop/accounts.ex", 62,
    "`Repo.all` loads every row before they are summed.");
  rows.rule = "memory-hotspot/all-rows";
  rows.confidence = 0.75;
  rows.recommendation = "Let the database add them up with `Repo.aggregate`.";
  add(summary, std::move(rows));

  auto branches =
    make_finding(review::severity::low, "high_complexity", "assets/js/card.ts",
                 7, "These lines add 12 decisions to one function.");
  branches.end_line = 31;
  branches.rule = "high-complexity/added-decisions";
  branches.recommendation = "Give the inner loop a function of its own.";
  add(summary, std::move(branches));
  return {std::move(summary), std::move(changes)};
}

/// A review that found nothing.
inline sample clean() { return {make_summary(12), parse({})}; }

/// A review of nothing.
inline sample empty() {
  auto summary = make_summary(0);
  summary.coverage.lines_added = 0;
  summary.coverage.lines_removed = 0;
  summary.path = review::decision_path::fast_path;
  summary.rationale = "No rule asks for a deep review of this change.";
  return {std::move(summary), parse({})};
}

/// A specialist that never answered, and a check that failed.
inline sample failed() {
  auto summary = make_summary(12);
  summary.status = review::review_status::failed;
  summary.duration_ms = 30'004;
  summary.specialists_resolved = {"performance_specialist"};
  summary.escalations = {"No response from security_specialist"};
  summary.coverage.specialists[1].second = review::specialist_state::timed_out;
  summary.coverage.checks_failed = {
    {"performance_specialist", {"hot_path_modified", "memory_hotspot"}}};
  return {std::move(summary), parse({})};
}

/// A check that failed in a review that is complete.
inline sample incomplete() {
  auto made = several();
  made.summary.coverage.checks_failed = {{"security_specialist", {"xss"}}};
  return made;
}

/// Names, lines and sentences that try to be something else.
inline sample hostile() {
  auto changes =
    parse("diff --git \"a/evil\\n::error::x\\033[31m.c\" "
          "\"b/evil\\n::error::x\\033[31m.c\"\n"
          "--- \"a/evil\\n::error::x\\033[31m.c\"\n"
          "+++ \"b/evil\\n::error::x\\033[31m.c\"\n"
          "@@ -1,1 +1,2 @@\n"
          " int a;\n"
          "+\x1b]0;owned\x07 ```` \xe2\x80\xae gnp.exe \xff\xfe \xc2\x9b"
          "31m\r\n"
          "diff --git a/-x b/-x\n"
          "--- a/-x\n"
          "+++ b/-x\n"
          "@@ -0,0 +1,1 @@\n"
          "+--> </details> <img src=x onerror=alert(1)>\n"
          "diff --git \"a/caf\\351 100%.c\" \"b/caf\\351 100%.c\"\n"
          "--- \"a/caf\\351 100%.c\"\n"
          "+++ \"b/caf\\351 100%.c\"\n"
          "@@ -0,0 +1,1 @@\n"
          "+\tcall();\n");
  auto summary = make_summary(9);
  summary.review_id = "r\x1b[2J\n::error::id";
  summary.rationale = "The label ::set-output name=x::y asks.\n::error::z";
  const auto put = [&](std::string file, std::string text) {
    auto what = make_finding(review::severity::high, "sql_injection",
                             std::move(file), 1, std::move(text));
    what.recommendation = what.summary;
    add(summary, std::move(what));
  };
  put("-x", "--> <script>alert(1)</script> @everyone #1 http://evil.example/");
  put("../../etc/passwd", "[click](javascript:alert(1)) ![x](http://e/x.png)");
  put("a|b`c``d](e).c", "`unpaired ``` | cell | # heading * bold * _x_ ~~y~~");
  put("caf\xe9 100%.c", "100%25 done%0A::error::no, a:b,c=d;e");
  put("evil\n::error::x\x1b[31m.c", "first\n::error file=x::second\r\nthird");
  summary.findings.back().line = 2;
  put("r\xe2\x80\xaetl\xe2\x81\xa6.c", "\xe2\x80\xae evil \xc2\x85\x7f");
  put("z\xe2\x80\x8bw.c", "zero\xe2\x80\x8bwidth\xef\xbb\xbf");
  put("/abs\\olute", "back\\slash {0} {{x}} [a](1)");
  put("-->", "\x1b[31mred\x1b[0m \x9b"
             "31m");
  summary.findings.back().rule = "rule\n::error::`|<b>";
  summary.findings.back().agent = "agent\x1b[0m`|@x";
  summary.findings.back().suggestion = "a\x1b[31m```\n````b\n";
  summary.escalations = {"agent\n::error::x @everyone <b> asks"};
  summary.coverage.files_skipped = {{"no\nte|<b>`.c", "reason\n::error::|x"}};
  summary.coverage.files_full = 8;
  return {std::move(summary), std::move(changes)};
}

/// Wide characters, marks that join, tabs, lines beyond any width.
inline sample wide() {
  std::string longest = "var table={";
  for (std::size_t index = 0; index < 400; ++index) {
    longest += numbered("k", index, ":0,");
  }
  longest += "};box.innerHTML=user.name;";
  for (std::size_t index = 0; index < 400; ++index) {
    longest += numbered("f(", index, ");");
  }
  auto changes =
    parse("diff --git a/src/表示/名前.ts b/src/表示/名前.ts\n"
          "--- a/src/表示/名前.ts\n"
          "+++ b/src/表示/名前.ts\n"
          "@@ -0,0 +1,3 @@\n"
          "+const 説明 = "
          "\"この行はとても長いので端末の幅に収まらず、全角文字の途中で切られる"
          "ことがあってはならない\";\n"
          "+\t\tconst e\xcc\x81te\xcc\x81 = \"e\xcc\x81\"; // emoji 🎉🚀\n"
          "+"
          + longest + "\n");
  auto summary = make_summary(1);
  auto text =
    make_finding(review::severity::high, "xss", "src/表示/名前.ts", 1,
                 "この値は利用者から来たもので、そのまま文書に書き込まれると"
                 "任意の要素になります。必ずエスケープしてください。");
  text.recommendation =
    "`textContent` を使ってください。これは要素になりません。";
  add(summary, std::move(text));
  add(summary, make_finding(review::severity::medium, "hot_path_modified",
                            "src/表示/名前.ts", 2,
                            "The hot function `e\xcc\x81te\xcc\x81` changes."));
  auto far = make_finding(review::severity::low, "xss", "src/表示/名前.ts", 3,
                          "`innerHTML` gets a value that is not constant.");
  far.recommendation = "See https://example.org/a/very/long/address/that/has/"
                       "no/blank/where/it/could/be/broken/in/two/lines.html";
  add(summary, std::move(far));
  return {std::move(summary), std::move(changes)};
}

/// More findings of each severity than any budget has room for.
inline sample many() {
  auto summary = make_summary(40);
  for (const auto severity : {review::severity::high, review::severity::medium,
                              review::severity::low}) {
    for (std::uint32_t index = 1; index <= 12; ++index) {
      auto what =
        make_finding(severity, "xss", numbered("src/file", index, ".js"),
                     index * 10, "A value becomes markup.");
      what.rule = "xss/inner-html";
      what.recommendation = "Escape it.";
      add(summary, std::move(what));
    }
  }
  summary.coverage.held_back = 4'321;
  for (std::size_t index = 10; index < 30; ++index) {
    summary.coverage.files_skipped.push_back(
      {numbered("img/", index, ".png"), "binary"});
  }
  summary.coverage.files_full = 18;
  return {std::move(summary), parse({})};
}

/// A file that is deleted, lines that replace each other, no line at all.
inline sample removed() {
  auto changes = parse(R"(diff --git a/auth/old.py b/auth/old.py
deleted file mode 100644
--- a/auth/old.py
+++ /dev/null
@@ -1,3 +0,0 @@
-def check(user):
-    authorize(user)
-    return True
diff --git a/auth/new.py b/auth/new.py
--- a/auth/new.py
+++ b/auth/new.py
@@ -10,6 +10,4 @@ def view(request):
     user = request.user
-    log(user)
-    authorize(user)
-    audit(user)
+    audit(request)
     return page(user)
     # end
)");
  auto summary = make_summary(2);
  add(summary,
      make_finding(review::severity::high, "auth_bypass", "auth/new.py", 11,
                   "The guard `authorize(user)` is gone."));
  add(summary,
      make_finding(review::severity::high, "auth_bypass", "auth/old.py", 2,
                   "The guard `authorize(user)` is gone."));
  auto whole = make_finding(review::severity::none, "style", "auth/new.py", 1,
                            "The file has no description.");
  whole.line.reset();
  whole.fingerprint.reset();
  whole.agent = "prose";
  add(summary, std::move(whole));
  return {std::move(summary), std::move(changes)};
}

struct named_sample {
  std::string_view name;
  sample made;
};

inline std::vector<named_sample> all() {
  std::vector<named_sample> out;
  out.push_back({"several", several()});
  out.push_back({"clean", clean()});
  out.push_back({"empty", empty()});
  out.push_back({"failed", failed()});
  out.push_back({"incomplete", incomplete()});
  out.push_back({"hostile", hostile()});
  out.push_back({"wide", wide()});
  out.push_back({"many", many()});
  out.push_back({"removed", removed()});
  return out;
}

} // namespace libsig::report::samples
