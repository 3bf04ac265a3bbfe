#include "libsig/codec/guard.hpp"

#include "libsig/codec/internal/json_walker.hpp"

namespace libsig::codec {

namespace {

/// The guard only asks whether the text can be read.
struct nothing {
  void on_open(internal::json_kind) noexcept {}
  void on_name(std::string_view, bool) noexcept {}
  void on_scalar(internal::json_kind, std::string_view) noexcept {}
  void on_close(internal::json_kind, std::string_view) noexcept {}
};

} // namespace

result<void> guard_json(std::string_view text, const json_limits& bounds) {
  if (text.size() > bounds.bytes_max) {
    return fail(errc::too_large,
                "more than " + std::to_string(bounds.bytes_max) + " bytes");
  }
  nothing handler;
  internal::json_walker walker{text, bounds, handler};
  const auto end = walker.walk(0);
  if (!end) {
    return fail(end.error());
  }
  return internal::require_end(text, *end);
}

} // namespace libsig::codec
