#pragma once

#include "libsig/codec/internal/json_lexer.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace libsig::codec::internal {

/// A member of the outermost object of a text.
struct event_member {
  std::string name;
  json_kind kind = json_kind::null;
  /// The value as it stands in the text.
  std::string_view text;
};

/// The handler of a `json_walker` that keeps the outermost members.
class event_members {
public:
  // -- mutators ---------------------------------------------------------------

  void on_open(json_kind kind);
  void on_name(std::string_view inside, bool escaped);
  void on_scalar(json_kind kind, std::string_view text);
  void on_close(json_kind kind, std::string_view text);

  // -- observers --------------------------------------------------------------

  /// The type of the outermost value.
  [[nodiscard]] json_kind outermost() const noexcept { return outermost_; }

  [[nodiscard]] const std::vector<event_member>& all() const noexcept {
    return all_;
  }

private:
  void add(json_kind kind, std::string_view text);

  std::vector<event_member> all_;
  std::string name_;
  std::size_t depth_ = 0;
  json_kind outermost_ = json_kind::null;
};

/// Makes a draft of the members of one CloudEvent. Refusals are
/// `errc::invalid_signal`; their places begin with the given pointer.
[[nodiscard]] result<draft> make_draft(const event_members& members,
                                       const std::string& pointer);

} // namespace libsig::codec::internal
