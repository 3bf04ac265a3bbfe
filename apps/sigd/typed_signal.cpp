#include "apps/sigd/typed_signal.hpp"

#include <utility>

#include "libsig/core/utf8.hpp"

namespace libsig::sigd {

result<std::optional<std::string>> idempotency_key(const http::request& from) {
  constexpr std::string_view name = "Idempotency-Key";
  if (from.fields.count(name) > 1) {
    return fail(
      error(errc::invalid_argument, "Idempotency-Key stands there once"));
  }
  const auto key = from.fields.find(name);
  if (!key) {
    return std::nullopt;
  }
  if (key->empty() || !is_utf8(*key)) {
    return fail(error(errc::invalid_argument,
                      "Idempotency-Key must be a text that is not empty"));
  }
  return std::string{*key};
}

result<engine::rights> settle_source(draft& stated, const access::caller& by,
                                     const access::source_rule& sources) {
  auto decided = sources.decide(stated, by, access::path_kind::typed);
  if (!decided) {
    return fail(std::move(decided).error());
  }
  stated.source = std::move(decided->source);
  engine::rights made;
  made.emit_reserved = by.has(access::grant::emit_reserved);
  made.tenant = by.tenant();
  made.on_behalf_of = std::move(decided->on_behalf_of);
  return made;
}

} // namespace libsig::sigd
