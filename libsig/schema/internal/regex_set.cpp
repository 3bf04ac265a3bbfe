#include "libsig/schema/internal/regex_set.hpp"

#include <re2/re2.h>

#include <utility>

namespace libsig::schema::internal {

regex_set::regex_set() = default;

regex_set::regex_set(regex_set&&) noexcept = default;

regex_set& regex_set::operator=(regex_set&&) noexcept = default;

regex_set::~regex_set() = default;

result<void> regex_set::add(const std::string& expression) {
  if (compiled_.contains(expression)) {
    return {};
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<const re2::RE2>(expression, options);
  if (!compiled->ok()) {
    return fail(
      error(errc::invalid_argument,
            "a regular expression that RE2 does not take: " + compiled->error())
        .mend("use no look-around and no back-references"));
  }
  compiled_.emplace(expression, std::move(compiled));
  return {};
}

bool regex_set::matches(std::string_view expression,
                        std::string_view text) const {
  const auto found = compiled_.find(expression);
  return found != compiled_.end()
         && re2::RE2::PartialMatch({text.data(), text.size()}, *found->second);
}

} // namespace libsig::schema::internal
