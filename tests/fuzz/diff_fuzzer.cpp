#include "libsig/review/diff.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

using namespace libsig::review;

namespace {

/// Stops the fuzzer: an invariant does not hold.
void require(bool holds) {
  if (!holds)
    std::abort();
}

void require_within(std::string_view view, const std::string& text) {
  const std::less_equal<> at_most;
  require(
    view.empty()
    || (at_most(text.data(), view.data())
        && at_most(view.data() + view.size(), text.data() + text.size())));
}

void check_line(const diff_line& line, const file_diff& file,
                const std::string& text) {
  require_within(line.text, text);
  require(line.text.find('\n') == std::string_view::npos);
  require(line.new_line >= 1 && line.old_line >= 1);
  require(file.combined || line.kind == line_kind::context
          || file.added_lines + file.removed_lines > 0);
}

void check_hunk(const hunk& hunk, const file_diff& file,
                const std::string& text) {
  require_within(hunk.section, text);
  std::uint32_t old_count = 0;
  std::uint32_t new_count = 0;
  const diff_line* before = nullptr;
  for (const auto& line : hunk.lines) {
    check_line(line, file, text);
    old_count += line.kind != line_kind::added ? 1u : 0u;
    new_count += line.kind != line_kind::removed ? 1u : 0u;
    require(before == nullptr
            || (before->old_line <= line.old_line
                && before->new_line <= line.new_line));
    before = &line;
  }
  require(new_count == hunk.new_count);
  require(file.combined || old_count == hunk.old_count);
}

void check_file(const file_diff& file, const std::string& text) {
  require(!file.path().empty());
  require(file.path().find('\0') == std::string::npos);
  require((file.change == file_change::added) == file.old_path.empty());
  require((file.change == file_change::deleted) == file.new_path.empty());
  require(!file.binary || file.hunks.empty());
  std::uint32_t added = 0;
  std::uint32_t removed = 0;
  for (const auto& hunk : file.hunks) {
    check_hunk(hunk, file, text);
    for (const auto& line : hunk.lines) {
      added += line.kind == line_kind::added ? 1u : 0u;
      removed += line.kind == line_kind::removed ? 1u : 0u;
    }
  }
  require(added == file.added_lines && removed == file.removed_lines);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto text = std::make_shared<const std::string>(data, data + size);
  const auto parsed = change_set::parse(text);
  if (!parsed) {
    require(parsed.error().place().starts_with("line "));
    require(!parsed.error().remedy().empty());
    return 0;
  }
  for (const auto& file : parsed->files())
    check_file(file, *text);
  return 0;
}
