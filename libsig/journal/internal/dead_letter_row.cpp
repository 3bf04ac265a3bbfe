#include "libsig/journal/internal/dead_letter_row.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/journal/internal/record.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace libsig::journal::internal {

namespace {

/// Stands between what is said of a letter and the signal that it holds.
constexpr char separator = '\n';

[[nodiscard]] std::string head_of(const dead_letter& of,
                                  const signal* refused) {
  std::string out{"{\"sequence\":\""};
  out += std::to_string(of.sequence) + "\",\"tenant\":";
  codec::append_json_string(out, of.tenant);
  out += ",\"target\":";
  codec::append_json_string(out, of.target);
  out += ",\"reason\":";
  codec::append_json_string(out, of.reason);
  out += ",\"attempts\":" + std::to_string(of.attempts) + ",\"at\":";
  codec::append_json_integer(out, of.at.time_since_epoch().count());
  if (of.kept_bytes > 0) {
    out += ",\"bytes\":" + std::to_string(of.kept_bytes);
  }
  if (refused != nullptr) {
    out += ",\"type\":";
    codec::append_json_string(out, refused->type());
  }
  out += '}';
  return out;
}

[[nodiscard]] error not_ours(const keyed_write& row) {
  return error(errc::io, "the row '" + row.key + "' of the table "
                           + std::string{dead_letter_book::table}
                           + " is none of ours")
    .mend("check the store with 'sigd --verify'");
}

/// What a text member says, empty when it is not there.
[[nodiscard]] std::string text_of(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>()
                                                  : std::string{};
}

template <class Number>
[[nodiscard]] Number number_of(const nlohmann::json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_number_integer() ? found->get<Number>()
                                                          : Number{};
}

/// What a row says of its letter.
[[nodiscard]] result<nlohmann::json> head_in(const keyed_write& row) {
  const auto text =
    std::string_view{row.value ? *row.value : std::string_view{}};
  const auto head = text.substr(0, text.find(separator));
  if (!codec::guard_json(head)) {
    return fail(not_ours(row));
  }
  auto read = codec::parse_json(head);
  if (!read || !read->is_object()) {
    return fail(not_ours(row));
  }
  return read;
}

[[nodiscard]] wall_time time_of(const nlohmann::json& head) {
  return wall_time{
    std::chrono::milliseconds{number_of<std::int64_t>(head, "at")}};
}

} // namespace

keyed_write row_of(const dead_letter& of, const signal* refused) {
  auto value = head_of(of, refused);
  if (refused != nullptr) {
    value += separator;
    value += encode_body(*refused);
  }
  return {std::string{dead_letter_book::table}, of.id, std::move(value),
          of.sequence};
}

result<dead_letter> letter_of(const keyed_write& row) {
  const auto read = head_in(row);
  if (!read) {
    return fail(read.error());
  }
  dead_letter made;
  made.id = row.key;
  const auto sequence = text_of(*read, "sequence");
  std::from_chars(sequence.data(), sequence.data() + sequence.size(),
                  made.sequence);
  made.tenant = text_of(*read, "tenant");
  made.target = text_of(*read, "target");
  made.reason = text_of(*read, "reason");
  made.attempts = number_of<std::uint32_t>(*read, "attempts");
  made.kept_bytes = number_of<std::uint64_t>(*read, "bytes");
  made.at = time_of(*read);
  if (const auto end = row.value->find(separator); end != std::string::npos) {
    made.held_bytes = row.value->size() - end;
  }
  return made;
}

std::size_t held_bytes_of(const signal& refused) {
  return encode_body(refused).size() + 1;
}

result<signal_ptr> refused_signal_of(const keyed_write& row) {
  const auto read = head_in(row);
  if (!read) {
    return fail(read.error());
  }
  const auto end = row.value->find(separator);
  if (end == std::string::npos) {
    return fail(not_ours(row));
  }
  record what;
  what.recorded = time_of(*read).time_since_epoch().count();
  what.type = text_of(*read, "type");
  what.body = row.value->substr(end + 1);
  // The row's own checksum was looked at when it was read.
  what.sum = sum_of(bytes_sum_of(what.type, what.body), what);
  auto made = decode(what, nullptr);
  if (!made) {
    return fail(not_ours(row).because(std::move(made).error()));
  }
  return *std::move(made);
}

std::string key_before(std::string id) {
  // Ids are UUIDs, between two of which that differ in the last digit alone
  // none other stands.
  if (!id.empty()) {
    --id.back();
    id += '~';
  }
  return id;
}

} // namespace libsig::journal::internal
