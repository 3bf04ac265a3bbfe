#include "libsig/journal/internal/dead_letter_row.hpp"

#include "libsig/codec/json_text.hpp"
#include "libsig/codec/row_object.hpp"
#include "libsig/journal/internal/record.hpp"

#include <string_view>
#include <utility>

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

/// What a row says of its letter.
[[nodiscard]] result<codec::row_object> head_in(const keyed_write& row) {
  const auto text =
    std::string_view{row.value ? *row.value : std::string_view{}};
  auto read = codec::row_object::read(text.substr(0, text.find(separator)));
  if (!read) {
    return fail(not_ours(row));
  }
  return *std::move(read);
}

[[nodiscard]] wall_time time_of(const codec::row_object& head) {
  return wall_time{std::chrono::milliseconds{head.whole("at").value_or(0)}};
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
  made.sequence = read->digits("sequence").value_or(0);
  made.tenant = read->text("tenant");
  made.target = read->text("target");
  made.reason = read->text("reason");
  made.attempts =
    static_cast<std::uint32_t>(read->whole("attempts").value_or(0));
  made.kept_bytes =
    static_cast<std::uint64_t>(read->whole("bytes").value_or(0));
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
  what.type = read->text("type");
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
