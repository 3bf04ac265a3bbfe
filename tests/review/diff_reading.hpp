#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/review/diff.hpp"

/// How the tests of the diff parser say what they parse and what came of it.
namespace libsig::review::testing {

/// Parses bytes that the result keeps alive.
inline result<change_set> parse(std::string text) {
  return change_set::parse(
    std::make_shared<const std::string>(std::move(text)));
}

/// The place of the error, or `parsed` if there is none.
inline std::string place_of_error(std::string text) {
  const auto parsed = parse(std::move(text));
  return parsed ? "parsed" : parsed.error().place();
}

/// `<change> <old> -> <new> +<added> -<removed>` and flags for each file, with
/// line feeds between; the error's message if there is one.
inline std::string outline(std::string text) {
  const auto parsed = parse(std::move(text));
  if (!parsed)
    return parsed.error().message();
  constexpr std::string_view names[] = {"modified", "added",  "deleted",
                                        "renamed",  "copied", "mode"};
  std::string result;
  for (const auto& file : parsed->files()) {
    if (!result.empty())
      result += '\n';
    result += std::string(names[static_cast<int>(file.change)]) + " ["
              + file.old_path + "] [" + file.new_path + "] +"
              + std::to_string(file.added_lines) + " -"
              + std::to_string(file.removed_lines);
    result += file.binary ? " binary" : "";
    result += file.submodule ? " submodule" : "";
    result += file.combined ? " combined" : "";
  }
  return result;
}

/// `<kind><old>,<new>:<text>` of each line of all hunks of the first file.
inline std::string lines_of(std::string text) {
  const auto parsed = parse(std::move(text));
  if (!parsed)
    return parsed.error().message();
  std::string result;
  for (const auto& hunk : parsed->files().front().hunks)
    for (const auto& line : hunk.lines) {
      result += " +-"[static_cast<int>(line.kind)];
      result += std::to_string(line.old_line) + ','
                + std::to_string(line.new_line) + ':' + std::string(line.text)
                + '\n';
    }
  return result;
}

} // namespace libsig::review::testing
