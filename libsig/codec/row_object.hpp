#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_forward.hpp"

namespace libsig::codec {

/// The JSON object that a row of a journal holds, read member by member. A
/// member of another type is as one that is not there.
class row_object {
public:
  /// Nothing for a text that is no object, or beyond the bounds.
  [[nodiscard]] static std::optional<row_object>
  read(std::string_view text, const json_limits& bounds = {});

  row_object(row_object&& other) noexcept;
  row_object& operator=(row_object&& other) noexcept;
  ~row_object();

  /// A text; empty when it is not there.
  [[nodiscard]] std::string text(const char* name) const;

  /// A whole number.
  [[nodiscard]] std::optional<std::int64_t> whole(const char* name) const;

  /// A whole number that is written as a text of decimal digits, as sequences
  /// are.
  [[nodiscard]] std::optional<std::uint64_t> digits(const char* name) const;

private:
  explicit row_object(std::unique_ptr<nlohmann::json> of) noexcept;

  std::unique_ptr<nlohmann::json> object_;
};

} // namespace libsig::codec
