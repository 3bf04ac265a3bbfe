#include "libsig/schedule/requests.hpp"

namespace libsig::schedule {

row_position position_of(const scheduled_row& row) {
  return {row.deliver_at, row.what.type, row.id, row.what.source};
}

} // namespace libsig::schedule
