#include "apps/sigd/query.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "libsig/config/units.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] tl::unexpected<error>
unknown(const std::string& name, std::span<const query_parameter> known) {
  error why(errc::invalid_argument, "the query has no '" + name + "' here");
  std::vector<std::string> names;
  for (const auto& one : known) {
    names.emplace_back(one.name);
  }
  const auto meant = closest(name, names);
  return fail(meant.empty()
                ? std::move(why)
                : std::move(why).mend("did you mean '" + meant + "'?"));
}

/// Leading zeros, signs and blanks are refused.
[[nodiscard]] result<void> check_value(const http::query_item& one,
                                       const query_parameter& declared) {
  if (declared.is != query_parameter::kind::whole) {
    return {};
  }
  const auto value = read_number(one.value);
  if (value && *value >= declared.least && *value <= declared.most) {
    return {};
  }
  return fail(error(errc::invalid_argument,
                    "'" + one.name + "' must be a whole number of "
                      + std::to_string(declared.least) + " to "
                      + std::to_string(declared.most)));
}

} // namespace

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  const bool padded = text.size() > 1 && text.front() == '0';
  if (text.empty() || padded || read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  return value;
}

result<void> check_query(const http::request& received,
                         std::span<const query_parameter> known) {
  for (const auto& one : received.query) {
    const auto declared =
      std::ranges::find(known, one.name, &query_parameter::name);
    if (declared == known.end()) {
      return unknown(one.name, known);
    }
    const auto same = [&](const http::query_item& other) {
      return other.name == one.name;
    };
    if (!declared->repeats && std::ranges::count_if(received.query, same) > 1) {
      return fail(error(errc::invalid_argument,
                        "'" + one.name + "' stands twice in the query"));
    }
    if (auto fits = check_value(one, *declared); !fits) {
      return fits;
    }
  }
  return {};
}

result<std::optional<std::chrono::milliseconds>>
duration_of_query(const http::request& received, std::string_view name,
                  std::chrono::milliseconds most) {
  const auto stated = received.query_value(name);
  if (!stated) {
    return std::nullopt;
  }
  constexpr std::chrono::milliseconds least{1};
  const auto value = config::parse_duration_within(*stated, least, most);
  if (!value) {
    return fail(error(errc::invalid_argument,
                      '\'' + std::string{name}
                        + "' must be a duration such as '500ms' or '30s', of "
                          "1ms to "
                        + config::format_duration(most)));
  }
  return *value;
}

std::optional<std::uint64_t> whole_of_query(const http::request& received,
                                            std::string_view name) {
  const auto stated = received.query_value(name);
  return stated ? read_number(*stated) : std::nullopt;
}

} // namespace libsig::sigd
