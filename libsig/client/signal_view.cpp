#include "libsig/client/signal_view.hpp"

#include "libsig/redact/redact.hpp"

namespace libsig::client {

signal_view view_of(const signal& what, bool unredacted) {
  signal_view made;
  made.sequence = what.sequence();
  made.id = what.id();
  made.type = what.type();
  made.source = what.source();
  made.subject = what.subject();
  made.data = what.data();
  made.recorded_time = what.recorded_time();
  if (!unredacted) {
    if (auto hidden = redact::redact_data(made.data)) {
      made.data = std::move(*hidden);
    }
  }
  return made;
}

} // namespace libsig::client
