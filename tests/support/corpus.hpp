#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/review/check.hpp"
#include "tests/support/hunks.hpp"

/// Reads and scores the labelled corpus (tests/review/corpus/README.md).
namespace libsig::testing {

/// What was marked, found and said wrongly.
struct tally {
  int marked = 0;       ///< lines on which something must be found
  int found = 0;        ///< of these, lines with a finding
  int wrong = 0;        ///< lines with a finding but no mark
  int safe = 0;         ///< safe snippets
  int safe_alarmed = 0; ///< of these, snippets with a finding
  int vulnerable = 0;   ///< vulnerable snippets

  [[nodiscard]] double recall() const {
    return marked == 0 ? 1.0 : double(found) / double(marked);
  }

  [[nodiscard]] double precision() const {
    return found + wrong == 0 ? 1.0 : double(found) / double(found + wrong);
  }

  [[nodiscard]] double alarms() const {
    return safe == 0 ? 0.0 : double(safe_alarmed) / double(safe);
  }
};

struct corpus_score {
  int snippets = 0;
  std::map<std::string, tally> checks;
  std::map<std::string, tally> languages; ///< `check language`
  std::map<std::string, tally> rules;     ///< found and wrong alone
  std::vector<std::string> misses;        ///< sentences about what went wrong
};

struct snippet {
  std::string check;
  std::string language;
  std::string name;
  std::string path;
  bool vulnerable = false;
  bool diff = false;
  std::uint32_t start = 1;
  std::vector<std::string> hot_functions;
  std::string text;
  std::set<std::uint32_t> marked; ///< by place in the snippet, from 0
};

inline void parse_header(const std::string& line, snippet& to) {
  std::istringstream words(line);
  std::string word;
  words >> word >> word;
  to.vulnerable = word == "vulnerable";
  words >> to.name >> to.path;
  while (words >> word) {
    if (word == "diff")
      to.diff = true;
    else if (word.starts_with("start="))
      to.start = static_cast<std::uint32_t>(std::stoul(word.substr(6)));
    else if (word.starts_with("hot=")) {
      std::istringstream names(word.substr(4));
      for (std::string name; std::getline(names, name, ',');)
        to.hot_functions.push_back(name);
    }
  }
}

[[nodiscard]] inline std::vector<snippet>
read_corpus_file(const std::filesystem::path& file) {
  constexpr std::string_view mark = " <<<!";
  std::vector<snippet> all;
  std::ifstream in(file);
  std::uint32_t place = 0;
  for (std::string line; std::getline(in, line); ++place) {
    if (line.starts_with("=== ")) {
      auto& made = all.emplace_back();
      made.check = file.parent_path().filename().string();
      made.language = file.stem().string();
      parse_header(line, made);
      place = static_cast<std::uint32_t>(-1);
      continue;
    }
    if (all.empty())
      continue;
    if (line.ends_with(mark)) {
      line.resize(line.size() - mark.size());
      all.back().marked.insert(place);
    }
    all.back().text += line + '\n';
  }
  for (auto& each : all)
    while (each.text.ends_with("\n\n"))
      each.text.pop_back();
  return all;
}

/// The lines on which the check finds something, each with its rule.
[[nodiscard]] inline std::map<std::uint32_t, std::string>
lines_found(const snippet& given,
            const std::vector<std::unique_ptr<const review::check>>& checks) {
  review::file_diff file;
  file.new_path = file.old_path = given.path;
  file.change =
    given.diff ? review::file_change::modified : review::file_change::added;
  file.hunks.push_back(given.diff ? marked_hunk(given.text, given.start)
                                  : added_hunk(given.text));
  if (!given.diff && given.start != 1) {
    file.hunks.back().new_start = given.start;
    for (auto& line : file.hunks.back().lines)
      line.new_line += given.start - 1;
  }
  const std::vector<review::lexed_file> lexed{review::lex_file(file)};
  review::check_options options;
  options.hot_functions = given.hot_functions;
  std::map<std::uint32_t, std::string> lines;
  for (const auto& each : checks) {
    if (each->name() != given.check)
      continue;
    const auto found = each->run(lexed, options);
    if (!found)
      continue;
    for (const auto& one : *found)
      lines[one.line.value_or(0)] = one.rule.value_or("");
  }
  return lines;
}

/// The marked lines as findings name them.
[[nodiscard]] inline std::set<std::uint32_t> marked_lines(const snippet& of) {
  std::set<std::uint32_t> lines;
  if (!of.diff) {
    for (const auto place : of.marked)
      lines.insert(of.start + place);
    return lines;
  }
  const auto hunk = marked_hunk(of.text, of.start);
  for (const auto place : of.marked)
    if (place < hunk.lines.size())
      lines.insert(std::max(1u, hunk.lines[place].new_line));
  return lines;
}

inline void
score_snippet(corpus_score& to, const snippet& given,
              const std::vector<std::unique_ptr<const review::check>>& checks) {
  const auto found = lines_found(given, checks);
  const auto wanted = marked_lines(given);
  tally one;
  one.vulnerable = given.vulnerable ? 1 : 0;
  one.safe = given.vulnerable ? 0 : 1;
  one.safe_alarmed = !given.vulnerable && !found.empty() ? 1 : 0;
  const auto where = given.check + '/' + given.language + ' ' + given.name;
  for (const auto line : wanted) {
    ++one.marked;
    if (found.contains(line))
      ++one.found;
    else
      to.misses.push_back("missed " + where + " line " + std::to_string(line));
  }
  for (const auto& [line, rule] : found) {
    auto& by_rule = to.rules[rule];
    if (wanted.contains(line)) {
      ++by_rule.found;
      continue;
    }
    ++one.wrong;
    ++by_rule.wrong;
    to.misses.push_back("wrong " + where + (given.vulnerable ? "" : " (safe)")
                        + " line " + std::to_string(line) + ' ' + rule);
  }
  const auto language = given.check + ' ' + given.language;
  for (auto* each : {&to.checks[given.check], &to.languages[language]}) {
    each->marked += one.marked;
    each->found += one.found;
    each->wrong += one.wrong;
    each->safe += one.safe;
    each->safe_alarmed += one.safe_alarmed;
    each->vulnerable += one.vulnerable;
  }
  ++to.snippets;
}

[[nodiscard]] inline corpus_score
score_corpus(const std::filesystem::path& folder) {
  auto checks = review::security_checks();
  for (auto& each : review::performance_checks())
    checks.push_back(std::move(each));
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
    if (each.path().extension() == ".txt")
      files.push_back(each.path());
  std::sort(files.begin(), files.end());
  corpus_score score;
  for (const auto& file : files)
    for (const auto& each : read_corpus_file(file))
      score_snippet(score, each, checks);
  return score;
}

inline void print_row(std::ostream& out, const std::string& name,
                      const tally& of) {
  out << std::left << std::setw(34) << name << std::right << std::setw(6)
      << of.vulnerable << std::setw(6) << of.safe << std::setw(8) << of.marked
      << std::fixed << std::setprecision(3) << std::setw(8) << of.recall()
      << std::setw(11) << of.precision() << std::setw(8) << of.alarms() << '\n';
}

inline void print(std::ostream& out, const corpus_score& score, bool misses) {
  out << score.snippets << " snippets\n"
      << std::left << std::setw(34) << "check" << std::right << std::setw(6)
      << "vuln" << std::setw(6) << "safe" << std::setw(8) << "marked"
      << std::setw(8) << "recall" << std::setw(11) << "precision"
      << std::setw(8) << "alarms" << '\n';
  for (const auto& [name, of] : score.checks)
    print_row(out, name, of);
  out << '\n';
  for (const auto& [name, of] : score.languages)
    print_row(out, name, of);
  out << '\n'
      << std::left << std::setw(40) << "rule" << std::right << std::setw(8)
      << "found" << std::setw(8) << "wrong" << std::setw(11) << "precision"
      << '\n';
  for (const auto& [name, of] : score.rules)
    out << std::left << std::setw(40) << name << std::right << std::setw(8)
        << of.found << std::setw(8) << of.wrong << std::setw(11)
        << of.precision() << '\n';
  if (misses)
    for (const auto& each : score.misses)
      out << each << '\n';
}

} // namespace libsig::testing
