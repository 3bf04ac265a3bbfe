#include "libsig/review/checks/report.hpp"

#include <algorithm>

#include "libsig/review/fingerprint.hpp"

namespace libsig::review::checks {

reporter::reporter(const lexed_file& file, std::vector<finding>& out)
  : file_(file), out_(out) {}

void reporter::add(observation seen) {
  std::string place(seen.rule);
  place += '\n';
  place += seen.key;
  const auto occurrence = occurrences_[std::move(place)]++;
  finding made;
  made.type = seen.type;
  made.severity = seen.level;
  made.file = file_.diff->path();
  made.summary = std::move(seen.summary);
  made.recommendation = std::move(seen.recommendation);
  made.line = std::max<std::uint32_t>(seen.line, 1);
  if (seen.end_line > seen.line)
    made.end_line = seen.end_line;
  made.rule = std::string(seen.rule);
  made.confidence = seen.confidence;
  made.fingerprint =
    fingerprint(seen.rule, file_.diff->path(), seen.key, occurrence);
  out_.push_back(std::move(made));
}

std::string_view text_of(const code_view& code, const code_line& line) {
  const auto tokens = code.of(line);
  if (tokens.empty() || tokens.front().text.empty())
    return {};
  const char* begin = tokens.front().text.data();
  const char* start = begin - tokens.front().column;
  const char* end = begin + tokens.front().text.size();
  for (const auto& next : tokens)
    if (!next.text.empty() && next.text.data() - next.column == start)
      end = next.text.data() + next.text.size();
  return {begin, static_cast<std::size_t>(end - begin)};
}

} // namespace libsig::review::checks
