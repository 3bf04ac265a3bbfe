#include "apps/sig/outcome.hpp"

#include <exception>

#include "apps/sig/terminal.hpp"

namespace libsig::sig {

exit_status complain(const refusal& why) noexcept {
  const bool silent = why.status == exit_status::infrastructure
                      && why.reason.code() == errc::stopped;
  if (!silent) {
    try {
      talk(why.reason.message());
    } catch (const std::exception&) {
      talk("out of memory");
    }
  }
  return why.status;
}

} // namespace libsig::sig
