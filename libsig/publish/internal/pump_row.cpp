#include "libsig/publish/internal/pump_row.hpp"

#include "libsig/codec/json_text.hpp"
#include "libsig/codec/row_object.hpp"

#include <algorithm>

namespace libsig::publish::internal {

std::string write_row(const pump_row& what) {
  std::string out{"{\"after\":\""};
  out += std::to_string(what.after) + "\",\"state\":";
  codec::append_json_string(out, what.state);
  out += ",\"endpoint\":";
  codec::append_json_string(out, what.endpoint);
  out += ",\"stopped\":";
  codec::append_json_string(out, what.stopped);
  if (what.settled > what.after) {
    out += ",\"settled\":\"" + std::to_string(what.settled) + '"';
  }
  out += '}';
  return out;
}

result<pump_row> read_row(const journal::keyed_write& from) {
  const auto refuse = [&] {
    return fail(error(errc::io, "the row '" + from.key + "' of the table "
                                  + from.table + " is none of ours")
                  .mend("check the store with 'sigd --verify'"));
  };
  const auto read = codec::row_object::read(from.value.value_or(""));
  const auto after = read ? read->digits("after") : std::nullopt;
  if (!after) {
    return refuse();
  }
  pump_row made;
  made.after = *after;
  made.settled = std::max(read->digits("settled").value_or(0), made.after);
  made.state = read->text("state");
  made.endpoint = read->text("endpoint");
  made.stopped = read->text("stopped");
  return made;
}

} // namespace libsig::publish::internal
