#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

/// The structured sources of document 001 beside the sources of CloudEvents, as
/// which they are stored.
namespace libsig::codec {

enum class source_kind : std::uint8_t { system, agent, webhook, process };

/// The name as document 001 says it: `agent`.
[[nodiscard]] std::string_view to_string(source_kind what) noexcept;

/// One of the four variants. `system` has no id, `agent` always one, the others
/// perhaps one (empty for none).
struct engine_source {
  source_kind kind = source_kind::system;
  std::string id = {};

  friend bool operator==(const engine_source&, const engine_source&) = default;
};

/// The source of CloudEvents that stands for a variant: `/system`,
/// `/agents/<id>`, `/webhooks/<id>`, `/processes/<id>`, the id
/// percent-encoded; without an id less the last part.
[[nodiscard]] std::string source_of(const engine_source& what);

/// The variant that a source of CloudEvents stands for. Every source that
/// `source_of` does not write is a process of that name.
[[nodiscard]] engine_source engine_source_of(std::string_view source);

/// Appends the variant as JSON: `{"type":"agent","id":"ann"}`.
void append_engine_source(const engine_source& what, std::string& out);

/// Reads a variant from JSON (D2): an unknown one is refused by its name, an
/// agent needs an id that is a name, and a blank id of a webhook or a process
/// is none. Refusals are `errc::invalid_argument` or those of `guard_json`, at
/// the JSON pointer within the value.
[[nodiscard]] result<engine_source> read_engine_source(std::string_view json);

} // namespace libsig::codec
