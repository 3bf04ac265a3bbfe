#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/review/check.hpp"
#include "tests/support/hunks.hpp"

/// Runs one check over one file made by hand.
namespace libsig::testing {

[[nodiscard]] inline std::vector<review::finding>
look_at(const review::check& check, const review::file_diff& file,
        std::vector<std::string> hot = {}) {
  const std::vector<review::lexed_file> files{review::lex_file(file)};
  review::check_options options;
  options.hot_functions = std::move(hot);
  return check.run(files, options).value();
}

/// The text as a file that the change adds.
[[nodiscard]] inline std::vector<review::finding>
look_at_added(const review::check& check, std::string path,
              std::string_view text, std::vector<std::string> hot = {}) {
  return look_at(check, added_file(std::move(path), text), std::move(hot));
}

/// Lines with the marks of a diff as one hunk of a changed file, from line 1.
[[nodiscard]] inline std::vector<review::finding>
look_at_marked(const review::check& check, std::string path,
               std::string_view text, std::vector<std::string> hot = {}) {
  review::file_diff file;
  file.old_path = path;
  file.new_path = std::move(path);
  file.hunks.push_back(marked_hunk(text, 1));
  return look_at(check, file, std::move(hot));
}

} // namespace libsig::testing
