#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::http {

/// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view left,
                                       std::string_view right) noexcept;

/// A text without the blanks and tabs around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// One header field: views into its `fields`.
struct field {
  std::string_view name;
  std::string_view value;
};

/// Header fields in their order; names compare without case.
class fields {
public:
  // -- mutators ---------------------------------------------------------------

  /// Adds a field behind all others. Of a request's fields the reader vouches;
  /// in an answer a name that is no token is left out, and a control character
  /// in a value becomes a blank, so that no value can end its line.
  void add(std::string_view name, std::string_view value);

  /// The same in place of all fields of that name.
  void set(std::string_view name, std::string_view value);

  void remove(std::string_view name);

  void clear() noexcept;

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  /// The field at a place below `size()`; its views last until the next change.
  [[nodiscard]] field operator[](std::size_t at) const noexcept;

  /// The value of the first field of that name.
  [[nodiscard]] std::optional<std::string_view>
  find(std::string_view name) const noexcept;

  [[nodiscard]] bool contains(std::string_view name) const noexcept {
    return find(name).has_value();
  }

  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  /// The values of all fields of that name.
  [[nodiscard]] std::vector<std::string_view>
  find_all(std::string_view name) const;

  /// Whether a comma-separated list, maybe over several fields, has an element
  /// (compared without case), such as `close` in `Connection`.
  [[nodiscard]] bool lists(std::string_view name,
                           std::string_view element) const noexcept;

private:
  struct entry {
    std::uint32_t at = 0;
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
  };

  std::string text_;
  std::vector<entry> entries_;
};

} // namespace libsig::http
