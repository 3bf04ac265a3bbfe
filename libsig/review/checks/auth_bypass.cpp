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

namespace libsig::review::checks {

namespace {

/// Guards of one hunk's side that are compared; what is beyond them is not
/// looked at. No hunk that people write has more.
constexpr std::size_t guards_max = 64;

/// Hunks of a file up to which guards are looked for in other hunks than the
/// one that lost them.
constexpr std::size_t moved_hunks_max = 64;

/// Lines that are walked back to what encloses a line.
constexpr std::size_t enclosing_lines_max = 80;

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

/// Both sides of a hunk and the guards that the change touches.
struct hunk_guards {
  code_view before;
  code_view after;
  std::string_view section;
  std::vector<guard> removed;
  std::vector<guard> added;
  std::vector<bool> used; ///< for each of `added`: stands in for another
};

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

/// Whether added text names something.
bool is_added(const hunk_guards& where, std::string_view name) {
  for (const auto& line : where.after.lines) {
    if (line.origin != line_kind::added)
      continue;
    for (const auto& next : where.after.of(line))
      if ((next.kind == token_kind::identifier
           || next.kind == token_kind::string_text)
          && next.text == name)
        return true;
  }
  return false;
}

/// Whether a line's text is added again, indented as it may be.
bool is_added_again(const hunk_guards& where, const code_line& line) {
  const auto text = text_of(where.before, line);
  if (text.size() < 3)
    return false;
  return std::any_of(where.after.lines.begin(), where.after.lines.end(),
                     [&](const code_line& other) {
                       return other.origin == line_kind::added
                              && text_of(where.after, other) == text;
                     });
}

/// Tells whether what a removed guard guarded is still there.
class survival {
public:
  survival(const hunk_guards& where, language what)
    : where_(where), lines_(where.before.lines), what_(what) {}

  [[nodiscard]] bool of(const guard& lost) const {
    if (is_enclosing_gone(lost.line))
      return false;
    switch (lost.form) {
    case guard_form::decoration:
      return below_decoration(lost.line + 1);
    case guard_form::argument:
      return of_argument(lost.line);
    case guard_form::condition:
      return lost.denies || below_condition(lost.line);
    case guard_form::statement:
      return true;
    }
    return true;
  }

private:
  [[nodiscard]] bool is_removed(std::size_t line) const {
    return lines_[line].origin == line_kind::removed;
  }

  [[nodiscard]] std::string_view subject(std::size_t line) const {
    return subject_of(where_.before.of(lines_[line]));
  }

  /// What a decoration stood above.
  [[nodiscard]] bool below_decoration(std::size_t line) const {
    while (line < lines_.size() && is_decoration(where_.before, line, what_))
      ++line;
    if (line >= lines_.size() || !is_removed(line))
      return true;
    const auto name = subject(line);
    if (!name.empty() && is_added(where_, name))
      return true;
    return has_kept_body(line);
  }

  /// Whether the first line below a removed head is kept: the head was
  /// replaced, not deleted with what it heads.
  [[nodiscard]] bool has_kept_body(std::size_t line) const {
    return line + 1 < lines_.size() && !is_removed(line + 1)
           && lines_[line + 1].indent > lines_[line].indent;
  }

  [[nodiscard]] bool of_argument(std::size_t line) const {
    const auto tokens = where_.before.of(lines_[line]);
    const auto name = subject(line);
    if (!name.empty() && is_added(where_, name))
      return true;
    if (is_decoration(where_.before, line, what_))
      return below_decoration(line + 1);
    if (!defines(tokens))
      for (auto place = tokens.size(); place-- > 0;)
        if (is_identifier(tokens[place]))
          return is_added(where_, tokens[place].text);
    return has_kept_body(line);
  }

  /// What a condition let in: the lines below it.
  [[nodiscard]] bool below_condition(std::size_t line) const {
    const auto first = where_.before.of(lines_[line]);
    if (spelled(first, 0, "||") || spelled(first, 0, "or"))
      return false;
    if (!spelled(first, 0, "&&") && !spelled(first, 0, "and")
        && !opens_block(first.back()))
      return is_guarded_kept(line);
    if (line + 1 >= lines_.size())
      return true;
    return !is_removed(line + 1) || is_added_again(where_, lines_[line + 1]);
  }

  static bool opens_block(const token& last) {
    return last.kind == token_kind::markup_close
           || (is_code(last)
               && one_of(last.text, {"{", ":", "do", "then", "(", "&&", "||",
                                     "and", "or", "|", ")"}));
  }

  /// For a condition with what it guards on one line: whether some of that is
  /// added again.
  [[nodiscard]] bool is_guarded_kept(std::size_t line) const {
    const auto tokens = where_.before.of(lines_[line]);
    std::size_t asked = 0;
    for (const auto& next :
         tokens.first(std::min<std::size_t>(tokens.size(), reach_max))) {
      const bool telling =
        is_identifier(next) && next.text.size() > 3
        && guard_name_of(next.text).asks == demand::nothing
        && !one_of(next.text, {"return", "unless", "else", "user", "then",
                               "current_user", "self", "this", "true", "false",
                               "request", "raise", "throw"});
      if (telling && ++asked <= 8 && is_added(where_, next.text))
        return true;
    }
    return false;
  }

  /// Whether a definition around the line is removed as a whole.
  [[nodiscard]] bool is_enclosing_gone(std::size_t line) const {
    auto indent = lines_[line].indent;
    for (auto here = line; here > 0 && line - here < enclosing_lines_max;) {
      --here;
      if (lines_[here].indent >= indent)
        continue;
      const auto tokens = where_.before.of(lines_[here]);
      // A brace on a line of its own: the head stands above, as deep.
      indent = lines_[here].indent + (tokens.size() == 1 ? 1U : 0U);
      if (!is_removed(here))
        return false;
      const bool heads = defines(tokens) || registers_route(tokens)
                         || tokens.back().text == "{"
                         || tokens.back().text == "do";
      const auto name = subject(here);
      if (heads && !name.empty() && name != "if" && !is_added(where_, name))
        return true;
      if (indent == 0)
        return false;
    }
    return false;
  }

  const hunk_guards& where_;
  const std::vector<code_line>& lines_;
  language what_;
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
    const survival still(where, file_.spoken);
    std::erase_if(where.removed, [&](const guard& lost) {
      return lost.vague || !still.of(lost) || has_neighbour(where.before, lost);
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
