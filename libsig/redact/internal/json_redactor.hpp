#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::redact::internal {

/// The bytes as redacted JSON, when they are JSON that has something to hide.
[[nodiscard]] std::optional<std::string> redact_bytes(std::string_view bytes);

/// Looks through one JSON text for what must be hidden. It relies on the text
/// being JSON only for what it finds, not for where it reads.
///
/// In JSON a string before a colon is the name of a member, so that nothing
/// needs to be parsed: what is looked for is found token by token.
class json_redactor {
public:
  // -- constructors -----------------------------------------------------------

  explicit json_redactor(std::string_view text) noexcept : text_{text} {}

  // -- mutators ---------------------------------------------------------------

  /// The redacted text, or nothing when there was nothing to hide. Once.
  [[nodiscard]] std::optional<std::string> run();

private:
  enum class change : std::uint8_t {
    hide,   ///< the value becomes the text that hides
    rename, ///< `data_base64` becomes `data`
    unpack, ///< the bytes become the JSON that they are
  };

  struct edit {
    std::size_t begin;
    std::size_t end;
    /// Of `unpacked_`, but for `hide`.
    std::size_t index;
    change what;
  };

  /// JSON that was found in a `data_base64`.
  struct unpacked {
    std::string text;
    /// A member `data` stands beside it, so that it stays in base64.
    bool keeps_form;
  };

  /// An object that is being read.
  struct open_object {
    bool has_data = false;
    std::optional<std::size_t> unpacked;
  };

  void open();
  void close();

  /// Looks at the member whose name lies in `begin`..`end`; the place from
  /// which to go on.
  [[nodiscard]] std::size_t member(std::size_t begin, std::size_t end,
                                   std::size_t value);

  /// The place behind a value that is hidden.
  [[nodiscard]] std::size_t hide(std::size_t value);

  /// The place behind a value that may hold bytes.
  [[nodiscard]] std::size_t look_inside(std::size_t begin, std::size_t end,
                                        std::size_t value);

  [[nodiscard]] std::size_t behind_string(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t behind_value(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t behind_blanks(std::size_t at) const noexcept;

  [[nodiscard]] std::string edited() const;
  void append_edit(std::string& out, const edit& next) const;

  std::string_view text_;
  std::vector<edit> edits_;
  std::vector<unpacked> unpacked_;
  std::vector<open_object> open_;
  // Objects deeper than those that are kept apart.
  std::size_t deeper_ = 0;
};

} // namespace libsig::redact::internal
