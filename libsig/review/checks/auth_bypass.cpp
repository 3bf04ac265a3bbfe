#include "libsig/review/checks/auth_bypass.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/checks/guards.hpp"
#include "libsig/review/checks/openings.hpp"
#include "libsig/review/checks/outline.hpp"
#include "libsig/review/checks/report.hpp"
#include "libsig/review/checks/survival.hpp"

namespace libsig::review::checks {

namespace {

/// Guards of one hunk's side that are compared; what is beyond them is not
/// looked at. No hunk that people write has more.
constexpr std::size_t guards_max = 64;

/// Hunks of a file up to which guards are looked for in other hunks than the
/// one that lost them.
constexpr std::size_t moved_hunks_max = 64;

constexpr double plain_confidence = 0.85;
constexpr double condition_confidence = 0.7;

struct wording {
  std::string_view rule;
  severity level;
  std::string_view summary;
  std::string_view recommendation;
};

wording wording_of(opening what) {
  switch (what) {
  case opening::open_access:
    return {"auth-bypass/open-access", severity::high,
            "Access is opened to everybody.",
            "Demand a login or a right here, or name what is meant to be "
            "public one by one."};
  case opening::skipped_guard:
    return {"auth-bypass/skipped-guard", severity::high,
            "A check of who may come in is skipped.",
            "Keep the check, or skip it only for the actions that are meant "
            "to be public."};
  case opening::csrf_disabled:
    return {"auth-bypass/csrf-disabled", severity::medium,
            "The protection against forged requests is turned off.",
            "Keep the protection on, and let only requests pass that carry "
            "another proof of their origin."};
  case opening::always_allowed:
    return {"auth-bypass/always-allowed", severity::high,
            "A check of rights always says yes.",
            "Ask for the right of the caller instead of a constant."};
  case opening::unverified_token:
    return {"auth-bypass/unverified-token", severity::high,
            "A token is accepted without its signature being verified.",
            "Verify the signature with a fixed list of algorithms."};
  }
  return {};
}

/// What the removed lines of a hunk say, for questions that many added lines
/// ask.
class removed_text {
public:
  explicit removed_text(const code_view& before) : before_(before) {}

  /// Whether a line of this text was removed.
  [[nodiscard]] bool holds_line(std::string_view text) {
    read();
    return lines_.contains(text);
  }

  /// Whether a `return` that asked for a right was removed.
  [[nodiscard]] bool holds_check() {
    read();
    return returns_check_;
  }

private:
  void read() {
    if (std::exchange(read_, true))
      return;
    for (const auto& line : before_.lines) {
      if (line.origin != line_kind::removed)
        continue;
      lines_.insert(text_of(before_, line));
      const auto tokens = before_.of(line);
      if (spelled(tokens, 0, "return"))
        returns_check_ = returns_check_ || asks_for_right(tokens);
    }
  }

  static bool asks_for_right(std::span<const token> tokens) {
    const auto near =
      tokens.first(std::min<std::size_t>(tokens.size(), reach_max));
    return std::any_of(near.begin(), near.end(), [](const token& next) {
      return is_identifier(next)
             && (guard_name_of(next.text).asks >= demand::login
                 || one_of(next.text, {"is_staff", "role", "roles"}));
    });
  }

  const code_view& before_;
  std::unordered_set<std::string_view> lines_;
  bool read_ = false;
  bool returns_check_ = false;
};

/// Looks through one file.
class auth_search {
public:
  auth_search(const lexed_file& file, std::vector<finding>& found)
    : file_(file), report_(file, found) {}

  void look() {
    for (const auto& piece : file_.hunks)
      read(piece);
    // What the file gains matters only where it lost something.
    if (std::all_of(hunks_.begin(), hunks_.end(),
                    [](const auto& where) { return where.removed.empty(); }))
      return;
    for (auto& where : hunks_) {
      collect(where.after, line_kind::added, where.added);
      where.used.assign(where.added.size(), false);
    }
    for (auto& where : hunks_)
      match_within(where);
    for (const auto& where : hunks_)
      for (const auto& lost : where.removed)
        if (!is_moved(lost))
          report_removed(where, lost);
  }

private:
  void read(const lexed_hunk& piece) {
    hunk_guards where;
    where.section = piece.where->section;
    view_into(where.after, piece.new_side);
    view_into(where.before, piece.old_side);
    collect(where.before, line_kind::removed, where.removed);
    if (!where.removed.empty())
      keep_survivors(where);
    look_for_openings(where);
    hunks_.push_back(std::move(where));
  }

  void collect(const code_view& code, line_kind origin,
               std::vector<guard>& out) const {
    for (std::size_t line = 0;
         line < code.lines.size() && out.size() < guards_max; ++line)
      if (code.lines[line].origin == origin)
        if (const auto found = guard_on(code, line, file_.spoken))
          out.push_back(*found);
  }

  void keep_survivors(hunk_guards& where) const {
    std::erase_if(where.removed, [&](const guard& lost) {
      return lost.vague || !survives(where, lost, file_.spoken)
             || has_neighbour(where.before, lost);
    });
  }

  /// Whether another guard that stays stands right beside a removed one, on
  /// the same definition.
  [[nodiscard]] bool has_neighbour(const code_view& code,
                                   const guard& lost) const {
    if (lost.form != guard_form::decoration)
      return false;
    const auto stays = [&](std::size_t line) {
      if (code.lines[line].origin != line_kind::context)
        return false;
      const auto other = guard_on(code, line, file_.spoken);
      return other && other->asks >= lost.asks;
    };
    for (auto line = lost.line; line > 0 && lost.line - line < 8;) {
      --line;
      if (!is_decoration(code, line, file_.spoken))
        break;
      if (stays(line))
        return true;
    }
    for (auto line = lost.line + 1;
         line < code.lines.size() && line - lost.line < 8
         && is_decoration(code, line, file_.spoken);
         ++line)
      if (stays(line))
        return true;
    return false;
  }

  static bool same_kind(demand asked, demand given) {
    return (asked == demand::origin) == (given == demand::origin)
           && given >= asked;
  }

  /// Lets the guards that a hunk adds stand in for those that it loses, each
  /// for one; first those of the same name.
  static void match_within(hunk_guards& where) {
    for (const bool by_name : {true, false})
      std::erase_if(where.removed, [&](const guard& lost) {
        for (std::size_t place = 0; place < where.added.size(); ++place) {
          const auto& gained = where.added[place];
          if (where.used[place]
              || (by_name ? gained.name != lost.name || gained.asks < lost.asks
                          : !same_kind(lost.asks, gained.asks)))
            continue;
          where.used[place] = !gained.broad;
          return true;
        }
        return false;
      });
  }

  /// Whether the same guard is added elsewhere in the file.
  [[nodiscard]] bool is_moved(const guard& lost) {
    if (hunks_.size() > moved_hunks_max)
      return false;
    for (auto& where : hunks_)
      for (std::size_t place = 0; place < where.added.size(); ++place) {
        const auto& gained = where.added[place];
        if (where.used[place] || gained.asks < lost.asks
            || (gained.name != lost.name
                && !(gained.broad && same_kind(lost.asks, gained.asks))))
          continue;
        where.used[place] = !gained.broad;
        return true;
      }
    return false;
  }

  void report_removed(const hunk_guards& where, const guard& lost) {
    const auto& line = where.before.lines[lost.line];
    observation seen;
    seen.type = "auth_bypass";
    seen.rule = "auth-bypass/removed-guard";
    seen.level =
      lost.asks == demand::origin ? severity::medium : severity::high;
    seen.line = line.line;
    seen.confidence = lost.form == guard_form::condition ? condition_confidence
                                                         : plain_confidence;
    seen.summary = "The guard " + std::string(lost.name)
                   + " was removed, and nothing in its place demands as much.";
    seen.recommendation = "Put the guard back, or guard what it protected in "
                          "another way that is as strict.";
    seen.key = text_of(where.before, line);
    report_.add(std::move(seen));
  }

  // -- what the new side opens ------------------------------------------------

  void look_for_openings(const hunk_guards& where) {
    const surroundings around{file_.diff->path(), where.section};
    removed_text removed(where.before);
    for (std::size_t line = 0; line < where.after.lines.size(); ++line) {
      const auto& here = where.after.lines[line];
      if (here.origin != line_kind::added)
        continue;
      auto found = opening_on(where.after, line, file_.spoken, around);
      if (!found && grants(where.after, line, removed))
        found = opening::always_allowed;
      if (found && !removed.holds_line(text_of(where.after, here)))
        report_opening(where.after, here, *found);
    }
  }

  /// Whether a right is set to true: for good, or in place of a check that was
  /// removed. An argument on a line of its own sets nothing.
  [[nodiscard]] bool grants(const code_view& code, std::size_t line,
                            removed_text& removed) const {
    const auto name = granted_on(code, line, file_.spoken);
    if (name == "return")
      return removed.holds_check();
    return !name.empty();
  }

  void report_opening(const code_view& code, const code_line& line,
                      opening found) {
    const auto words = wording_of(found);
    observation seen;
    seen.type = "auth_bypass";
    seen.rule = words.rule;
    seen.level = words.level;
    seen.line = line.line;
    seen.confidence = plain_confidence;
    seen.summary = words.summary;
    seen.recommendation = words.recommendation;
    seen.key = text_of(code, line);
    report_.add(std::move(seen));
  }

  const lexed_file& file_;
  reporter report_;
  std::vector<hunk_guards> hunks_;
};

class auth_bypass final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "auth_bypass";
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& /*options*/) const override {
    std::vector<finding> found;
    for (const auto& file : files)
      if (file.diff->change != file_change::deleted
          && !is_test_path(file.diff->path()))
        auth_search(file, found).look();
    return found;
  }
};

} // namespace

std::unique_ptr<const check> make_auth_bypass_check() {
  return std::make_unique<auth_bypass>();
}

} // namespace libsig::review::checks
