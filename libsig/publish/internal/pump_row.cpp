#include "libsig/publish/internal/pump_row.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

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
  const auto& text = from.value.value_or("");
  if (!codec::guard_json(text)) {
    return refuse();
  }
  const auto read = codec::parse_json(text);
  if (!read || !read->is_object()) {
    return refuse();
  }
  pump_row made;
  const auto member = [&](const char* name) {
    const auto found = read->find(name);
    return found != read->end() && found->is_string()
             ? found->get<std::string>()
             : std::string{};
  };
  const auto reads = [](const std::string& digits, std::uint64_t& into) {
    const auto* const end = digits.data() + digits.size();
    const auto number = std::from_chars(digits.data(), end, into);
    return number.ec == std::errc{} && number.ptr == end;
  };
  const auto settled = member("settled");
  if (!reads(member("after"), made.after)
      || (!settled.empty() && !reads(settled, made.settled))) {
    return refuse();
  }
  made.settled = std::max(made.settled, made.after);
  made.state = member("state");
  made.endpoint = member("endpoint");
  made.stopped = member("stopped");
  return made;
}

} // namespace libsig::publish::internal
