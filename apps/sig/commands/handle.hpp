#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace libsig::sig {

/// An item as a node hands it out: views into its answer.
struct handed_item {
  /// The delivery, whole.
  std::string_view delivery;
  /// Its signal as a CloudEvent.
  std::string_view signal;
  /// Its id as a JSON string.
  std::string_view delivery_id;
};

/// The environment of a program that handles an item: that of this process,
/// and what it may want to know of the item without reading it:
/// `SIG_AGENT`, `SIG_DELIVERY_ID`, `SIG_ATTEMPT`, `SIG_SILENT` (`true`,
/// `false`), `SIG_PATTERNS` (a JSON array), `SIG_SIGNAL_ID`, `SIG_SIGNAL_TYPE`,
/// `SIG_SIGNAL_SOURCE` and `SIG_SIGNAL_SEQUENCE`. A value that an environment
/// cannot hold is left out.
[[nodiscard]] std::vector<std::string>
handler_environment(std::vector<std::string> ours, std::string_view agent,
                    const handed_item& of);

/// The body that settles an item: as handled, or as failed for a reason.
[[nodiscard]] std::string handled_body(std::string_view delivery_id);
[[nodiscard]] std::string failed_body(std::string_view delivery_id,
                                      std::string_view reason);

} // namespace libsig::sig
