#pragma once

#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"

namespace libsig::schema::internal {

/// Checks the attributes of a draft against the rules of CloudEvents and the
/// limits of the library, and sorts its extensions.
///
/// What is vouched for is not checked. A refusal is `errc::invalid_signal` at
/// the attribute's pointer, as `/type`.
[[nodiscard]] result<void> check_attributes(draft& candidate,
                                            const vouched& by);

} // namespace libsig::schema::internal
