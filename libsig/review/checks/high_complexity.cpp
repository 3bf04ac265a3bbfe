#include "libsig/review/checks/high_complexity.hpp"

#include <string>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/checks/decisions.hpp"
#include "libsig/review/checks/outline.hpp"
#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

namespace {

constexpr double known_confidence = 0.8;
constexpr double unknown_confidence = 0.6;

/// Lines longer than this are generated or minified; nobody reads them.
constexpr std::size_t readable_columns_max = 1'000;

severity level_of(std::uint32_t complexity) {
  if (2 * complexity > 4 * complexity_max)
    return severity::high;
  return 2 * complexity > 3 * complexity_max ? severity::medium : severity::low;
}

bool is_generated(std::string_view path) {
  return holds(path, ".min.") || holds(path, "node_modules/")
         || holds(path, "vendor/") || holds(path, ".pb.") || holds(path, "_pb2")
         || holds(path, ".generated.") || holds(path, "/dist/");
}

bool is_minified(const code_view& code) {
  for (const auto& line : code.lines)
    if (text_of(code, line).size() > readable_columns_max)
      return true;
  return false;
}

observation describe(const function_unit& unit, const decision_count& counted) {
  const auto complexity = counted.count + 1;
  const bool known = !unit.name.empty();
  observation seen;
  seen.type = "high_complexity";
  seen.rule = "complexity/function";
  seen.level = level_of(complexity);
  seen.line = counted.first_line;
  seen.end_line = counted.last_line;
  seen.confidence = known ? known_confidence : unknown_confidence;
  seen.summary = "The complexity of the added code"
                 + (known ? " in " + std::string(unit.name) : std::string())
                 + " is " + std::to_string(complexity)
                 + ", above the threshold of " + std::to_string(complexity_max)
                 + ".";
  seen.recommendation =
    known ? "Split " + std::string(unit.name)
              + " into smaller functions, or replace its branches by a table."
          : "Split the code into functions, or replace its branches by a "
            "table.";
  seen.key = unit.name;
  return seen;
}

class high_complexity final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "high_complexity";
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& /*options*/) const override {
    std::vector<finding> found;
    for (const auto& file : files)
      if (counts_decisions(file.spoken) && !is_generated(file.diff->path()))
        look(file, found);
    return found;
  }

private:
  static void look(const lexed_file& file, std::vector<finding>& found) {
    reporter report(file, found);
    code_view code;
    outline functions;
    std::vector<decision_count> counted;
    for (const auto& piece : file.hunks) {
      view_into(code, piece.new_side);
      if (is_minified(code))
        continue;
      outline_into(functions, code, file.spoken, piece.where->section);
      count_decisions(counted, code, functions, file.spoken);
      for (std::size_t unit = 0; unit < counted.size(); ++unit)
        if (counted[unit].count + 1 > complexity_max
            && is_one_place(file, piece, functions, unit))
          report.add(describe(functions.units[unit], counted[unit]));
    }
  }

  /// What stands outside of all functions is one place only where a hunk may
  /// have begun inside of one that it does not show.
  static bool is_one_place(const lexed_file& file, const lexed_hunk& piece,
                           const outline& functions, std::size_t unit) {
    if (!functions.units[unit].name.empty())
      return true;
    const bool short_members =
      file.spoken == language::csharp || file.spoken == language::kotlin
      || file.spoken == language::scala || file.spoken == language::java
      || file.spoken == language::c_family;
    return unit == 0
           && !(short_members && piece.where->new_start == 1
                && functions.units.size() > 1);
  }
};

} // namespace

std::unique_ptr<const check> make_high_complexity_check() {
  return std::make_unique<high_complexity>();
}

} // namespace libsig::review::checks
