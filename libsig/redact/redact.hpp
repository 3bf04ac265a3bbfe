#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/data.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/signal.hpp"

/// What leaves the node for a client, a file, a publisher or a log without the
/// grant `unredacted` goes through here, and nowhere else is decided what is
/// secret. Pure; linear in the text, without recursion on its nesting.
namespace libsig::redact {

/// What stands in place of a value that is hidden, whatever its type was.
inline constexpr std::string_view hidden_text = "[REDACTED]";

/// Whether the value under this name of a member or of an extension attribute
/// is hidden: the name, without `-` and `_` and with the letters of ASCII in
/// lower case, ends in `apikey`, `token`, `password`, `secret` or
/// `authorization` (as the six names that are always hidden do).
[[nodiscard]] bool is_secret_name(std::string_view name) noexcept;

/// The JSON text with the values of secret names hidden, at any depth of
/// objects and arrays; names are compared with their escapes decoded. All else
/// stays to the byte. Nothing when nothing had to be hidden, so that the usual
/// case copies nothing; what was redacted before has nothing more to hide.
///
/// A member `data_base64` whose bytes are JSON leaves as `data`, redacted, when
/// there was something to hide in it; where a member `data` stands beside it,
/// it keeps its name and its form. Bytes that have something to hide but are no
/// JSON within the limits of `codec::guard_json`, though they look like it, are
/// hidden whole.
///
/// An event is a JSON text too: its extension attributes are members. Text that
/// is no JSON is never read beyond its end and is otherwise unspecified.
[[nodiscard]] std::optional<std::string> redact_json(std::string_view json);

/// The same for the data of a signal; binary data that had something to hide is
/// JSON then. Data that exists only decoded is written to be looked at.
[[nodiscard]] std::optional<event_data> redact_data(const event_data& data);

/// The same for a whole event: its extension attributes and its data.
[[nodiscard]] std::optional<draft> redact_event(const draft& event);

/// Appends the signal as `codec::append_event` does, redacted. Says whether
/// something was hidden.
bool append_redacted_event(const signal& what, std::string& out);

} // namespace libsig::redact
